//! The ladder in the loop: offences are counted, what follows is ordered or proposed, and staff read who stands where.

use smol_str::SmolStr;

use super::restrict::present;
use super::step::Game;
use super::{Outcome, Request, RuleAct};
use crate::commands::Clock;
use crate::moderation::Counted;
use crate::vocab::{
    Case, Done, FilterAction, FilterHit, Issuer, Ladder, MessageId, Offence, Order, OrderedAct,
    Person, Placed, PlayerId, Prose, Rank, Remark, RemarkKind, Role, Rung, Scope, Subject, Wanted,
    Whom, written_time,
};

/// The player who orders what nobody has ordered: no player has this id.
const NOBODY: PlayerId = PlayerId(0);
/// The most people in the list of points.
const LISTED_MAX: usize = 50;

impl Game {
    /// A rule has refused what a player wanted to say or show: an offence, if the ladder knows the rule.
    pub(super) fn refused_by_rule(
        &mut self,
        player: PlayerId,
        rule: &str,
        hits: &[FilterHit],
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(it) = self.world.player(player) else { return };
        let (who, name) = (Person::of(it.account, it.id), it.name.clone());
        let worst = hits.iter().map(|hit| hit.severity).max();
        let offence = match (rule, worst) {
            ("filter", Some(severity)) => Some(Offence::Filtered(severity)),
            _ => Offence::of_rule(rule),
        };
        if let Some(offence) = offence {
            self.offended(who, &name, offence, Vec::new(), clock, out);
        }
    }

    /// Calls staff when the filter has found something for which they are to be called.
    pub(super) fn call_staff(
        &self,
        player: PlayerId,
        where_said: &str,
        hits: &[(FilterHit, FilterAction)],
        out: &mut Outcome,
    ) {
        let worst = hits.iter().find(|(_, action)| *action == FilterAction::Escalate);
        let Some(((hit, _), player)) = worst.zip(self.world.player(player)) else { return };
        let subject = Subject::Person(Person::of(player.account, player.id), player.name.clone());
        let (rule, severity, name) = (&hit.rule, hit.severity, &player.name);
        let text =
            format!("[filter] {name} was kept from saying {rule} ({severity}) on {where_said}.");
        self.tell_staff_about(&subject, &text, out);
    }

    /// Staff have upheld a report: an offence of whom it is about, whose stored rank this is.
    pub(super) fn was_upheld(&mut self, case: &Case, rank: Rank, clock: Clock, out: &mut Outcome) {
        let Subject::Person(who, name) = &case.subject else { return };
        if rank.is_staff() {
            return;
        }
        let mut lines: Vec<_> = case.reports.iter().filter_map(|report| report.message).collect();
        lines.sort();
        lines.dedup();
        self.offended(*who, name, Offence::Report, lines, clock, out);
    }

    /// Somebody was warned: an offence, if it was staff who did.
    pub(super) fn was_warned(&mut self, warning: &Remark, clock: Clock, out: &mut Outcome) {
        if let Subject::Person(who, name) = &warning.subject
            && !warning.issuer.is_rule()
        {
            let evidence = warning.evidence.clone();
            self.offended(*who, name, Offence::Warning, evidence, clock, out);
        }
    }

    /// Counts what somebody did, and sees to what follows. Staff have no points.
    pub(super) fn offended(
        &mut self,
        who: Person,
        name: &SmolStr,
        offence: Offence,
        evidence: Vec<MessageId>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let players = self.players_of(Some(who));
        let is_staff = |id: &PlayerId| self.world.player(*id).is_some_and(|it| it.rank.is_staff());
        if players.iter().any(is_staff) {
            return;
        }
        let rules = &mut self.moderation;
        let standing = &rules.restrictions;
        let counted = rules.escalation.count(who, name, offence, standing, clock.now);
        let Some((counted, ladder)) = counted.zip(rules.escalation.ladder().cloned()) else {
            return;
        };
        keep_points(who, counted.points, clock, out);
        if let Some(rung) = &counted.proposal {
            self.propose(&ladder, rung, (who, name), &counted, clock, out);
        }
        if let Some(rung) = &counted.act {
            let reason = format!("{} ({:.1} points)", offence.in_words(), counted.points);
            let order =
                Order { whom: Whom::Player(name.to_string()), act: act(rung), reason, evidence };
            self.order_by_itself(&ladder, who, order, clock, out);
        }
    }

    /// A rung orders something; it goes the way of all orders.
    fn order_by_itself(
        &mut self,
        ladder: &Ladder,
        who: Person,
        order: Order,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let id = self.act_id(clock);
        let player = self.players_of(Some(who)).first().copied();
        let here = player.and_then(|id| self.world.player(id)).map(present);
        let issuer = Issuer { account: None, name: ladder.signature(), rank: Rank::Moderator };
        let (by, at, now, cited) = (NOBODY, clock.at, clock.now, Vec::new());
        self.moderation.escalation.begin(who, id, now);
        let placed = Placed { id, by, issuer, here, at, now, order, cited };
        out.ask(Request::Order(Box::new(placed)));
    }

    /// Staff are asked to do what no rule may do by itself.
    fn propose(
        &self,
        ladder: &Ladder,
        rung: &Rung,
        (who, name): (Person, &SmolStr),
        counted: &Counted,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let (rule, points, typed) = (ladder.signature(), counted.points, rung.as_typed(name));
        let text = format!("[{rule}] {name} has {points:.1} points: `{typed} <reason>`?");
        self.tell_staff_about(&Subject::Person(who, name.clone()), &text, out);
        out.ask(Request::RuleAct(Box::new(RuleAct {
            at: clock.at,
            rule,
            subject: Some((who, name.clone())),
            act: "proposed",
            detail: format!("{} ({points:.1} points)", rung.in_words()),
            restriction: None,
            until: None,
        })));
    }

