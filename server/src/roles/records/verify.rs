//! `hearsay logs verify`: whether the moderation log is as it was written.

use std::io::Write;

use anyhow::Context;

use super::Places;
use crate::config::Config;
use crate::journal::read::{Findings, verify};
use crate::store::Archive;

/// Prints what is wrong, a line each, or that nothing is. Whether nothing is.
pub(super) fn run(places: &Places, config: &Config, out: &mut dyn Write) -> anyhow::Result<bool> {
    let (logs, database) = (places.logs(config), places.database(config));
    let heads = if database.exists() {
        Archive::open(&database)?.heads()?
    } else {
        writeln!(out, "{}: there is no database; a missing end goes unseen", database.display())?;
        Vec::new()
    };
    let found = verify(&logs, &heads)
        .with_context(|| format!("reading the moderation log in {}", logs.display()))?;
    for problem in &found.problems {
        writeln!(out, "{problem}")?;
    }
    if found.more > 0 {
        writeln!(out, "and {} more", found.more)?;
    }
    tell(&found, out)?;
    Ok(found.is_unbroken())
}

fn tell(found: &Findings, out: &mut dyn Write) -> std::io::Result<()> {
    if found.unchained > 0 {
        let lines = counted(found.unchained, "line");
        writeln!(out, "{lines} from before the chain: nothing vouches for them")?;
    }
    if found.is_unfinished {
        writeln!(out, "the last line is being written, or was cut off by a crash")?;
    }
    let verdict = if found.is_unbroken() { "unbroken" } else { "BROKEN" };
    let (lines, days) = (counted(found.lines, "line"), counted(found.days, "day"));
    match &found.head {
        Some(head) => writeln!(
            out,
            "{lines}, {days}, {verdict}; line {} of {} is {}",
            head.seq, head.day, head.hash
        ),
        None => writeln!(out, "{lines}, {days}, {verdict}"),
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
