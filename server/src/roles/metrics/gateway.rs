//! The sockets' side: connections, sessions, lines and how far they went. And the queues in front of every part.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::page::{Labels, Page};
use crate::gateway::{Counters, Spread};
use crate::roles::status::Sources;
use crate::vocab::ChannelName;

/// Stands for the channels that are not told apart.
const OTHERS: &str = "(others)";

pub(super) fn write(page: &mut Page<'_>, counters: &Counters) -> fmt::Result {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let doors =
        counters.by_door().map(|(door, count)| ([("transport", door.word())], count as f64));
    page.gauges("connections", "Connections open now.", doors)?;
    let playing = read(&counters.playing) as f64;
    page.gauge("sessions", "Sessions that play somebody now.", playing)?;
    let help = "Clients closed because they were too slow.";
    page.counter("clients_cut_off", help, read(&counters.cut))?;
    write_speech(page, &counters.speech().by_channel())?;
    let help = "From the moment the world stamped a line until it was handed to the sockets.";
    page.durations("delivery_seconds", help, counters.delivery.counts())
}

fn write_speech(page: &mut Page<'_>, rows: &[(Option<&ChannelName>, Spread)]) -> fmt::Result {
    let each =
        |figure: fn(&Spread) -> u64| rows.iter().map(move |(name, it)| (of(*name), figure(it)));
    let help = "Lines that went out, each counted once.";
    page.counters("messages", help, each(|it| it.messages))?;
    let help =
        "Lines times the sessions they were meant for, before ignores and left channels count.";
    page.counters("deliveries_considered", help, each(|it| it.considered))?;
    let help = "Lines times the connections they were written to.";
    page.counters("deliveries", help, each(|it| it.deliveries))
}

/// The label for a channel.
fn of(name: Option<&ChannelName>) -> Labels<'_, 1> {
    [("channel", name.map_or(OTHERS, ChannelName::as_str))]
}

/// How much waits in front of each part, and what found its queue full.
pub(super) fn write_queues(page: &mut Page<'_>, sources: &Sources) -> fmt::Result {
    let waiting = sources.waiting();
    let rows = waiting.iter().map(|(queue, depth)| ([("queue", *queue)], *depth as f64));
    page.gauges("queue_depth", "What waits in a queue inside the process.", rows)?;
    let dropped = sources.events_dropped.load(Ordering::Relaxed);
    let help = "Events that found the queue to this process's broadcaster full.";
    page.counter("events_dropped", help, dropped)
}
