//! What is left of a channel's limit, for clients that show it: told to the session of whoever spoke, and to nobody else.

use std::time::Duration;

use super::Outcome;
use super::step::Game;
use crate::commands::Clock;
use crate::moderation::Allowance;
use crate::vocab::{Allowed, Audience, ChannelName, Fact, Person, PlayerId, Prose};

/// Of how many lines it is told when they count no longer. Of more, the later ones are not.
const BACK_MAX: usize = 60;

impl Game {
    /// Tells a speaker's client what is left for them on a channel: after a line that counts, or after one that was not said, and
    /// why, because it came too soon. Nothing of it where nothing limits them.
    pub(super) fn tell_allowance(
        &self,
        speaker: PlayerId,
        channel: &ChannelName,
        refused: Option<&Prose>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let player = self.world.player(speaker).filter(|player| player.screen.allowance);
        let Some((player, row)) = player.zip(self.table.get(channel)) else { return };
        let left = self.allowance_on(row, player, clock);
        if refused.is_none() && left.per_minute == 0 && left.gap.is_none() {
            return;
        }
        let who = Person::of(player.account, player.id);
        let floods = &self.moderation.floods;
        let back = floods.given_back(who, channel, clock.now).filter(|_| left.per_minute > 0);
        let back_ms = back.take(BACK_MAX).map(millis).collect();
        let allowed = allowed(left, back_ms, refused);
        out.emit(Audience::Session(player.session), Fact::Allowed(Box::new(allowed)));
    }
}

fn allowed(left: Allowance, back_ms: Vec<u64>, refused: Option<&Prose>) -> Allowed {
    Allowed {
        per_minute: left.per_minute,
        said: left.said,
        remaining: left.remaining(),
        wait_ms: millis(left.wait),
        channel: left.channel,
        back_ms,
        refused: refused.map(Prose::to_text),
    }
}

/// A wait in milliseconds, never less than it is.
fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
