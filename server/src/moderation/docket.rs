//! The queue of what staff have to decide: reports, appeals, second opinions. Decides what comes of what somebody wants of
//! it; whoever asks commits that and then has it [applied](Docket::apply).
//!
//! Ranks are those that are stored, given with each question. Nothing here is told to anyone, least of all to the one whom
//! a case is about.

mod file;
mod judge;
mod plan;
mod weight;

#[cfg(test)]
mod tests;

pub use plan::{Plan, StandingOn};
pub use weight::{Credit, priority};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::{MODERATES, Refused};
use crate::vocab::{
    AccountId, Case, CaseAct, CaseDone, CaseKind, CaseOrder, Dossier, Listed, Notice, Person, Rank,
    Report, Subject,
};

/// How much the queue takes.
#[derive(Debug, Clone)]
pub struct DocketLimits {
    /// The longest that one member of staff restricts somebody alone; none is without limit.
    pub alone_max: Option<Duration>,
    /// How long after a report another about the same player belongs to the same case.
    pub merge: Duration,
    /// Reports of one person that may wait to be decided; a guest has one.
    pub reports_open_max: usize,
    /// Reports and appeals of one person within an hour.
    pub per_hour_max: usize,
    /// Cases that may wait to be decided.
    pub cases_max: usize,
    /// Decided cases that can still be shown; the newest.
    pub decided_max: usize,
}

impl Default for DocketLimits {
    fn default() -> Self {
        Self {
            alone_max: Some(Duration::from_secs(7 * 86_400)),
            merge: Duration::from_secs(600),
            reports_open_max: 5,
            per_hour_max: 10,
            cases_max: 1_000,
            decided_max: 200,
        }
    }
}

/// The stored rank of every account that has one above a player's.
#[derive(Debug, Clone, Default)]
pub struct StaffRanks(pub FxHashMap<AccountId, Rank>);

impl StaffRanks {
    /// A person's rank.
    #[must_use]
    pub fn of(&self, person: Person) -> Rank {
        match person {
            Person::Account(account) => self.0.get(&account).copied().unwrap_or(Rank::Player),
            Person::Guest(_) => Rank::Guest,
        }
    }

    /// The rank of whom a case is about; a guest's for names and addresses.
    #[must_use]
    pub fn of_subject(&self, subject: &Subject) -> Rank {
        subject.person().map_or(Rank::Guest, |person| self.of(person))
    }
}

/// What changes in the queue.
#[derive(Debug, Clone)]
pub struct Change {
    /// The case as it is then.
    pub case: Arc<Case>,
    /// What was brought forward by it.
    pub report: Option<Arc<Report>>,
    /// What those who brought it forward are told.
    pub notices: Vec<Notice>,
}

impl Change {
    fn of(case: Case) -> Self {
        Self { case: Arc::new(case), report: None, notices: Vec::new() }
    }

    /// What is to be told of it to whoever wanted it, once it is committed.
    #[must_use]
    pub fn done(&self, order: &CaseOrder, ranks: &StaffRanks) -> CaseDone {
        let case = Arc::clone(&self.case);
        let rank = ranks.of_subject(&case.subject);
        match order.act {
            CaseAct::Claim(_) | CaseAct::Unclaim(_) => CaseDone::Claimed(case),
            CaseAct::Decide { .. } => CaseDone::Decided { case, rank },
            _ => CaseDone::Filed { is_new: case.reports.len() == 1, case, rank },
        }
    }
}

/// The queue in memory.
#[derive(Debug, Default)]
pub struct Docket {
    limits: DocketLimits,
    cases: BTreeMap<u64, Arc<Case>>,
    credit: FxHashMap<Person, Credit>,
    last: u64,
}

impl Docket {
    /// The queue as it is on record: cases, how often people were right, and the last number that was given.
    #[must_use]
    pub fn new(
        limits: DocketLimits,
        cases: Vec<Case>,
        credit: Vec<(Person, Credit)>,
        last: u64,
    ) -> Self {
        let cases = cases.into_iter().map(|case| (case.number, Arc::new(case))).collect();
        Self { limits, cases, credit: credit.into_iter().collect(), last }
    }

