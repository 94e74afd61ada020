//! What time brings: link-dead players leave, idle ones are sent home, NPCs murmur, the sun rises.

use chrono::TimeDelta;

use super::step::Game;
use super::{Outcome, Request};
use crate::commands::Clock;
use crate::vocab::{Audience, Fact, PlayerId, Prose, Role};
use crate::world::Player;

/// How often memory that no longer counts is dropped. Ticks, that is seconds.
const FORGET_TICKS: u64 = 60;

impl Game {
    /// A second has passed.
    pub(super) fn tick(&mut self, clock: Clock, out: &mut Outcome) {
        self.ticks += 1;
        self.say_due(clock, out);
        self.send_home(clock, out);
        self.check_snoops(clock, out);
        self.save_some(clock, out);
        self.npcs_murmur(clock, out);
        self.turn_the_sky(clock, out);
        self.count_down(clock, out);
        if let Some(tally) = self.tally.take_news() {
            out.ask(Request::Tallied(Box::new(tally)));
        }
        self.announce_changes(clock, out);
        self.tell_groups(out);
        self.expire_held(clock, out);
        self.bring_tidings(clock, out);
        if self.ticks.is_multiple_of(FORGET_TICKS) {
            self.moderation.forget(clock.now);
            self.forget_departed(clock);
            self.forget_vanished(clock);
            self.forget_talk(clock);
            self.history.forget_redactions();
            self.forget_points(clock, out);
        }
    }

    /// What the store has given up by its age is not read out of memory either.
    fn forget_talk(&mut self, clock: Clock) {
        let moment = self
            .rules
            .retention
            .and_then(|kept| clock.at.checked_sub_signed(TimeDelta::from_std(kept).ok()?));
        if let Some(moment) = moment {
            self.history.forget_before(moment);
        }
    }

    fn turn_the_sky(&mut self, clock: Clock, out: &mut Outcome) {
        let is_night = clock.game_time(self.world.atlas.day_minutes).is_night();
        let was_night = self.was_night.replace(is_night);
        if was_night.is_none_or(|was| was == is_night) {
            return;
        }
        let outdoors = |player: &&Player| {
            self.world.atlas.room(&player.room).is_some_and(|room| !room.indoors)
        };
        let seen: Vec<PlayerId> =
            self.world.players().filter(outdoors).map(|player| player.id).collect();
        let text = if is_night { "The last light goes. It is night." } else { "Day breaks." };
        let prose = Prose::new().span(Role::Dim, text);
        out.emit(Audience::Witnesses(seen.into()), Fact::Told(prose));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::rehearsal::{Rehearsal, settings, world_of_tests};
    use crate::vocab::Rank;

    #[test]
    fn old_talk_is_forgotten_however_little_came_after_it() {
        let mut stage = Rehearsal::within(&settings(&[]), world_of_tests(), &[100], 1);
        let ada = stage.enter("Ada", Rank::Player);
        stage.types(ada, "say remember this");
        let days = |days: u32| Duration::from_secs(86_400) * days;
        let mut can_read_after = |time: Duration| {
            stage.wait(time);
            (0..60).for_each(|_| stage.wait(Duration::ZERO));
            stage.deliver();
            stage.heard(ada);
            stage.types(ada, "history say");
            stage.heard(ada).iter().any(|line| line.contains("remember this"))
        };
        assert!(can_read_after(days(29)));
        assert!(!can_read_after(days(2)));
    }
}
