//! What clients are told beside the text of what keeps their player from speaking or acting.

use super::Outcome;
use super::step::Game;
use crate::commands::Clock;
use crate::vocab::{Audience, Fact, Person, PlayerId};

impl Game {
    /// Tells a player's client all that counts now, also that nothing does any more.
    pub(super) fn tell_hindrances(&self, id: PlayerId, clock: Clock, out: &mut Outcome) {
        let Some(player) = self.world.player(id) else { return };
        let who = Person::of(player.account, id);
        let all = self.moderation.restrictions.hindrances(who, clock.now);
        out.emit(Audience::player(id), Fact::Hindered(all));
    }
}
