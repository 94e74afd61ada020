//! The REST API: who listens to events, what they have missed, and what is kept for those who ask again.

use std::fmt;

use super::page::Page;
use crate::api::v1::Api;

pub(super) fn write(page: &mut Page<'_>, api: &Api) -> fmt::Result {
    let feed = api.feed_figures();
    page.gauge("api_streams", "Streams of events that are open.", feed.open as f64)?;
    let help = "Streams of events that were cut off.";
    page.counter("api_streams_cut_off", help, feed.cut_off)?;
    let help = "Events that found the queue to the streams full.";
    page.counter("api_events_dropped", help, feed.dropped)?;
    let (bytes, under_way) = api.replay_figures();
    let help = "Requests with a key that are being served.";
    page.gauge("api_keyed_requests", help, under_way as f64)?;
    let help = "Answers to requests with a key that are kept.";
    page.gauge("api_kept_answers_bytes", help, bytes as f64)
}
