//! Moderation on the stage in memory: who may do what to whom, what it keeps them from, and for how long.

mod effects;
mod everyone;
mod held;
mod hostile;
mod input;
mod ladder;
mod masks;
mod matrix;
mod oversight;
mod ranks;
mod record;
mod redaction;
mod reports;
mod shadow;
mod time;

#[path = "../support/rehearsal/mod.rs"]
#[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
mod rehearsal;

use hearsay::vocab::Rank;

use rehearsal::Rehearsal;

/// What somebody reads in answer to a line.
fn answer(stage: &mut Rehearsal, client: usize, line: &str) -> String {
    stage.heard(client);
    stage.types(client, line);
    stage.heard(client).join("\n")
}

/// A moderator, a player and somebody who listens, in one room.
fn trio() -> (Rehearsal, [usize; 3]) {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let [bob, gil] = ["Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    (stage, [mara, bob, gil])
}

/// Whether what one says is heard by another.
fn is_heard(stage: &mut Rehearsal, speaker: usize, listener: usize) -> bool {
    stage.heard(listener);
    stage.types(speaker, "say zebra");
    stage.heard(listener).iter().any(|line| line.contains("zebra"))
}
