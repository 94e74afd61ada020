//! What became of what somebody wanted of the queue: who is told what. Whom a case is about is told nothing.

use std::sync::Arc;

use super::call_staff::Awaited;
use super::step::Game;
use super::{Outcome, Request, StaffAct};
use crate::bus::StaffDone;
use crate::commands::Clock;
use crate::vocab::{
    ActId, Case, CaseAct, CaseDone, CaseKind, CaseOrder, CaseVerdict, Notice, Person, PlayerId,
    Prose, Rank, Role,
};

impl Game {
    /// What became of it is committed, or it was refused.
    pub(super) fn case_done(
        &mut self,
        order: &CaseOrder,
        outcome: Result<CaseDone, String>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        self.journal_case(order, &outcome, out);
        let by = order.by;
        let answer = || outcome.clone().map(StaffDone::Case);
        let is_called = self.answer_program(Awaited::Case, order.id, answer, out);
        match outcome {
            // Who reads it by a program does not read it in the world, too.
            Ok(CaseDone::Listed(_) | CaseDone::Shown(..)) if is_called => return,
            Err(why) => out.tell(by, why),
            Ok(CaseDone::Filed { case, is_new, rank }) => {
                out.tell(by, thanks(&case));
                if is_new {
                    self.tell_staff(&case, rank, by, clock, out);
                }
            }
            Ok(CaseDone::Listed(cases)) => out.tell(by, super::docket::list(&cases, clock)),
            Ok(CaseDone::Shown(listed, dossier)) => {
                out.tell(by, super::docket::full(&listed, &dossier, clock));
            }
            Ok(CaseDone::Claimed(case)) => out.tell(by, claimed(&case)),
            Ok(CaseDone::Decided { case, rank }) => {
                let verdict = case.decided.as_ref().map(|decided| decided.verdict);
                let what = verdict.map_or("open", CaseVerdict::participle);
                out.tell(by, format!("Case {} about {} is {what}.", case.number, case.subject));
                self.bring_notices(&case, out);
                if case.kind == CaseKind::Report && verdict == Some(CaseVerdict::Uphold) {
                    self.was_upheld(&case, rank, clock, out);
                }
            }
        }
        self.show_prompt(by, out);
    }

    /// What one member of staff ordered needs another.
    pub(super) fn second_wanted(
        &mut self,
        by: PlayerId,
        case: &Arc<Case>,
        rank: Rank,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let number = case.number;
        let text = format!(
            "That is longer than one may order alone. It counts until then, and for as long as you \
             wanted once somebody else of the staff types `second {number}`."
        );
        out.tell(by, text);
        self.tell_staff(case, rank, by, clock, out);
        self.show_prompt(by, out);
    }

    /// Asks for what waits for somebody who has come in.
    pub(super) fn ask_for_notices(&self, player: PlayerId, out: &mut Outcome) {
        if let Some(account) = self.world.player(player).and_then(|player| player.account) {
            out.ask(Request::Notices { player, who: Person::Account(account) });
        }
    }

    /// What waited for somebody. It counts as read if they are still here to read it.
    pub(super) fn show_notices(&self, player: PlayerId, notices: &[Notice], out: &mut Outcome) {
        if self.world.player(player).is_none() {
            return;
        }
        for notice in notices {
            out.tell(player, Prose::new().span(Role::Good, notice.text.as_str()));
        }
        out.ask(Request::NoticesRead(notices.iter().map(|notice| notice.number).collect()));
        self.show_prompt(player, out);
    }

    fn bring_notices(&self, case: &Case, out: &mut Outcome) {
        let issuer = case.contested.as_ref().and_then(|contested| contested.issuer.account);
        let reporters = case.reports.iter().map(|report| report.reporter);
        let mut people: Vec<Person> = reporters.chain(issuer.map(Person::Account)).collect();
        let mut told: Vec<Person> = Vec::new();
        people.retain(|person| {
            let is_first = !told.contains(person);
            told.push(*person);
            is_first
        });
        for who in people {
            if let Some(player) = self.players_of(Some(who)).first() {
                out.ask(Request::Notices { player: *player, who });
            }
        }
    }

    fn journal_case(
        &self,
        order: &CaseOrder,
        outcome: &Result<CaseDone, String>,
        out: &mut Outcome,
    ) {
        let case = match outcome {
            Ok(CaseDone::Filed { .. }) if matches!(order.act, CaseAct::Report(_)) => {
                return out.ask(Request::Reported(Box::new(order.clone())));
            }
            Ok(
                CaseDone::Filed { case, .. }
                | CaseDone::Claimed(case)
                | CaseDone::Decided { case, .. },
            ) => Some(case),
            Ok(CaseDone::Shown(listed, _)) => Some(&listed.case),
            Ok(CaseDone::Listed(_)) => return,
            Err(_) => None,
        };
        let target = case.map(|case| case.subject.to_string()).or_else(|| meant(&order.act));
        let number = case.map(|case| case.number).or_else(|| number(&order.act));
        let on = number.map(|number| format!("case {number}"));
        let parts: Vec<String> = on.into_iter().chain(why(&order.act)).collect();
        out.ask(Request::Act(StaffAct {
            at: order.at,
            actor: order.by,
            name: order.issuer.name.clone(),
            rank: order.issuer.rank,
            act: order.act.as_str(),
            subject: case.and_then(|case| case.subject.person()),
            target: target.unwrap_or_default(),
            detail: parts.join(": "),
            refused: outcome.as_ref().err().cloned(),
            restriction: case.and_then(|case| contested(case)),
            until: None,
        }));
    }

    /// Puts on record that something was refused before anybody was asked.
    pub(super) fn record_refused(
        &self,
        actor: PlayerId,
        act: &'static str,
        target: String,
        why: String,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some(actor) = self.actor(actor) {
            actor.put_on_record(act, (&target, ""), Some(why), clock, out);
        }
    }
}

fn contested(case: &Case) -> Option<ActId> {
    case.contested.as_ref().map(|contested| contested.restriction)
}

fn meant(act: &CaseAct) -> Option<String> {
    match act {
        CaseAct::Report(filed) => Some(filed.subject.to_string()),
        _ => None,
    }
}

fn number(act: &CaseAct) -> Option<u64> {
    match act {
        CaseAct::Show(number)
        | CaseAct::Claim(number)
        | CaseAct::Unclaim(number)
        | CaseAct::Decide { number, .. } => Some(*number),
        CaseAct::Report(_) | CaseAct::Appeal(_) | CaseAct::List | CaseAct::ListAll => None,
    }
}

fn why(act: &CaseAct) -> Option<String> {
    match act {
        CaseAct::Report(filed) => Some(format!("message {}: {}", filed.message, filed.reason)),
        CaseAct::Appeal(text) => Some(text.clone()),
        CaseAct::Decide { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

fn thanks(case: &Case) -> String {
    match case.kind {
        CaseKind::Appeal => {
            "Your appeal is with the staff now. You will be told what comes of it.".to_owned()
        }
        _ => format!(
            "Thank you. What {} said is with the staff now, and so is what was said around it. You \
             will be told what comes of it.",
            case.subject
        ),
    }
}

fn claimed(case: &Case) -> String {
    let (number, subject) = (case.number, &case.subject);
    match &case.claimed {
        Some(_) => format!("You look into case {number} about {subject} now."),
        None => format!("Nobody looks into case {number} about {subject} now."),
    }
}
