//! Other systems that are told what happens: what waits for each, and what became of the rest.

use std::fmt;

use super::page::Page;
use crate::api::v1::{Api, HookFigures};

pub(super) fn write(page: &mut Page<'_>, api: &Api) -> fmt::Result {
    let hooks: Vec<HookFigures> = api.hook_figures().collect();
    let each = |figure: fn(&HookFigures) -> u64| {
        hooks.iter().map(move |hook| ([("hook", hook.name.as_str())], figure(hook)))
    };
    let now = |figure: fn(&HookFigures) -> u64| {
        each(figure).map(|(labels, figure)| (labels, figure as f64))
    };
    let help = "What waits to be told to a webhook.";
    page.gauges("webhook_waiting", help, now(|hook| hook.counts.waiting))?;
    let help = "What was not told to a webhook and is kept.";
    page.gauges("webhook_dead", help, now(|hook| hook.counts.dead))?;
    let help = "What was told to a webhook.";
    page.counters("webhook_delivered", help, each(|hook| hook.delivered))?;
    let help = "Attempts to tell a webhook that failed.";
    page.counters("webhook_attempts_failed", help, each(|hook| hook.failed))?;
    let help = "What was given up after the last attempt.";
    page.counters("webhook_given_up", help, each(|hook| hook.dead))?;
    let help = "What never came into a webhook's outbox.";
    page.counters("webhook_lost", help, each(|hook| hook.lost))
}
