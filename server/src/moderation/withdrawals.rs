//! Whether a line may be taken back or put back: the rules of rank for what was said. Carries nothing out.

use super::orders::{MODERATES, Refused};
use crate::vocab::{
    Lifted, LineId, Message, MessageRef, Person, Rank, Redaction, Sender, SenderKind, Subject,
    Withdrawal,
};

/// A line as it is stored.
#[derive(Debug, Clone)]
pub struct StoredLine {
    /// The line.
    pub message: Message,
    /// The stored rank of whoever said it; a guest's for guests, NPCs and the server.
    pub rank: Rank,
    /// That it has been taken back.
    pub redaction: Option<Redaction>,
}

/// Decides whether a line is taken back or put back. `rank` is the stored one of whoever wants it.
///
/// Whoever moderates may take back their own lines and those of lower ranks. What comes back is the line and what is to
/// be committed: a redaction that is marked as undone puts the line back.
///
/// # Errors
/// Why not, in a sentence.
pub fn decide_withdrawal(
    wanted: &Withdrawal,
    rank: Rank,
    line: Option<StoredLine>,
) -> Result<(Message, Redaction), Refused> {
    if rank < MODERATES {
        return Err(format!("Only a {MODERATES} or above may do that."));
    }
    let line = line.ok_or_else(|| no_such_line(&wanted.line))?;
    let redaction =
        if wanted.undo { restore(wanted, rank, &line)? } else { redact(wanted, rank, &line)? };
    Ok((line.message, redaction))
}

/// That a line is not known.
#[must_use]
pub fn no_such_line(line: &MessageRef) -> Refused {
    format!("{line} is not a line that is kept. `history` shows the numbers.")
}

fn redact(wanted: &Withdrawal, rank: Rank, line: &StoredLine) -> Result<Redaction, Refused> {
    if let Some(Redaction { by, reason, .. }) = &line.redaction {
        return Err(format!("{} has taken that line back already: {reason}", by.name));
    }
    let sender = &line.message.sender;
    let is_own = sender.account.is_some() && sender.account == wanted.issuer.account;
    if !is_own && line.rank >= rank {
        return Err(format!("{} is not below you in rank.", sender.name));
    }
    let mut by = wanted.issuer.clone();
    by.rank = rank;
    Ok(Redaction {
        id: wanted.id,
        line: LineId::of(&line.message),
        speaker: speaker(&line.message.sender),
        by,
        at: wanted.at,
        reason: wanted.reason.clone(),
        undone: None,
    })
}

/// The person who said something, if a person did.
fn speaker(sender: &Sender) -> Option<Subject> {
    let is_person = matches!(sender.kind, SenderKind::Player | SenderKind::Staff);
    let person = || Person::of(sender.account, sender.id);
    is_person.then(|| Subject::Person(person(), sender.name.clone()))
}

fn restore(wanted: &Withdrawal, rank: Rank, line: &StoredLine) -> Result<Redaction, Refused> {
    let redaction = line.redaction.clone().ok_or("That line has not been taken back.")?;
    if redaction.by.rank > rank {
        let by = redaction.by.rank;
        return Err(format!(
            "That was done by somebody of rank {by} and can only be undone by one."
        ));
    }
    let mut by = wanted.issuer.clone();
    by.rank = rank;
    let undone = Some(Lifted { by, at: wanted.at, why: wanted.reason.clone() });
    Ok(Redaction { undone, ..redaction })
}
