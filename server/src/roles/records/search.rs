//! `hearsay logs search` and `tail`: the lines that are asked for.

use std::io::Write;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use super::asked::{Asked, Inquiry};
use super::table::Form;
use crate::config::Config;
use crate::journal::read::{Follower, Record, last_lines, search};
use anyhow::Context;

/// How often to see whether there is more to show.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints the lines that are asked for, oldest first.
pub(super) fn find(
    asked: &Asked,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("search", config, form)?;
    let root = asked.places.logs(config);
    form.heading(log, out)?;
    let (mut count, mut written) = (0_u64, Ok(()));
    let found = |record: &Record| {
        count += 1;
        written = form.line(log, record, out);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    search(log, &root, &select, keys.as_ref(), found)
        .with_context(|| format!("reading the logs in {}", root.display()))?;
    written?;
    if form != Form::Json {
        writeln!(out, "{count} found")?;
    }
    Ok(())
}

/// Prints the last lines that are asked for and then those that come, until nobody reads any more.
pub(super) fn tail(
    asked: &Asked,
    last: usize,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("tail", config, form)?;
    let root = asked.places.logs(config);
    let mut follower = Follower::new(log, &root);
    let read =
        |line: &[u8]| Record::read(line, keys.as_ref()).filter(|record| select.takes(record));
    form.heading(log, out)?;
    let mut lines = last_lines(&mut follower, last, |line| read(line).is_some())?;
    loop {
        for record in lines.iter().filter_map(|line| read(line)) {
            form.line(log, &record, out)?;
        }
        out.flush()?;
        lines = follower.more()?;
        if lines.is_empty() {
            thread::sleep(LOOK_EVERY);
        }
    }
}
