//! The link to NATS, where there is one.

use std::fmt;

use super::page::{Page, whether};
use crate::bus::BusCounters;
use crate::bus::nats::LinkGauge;
use crate::roles::status::Sources;

/// Every state, as [`crate::bus::BusState::word`] calls it.
const STATES: [&str; 5] = ["off", "connecting", "connected", "away", "failed"];

pub(super) fn write(page: &mut Page<'_>, sources: &Sources) -> fmt::Result {
    let state = sources.link.as_ref().map_or("off", |link| link.state().borrow().word());
    let states = STATES.map(|word| ([("state", word)], whether(word == state)));
    page.gauges("bus_state", "How the link to NATS is: 1 for the state it is in.", states)?;
    sources.link.as_ref().map_or(Ok(()), |link| write_link(page, link))
}

fn write_link(page: &mut Page<'_>, link: &LinkGauge) -> fmt::Result {
    let counters = link.counters();
    page.counter("bus_reconnects", "How often the link was connected again.", counters.reconnects)?;
    write_traffic(page, &counters)?;
    let help = "Publications that wait for NATS, those not yet confirmed included.";
    page.gauge("bus_outbox_messages", help, counters.outbox_messages as f64)?;
    let help = "The bytes of the publications that wait for NATS.";
    page.gauge("bus_outbox_bytes", help, counters.outbox_bytes as f64)?;
    write_losses(page, &counters)?;
    page.durations("bus_round_trip_seconds", "How long NATS took to answer.", link.round_trips())?;
    let Some(heard) = link.world_heard() else { return Ok(()) };
    let help = "How long ago the world was last heard to be alive.";
    page.gauge("bus_world_silent_seconds", help, heard.elapsed().as_secs_f64())
}

fn write_traffic(page: &mut Page<'_>, counters: &BusCounters) -> fmt::Result {
    page.counter("bus_published", "Publications handed to NATS.", counters.published)?;
    page.counter("bus_confirmed", "Messages that the stream confirmed.", counters.confirmed)?;
    page.counter("bus_heard", "Publications heard and handed on.", counters.heard)
}

fn write_losses(page: &mut Page<'_>, counters: &BusCounters) -> fmt::Result {
    let dropped = [
        ("age", counters.dropped_by_age),
        ("size", counters.dropped_by_size),
        ("too_large", counters.dropped_as_too_large),
        ("before_link", counters.dropped_before_link),
    ];
    let dropped = dropped.map(|(why, count)| ([("reason", why)], count));
    page.counters("bus_dropped", "Publications that were given up.", dropped)?;
    page.counter("bus_gaps", "Publications of the other side that never came.", counters.gaps)?;
    let help = "Publications of the other side that came again and were not handed on.";
    page.counter("bus_repeats", help, counters.repeats)?;
    page.counter(
        "bus_strangers",
        "What came on our subjects and was not ours.",
        counters.strangers,
    )?;
    let help = "How often NATS said that we read too slowly.";
    page.counter("bus_slow_consumer", help, counters.slow_consumer)
}
