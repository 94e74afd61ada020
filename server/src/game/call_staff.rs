//! Calls of staff: what they order goes the way of typed orders, and what they look at is on record as if they had typed it.

use std::collections::BTreeSet;

use super::dossier::may_know;
use super::step::Game;
use super::{Outcome, Request, StaffAct};
use crate::bus::{Ordered, ReplyTo, RestrictionRow, Staff, Watching};
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{ActId, ChannelName, Issuer, Order, Person};

impl Game {
    /// What restricts anybody now.
    pub(super) fn standing(
        &self,
        staff: &Staff,
        clock: Clock,
        out: &mut Outcome,
    ) -> Vec<RestrictionRow> {
        out.ask(Request::Act(act_of(staff, "mutes", String::new(), String::new(), clock)));
        let asking = Some(Person::Account(staff.account));
        let all = self.moderation.restrictions.all(clock.now);
        let known = all.filter(|standing| may_know(&standing.restriction, asking));
        let rows = known.map(|standing| RestrictionRow {
            restriction: standing.restriction.clone(),
            left: standing.left(clock.now),
        });
        let mut rows: Vec<RestrictionRow> = rows.collect();
        rows.sort_by_key(|row| row.restriction.id);
        rows
    }

    /// Staff want something done.
    pub(super) fn order_for(
        &mut self,
        staff: &Staff,
        order: Order,
        reply: ReplyTo<Ordered>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        // Who gave up waiting, because too much was asked for, is never answered.
        self.callers.retain(|_, waiting| !waiting.is_closed());
        let (account, name) = (Some(staff.account), staff.name.clone());
        let issuer = Issuer { account, name, rank: staff.rank };
        match self.order_by(staff.player, issuer, order, clock, out) {
            Ok(id) => drop(self.callers.insert(id, reply)),
            Err(why) => out.ask(Request::Reply(reply.with(Err(why)))),
        }
    }

    /// Staff watch channels from outside the world, as `watch` does it in it. Which of those that they want may be watched.
    pub(super) fn watched_by(
        &self,
        staff: &Staff,
        only: Option<&BTreeSet<ChannelName>>,
        watching: Watching,
        clock: Clock,
        out: &mut Outcome,
    ) -> BTreeSet<ChannelName> {
        let rows = self.heard_rows(staff.rank).filter(|row| !row.is_private());
        let names = rows.map(|row| row.name.clone());
        let names = names.filter(|name| only.is_none_or(|only| only.contains(name)));
        let names: BTreeSet<ChannelName> = names.filter(|_| staff.rank >= MODERATES).collect();
        let detail = match watching {
            Watching::Begins => "begins",
            Watching::Ended => "ends",
            Watching::GoesOn => return names,
        };
        let listed: Vec<&str> = names.iter().map(ChannelName::as_str).collect();
        let act = act_of(staff, "watch", listed.join(", "), detail.to_owned(), clock);
        out.ask(Request::Act(act));
        names
    }

    /// Answers the program that waits for what becomes of an order, if one does.
    pub(super) fn answer_order(&mut self, id: ActId, outcome: &Ordered, out: &mut Outcome) {
        if let Some(reply) = self.callers.remove(&id) {
            out.ask(Request::Reply(reply.with(outcome.clone())));
        }
    }
}

fn act_of(
    staff: &Staff,
    act: &'static str,
    target: String,
    detail: String,
    clock: Clock,
) -> StaffAct {
    StaffAct {
        at: clock.at,
        actor: staff.player,
        name: staff.name.clone(),
        rank: staff.rank,
        act,
        subject: None,
        target,
        detail,
        refused: None,
        restriction: None,
        until: None,
    }
}
