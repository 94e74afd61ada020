//! Who of the staff looks into a case and who decides it.

use std::sync::Arc;

use super::{Change, Docket, Refused, StaffRanks, reporters};
use crate::vocab::{Case, CaseKind, CaseOrder, CaseVerdict, Decided, Notice, Person, Restriction};

impl Docket {
    /// Somebody looks into a case. One of higher rank may take it from another.
    pub(super) fn claim(
        &self,
        number: u64,
        order: &CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<Change, Refused> {
        let case = self.undecided(number, order, ranks)?;
        check_free(case, order, ranks)?;
        check_part(case, order.who)?;
        if holds(case, order.who) {
            return Err(format!("You look into case {number} already."));
        }
        let claimed = Some((order.issuer.clone(), order.at));
        Ok(Change::of(Case { claimed, ..Case::clone(case) }))
    }

    /// Somebody leaves a case to others.
    pub(super) fn unclaim(
        &self,
        number: u64,
        order: &CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<Change, Refused> {
        let case = self.undecided(number, order, ranks)?;
        if case.claimed.is_none() {
            return Err(format!("Nobody looks into case {number}."));
        }
        check_free(case, order, ranks)?;
        Ok(Change::of(Case { claimed: None, ..Case::clone(case) }))
    }

    /// A case that somebody may decide this way.
    pub(super) fn decidable(
        &self,
        number: u64,
        verdict: CaseVerdict,
        order: &CaseOrder,
        ranks: &StaffRanks,
        counts: &dyn Fn(&Case) -> Option<Arc<Restriction>>,
    ) -> Result<&Arc<Case>, Refused> {
        let case = self.undecided(number, order, ranks)?;
        check_free(case, order, ranks)?;
        // What no longer counts may be cleared away by anyone.
        let is_over = case.contested.is_some() && counts(case).is_none();
        if !is_over {
            check_part(case, order.who)?;
        }
        let fits = match case.kind {
            CaseKind::Report | CaseKind::Second => verdict != CaseVerdict::Grant,
            CaseKind::Appeal => verdict != CaseVerdict::Uphold,
        };
        if fits {
            return Ok(case);
        }
        Err(match case.kind {
            CaseKind::Appeal => {
                format!("Case {number} is an appeal: `grant {number}` or `dismiss {number}`.")
            }
            _ => format!("Case {number} is no appeal: `uphold {number}` or `dismiss {number}`."),
        })
    }

    fn undecided(
        &self,
        number: u64,
        order: &CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<&Arc<Case>, Refused> {
        let case = self.seen(number, order, ranks)?;
        match &case.decided {
            None => Ok(case),
            Some(decided) => {
                let what = decided.verdict.participle();
                Err(format!("Case {number} is {what} already, by {}.", decided.by.name))
            }
        }
    }
}

/// The case once it is decided, and the word to those who brought it forward.
pub(super) fn decided(
    case: &Case,
    order: &CaseOrder,
    verdict: CaseVerdict,
    reason: String,
) -> Change {
    let (by, at) = (order.issuer.clone(), order.at);
    let mut case = case.clone();
    case.decided = Some(Decided { by, at, verdict, reason });
    let text = outcome(&case, verdict);
    let notice = |person| Notice { number: 0, person, text: text.clone(), at };
    let mut notices: Vec<Notice> = reporters(&case).into_iter().map(notice).collect();
    notices.extend(to_issuer(&case, order, verdict));
    Change { notices, ..Change::of(case) }
}

/// What those who brought a case forward are told: how it was decided, and no more.
fn outcome(case: &Case, verdict: CaseVerdict) -> String {
    let day = case.opened.format("%Y-%m-%d");
    match (case.kind, verdict) {
        (CaseKind::Appeal, _) => {
            format!(
                "Staff have decided about your appeal of {day}: it is {}.",
                verdict.participle()
            )
        }
        (_, CaseVerdict::Dismiss) => format!(
            "Staff have looked at what you reported about {} on {day}: it is dismissed. Thank you \
             for telling them.",
            case.subject
        ),
        _ => format!(
            "Staff have looked at what you reported about {} on {day}: it is upheld. Thank you for \
             telling them.",
            case.subject
        ),
    }
}

/// What the one is told who had ordered what the case was about.
fn to_issuer(case: &Case, order: &CaseOrder, verdict: CaseVerdict) -> Option<Notice> {
    let contested = case.contested.as_ref()?;
    let person = Person::Account(contested.issuer.account?);
    let (number, what, subject) = (case.number, verdict.participle(), &case.subject);
    let text = format!(
        "Case {number} about {subject} ({}) is {what} by {}.",
        contested.what, order.issuer.name
    );
    let notice = Notice { number: 0, person, text, at: order.at };
    Some(notice).filter(|notice| notice.person != order.who)
}

fn holds(case: &Case, who: Person) -> bool {
    let holder = case.claimed.as_ref().and_then(|(holder, _)| holder.account);
    holder.map(Person::Account) == Some(who)
}

/// Who holds a case decides it, unless somebody of higher rank does.
fn check_free(case: &Case, order: &CaseOrder, ranks: &StaffRanks) -> Result<(), Refused> {
    let Some((holder, _)) = &case.claimed else { return Ok(()) };
    let rank = holder.account.map_or(holder.rank, |account| ranks.of(Person::Account(account)));
    if holds(case, order.who) || rank < ranks.of(order.who) {
        return Ok(());
    }
    let (number, name) = (case.number, &holder.name);
    Err(format!("{name} looks into case {number}; they can `unclaim {number}`."))
}

/// Nobody decides what they brought forward or imposed themselves.
fn check_part(case: &Case, who: Person) -> Result<(), Refused> {
    if case.reports.iter().any(|report| report.reporter == who) {
        return Err("You have reported that yourself: somebody else has to decide.".to_owned());
    }
    let imposed = case.contested.as_ref().and_then(|contested| contested.issuer.account);
    if imposed.map(Person::Account) == Some(who) {
        return Err("You have ordered that yourself: somebody else has to decide.".to_owned());
    }
    Ok(())
}
