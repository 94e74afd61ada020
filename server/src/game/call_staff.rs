//! Calls of staff: what they want goes the way of what they type, and what they look at is on record as if they had typed it.
//! They need not be in the world for it.

use std::collections::BTreeSet;

use super::actor::Actor;
use super::cited::Pointing;
use super::dossier::may_know;
use super::step::Game;
use super::{Outcome, Request};
use crate::bus::{
    Looked, Reply, ReplyTo, RestrictionRow, Staff, StaffAnswer, StaffDone, StaffQuestion,
    StaffWish, Watching,
};
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{
    AccountId, ActId, ChannelName, Order, OrderedAct, Person, PlayerId, Restriction, Subject, Whom,
};

/// What a program waits for: one name may come up in several, as a case that is decided by an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Awaited {
    /// What becomes of an order.
    Order,
    /// What comes of something in the queue of cases.
    Case,
    /// Whether a line is taken back, or put back.
    Withdrawal,
    /// What becomes of a line that waited.
    Verdict,
    /// What is on record about somebody.
    Record,
}

impl Awaited {
    const ALL: [Self; 5] = [Self::Order, Self::Case, Self::Withdrawal, Self::Verdict, Self::Record];
}

impl Game {
    /// Answers what staff ask.
    pub(super) fn told_to_staff(
        &mut self,
        staff: &Staff,
        question: StaffQuestion,
        clock: Clock,
        out: &mut Outcome,
    ) -> Reply {
        use StaffQuestion as Q;
        let actor = Actor::from(staff);
        match question {
            Q::Restrictions(reply) => reply.with(self.standing(&actor, clock, out)),
            Q::Held(reply) => reply.with(self.held.all().cloned().collect()),
            Q::Defcon(reply) => reply.with(self.defcon_row(clock)),
            Q::FilterRules(reply) => reply.with(self.filter_summary()),
            Q::TestFilter(text, channel, reply) => {
                reply.with(self.filter_test_for(&actor, &text, channel, clock, out))
            }
            Q::TryFilter(count, rule, reply) => {
                reply.with(self.trial_for(&actor, (count, rule), clock, out))
            }
            Q::Address(content, reply) => reply.with(self.address(&actor, content, clock, out)),
            Q::Look(Looked { what, target, detail }, reply) => {
                actor.put_on_record(what, (&target, &detail), None, clock, out);
                reply.with(())
            }
        }
    }

    /// Why an account may do nothing now; none when it may.
    pub(super) fn frozen(&self, account: AccountId, clock: Clock) -> Option<String> {
        let frozen = self.moderation.restrictions.frozen(Person::Account(account), clock.now);
        frozen.map(|refusal| refusal.prose().to_text())
    }

    /// What restricts anybody now.
    fn standing(&self, actor: &Actor, clock: Clock, out: &mut Outcome) -> Vec<RestrictionRow> {
        actor.put_on_record("mutes", ("", ""), None, clock, out);
        let all = self.moderation.restrictions.all(clock.now);
        let known = all.filter(|standing| may_know(&standing.restriction, Some(actor.who)));
        let rows = known.map(|standing| RestrictionRow {
            restriction: standing.restriction.clone(),
            left: standing.left(clock.now),
        });
        let mut rows: Vec<RestrictionRow> = rows.collect();
        rows.sort_by_key(|row| row.restriction.id);
        rows
    }

    /// Staff want something.
    pub(super) fn wanted_by_staff(
        &mut self,
        staff: &Staff,
        wish: StaffWish,
        reply: ReplyTo<StaffAnswer>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        // Who gave up waiting, because too much was asked for, is never answered.
        self.callers.retain(|_, waiting| !waiting.is_closed());
        let actor = Actor::from(staff);
        let begun = match self.frozen(staff.account, clock) {
            Some(why) => Err(why),
            None => self.begin(actor, wish, clock, out),
        };
        match begun {
            Ok(awaited) => drop(self.callers.insert(awaited, reply)),
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
        let listed = listed.join(", ");
        Actor::from(staff).put_on_record("watch", (&listed, detail), None, clock, out);
        names
    }

    /// Has done what is wanted; what comes of it will have the name that is returned.
    fn begin(
        &mut self,
        actor: Actor,
        wish: StaffWish,
        clock: Clock,
        out: &mut Outcome,
    ) -> Result<(Awaited, ActId), String> {
        Ok(match wish {
            StaffWish::Order(order, lines) => {
                let by = (actor.id, actor.issuer);
                let pointing = Pointing::Apart(&lines);
                (Awaited::Order, self.order_by(by, *order, pointing, clock, out)?)
            }
            StaffWish::Lift(restriction, why) => {
                let order = self.order_to_lift(&actor, restriction, why, clock)?;
                let by = (actor.id, actor.issuer);
                (Awaited::Order, self.order_by(by, order, Pointing::Typed, clock, out)?)
            }
            StaffWish::Case(act) => (Awaited::Case, self.queue_asked_by(actor, act, clock, out)),
            StaffWish::Withdraw { line, undo, reason } => {
                let wanted = (line, undo, reason);
                (Awaited::Withdrawal, self.withdrawal_by(actor, wanted, clock, out))
            }
            StaffWish::Settle { number, verdict, why } => {
                let verdict = (number, verdict, why);
                (Awaited::Verdict, self.verdict_by(&actor, verdict, clock, out)?)
            }
            StaffWish::ReadRecord(name) => {
                actor.put_on_record("record", (&name, ""), None, clock, out);
                (Awaited::Record, self.record_asked_by(&actor, name, false, clock, out))
            }
        })
    }

    /// The order that lifts one restriction: nothing else of its kind counts for the same on the same channels.
    fn order_to_lift(
        &self,
        actor: &Actor,
        id: ActId,
        reason: String,
        clock: Clock,
    ) -> Result<Order, String> {
        let mut all = self.moderation.restrictions.all(clock.now);
        let known = all.find(|standing| standing.restriction.id == id);
        let known = known.filter(|it| may_know(&it.restriction, Some(actor.who)));
        let known = known.ok_or_else(|| "Nothing of that name counts any more.".to_owned())?;
        let Restriction { kind, subject, scope, .. } = &*known.restriction;
        let whom = match subject {
            Subject::Person(_, name) => Whom::Player(name.to_string()),
            Subject::Names(pattern) => Whom::Names(pattern.clone()),
            Subject::Addresses(range) => Whom::Addresses(*range),
            Subject::Everyone => Whom::Everyone,
        };
        let act = OrderedAct::LiftOn(kind.alone(), scope.clone());
        Ok(Order { whom, act, reason, evidence: Vec::new() })
    }

    /// The database did not take what somebody wanted.
    pub(super) fn not_taken(&mut self, by: PlayerId, wish: Option<ActId>, out: &mut Outcome) {
        let wish = wish.into_iter();
        for (id, awaited) in wish.flat_map(|id| Awaited::ALL.map(|awaited| (id, awaited))) {
            self.answer_program(awaited, id, || Ok(StaffDone::Nothing), out);
        }
        out.tell(by, "The server cannot reach its database just now; nothing was done.");
        self.show_prompt(by, out);
    }

    /// Answers the program that waits for this, if one does; says whether.
    pub(super) fn answer_program(
        &mut self,
        awaited: Awaited,
        id: ActId,
        answer: impl FnOnce() -> StaffAnswer,
        out: &mut Outcome,
    ) -> bool {
        let Some(reply) = self.callers.remove(&(awaited, id)) else { return false };
        out.ask(Request::Reply(reply.with(answer())));
        true
    }
}
