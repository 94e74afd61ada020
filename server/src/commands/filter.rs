//! `filter test <text>` and `filter dryrun <count>`: staff ask the content filter.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

/// The most messages of a dry run.
const MESSAGES_MAX: usize = 1000;

pub(super) const FILTER: Command = Command {
    name: "filter",
    aliases: &[],
    usage: "filter test <text> | filter dryrun <count>",
    help: "Read what every step of the content filter makes of a text, or what it finds in so \
           many of the newest messages. Nothing happens to anyone.",
    rank: Rank::Moderator,
    run: filter,
};

fn filter(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (what, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let rest = rest.trim();
    match what {
        "test" if !rest.is_empty() => {
            Ok(vec![recorded("test", rest.to_owned()), Effect::TestFilter(rest.to_owned())])
        }
        "dryrun" => {
            let count = rest.parse().ok().filter(|count| (1..=MESSAGES_MAX).contains(count));
            let count = count.ok_or_else(|| {
                Refusal::new(format!("How many messages? A number from 1 to {MESSAGES_MAX}."))
            })?;
            Ok(vec![recorded("dryrun", count.to_string()), Effect::TryFilter(count)])
        }
        _ => Err(Refusal::new(format!("Usage: {}", FILTER.usage))),
    }
}

fn recorded(target: &str, detail: String) -> Effect {
    Effect::Record { act: "filter", target: target.to_owned(), detail }
}
