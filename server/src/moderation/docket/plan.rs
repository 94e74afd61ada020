//! What has to be committed when something is wanted of the queue, or ordered: acts on people, and cases.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Change, Docket, Refused, StaffRanks, judge};
use crate::moderation::{Decision, Target, decide};
use crate::vocab::{
    Case, CaseAct, CaseKind, CaseOrder, CaseVerdict, Lifted, Order, OrderedAct, Placed, Rank,
    Restriction, Subject, Wanted, Whom,
};

/// What is to be committed, in this order.
#[derive(Debug)]
pub struct Plan {
    /// What is done to somebody, and the order for it as it goes on record.
    pub act: Option<(Placed, Decision)>,
    /// What changes in the queue; none when somebody only looks.
    pub change: Option<Change>,
}

impl Plan {
    fn of(change: Change) -> Self {
        Self { act: None, change: Some(change) }
    }
}

/// What counts against somebody or something now.
pub type StandingOn<'a> = dyn Fn(&Subject) -> Vec<Arc<Restriction>> + 'a;

impl Docket {
    /// Decides an order as [`decide`] does, and puts what one member of staff may not order alone before another.
    ///
    /// # Errors
    /// Why it is not carried out.
    pub fn settle(
        &self,
        placed: &Placed,
        rank: Rank,
        target: Option<Target>,
        standing: &[Arc<Restriction>],
    ) -> Result<Plan, Refused> {
        let (decision, change) = self.cut(decide(placed, rank, target, standing)?);
        Ok(Plan { act: Some((placed.clone(), decision)), change })
    }

    /// What one may not order alone lasts for as long as they may, and is put before somebody else.
    fn cut(&self, decision: Decision) -> (Decision, Option<Change>) {
        let Decision::Restrict(mut restriction) = decision else { return (decision, None) };
        let most = self.alone_max().and_then(|most| TimeDelta::from_std(most).ok());
        let alone = most.and_then(|most| restriction.from.checked_add_signed(most));
        let Some(alone) = alone.filter(|alone| is_longer(&restriction, *alone)) else {
            return (Decision::Restrict(restriction), None);
        };
        let wanted = restriction.until.replace(alone);
        let change = self.second_opinion(&restriction, wanted);
        (Decision::Restrict(restriction), Some(change))
    }

    /// What comes of something that changes the queue.
    ///
    /// # Errors
    /// Why nothing does, in a sentence for whoever wanted it.
    pub fn plan(
        &self,
        order: &CaseOrder,
        ranks: &StaffRanks,
        standing: &StandingOn,
    ) -> Result<Plan, Refused> {
        match &order.act {
            CaseAct::Report(filed) => self.report(order, filed).map(Plan::of),
            CaseAct::Appeal(text) => {
                let own = Subject::Person(order.who, order.issuer.name.clone());
                self.appeal(order, text, &standing(&own)).map(Plan::of)
            }
            CaseAct::Claim(number) => self.claim(*number, order, ranks).map(Plan::of),
            CaseAct::Unclaim(number) => self.unclaim(*number, order, ranks).map(Plan::of),
            CaseAct::Decide { number, verdict, act, reason } => {
                let counts = |case: &Case| contested(case, standing);
                let case = self.decidable(*number, *verdict, order, ranks, &counts)?;
                let act = carried_out(case, order, *verdict, act.as_ref(), ranks, standing)?;
                let (act, further) = match act {
                    Some((placed, decision)) if case.kind == CaseKind::Report => {
                        let (decision, change) = self.cut(decision);
                        (Some((placed, decision)), change)
                    }
                    act => (act, None),
                };
                if further.is_some() {
                    return Err(self.too_long());
                }
                let change = judge::decided(case, order, *verdict, reason.clone());
                Ok(Plan { act, change: Some(change) })
            }
            CaseAct::List | CaseAct::ListAll | CaseAct::Show(_) => {
                Ok(Plan { act: None, change: None })
            }
        }
    }

    fn too_long(&self) -> Refused {
        let days = self.alone_max().map_or(0, |most| most.as_secs() / 86_400);
        format!(
            "Alone you may order {days} days at most. Uphold it with that, or without an act and \
             order more by itself: that is put before somebody else."
        )
    }
}

/// Whether a restriction of somebody, or of who comes in, ends after a moment. What concerns channels may last.
fn is_longer(restriction: &Restriction, moment: chrono::DateTime<chrono::Utc>) -> bool {
    let is_on_people = restriction.subject != Subject::Everyone;
    // What a rule of the server does by itself has bounds of its own.
    let is_by_one = !restriction.issuer.is_rule();
    is_on_people && is_by_one && restriction.until.is_none_or(|until| until > moment)
}

