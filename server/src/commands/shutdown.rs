//! `shutdown [seconds]`: stop the server, or call it off.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

/// The longest notice. Seconds.
const SECONDS_MAX: u64 = 86_400;

pub(super) const SHUTDOWN: Command = Command {
    name: "shutdown",
    aliases: &[],
    usage: "shutdown\nshutdown <seconds>\nshutdown off",
    help: "Stop the server at once, or in so many seconds with warnings, or call that off.",
    rank: Rank::Admin,
    run: shutdown,
};

fn shutdown(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let seconds = match rest {
        "" | "now" => Some(0),
        "off" | "cancel" => None,
        number => match number.parse() {
            Ok(seconds @ 0..=SECONDS_MAX) => Some(seconds),
            _ => return Err(Refusal::new(format!("Seconds are a number up to {SECONDS_MAX}."))),
        },
    };
    let detail = seconds.map_or_else(|| "off".to_owned(), |seconds| format!("{seconds} s"));
    let record = Effect::Record { act: "shutdown", target: String::new(), detail };
    Ok(vec![record, Effect::Shutdown(seconds)])
}
