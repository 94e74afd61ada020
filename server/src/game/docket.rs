//! How the queue of cases reads to staff.

use std::time::Duration;

use crate::commands::Clock;
use crate::vocab::{
    Case, CaseKind, Dossier, List, Listed, Prose, RemarkKind, Report, Role, is_intact, lasting,
};

/// The most cases in a list.
const LISTED_MAX: usize = 50;
/// Reports of one case that are shown with what was said; the first ones.
const SHOWN_IN_FULL_MAX: usize = 3;
/// Reports of one case that are shown at all; the first ones.
const SHOWN_MAX: usize = 20;

/// What waits.
pub(super) fn list(cases: &[Listed], clock: Clock) -> Prose {
    if cases.is_empty() {
        return "Nothing waits for you.".into();
    }
    let lines = cases.iter().take(LISTED_MAX).map(|listed| brief(listed, clock));
    let more = match cases.len().saturating_sub(LISTED_MAX) {
        0 => None,
        more => Some(format!("and {more} more.")),
    };
    Prose::new()
        .span(Role::Title, "What waits, the most urgent first")
        .list(List::of(lines.chain(more).map(Prose::text)))
}

fn brief(listed: &Listed, clock: Clock) -> String {
    let case = &listed.case;
    let age = lasting(age(case, clock));
    let mut parts = vec![format!("priority {}", listed.priority), age];
    if case.kind == CaseKind::Report {
        parts.push(match reporters(case) {
            1 => "1 reporter".to_owned(),
            several => format!("{several} reporters"),
        });
    }
    parts.push(state(case));
    format!("{}: {} about {}, {}", case.number, kind(case.kind), case.subject, parts.join(", "))
}

fn reporters(case: &Case) -> usize {
    let mut people: Vec<_> = case.reports.iter().map(|report| report.reporter).collect();
    people.sort_by_key(|person| format!("{person:?}"));
    people.dedup();
    people.len()
}

pub(super) fn kind(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Report => "report",
        CaseKind::Appeal => "appeal",
        CaseKind::Second => "second opinion",
    }
}

pub(super) fn state(case: &Case) -> String {
    match (&case.decided, &case.claimed) {
        (Some(decided), _) => {
            let what = decided.verdict.participle();
            format!("{what} by {}: {}", decided.by.name, decided.reason)
        }
        (None, Some((holder, _))) => format!("{} looks into it", holder.name),
        (None, None) => "open".to_owned(),
    }
}

fn age(case: &Case, clock: Clock) -> Duration {
    (clock.at - case.opened).to_std().unwrap_or_default()
}

/// One case with everything that was brought forward.
pub(super) fn full(listed: &Listed, dossier: &Dossier, clock: Clock) -> Prose {
    let case = &listed.case;
    let mut prose = Prose::new().span(Role::Title, format!("Case {}", brief(listed, clock)));
    if let Some(contested) = &case.contested {
        let wanted = match (case.kind, contested.until) {
            (CaseKind::Second, Some(until)) => {
                until.format(", wanted until %Y-%m-%d %H:%M UTC").to_string()
            }
            (CaseKind::Second, None) => ", wanted until it is lifted".to_owned(),
            _ => String::new(),
        };
        let (what, by) = (&contested.what, &contested.issuer);
        prose = prose.plain(format!("\n{what} by {} ({}){wanted}", by.name, by.rank));
    }
    for (at, report) in case.reports.iter().take(SHOWN_MAX).enumerate() {
        prose = brought_forward(prose, report, at < SHOWN_IN_FULL_MAX);
    }
    prose.plain(format!("\n{}", on_record(case, dossier)))
}

fn brought_forward(mut prose: Prose, report: &Report, in_full: bool) -> Prose {
    let at = report.at.format("\n%Y-%m-%d %H:%M ").to_string();
    prose = prose.span(Role::Dim, at).plain(format!("{}: {}", report.name, report.reason));
    if report.evidence.lines.is_empty() || !in_full {
        return prose;
    }
    let lines = report.evidence.lines.iter().map(|line| {
        let is_it = report.message == Some(line.id);
        let (mark, role) = if is_it { (" reported", Role::Strong) } else { ("", Role::Plain) };
        let place = format!("{} {}#{}{mark}: ", line.at.format("%H:%M:%S"), line.channel, line.seq);
        Prose::new().span(Role::Dim, place).span(role, line.text.as_str())
    });
    let seal = if is_intact(&report.evidence) { "unchanged" } else { "CHANGED since" };
    let hash = report.evidence.short_hash();
    let seal = Prose::new().span(Role::Dim, format!("{seal}, SHA-256 {hash}..."));
    prose.list(List::of(lines.chain([seal])))
}

/// What is on record about the one whom it is about, in one line.
fn on_record(case: &Case, dossier: &Dossier) -> String {
    let of = |kind| dossier.remarks.iter().filter(|remark| remark.kind == kind).count();
    let (warnings, kicks) = (of(RemarkKind::Warning), of(RemarkKind::Kick));
    let restrictions = dossier.restrictions.len();
    format!(
        "On record about {}: restrictions {restrictions}, warnings {warnings}, kicks {kicks}.",
        case.subject
    )
}
