//! How a case reads to programs: in lists, and with all that was brought forward.

use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::vocab::{
    self, Contested, Dossier, EvidenceLine, Listed, MessageId, RemarkKind, Report, is_intact,
};

/// Something that staff have to decide.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Case {
    /// What staff call it by.
    number: u64,
    /// `report`, `appeal` or `second` (a second opinion about what one may not order alone).
    #[schema(example = "report")]
    kind: &'static str,
    /// `open`, `claimed` or `closed`.
    #[schema(example = "open")]
    state: &'static str,
    /// Whom it is about.
    #[schema(example = "Bob")]
    subject: String,
    opened_at: DateTime<Utc>,
    /// How grave it looked when it came in, from 1.
    severity: u8,
    /// How much it asks to be next; null in the answer to a change.
    priority: Option<u32>,
    /// Who brought it forward, each once.
    reporters: Vec<String>,
    /// Why, in the words of the first of them.
    reason: Option<String>,
    /// The channel of the line that was reported first.
    channel: Option<String>,
    /// That line as its reporter read it.
    line: Option<SeenLine>,
    /// The restriction that it is about; null for reports.
    contested: Option<AtIssue>,
    /// Who looks into it.
    claimed_by: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    closed_by: Option<String>,
    /// `uphold`, `dismiss` or `grant`.
    verdict: Option<&'static str>,
    verdict_reason: Option<String>,
}

/// A line of talk as somebody read it.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct SeenLine {
    /// The name of the line.
    id: Uuid,
    channel: String,
    /// Its number on the channel.
    seq: u64,
    at: DateTime<Utc>,
    /// Who said it.
    #[schema(example = "p_7f3a")]
    sender: String,
    /// The line as it read, with the name of its speaker.
    text: String,
    /// Whether this is the one that was reported.
    reported: bool,
}

/// A restriction that somebody contests, or of which more is wanted.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct AtIssue {
    /// The name of the restriction.
    restriction: Uuid,
    /// What it was, and why.
    #[schema(example = "ban: threats")]
    what: String,
    /// Who imposed it.
    by: String,
    /// Of a second opinion: until when it is wanted; null is until it is lifted.
    until: Option<DateTime<Utc>>,
}

/// A case with all that was brought forward.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct CaseInFull {
    #[serde(flatten)]
    case: Case,
    /// What was said around the line that was reported first, oldest first.
    context: Vec<SeenLine>,
    /// What each person brought forward, oldest first.
    brought: Vec<Brought>,
    /// What became of the case, oldest first.
    acts: Vec<Step>,
    /// What is on record about whom it is about.
    on_record: OnRecord,
}

/// What one person brought forward.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Brought {
    by: String,
    at: DateTime<Utc>,
    reason: String,
    /// What was said, as they read it.
    lines: Vec<SeenLine>,
    /// Whether that is as it was when it was brought forward.
    unchanged: bool,
    /// The seal on it: SHA-256 in hexadecimal digits.
    hash: String,
}

/// Something that became of a case.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Step {
    at: DateTime<Utc>,
    by: String,
    /// `report`, `appeal`, `claim`, `uphold`, `dismiss` or `grant`.
    what: &'static str,
    /// Why; empty for a claim.
    why: String,
}

/// How much is on record about somebody.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct OnRecord {
    restrictions: usize,
    warnings: usize,
    kicks: usize,
}

impl Case {
    /// A case of a list.
    pub(super) fn listed(listed: &Listed) -> Self {
        Self { priority: Some(listed.priority), ..Self::of(&listed.case) }
    }

    pub(super) fn of(case: &vocab::Case) -> Self {
        let first = case.reports.first();
        let line = first.and_then(|report| seen(report).find(|line| line.reported));
        let (claimed, decided) = (case.claimed.as_ref(), case.decided.as_ref());
        let state = match (decided, claimed) {
            (Some(_), _) => "closed",
            (None, Some(_)) => "claimed",
            (None, None) => "open",
        };
        Self {
            number: case.number,
            kind: case.kind.as_str(),
            state,
            subject: case.subject.to_string(),
            opened_at: case.opened.trunc_subsecs(3),
            severity: case.severity,
            priority: None,
            reporters: reporters(case),
            reason: first.map(|report| report.reason.clone()),
            channel: line.as_ref().map(|line| line.channel.clone()),
            line,
            contested: case.contested.as_ref().map(AtIssue::of),
            claimed_by: claimed.map(|(holder, _)| holder.name.to_string()),
            claimed_at: claimed.map(|(_, at)| at.trunc_subsecs(3)),
            closed_at: decided.map(|decided| decided.at.trunc_subsecs(3)),
            closed_by: decided.map(|decided| decided.by.name.to_string()),
            verdict: decided.map(|decided| decided.verdict.as_str()),
            verdict_reason: decided.map(|decided| decided.reason.clone()),
        }
    }
}

impl CaseInFull {
    pub(super) fn of(listed: &Listed, dossier: &Dossier) -> Self {
        let case = &listed.case;
        let remarks = |kind| dossier.remarks.iter().filter(|it| it.kind == kind).count();
        Self {
            context: case.reports.first().into_iter().flat_map(|it| seen(it)).collect(),
            brought: case.reports.iter().map(|report| Brought::of(report)).collect(),
            acts: steps(case),
            on_record: OnRecord {
                restrictions: dossier.restrictions.len(),
                warnings: remarks(RemarkKind::Warning),
                kicks: remarks(RemarkKind::Kick),
            },
            case: Case::listed(listed),
        }
    }
}

/// Who brought a case forward, in the order in which they did.
fn reporters(case: &vocab::Case) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for report in &case.reports {
        if !names.iter().any(|name| *name == report.name) {
            names.push(report.name.to_string());
        }
    }
    names
}

fn seen(report: &Report) -> impl Iterator<Item = SeenLine> {
    report.evidence.lines.iter().map(|line| SeenLine::of(line, report.message))
}

fn steps(case: &vocab::Case) -> Vec<Step> {
    let what = case.kind.as_str();
    let step = |at: DateTime<Utc>, by: &str, what: &'static str, why: &str| Step {
        at: at.trunc_subsecs(3),
        by: by.to_owned(),
        what,
        why: why.to_owned(),
    };
    let brought = case.reports.iter().map(|it| step(it.at, &it.name, what, &it.reason));
    let claimed = case.claimed.iter().map(|(by, at)| step(*at, &by.name, "claim", ""));
    let decided =
        case.decided.iter().map(|it| step(it.at, &it.by.name, it.verdict.as_str(), &it.reason));
    brought.chain(claimed).chain(decided).collect()
}

impl SeenLine {
    fn of(line: &EvidenceLine, reported: Option<MessageId>) -> Self {
        Self {
            id: line.id.0,
            channel: line.channel.to_string(),
            seq: line.seq,
            at: line.at.trunc_subsecs(3),
            sender: line.sender.to_string(),
            text: line.text.clone(),
            reported: reported == Some(line.id),
        }
    }
}

impl AtIssue {
    fn of(contested: &Contested) -> Self {
        Self {
            restriction: contested.restriction.0,
            what: contested.what.clone(),
            by: contested.issuer.name.to_string(),
            until: contested.until.map(|until| until.trunc_subsecs(3)),
        }
    }
}

impl Brought {
    fn of(report: &Report) -> Self {
        Self {
            by: report.name.to_string(),
            at: report.at.trunc_subsecs(3),
            reason: report.reason.clone(),
            lines: seen(report).collect(),
            unchanged: is_intact(&report.evidence),
            hash: report.evidence.hash.clone(),
        }
    }
}
