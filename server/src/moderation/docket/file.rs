//! What people bring forward: reports of what was said, and appeals.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Change, Docket, Refused};
use crate::vocab::{
    Case, CaseKind, CaseOrder, Contested, Evidence, Filed, Person, Report, Restriction,
    RestrictionKind, Subject,
};

/// Reports of one case that bring their evidence along; later ones add their word.
const EVIDENCE_MAX: usize = 20;
/// Reports that one case takes.
const REPORTS_MAX: usize = 200;
/// How grave an appeal is: somebody may be kept from speaking without cause.
const APPEAL_SEVERITY: u8 = 2;

impl Docket {
    /// What comes of a report: a new case, or a word more in one about the same incident.
    ///
    /// # Errors
    /// Why not, in a sentence for the reporter.
    pub(super) fn report(&self, order: &CaseOrder, filed: &Filed) -> Result<Change, Refused> {
        if filed.subject.person() == Some(order.who) {
            return Err("That is what you said yourself.".to_owned());
        }
        self.check_rate(order)?;
        let open = self.open_reports(order.who);
        let most = match order.who {
            Person::Account(_) => self.limits.reports_open_max,
            Person::Guest(_) => 1,
        };
        if open >= most {
            return Err(format!(
                "{open} of your reports have still to be looked at; please wait for that."
            ));
        }
        let mut case = match self.same_incident(filed, order.at) {
            Some(case) => Case::clone(case),
            None => self.new_case(CaseKind::Report, filed.subject.clone(), order.at)?,
        };
        let same = |it: &Arc<Report>| it.reporter == order.who && it.message == Some(filed.message);
        if case.reports.iter().any(same) {
            return Err("You have reported that already; staff will look at it.".to_owned());
        }
        if case.reports.len() >= REPORTS_MAX {
            return Err("So many have reported that already that staff know of it.".to_owned());
        }
        case.severity = case.severity.max(filed.severity);
        let evidence = if case.reports.len() < EVIDENCE_MAX {
            filed.evidence.clone()
        } else {
            Evidence::default()
        };
        let report =
            Report { message: Some(filed.message), evidence, ..plain(order, filed.reason.clone()) };
        Ok(with_report(case, report))
    }

    /// What comes of an appeal: a case about the heaviest restriction that it can be about.
    ///
    /// # Errors
    /// Why not, in a sentence for whoever appeals.
    pub(super) fn appeal(
        &self,
        order: &CaseOrder,
        text: &str,
        standing: &[Arc<Restriction>],
    ) -> Result<Change, Refused> {
        // Who is shadowed does not know; an answer must not tell them.
        let known = standing.iter().filter(|it| it.kind != RestrictionKind::Shadow);
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|it| std::cmp::Reverse((it.kind, it.id)));
        if known.is_empty() {
            return Err("Nothing stands against you that you could appeal.".to_owned());
        }
        let free = known.into_iter().find(|it| !self.is_contested(it, CaseKind::Appeal));
        let Some(restriction) = free else {
            return Err("Your appeal is with the staff already.".to_owned());
        };
        self.check_rate(order)?;
        let subject = Subject::Person(order.who, order.issuer.name.clone());
        let mut case = self.new_case(CaseKind::Appeal, subject, order.at)?;
        case.severity = APPEAL_SEVERITY;
        case.contested = Some(contested(restriction));
        Ok(with_report(case, plain(order, text.to_owned())))
    }

    /// A case that asks whether a restriction shall last as long as its issuer wanted, for whom there is always room. One
    /// that asked so about what it takes the place of asks about this from now on.
    pub(super) fn second_opinion(
        &self,
        restriction: &Restriction,
        until: Option<DateTime<Utc>>,
    ) -> Change {
        let before = restriction.supersedes.and_then(|before| {
            let about = |it: &Contested| it.restriction == before;
            let second = self.open().filter(|case| case.kind == CaseKind::Second);
            second.into_iter().find(|case| case.contested.as_ref().is_some_and(about))
        });
        let mut case = match before {
            Some(case) => Case::clone(case),
            None => self.blank(CaseKind::Second, restriction.subject.clone(), restriction.from),
        };
        case.severity = APPEAL_SEVERITY;
        case.claimed = None;
        case.contested = Some(Contested { until, ..contested(restriction) });
        Change::of(case)
    }

    /// The case that a report belongs to: one about the same message, or one about the same player that was reported just
    /// before.
    fn same_incident(&self, filed: &Filed, at: DateTime<Utc>) -> Option<&Arc<Case>> {
        let reports = || self.open().filter(|case| case.kind == CaseKind::Report);
        let about = |case: &&Arc<Case>| {
            case.reports.iter().any(|report| report.message == Some(filed.message))
        };
        let window = TimeDelta::from_std(self.limits.merge).unwrap_or(TimeDelta::MAX);
        let near = |case: &&Arc<Case>| {
            let latest = case.reports.last().map_or(case.opened, |report| report.at);
            case.subject.is(&filed.subject) && at - latest <= window
        };
        reports().find(about).or_else(|| reports().find(near))
    }

    fn is_contested(&self, restriction: &Restriction, kind: CaseKind) -> bool {
        let about = |case: &Arc<Case>| {
            case.contested.as_ref().is_some_and(|it| it.restriction == restriction.id)
        };
        self.open().any(|case| case.kind == kind && about(case))
    }

    fn new_case(
        &self,
        kind: CaseKind,
        subject: Subject,
        opened: DateTime<Utc>,
    ) -> Result<Case, Refused> {
        if self.open().count() >= self.limits.cases_max {
            return Err("More waits for the staff than they can take just now.".to_owned());
        }
        Ok(self.blank(kind, subject, opened))
    }

    fn blank(&self, kind: CaseKind, subject: Subject, opened: DateTime<Utc>) -> Case {
        let number = self.last + 1;
        let (contested, reports, claimed, decided) = Default::default();
        Case { number, kind, subject, opened, severity: 1, contested, reports, claimed, decided }
    }

    fn open_reports(&self, who: Person) -> usize {
        let reports = self.open().filter(|case| case.kind == CaseKind::Report);
        reports.flat_map(|case| &case.reports).filter(|report| report.reporter == who).count()
    }

    fn check_rate(&self, order: &CaseOrder) -> Result<(), Refused> {
        let since = order.at - TimeDelta::hours(1);
        let all = self.cases.values().flat_map(|case| &case.reports);
        let lately = all.filter(|it| it.reporter == order.who && it.at > since).count();
        if lately >= self.limits.per_hour_max {
            return Err(
                "You have brought much before the staff within the hour; please wait.".to_owned()
            );
        }
        Ok(())
    }
}

fn contested(restriction: &Restriction) -> Contested {
    Contested {
        restriction: restriction.id,
        what: format!("{}: {}", restriction.kind.as_str(), restriction.reason),
        issuer: restriction.issuer.clone(),
        until: restriction.until,
    }
}

fn plain(order: &CaseOrder, reason: String) -> Report {
    Report {
        id: order.id,
        reporter: order.who,
        name: order.issuer.name.clone(),
        reason,
        at: order.at,
        message: None,
        evidence: Evidence::default(),
    }
}

fn with_report(mut case: Case, report: Report) -> Change {
    let report = Arc::new(report);
    case.reports.push(Arc::clone(&report));
    Change { report: Some(report), ..Change::of(case) }
}
