//! `redact <message> <reason>`, `unredact <message> [why]`: staff take a line back, or put it back.

use super::message_ref::message_ref;
use super::orders::{optional_reason, reason, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{MessageRef, Rank, Refusal};

pub(super) const REDACT: Command = Command {
    name: "redact",
    aliases: &[],
    usage: "redact <channel>#<number> <reason>\nredact <message-id> <reason>",
    help: "Take a line back: nobody but staff reads it in `history` any more, clients that come \
           back do not get it, and web pages take it off their screens. `history` shows the \
           numbers. Your own lines, or those of lower ranks.",
    rank: Rank::Moderator,
    run: redact,
};

pub(super) const UNREDACT: Command = Command {
    name: "unredact",
    aliases: &[],
    usage: "unredact <channel>#<number>\nunredact <message> <why>",
    help: "Put a line back where it was that `redact` took away.",
    rank: Rank::Moderator,
    run: unredact,
};

fn redact(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (line, why) = named(rest, REDACT.usage)?;
    let reason = reason(why, REDACT.usage)?;
    Ok(vec![Effect::Withdraw { line, undo: false, reason }])
}

fn unredact(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (line, why) = named(rest, UNREDACT.usage)?;
    Ok(vec![Effect::Withdraw { line, undo: true, reason: optional_reason(why)? }])
}

fn named<'t>(text: &'t str, usage: &str) -> Result<(MessageRef, &'t str), Refusal> {
    let (first, rest) = word(text);
    if first.is_empty() {
        return Err(wanted(usage));
    }
    let line = message_ref(first).ok_or_else(|| {
        let first: String = first.chars().take(40).collect();
        Refusal::new(format!(
            "{first:?} names no line. Write `say#12`, as `history say` shows it, or its id."
        ))
    })?;
    Ok((line, rest))
}
