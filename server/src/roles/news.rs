//! Which lines of the moderation log programs of staff learn of as they are written, and with what in them. What was refused or
//! merely read is not among them.

use smol_str::SmolStr;

use crate::bus::ActNews;
use crate::journal::{Act, Automatic, ModerationRecord, Report};
use crate::vocab::Rank;

/// What is done to cases. Whose they are is known to staff above the subject alone.
const OF_CASES: [&str; 8] =
    ["report", "appeal", "second", "claim", "unclaim", "uphold", "grant", "dismiss"];

/// Merely looking, with what was looked for in the line.
const LOOKS: [&str; 1] = ["filter"];

/// What programs of staff learn of a line; none for one that is not for them.
pub(super) fn of(record: &ModerationRecord) -> Option<ActNews> {
    match record {
        ModerationRecord::Act(act) if act.refused.is_none() => of_staff(act),
        ModerationRecord::Automatic(automatic) => Some(of_rule(automatic)),
        ModerationRecord::Report(report) => Some(of_player(report)),
        ModerationRecord::Act(_) | ModerationRecord::Hit(_) | ModerationRecord::Read(_) => None,
    }
}

fn of_staff(act: &Act) -> Option<ActNews> {
    let is_of_case = OF_CASES.contains(&act.act.as_str()) && act.target.is_some();
    if LOOKS.contains(&act.act.as_str()) {
        return None;
    }
    // Players are on record for texts that they show; that is no act of staff.
    if !act.rank.is_staff() && !is_of_case {
        return None;
    }
    Some(ActNews {
        at: act.at,
        act: act.act.clone(),
        actor: Some(act.actor_name.clone()),
        actor_account: act.actor_account,
        subject: act.subject,
        subject_rank: Rank::Guest,
        target: act.target.clone(),
        detail: act.detail.clone(),
        restriction: act.restriction,
        until: act.until,
        is_of_case,
    })
}

fn of_rule(automatic: &Automatic) -> ActNews {
    ActNews {
        at: automatic.at,
        act: automatic.what.clone(),
        actor: Some(automatic.rule.clone()),
        actor_account: None,
        subject: automatic.subject,
        subject_rank: Rank::Guest,
        target: automatic.name.as_ref().map(SmolStr::to_string),
        detail: automatic.detail.clone(),
        restriction: automatic.restriction,
        until: automatic.until,
        is_of_case: false,
    }
}

/// Who reported is in the queue for those who look into it, and not told around.
fn of_player(report: &Report) -> ActNews {
    ActNews {
        at: report.at,
        act: SmolStr::new_static("report"),
        actor: None,
        actor_account: None,
        subject: report.reported,
        subject_rank: Rank::Guest,
        target: report.reported_name.as_ref().map(SmolStr::to_string),
        detail: Some(report.reason.clone()),
        restriction: None,
        until: None,
        is_of_case: true,
    }
}
