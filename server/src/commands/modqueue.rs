//! `modqueue`, `unclaim`, `uphold`, `dismiss`, `grant`: staff look into what was put before them, and decide.

use super::orders::{reason, scope_and_time, time, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{
    CaseAct, CaseVerdict, OrderedAct, Rank, Refusal, RemarkKind, RestrictionKind, Scope, Wanted,
};

pub(super) const MODQUEUE: Command = Command {
    name: "modqueue",
    aliases: &["queue"],
    usage: "modqueue\nmodqueue <case>",
    help: "List the reports, appeals and second opinions that wait, the most urgent first; or \
           show one with what was said. That you looked at one is on record, too.",
    rank: Rank::Moderator,
    run: modqueue,
};

pub(super) const UNCLAIM: Command = Command {
    name: "unclaim",
    aliases: &[],
    usage: "unclaim <case>",
    help: "Leave a case that you look into to others.",
    rank: Rank::Moderator,
    run: unclaim,
};

pub(super) const UPHOLD: Command = Command {
    name: "uphold",
    aliases: &["second"],
    usage: "uphold <case> <reason>\nuphold <case> <act> [channel|all] [duration] <reason>\n\
            second <case> <reason>",
    help: "Decide that a report is right, and if you like do something about it in one go: \
           mute, timeout, freeze, ban, warn or note, as in `uphold 12 mute trade 2h spamming`; an \
           hour if you do not say. Of a second opinion: impose the full time.",
    rank: Rank::Moderator,
    run: uphold,
};

pub(super) const DISMISS: Command = Command {
    name: "dismiss",
    aliases: &[],
    usage: "dismiss <case> <reason>",
    help: "Decide that nothing comes of a report, an appeal or a second opinion.",
    rank: Rank::Moderator,
    run: dismiss,
};

pub(super) const GRANT: Command = Command {
    name: "grant",
    aliases: &[],
    usage: "grant <case> <reason>",
    help: "Decide that whoever appeals is right: what they appealed against is lifted.",
    rank: Rank::Moderator,
    run: grant,
};

fn modqueue(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let act = match rest {
        "" => CaseAct::List,
        number => CaseAct::Show(case(number, MODQUEUE.usage)?),
    };
    Ok(vec![Effect::Case(act)])
}

fn unclaim(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Case(CaseAct::Unclaim(case(rest, UNCLAIM.usage)?))])
}

fn uphold(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (number, rest) = word(rest);
    let number = case(number, UPHOLD.usage)?;
    let (act, rest) = act(scene, rest)?;
    decide(number, CaseVerdict::Uphold, act, reason(rest, UPHOLD.usage)?)
}

fn dismiss(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (number, rest) = word(rest);
    let number = case(number, DISMISS.usage)?;
    decide(number, CaseVerdict::Dismiss, None, reason(rest, DISMISS.usage)?)
}

fn grant(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (number, rest) = word(rest);
    let number = case(number, GRANT.usage)?;
    decide(number, CaseVerdict::Grant, None, reason(rest, GRANT.usage)?)
}

fn decide(
    number: u64,
    verdict: CaseVerdict,
    act: Option<OrderedAct>,
    reason: String,
) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Case(CaseAct::Decide { number, verdict, act, reason })])
}

/// The number of a case.
pub(super) fn case(word: &str, usage: &str) -> Result<u64, Refusal> {
    number(word).ok_or_else(|| wanted(usage))
}

/// A word that is the number of a case, with or without `#`. One too large for any is the largest, which nobody gets to.
pub(super) fn number(word: &str) -> Option<u64> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// What is to be done to the one who was reported, if an act comes next.
fn act<'t>(scene: &Scene, text: &'t str) -> Result<(Option<OrderedAct>, &'t str), Refusal> {
    let (verb, rest) = word(text);
    let kind = match verb.to_lowercase().as_str() {
        "warn" => return Ok((Some(OrderedAct::Remark(RemarkKind::Warning)), rest)),
        "note" => return Ok((Some(OrderedAct::Remark(RemarkKind::Note)), rest)),
        "mute" => RestrictionKind::Mute,
        "timeout" => RestrictionKind::Timeout,
        "freeze" => RestrictionKind::Freeze,
        "ban" => RestrictionKind::Ban,
        _ => return Ok((None, text)),
    };
    let (on, lasts, rest) = match kind {
        RestrictionKind::Mute => scope_and_time(scene, rest)?,
        _ => {
            let (lasts, rest) = time(rest)?;
            (Scope::All, lasts, rest)
        }
    };
    Ok((Some(OrderedAct::Restrict(Wanted::new(kind, on, lasts))), rest))
}
