//! Calls of staff: what they order goes the way of typed orders, and what they look at is on record as if they had typed it.

use super::dossier::may_know;
use super::step::Game;
use super::{Outcome, Request, StaffAct};
use crate::bus::{Ordered, ReplyTo, RestrictionRow, Staff};
use crate::commands::Clock;
use crate::vocab::{ActId, Issuer, Order, Person};

impl Game {
    /// What restricts anybody now.
    pub(super) fn standing(
        &self,
        staff: &Staff,
        clock: Clock,
        out: &mut Outcome,
    ) -> Vec<RestrictionRow> {
        out.ask(Request::Act(StaffAct {
            at: clock.at,
            actor: staff.player,
            name: staff.name.clone(),
            rank: staff.rank,
            act: "mutes",
            target: String::new(),
            detail: String::new(),
            refused: None,
            restriction: None,
            until: None,
        }));
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

    /// Answers the program that waits for what becomes of an order, if one does.
    pub(super) fn answer_order(&mut self, id: ActId, outcome: &Ordered, out: &mut Outcome) {
        if let Some(reply) = self.callers.remove(&id) {
            out.ask(Request::Reply(reply.with(outcome.clone())));
        }
    }
}