/// The restriction that a case is about, while it counts.
fn contested(case: &Case, standing: &StandingOn) -> Option<Arc<Restriction>> {
    let id = case.contested.as_ref()?.restriction;
    standing(&case.subject).into_iter().find(|restriction| restriction.id == id)
}

fn carried_out(
    case: &Case,
    order: &CaseOrder,
    verdict: CaseVerdict,
    act: Option<&OrderedAct>,
    ranks: &StaffRanks,
    standing: &StandingOn,
) -> Result<Option<(Placed, Decision)>, Refused> {
    match (case.kind, verdict) {
        (_, CaseVerdict::Dismiss) => Ok(None),
        (CaseKind::Report, _) => {
            act.map(|act| on_reported(case, order, act, ranks, standing)).transpose()
        }
        (CaseKind::Appeal, _) => freed(case, order, ranks, standing).map(Some),
        (CaseKind::Second, _) => prolonged(case, order, standing).map(Some),
    }
}

/// Something is done to the one who was reported, with what was said as evidence.
fn on_reported(
    case: &Case,
    order: &CaseOrder,
    act: &OrderedAct,
    ranks: &StaffRanks,
    standing: &StandingOn,
) -> Result<(Placed, Decision), Refused> {
    let mut placed = placed(case, order, act.clone());
    let mut evidence: Vec<_> = case.reports.iter().filter_map(|report| report.message).collect();
    evidence.sort();
    evidence.dedup();
    placed.order.evidence = evidence;
    let rank = ranks.of_subject(&case.subject);
    let target = Target { subject: case.subject.clone(), rank, except: Vec::new() };
    let decision = decide(&placed, ranks.of(order.who), Some(target), &standing(&case.subject))?;
    Ok((placed, decision))
}

/// Whoever appealed is set free of what they appealed against.
fn freed(
    case: &Case,
    order: &CaseOrder,
    ranks: &StaffRanks,
    standing: &StandingOn,
) -> Result<(Placed, Decision), Refused> {
    let restriction = contested(case, standing).ok_or_else(|| over(case))?;
    let by = restriction.issuer.rank;
    if by > ranks.of(order.who) {
        return Err(format!(
            "That was done by somebody of rank {by} and can only be lifted by one."
        ));
    }
    let placed = placed(case, order, OrderedAct::Lift(restriction.kind.alone()));
    let (by, at, why) = (order.issuer.clone(), order.at, placed.order.reason.clone());
    Ok((placed, Decision::Lift(vec![restriction], Lifted { by, at, why })))
}

/// A restriction lasts for as long as its issuer wanted.
fn prolonged(
    case: &Case,
    order: &CaseOrder,
    standing: &StandingOn,
) -> Result<(Placed, Decision), Refused> {
    let restriction = contested(case, standing).ok_or_else(|| over(case))?;
    let until = case.contested.as_ref().and_then(|contested| contested.until);
    let lasts = until.map(|until| (until - order.at).to_std().unwrap_or_default());
    let (kind, scope) = (restriction.kind, restriction.scope.clone());
    let wanted = Wanted { measure: restriction.measure, ..Wanted::new(kind, scope, lasts) };
    let placed = placed(case, order, OrderedAct::Restrict(wanted));
    let full = Restriction {
        id: order.id,
        from: order.at,
        until,
        supersedes: Some(restriction.id),
        ..Restriction::clone(&restriction)
    };
    Ok((placed, Decision::Restrict(full)))
}

fn over(case: &Case) -> Refused {
    let number = case.number;
    format!("What case {number} is about no longer counts: `dismiss {number}`.")
}

/// An order about the one whom a case is about, as it goes on record.
fn placed(case: &Case, order: &CaseOrder, act: OrderedAct) -> Placed {
    let whom = match &case.subject {
        Subject::Person(_, name) => Whom::Player(name.to_string()),
        Subject::Names(pattern) => Whom::Names(pattern.clone()),
        Subject::Addresses(range) => Whom::Addresses(*range),
        Subject::Everyone => Whom::Everyone,
    };
    let reason = match &order.act {
        CaseAct::Decide { reason, .. } => reason.clone(),
        _ => String::new(),
    };
    Placed {
        id: order.id,
        by: order.by,
        issuer: order.issuer.clone(),
        here: None,
        at: order.at,
        now: order.now,
        order: Order { whom, act, reason, evidence: Vec::new() },
        cited: Vec::new(),
    }
}
