//! What is on record about somebody besides restrictions and remarks, as staff read it: lines that were taken back or had to
//! wait, cases, and what they lifted of others. Who brought a case forward is never among it.

use super::docket::{kind, state};
use super::dossier::{Line, by};
use super::held::shown;
use crate::commands::Clock;
use crate::vocab::{
    Case, Dossier, HeldRecord, Issuer, Lifted, Person, Redaction, Restriction, Verdict,
};

/// What was done to them.
pub(super) fn done_to(dossier: &Dossier, clock: Clock) -> Vec<Line> {
    let taken_back = dossier.taken_back.iter().map(taken_back);
    let held = dossier.held.iter().map(|record| held(record, clock));
    let cases = dossier.cases.iter().map(case);
    taken_back.chain(held).chain(cases).collect()
}

/// What they did to others.
pub(super) fn done_by(dossier: &Dossier, who: Option<Person>) -> Vec<Line> {
    let took_back = dossier.took_back.iter().map(took_back);
    let put_back = dossier.put_back.iter().filter_map(put_back);
    let settled = dossier.settled.iter().filter_map(settled);
    let handled = dossier.handled.iter().map(|case| handled(case, who));
    took_back.chain(put_back).chain(settled).chain(handled).collect()
}

/// That they lifted what somebody else had imposed.
pub(super) fn lifted(it: &Restriction) -> Option<Line> {
    let Lifted { at, why, .. } = it.lifted.as_ref()?;
    let (what, by) = (it.particulars(), by(&it.issuer, true));
    Some((*at, format!("lifted {what} for {}{by}{}", it.subject, after_colon(why))))
}

fn taken_back(it: &Redaction) -> Line {
    let by = by(&it.by, true);
    let (channel, reason) = (&it.line.channel, &it.reason);
    (it.at, format!("line on {channel} taken back{by}: {reason}{}{}", undone(it), name(it)))
}

fn took_back(it: &Redaction) -> Line {
    let reason = &it.reason;
    (it.at, format!("took back a line{}: {reason}{}{}", whose(it), undone(it), name(it)))
}

fn put_back(it: &Redaction) -> Option<Line> {
    let Lifted { at, why, .. } = it.undone.as_ref()?;
    let by = by(&it.by, true);
    let why = after_colon(why);
    Some((*at, format!("put back a line{}, taken back{by}{why}{}", whose(it), name(it))))
}

fn whose(it: &Redaction) -> String {
    let of = it.speaker.as_ref().map(|speaker| format!(" of {speaker}")).unwrap_or_default();
    format!("{of} on {}", it.line.channel)
}

fn undone(it: &Redaction) -> String {
    let Some(undone) = &it.undone else { return String::new() };
    let at = undone.at.format("%Y-%m-%d %H:%M");
    format!(" [put back {at} by {}{}]", undone.by.name, after_colon(&undone.why))
}

/// The name of the line, which stays when its number has begun anew.
fn name(it: &Redaction) -> String {
    format!(" (line {})", it.line.id)
}

fn held(record: &HeldRecord, clock: Clock) -> Line {
    let HeldRecord { line, settled } = record;
    let state = match settled {
        Some((verdict, Lifted { by, at, why })) => {
            let (verdict, why) = (verdict.participle(), after_colon(why));
            format!("{verdict} {} by {}{why}", at.format("%Y-%m-%d %H:%M"), by.name)
        }
        None if line.until > clock.at => "waits".to_owned(),
        None => "nobody came to it in time".to_owned(),
    };
    (line.at, format!("line that had to wait, {} [{state}]", shown(line)))
}

fn settled(record: &HeldRecord) -> Option<Line> {
    let (verdict, Lifted { at, why, .. }) = record.settled.as_ref()?;
    let verdict = match verdict {
        Verdict::Approved => "approved",
        Verdict::Denied => "denied",
    };
    let line = &record.line;
    Some((*at, format!("{verdict} {}, of {}{}", shown(line), line.name, after_colon(why))))
}

fn case(case: &Case) -> Line {
    let (number, kind) = (case.number, kind(case.kind));
    (case.opened, format!("{kind}, case {number}{} [{}]", contested(case), state(case)))
}

/// What somebody of the staff had to do with a case: the last of it.
fn handled(case: &Case, who: Option<Person>) -> Line {
    let is_them = |issuer: &Issuer| issuer.account.map(Person::Account) == who;
    let what = format!(
        "case {} about {} ({}{})",
        case.number,
        case.subject,
        kind(case.kind),
        contested(case)
    );
    let decided = case.decided.as_ref().filter(|decided| is_them(&decided.by));
    if let Some(decided) = decided {
        let verdict = decided.verdict.participle();
        return (decided.at, format!("{verdict} {what}: {}", decided.reason));
    }
    if let Some((_, at)) = case.claimed.as_ref().filter(|(holder, _)| is_them(holder)) {
        return (*at, format!("claimed {what} [{}]", state(case)));
    }
    (case.opened, format!("ordered what is at issue in {what} [{}]", state(case)))
}

fn contested(case: &Case) -> String {
    let contested = case.contested.as_ref();
    contested.map(|it| format!(" about {}{}", it.what, by(&it.issuer, true))).unwrap_or_default()
}

fn after_colon(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}
