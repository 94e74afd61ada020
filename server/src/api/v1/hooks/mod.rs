//! Webhooks: other systems that are told what happens, each by its own outbox and its own tasks, so that none waits for another
//! and the world for none. What is in an outbox is told at least once, in order, or given up where admins see it.

mod deliver;
mod intake;
mod offline;
mod post;
pub(super) mod routes;
mod sign;
pub(super) mod topics;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use smol_str::SmolStr;
use tokio::sync::Notify;

use self::post::Target;
use self::sign::Signer;
use super::told::Kinds;
use crate::config::{HookKind, Webhook};
use crate::store::{PushBounds, PushCounts};
use crate::vocab::{ChannelName, Secret};

/// Another system, and how it is told.
#[derive(Debug, Clone)]
pub struct HookOptions {
    name: SmolStr,
    target: Target,
    signer: Signer,
    tls: Arc<ClientConfig>,
    kinds: Kinds,
    channels: Option<BTreeSet<ChannelName>>,
    offline: bool,
    attempts_max: u32,
    first_wait: Duration,
    longest_wait: Duration,
    patience: Duration,
    rows_max: u32,
    keep: TimeDelta,
}

impl HookOptions {
    /// Makes sense of what the configuration says. These `authorities` are trusted besides those that the machine trusts.
    ///
    /// # Errors
    /// A sentence about what makes none; nothing of the secret is in it.
    pub fn new(
        webhook: &Webhook,
        secret: &Secret,
        authorities: Vec<CertificateDer<'static>>,
    ) -> Result<Self, String> {
        let target = Target::read(&webhook.url, webhook.insecure);
        let target = target.map_err(|why| format!("url: {why}"))?;
        let wants = |kind| webhook.kinds.contains(&kind);
        let kinds = Kinds {
            messages: wants(HookKind::Messages),
            acts: wants(HookKind::Acts),
            presence: wants(HookKind::Presence),
        };
        if webhook.kinds.is_empty() && !webhook.offline {
            return Err("kinds: names messages, acts or presence".to_owned());
        }
        Ok(Self {
            name: webhook.name.clone(),
            target,
            signer: Signer::read(secret.expose())?,
            tls: post::trusting(authorities).map_err(|why| format!("ca_file: {why}"))?,
            kinds,
            channels: webhook.channels.as_ref().map(|names| names.iter().cloned().collect()),
            offline: webhook.offline,
            attempts_max: webhook.attempts_max,
            first_wait: Duration::from_secs(webhook.wait_seconds),
            longest_wait: Duration::from_secs(webhook.wait_seconds_max),
            patience: Duration::from_secs(webhook.timeout_seconds),
            rows_max: webhook.waiting_max,
            keep: TimeDelta::days(i64::from(webhook.keep_days)),
        })
    }
}

/// A hook that is served.
pub(super) struct Hook {
    options: HookOptions,
    /// There is something new in the outbox.
    news: Notify,
    shown: Mutex<Shown>,
}

/// What is seen of a hook from outside.
#[derive(Debug, Clone, Default)]
struct Shown {
    counts: PushCounts,
    delivered: u64,
    failed: u64,
    dead: u64,
    lost: u64,
    is_failing: bool,
    last_error: Option<String>,
    last_delivered: Option<DateTime<Utc>>,
}

/// What is counted of a hook, for the operator.
#[derive(Debug, Clone)]
pub struct HookFigures {
    /// What it is called.
    pub name: SmolStr,
    /// What its outbox holds, as it was seen last.
    pub counts: PushCounts,
    /// What has arrived since the start.
    pub delivered: u64,
    /// Attempts that failed since the start.
    pub failed: u64,
    /// What was given up since the start.
    pub dead: u64,
    /// What never came into the outbox since the start, because the database or this process was behind.
    pub lost: u64,
}

impl Hook {
    pub(super) fn new(options: HookOptions) -> Self {
        Self { options, news: Notify::new(), shown: Mutex::default() }
    }

    fn name(&self) -> SmolStr {
        self.options.name.clone()
    }

    fn bounds(&self, now: DateTime<Utc>) -> PushBounds {
        PushBounds { rows_max: self.options.rows_max, before: now - self.options.keep }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        // Figures that a panic left half changed are still figures.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn figures(&self) -> HookFigures {
        let shown = self.shown();
        HookFigures {
            name: self.name(),
            counts: shown.counts,
            delivered: shown.delivered,
            failed: shown.failed,
            dead: shown.dead,
            lost: shown.lost,
        }
    }
}

/// Starts what serves each hook.
pub(super) fn serve(api: &Arc<super::Api>) {
    if api.hooks.iter().any(|hook| hook.options.offline) {
        tokio::spawn(offline::watch(Arc::clone(api)));
    }
    for hook in &api.hooks {
        tokio::spawn(intake::take_in(Arc::clone(api), Arc::clone(hook)));
        let deliverer = deliver::Deliverer::new(Arc::clone(hook), api.store.clone());
        tokio::spawn(deliverer.run());
    }
}
