//! The world's side: the loop, what was said and refused, who is in, what is restricted, who logged in.

use std::fmt;

use super::page::{Labels, Page};
use crate::accounts::Logins;
use crate::game::{Census, Lag};
use crate::moderation::{Counts, Tally};
use crate::roles::status::Sources;
use crate::vocab::ChannelName;

pub(super) fn write(
    page: &mut Page<'_>,
    sources: &Sources,
    census: Option<&Census>,
) -> fmt::Result {
    if let Some(lag) = &sources.lag {
        let lag = *lag.borrow();
        write_loop(page, lag)?;
    }
    if let Some(tally) = &sources.tally {
        let tally = tally.borrow().clone();
        write_speech(page, &tally)?;
        write_logins(page, sources.logins.as_deref(), &tally)?;
    }
    if let Some(register) = &sources.register {
        let counts = register.counts();
        let rows = counts.iter().map(|(kind, count)| ([("kind", kind.as_str())], *count as f64));
        page.gauges("restrictions", "Restrictions that count now.", rows)?;
    }
    census.map_or(Ok(()), |census| write_people(page, census))
}

fn write_loop(page: &mut Page<'_>, lag: Lag) -> fmt::Result {
    let help =
        "What came at any moment of the last minute waited for the loop; half of it no longer.";
    page.gauge("loop_wait_median_seconds", help, lag.p50.as_secs_f64())?;
    let help = "The same; all but one in a hundred waited no longer.";
    page.gauge("loop_wait_p99_seconds", help, lag.p99.as_secs_f64())?;
    let help = "The longest of the last minute that the loop was at work without looking.";
    page.gauge("loop_longest_pass_seconds", help, lag.longest.as_secs_f64())?;
    let help = "How much of the last minute the loop was at work, from 0 to 1.";
    page.gauge("loop_busy_ratio", help, f64::from(lag.busy_percent) / 100.0)?;
    let silent = lag.told.map_or(0.0, |told| told.elapsed().as_secs_f64());
    page.gauge(
        "loop_silent_seconds",
        "How long ago the loop last had its tick, once a second.",
        silent,
    )
}

fn write_speech(page: &mut Page<'_>, tally: &Tally) -> fmt::Result {
    let each = |figure: fn(&Counts) -> u64| {
        tally.channels().map(move |(channel, counts)| (of(channel), figure(counts)))
    };
    page.counters("lines_said", "Lines that players said.", each(|it| it.said))?;
    let help = "Of the lines that players said, those that a rule amended.";
    page.counters("lines_amended", help, each(|it| it.amended))?;
    page.counters("lines_delayed", "Lines that had to wait their turn.", each(|it| it.delayed))?;
    let refused = tally.channels().flat_map(|(channel, counts)| {
        let rules = counts.refused.iter();
        rules.map(move |(rule, count)| ([("channel", channel.as_str()), ("rule", *rule)], *count))
    });
    page.counters("lines_refused", "Lines that a rule refused or held.", refused)?;
    let hits = tally.hits().map(|(severity, count)| ([("severity", severity.as_str())], count));
    let help = "What the content filter found in lines, whatever became of them.";
    page.counters("filter_hits", help, hits)
}

fn of(channel: &ChannelName) -> Labels<'_, 1> {
    [("channel", channel.as_str())]
}

fn write_logins(page: &mut Page<'_>, logins: Option<&Logins>, tally: &Tally) -> fmt::Result {
    let Some(logins) = logins else { return Ok(()) };
    let returns = tally.returns();
    let admitted = logins.by_wish().map(|(wish, count)| (wish.word(), count));
    let admitted = admitted.chain([("return", returns.admitted)]);
    let admitted = admitted.map(|(how, count)| ([("how", how)], count));
    page.counters("logins", "Who was let in.", admitted)?;
    let failed = logins.by_failure().map(|(failure, count)| (failure.word(), count));
    let failed = failed.chain([("wrong_word", returns.refused)]);
    let failed = failed.map(|(why, count)| ([("reason", why)], count));
    page.counters("login_failures", "Who was not let in.", failed)
}

fn write_people(page: &mut Page<'_>, census: &Census) -> fmt::Result {
    let rows = [("connected", census.players - census.linkdead), ("linkdead", census.linkdead)];
    let rows = rows.map(|(link, count)| ([("link", link)], count as f64));
    page.gauges("players", "Who is in the world, on all gateways.", rows)
}
