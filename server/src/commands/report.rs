//! `report <player|message> <reason>`: put what was said before the staff; `appeal <text>`: ask them to look again.

use super::effect::About;
use super::message_ref::message_ref;
use super::orders::{player, reason, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{CaseAct, Rank, Refusal, Whom};

pub(super) const REPORT: Command = Command {
    name: "report",
    aliases: &[],
    usage: "report <player> <reason>\nreport <channel>#<number> <reason>",
    help: "Tell the staff about something you have read: the last line of a player, or a message \
           by its number (say#4711) or its id. They get the line and what was said around it, as \
           you read it. Whom you report does not learn of it. You are told what comes of it.",
    rank: Rank::Guest,
    run: report,
};

pub(super) const APPEAL: Command = Command {
    name: "appeal",
    aliases: &[],
    usage: "appeal <text>",
    help: "When you are muted, frozen or otherwise restricted: ask that somebody else of the \
           staff looks at it again. `myrecord` shows what stands against you.",
    rank: Rank::Guest,
    run: appeal,
};

fn report(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (what, why) = word(rest);
    let about = match message_ref(what) {
        Some(message) => About::Message(message),
        // What was meant as a number and is none names nothing, and nobody either.
        None if what.contains('#') => return Err(wanted(REPORT.usage)),
        None => match player(what, REPORT.usage)? {
            Whom::Player(name) => About::Player(name),
            _ => return Err(wanted(REPORT.usage)),
        },
    };
    let reason = reason(why, REPORT.usage)?;
    Ok(vec![Effect::Report { about, reason }])
}

fn appeal(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Case(CaseAct::Appeal(reason(rest, APPEAL.usage)?))])
}
