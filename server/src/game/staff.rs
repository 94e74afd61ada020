//! What staff bring about: ranks, reloads, the end of the server.

use std::sync::Arc;
use std::time::Duration;

use super::step::{Game, Stage};
use super::{Discarded, Outcome, Request};
use crate::channels::Table;
use crate::commands::Clock;
use crate::moderation::filter::Filter;
use crate::vocab::{AccountId, Audience, Fact, Farewell, PlayerId, Prose, Rank, Role};
use crate::world::Ground;

impl Game {
    /// Puts an act on record.
    pub(super) fn record(
        &self,
        actor: PlayerId,
        act: &'static str,
        target: String,
        detail: String,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some(actor) = self.actor(actor) {
            actor.put_on_record(act, (&target, &detail), None, clock, out);
        }
    }

    /// Asks for what only an account can have; says so to those without.
    pub(super) fn with_account(
        &self,
        stage: &Stage,
        out: &mut Outcome,
        ask: impl FnOnce(AccountId) -> Request,
    ) {
        match self.world.player(stage.actor).and_then(|player| player.account) {
            Some(account) => out.ask(ask(account)),
            None => out.tell(stage.actor, "Guests have no account."),
        }
    }

    /// An account's rank is stored: every player of it has it from now on.
    pub(super) fn ranked(
        &mut self,
        account: AccountId,
        rank: Rank,
        by: PlayerId,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if rank == Rank::Owner {
            // Nobody gives this rank: whoever asked for it entered the code.
            self.record(by, "claim", String::new(), String::new(), clock, out);
        }
        self.ranked.insert(account, (clock.now, rank));
        let of_account = self.world.players().filter(|player| player.account == Some(account));
        let players: Vec<PlayerId> = of_account.map(|player| player.id).collect();
        for id in players {
            let Some(player) = self.world.player_mut(id) else { continue };
            player.rank = rank;
            let name = player.name.clone();
            self.tune(id, out);
            out.tell(id, Prose::new().span(Role::Good, format!("You are {rank} now.")));
            self.show_prompt(id, out);
            if id != by {
                out.tell(by, format!("{name} is {rank} now."));
                self.show_prompt(by, out);
            }
        }
    }

    /// Takes in a world and channels that were read again and found sound.
    pub(super) fn reloaded(
        &mut self,
        ground: Ground,
        table: Table,
        filter: Arc<Filter>,
        by: PlayerId,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let filter = self.moderation.reload(filter);
        let (displaced, ground) = self.world.replace_ground(ground);
        let table = std::mem::replace(&mut self.table, table);
        out.ask(Request::Discard(Box::new(Discarded { ground, table, filter })));
        out.emit(Audience::EVERYONE, Fact::Styled(Arc::new(self.table.styles())));
        let start = self.world.atlas.start.clone();
        for player in displaced {
            out.tell(player, "The place you stood in is gone. You find yourself elsewhere.");
            self.show_room(player, &start, true, clock, out);
            self.show_prompt(player, out);
        }
        let rooms = self.world.atlas.rooms.len();
        out.tell(by, format!("World ({rooms} rooms) and configuration are as in the files now."));
        self.show_prompt(by, out);
        self.record(by, "reloaded", String::new(), format!("{rooms} rooms"), clock, out);
    }

    /// Orders the end of the server, or calls it off.
    pub(super) fn order_stop(
        &mut self,
        actor: PlayerId,
        seconds: Option<u64>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        match seconds {
            None if self.stops_at.take().is_some() => {
                warn(out, "The server will not stop after all.");
            }
            None => out.tell(actor, "No stop was ordered."),
            Some(0) => self.stop(clock, out),
            Some(seconds) => {
                self.stops_at = Some(clock.now + Duration::from_secs(seconds));
                warn(out, &stops_in(seconds));
            }
        }
    }

    /// Counts down to the end, if there is one.
    pub(super) fn count_down(&mut self, clock: Clock, out: &mut Outcome) {
        let Some(end) = self.stops_at else { return };
        match end.saturating_sub(clock.now).as_secs() {
            0 => self.stop(clock, out),
            left @ (1..=5 | 10 | 30 | 60 | 300 | 600) => {
                warn(out, &stops_in(left));
            }
            _ => {}
        }
    }

    /// Sees everyone out and asks for the end of the process.
    pub(super) fn stop(&mut self, clock: Clock, out: &mut Outcome) {
        self.stops_at = None;
        warn(out, "The server stops now. Until soon.");
        let everyone: Vec<PlayerId> = self.world.players().map(|player| player.id).collect();
        for id in everyone {
            self.end_oversight(id, clock, out);
            let Some(player) = self.world.leave(id) else { continue };
            out.emit(Audience::Session(player.session), Fact::Ended(Farewell::Shutdown));
            if !player.is_guest() {
                let character = player.character(clock.at, clock.now);
                out.ask(Request::SaveLater(Box::new(character)));
            }
        }
        out.ask(Request::Stop);
    }
}

fn stops_in(seconds: u64) -> String {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("The server stops in {seconds} {unit}.")
}

fn warn(out: &mut Outcome, text: &str) {
    let prose = Prose::new().span(Role::Warning, text);
    out.emit(Audience::EVERYONE, Fact::Told(prose));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::channels::Table;
    use crate::config::Chat;
    use crate::game::{Answer, Turn};
    use crate::moderation::FloodLimits;
    use crate::rehearsal::{Rehearsal, world_of_tests};
    use crate::vocab::{PlayerId, Rank};
    use crate::world::Ground;

    #[test]
    fn a_reload_does_not_double_what_somebody_holds() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Admin);
        stage.types(ada, "get lantern");
        let ground = Box::new(Ground::of(world_of_tests()));
        let table = Box::new(Table::new(&Chat::default()).unwrap());
        let by = PlayerId(1);
        stage.turn(Turn::Answered(Answer::Reloaded {
            ground,
            table,
            filter: Arc::default(),
            ladder: None,
            floods: Box::new(FloodLimits::none()),
            by,
        }));
        stage.deliver();
        stage.heard(ada);
        stage.types(ada, "get lantern");
        assert_eq!(stage.heard(ada), ["Nothing like that lies here."]);
        stage.types(ada, "inventory");
        assert_eq!(stage.heard(ada), ["You carry", "  a tin lantern"]);
    }
}