    /// Moderators in the world read a line about somebody; that one does not.
    pub(super) fn tell_staff_about(&self, subject: &Subject, text: &str, out: &mut Outcome) {
        for id in self.staff_above(subject, Rank::Player) {
            out.tell(id, Prose::new().span(Role::Warning, text));
            self.show_prompt(id, out);
        }
    }

    /// What a rule ordered was done, or refused: it goes on record, and whoever decides next may go on.
    pub(super) fn journal_rule(
        &mut self,
        placed: &Placed,
        outcome: Result<&Done, &str>,
        out: &mut Outcome,
    ) {
        self.moderation.escalation.end(placed.id);
        let here = placed.here.as_ref().map(|here| (here.person, here.name.clone()));
        let (subject, restriction, until) = match outcome {
            Ok(Done::Restricted(it)) => (of(&it.subject), Some(it.id), it.until),
            Ok(Done::Remarked(it)) => (of(&it.subject), Some(it.id), None),
            Ok(Done::Lifted(_)) | Err(_) => (here, None, None),
        };
        let reason = &placed.order.reason;
        let detail = match outcome {
            Ok(_) => reason.clone(),
            Err(why) => format!("{reason}; not done: {why}"),
        };
        out.ask(Request::RuleAct(Box::new(RuleAct {
            at: placed.at,
            rule: placed.issuer.name.clone(),
            subject,
            act: placed.order.as_str(),
            detail,
            restriction,
            until,
        })));
    }

    /// Staff have taken somebody's points away.
    pub(super) fn pardoned(
        &mut self,
        subject: &Subject,
        by: PlayerId,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(who) = subject.person() else { return };
        let had = self.moderation.escalation.clear(who, clock.now);
        keep_points(who, 0.0, clock, out);
        out.tell(by, format!("{subject} had {had:.1} points and has none now."));
    }

    /// Shows who stands where on the ladder.
    pub(super) fn show_points(
        &self,
        asker: PlayerId,
        of: Option<&str>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let escalation = &self.moderation.escalation;
        let Some(ladder) = escalation.ladder() else {
            return out.tell(asker, "There is no ladder here: nothing costs points.");
        };
        let named = of.and_then(|name| self.world.named(name));
        let person = named.map(|player| Person::of(player.account, player.id));
        let is_meant = |who: Person, name: &str| {
            of.is_none_or(|of| Some(who) == person || name.to_lowercase() == of.to_lowercase())
        };
        let all = escalation.scores.all(clock.now, ladder.half_life);
        let all: Vec<_> = all.into_iter().filter(|(who, name, _)| is_meant(*who, name)).collect();
        if all.is_empty() {
            let none = "Nobody has any points.".to_owned();
            let name = named.map(|player| player.name.as_str()).or(of);
            let none = name.map_or(none, |name| format!("{name} has no points."));
            return out.tell(asker, none);
        }
        let half = written_time(ladder.half_life);
        let title = format!("Points ({}; half of them are gone after {half})", ladder.signature());
        let mut prose = Prose::new().span(Role::Title, title);
        for (_, name, points) in all.iter().take(LISTED_MAX) {
            prose = prose.plain(format!("\n  {name}: {points:.1}{}", place(ladder, *points)));
        }
        match all.len().saturating_sub(LISTED_MAX) {
            0 => out.tell(asker, prose),
            more => out.tell(asker, prose.plain(format!("\n  and {more} more."))),
        }
    }

    /// Forgets points that have faded, here and in the store.
    pub(super) fn forget_points(&mut self, clock: Clock, out: &mut Outcome) {
        let world = &self.world;
        let is_here = |who: Person| {
            world.players().any(|player| Person::of(player.account, player.id) == who)
        };
        for who in self.moderation.escalation.forget(is_here, clock.now) {
            keep_points(who, 0.0, clock, out);
        }
    }
}

/// Has the store remember how many points somebody has; guests are stored nowhere.
fn keep_points(who: Person, points: f64, clock: Clock, out: &mut Outcome) {
    if let Person::Account(account) = who {
        out.ask(Request::KeepPoints { account, points, at: clock.at });
    }
}

fn act(rung: &Rung) -> OrderedAct {
    match rung.step.kind() {
        None => OrderedAct::Remark(RemarkKind::Warning),
        Some(kind) => OrderedAct::Restrict(Wanted::new(kind, Scope::All, rung.lasts)),
    }
}

fn of(subject: &Subject) -> Option<(Person, SmolStr)> {
    match subject {
        Subject::Person(person, name) => Some((*person, name.clone())),
        Subject::Names(_) | Subject::Addresses(_) | Subject::Everyone => None,
    }
}

/// On which rung so many points are, and what comes next.
fn place(ladder: &Ladder, points: f64) -> String {
    let described = |rung: &Rung| {
        let asks = if rung.is_automatic { "" } else { ", for staff to order" };
        format!("{}{asks}", rung.in_words())
    };
    let on = ladder.rung(points).map(|rung| format!(", on {}", described(rung)));
    let next = ladder.next_rung(points);
    let next = next.map(|rung| format!("; next at {}: {}", rung.from, described(rung)));
    on.unwrap_or_default() + &next.unwrap_or_default()
}
