//! When each player is looked at: to be sent home, to be stored. Each second concerns those whose time has come and nobody else,
//! however many there are.

use std::time::Duration;

use super::alarms::Alarms;
use super::step::{Game, Rules};
use super::{Outcome, Request};
use crate::commands::Clock;
use crate::vocab::{Farewell, PlayerId};
use crate::world::{Link, Player};

/// How often each character is stored while it plays.
const SAVE_EVERY: Duration = Duration::from_mins(5);

/// Who is to be looked at, and when.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Who may have to leave.
    stays: Alarms,
    /// Who is to be stored.
    saves: Alarms,
}

impl Agenda {
    /// Somebody has come into the world. Those who come together are stored one by one.
    pub(super) fn enter(&mut self, player: &Player, rules: &Rules) {
        self.change(player, rules, player.entered);
        if !player.is_guest() {
            let seconds = 1 + player.id.0 % SAVE_EVERY.as_secs();
            self.saves.set(player.id, player.entered + Duration::from_secs(seconds));
        }
    }

    /// Something has happened to a player after which they may have to leave sooner.
    pub(super) fn change(&mut self, player: &Player, rules: &Rules, now: Duration) {
        if let Some(at) = stay(player, rules, now) {
            self.stays.set(player.id, at);
        }
    }

    /// Somebody leaves the world.
    pub(super) fn leave(&mut self, player: PlayerId) {
        self.stays.drop_of(player);
        self.saves.drop_of(player);
    }
}

/// When somebody is to leave if nothing happens until then; none is never.
fn stay(player: &Player, rules: &Rules, now: Duration) -> Option<Duration> {
    match player.link {
        Link::Dead(since) => Some(since.saturating_add(rules.linkdead)),
        // Whoever is of the staff now may not be later.
        Link::Live if player.rank.is_staff() => Some(now.saturating_add(rules.idle?)),
        Link::Live => Some(player.active.saturating_add(rules.idle?)),
    }
}

impl Game {
    /// Those leave who have been link-dead or idle for too long.
    pub(super) fn send_home(&mut self, clock: Clock, out: &mut Outcome) {
        for id in self.agenda.stays.take_due(clock.now) {
            let Some(player) = self.world.player(id) else { continue };
            match stay(player, &self.rules, clock.now) {
                Some(at) if at <= clock.now => self.depart(id, Some(Farewell::Idle), clock, out),
                Some(at) => self.agenda.stays.set(id, at),
                None => {}
            }
        }
    }

    /// Stores the characters whose turn it is, so that never all are stored at once.
    pub(super) fn save_some(&mut self, clock: Clock, out: &mut Outcome) {
        for id in self.agenda.saves.take_due(clock.now) {
            let Some(player) = self.world.player(id) else { continue };
            let character = player.character(clock.at, clock.now);
            out.ask(Request::SaveLater(Box::new(character)));
            self.agenda.saves.set(id, clock.now + SAVE_EVERY);
        }
    }
}
