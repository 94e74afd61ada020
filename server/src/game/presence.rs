//! That somebody came or went: those in the room see it, and programs that want to know are told.

use std::sync::Arc;

use super::step::Game;
use super::talk::those_in_room;
use super::{Outcome, Request};
use crate::bus::{PresenceNews, PresenceState};
use crate::commands::Clock;
use crate::vocab::{Audience, Fact, PlayerId, Presence, PresenceKind, Prose, Role};

impl Game {
    /// Lets programs know what became of a player, as `who` would tell anybody.
    pub(super) fn notice(
        &self,
        id: PlayerId,
        state: PresenceState,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player(id) else { return };
        let news = PresenceNews { at: clock.at, player: player.name.clone(), state };
        out.ask(Request::Noticed(Arc::new(news)));
    }

    /// Tells those in a player's room, but not the player, what became of them.
    pub(super) fn announce(
        &mut self,
        id: PlayerId,
        kind: PresenceKind,
        what: &str,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player(id) else { return };
        let name = player.name.clone();
        let prose = Prose::new().name(name.as_str()).span(Role::Plain, format!(" {what}."));
        let room = player.room.clone();
        let Audience::Witnesses(here) = those_in_room(self, &room) else { return };
        let others: Vec<PlayerId> = here.iter().copied().filter(|other| *other != id).collect();
        if !others.is_empty() {
            let presence = Presence { kind, player: id, name, room, prose };
            out.emit(Audience::Witnesses(others.into()), Fact::Came(presence));
        }
    }
}