    /// The most that one member of staff may order alone.
    #[must_use]
    pub fn alone_max(&self) -> Option<Duration> {
        self.limits.alone_max
    }

    /// Takes in what is committed.
    pub fn apply(&mut self, change: &Change) {
        let case = &change.case;
        self.last = self.last.max(case.number);
        if let Some(decided) = case.decided.as_ref().filter(|_| case.kind == CaseKind::Report) {
            for person in reporters(case) {
                self.credit.entry(person).or_default().count(decided.verdict);
            }
        }
        self.cases.insert(case.number, Arc::clone(case));
        let decided = self.cases.values().filter(|case| case.decided.is_some());
        if decided.clone().count() > self.limits.decided_max {
            let oldest = decided.map(|case| case.number).next();
            oldest.map(|number| self.cases.remove(&number));
        }
    }

    /// What waits that somebody may see, and what was decided if all is wanted, the most urgent first.
    ///
    /// # Errors
    /// When they are no staff.
    pub fn list(&self, order: &CaseOrder, ranks: &StaffRanks) -> Result<Vec<Listed>, Refused> {
        check_staff(order, ranks)?;
        let is_wanted = |case: &&Arc<Case>| order.act == CaseAct::ListAll || case.decided.is_none();
        let mut listed: Vec<Listed> = self
            .cases
            .values()
            .filter(is_wanted)
            .filter(|case| is_shown(case, order.who, ranks))
            .map(|case| self.listed(case, order.at))
            .collect();
        listed.sort_by_key(|listed| (std::cmp::Reverse(listed.priority), listed.case.number));
        Ok(listed)
    }

    /// One case.
    ///
    /// # Errors
    /// When there is none of that number that they may see.
    pub fn show(
        &self,
        number: u64,
        order: &CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<Listed, Refused> {
        self.seen(number, order, ranks).map(|case| self.listed(case, order.at))
    }

    fn listed(&self, case: &Arc<Case>, at: DateTime<Utc>) -> Listed {
        let weights = reporters(case).into_iter().map(|person| self.weight(person));
        let age = (at - case.opened).to_std().unwrap_or_default();
        Listed { case: Arc::clone(case), priority: priority(weights, case.severity, age) }
    }

    fn weight(&self, person: Person) -> f64 {
        match person {
            Person::Account(_) => self.credit.get(&person).copied().unwrap_or_default().weight(),
            Person::Guest(_) => weight::GUEST,
        }
    }

    fn open(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.cases.values().filter(|case| case.decided.is_none())
    }

    /// A case that somebody may see. What they may not see is not there for them.
    fn seen(
        &self,
        number: u64,
        order: &CaseOrder,
        ranks: &StaffRanks,
    ) -> Result<&Arc<Case>, Refused> {
        check_staff(order, ranks)?;
        let case = self.cases.get(&number).filter(|case| is_shown(case, order.who, ranks));
        case.ok_or_else(|| format!("There is no case {number}."))
    }
}

fn check_staff(order: &CaseOrder, ranks: &StaffRanks) -> Result<(), Refused> {
    if ranks.of(order.who) < MODERATES {
        return Err(format!("Only a {MODERATES} or above may do that."));
    }
    Ok(())
}

/// Takes the cases out of what is on record that whoever reads it may not see. For them, those are not there.
pub fn hide_cases(dossier: &mut Dossier, reader: Person, ranks: &StaffRanks) {
    dossier.cases.retain(|case| is_shown(case, reader, ranks));
    dossier.handled.retain(|case| is_shown(case, reader, ranks));
}

/// Whether somebody may see a case: it is about somebody below them.
fn is_shown(case: &Case, viewer: Person, ranks: &StaffRanks) -> bool {
    case.subject.person() != Some(viewer) && ranks.of_subject(&case.subject) < ranks.of(viewer)
}

/// Who brought a case forward, each once.
fn reporters(case: &Case) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for report in &case.reports {
        if !people.contains(&report.reporter) {
            people.push(report.reporter);
        }
    }
    people
}
