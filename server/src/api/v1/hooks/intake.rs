//! Brings what a hook shall be told into its outbox. What is there is committed; what could not be brought there is counted.

use std::sync::Arc;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use super::Hook;
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::feed::{Acts, Interest, Listening, Told};
use crate::api::v1::listeners::Checked;
use crate::api::v1::told;
use crate::bus::Call;
use crate::store::{Bounded, NewPush, Reader};
use crate::vocab::Rank;

/// How long to wait before listening again.
const AGAIN: Duration = Duration::from_millis(200);
/// The most that is committed at once.
const BATCH_MAX: usize = 256;

/// Listens for a hook as long as there is a world.
pub(super) async fn take_in(api: Arc<Api>, hook: Arc<Hook>) {
    let mut is_first = true;
    loop {
        if let Ok(interest) = api.interest_of(&hook).await {
            let listening = api.feed.listen_within(interest.clone());
            if !is_first {
                lost(&hook, 1, "the server was behind");
            }
            is_first = false;
            listen(&api, &hook, listening, interest).await;
        }
        sleep(AGAIN).await;
    }
}

/// Takes in what comes until the listener is cut off.
async fn listen(api: &Api, hook: &Hook, mut listening: Listening, mut interest: Interest) {
    let mut checked = Checked::now();
    api.bound(hook).await;
    loop {
        match checked.before_due(listening.next_many(BATCH_MAX)).await {
            Some(told) if told.is_empty() => return,
            Some(told) => api.offer(hook, &told, &interest.reader).await,
            None => {}
        }
        if checked.is_due() {
            // What everybody hears may be something else by now, and the outbox is held to its bounds.
            checked = Checked::now();
            api.bound(hook).await;
            if let Ok(now) = api.interest_of(hook).await {
                interest = now;
                listening.hear_as(&interest);
            }
        }
    }
}

pub(super) fn lost(hook: &Hook, count: usize, why: &str) {
    hook.shown().lost += count as u64;
    tracing::error!(hook = %hook.options.name, count, why, "a hook is not told everything");
}

impl Api {
    /// What a hook is told: what everybody hears, and what its operator asks for.
    async fn interest_of(&self, hook: &Hook) -> Result<Interest, Problem> {
        let rows = self.ask(|reply| Call::Channels(Rank::Player, reply)).await?;
        let kinds = hook.options.kinds;
        let reader = Reader {
            ears: Vec::new(),
            rank: Rank::Player,
            hears: rows.iter().map(|row| row.name.clone()).collect(),
            tell_place: rows
                .iter()
                .filter(|row| row.tells_place)
                .map(|row| row.name.clone())
                .collect(),
            watches: [].into(),
            only: hook.options.channels.clone(),
            mask: self.options.mask_usual,
        };
        let acts = kinds.acts.then_some(Acts::All);
        let (messages, presence) = (kinds.messages, kinds.presence);
        Ok(Interest { reader, messages, acts, presence, is_inside: false })
    }

    async fn offer(&self, hook: &Hook, told: &[Told], reader: &Reader) {
        self.put_out(hook, told.iter().map(|told| push(told, reader)).collect()).await;
    }

    /// Puts something into a hook's outbox.
    pub(super) async fn put_out(&self, hook: &Hook, pushes: Vec<NewPush>) {
        let count = pushes.len();
        match self.store.offer_pushes(hook.name(), pushes, Utc::now()).await {
            Ok(()) => hook.news.notify_one(),
            Err(why) => lost(hook, count, &why.to_string()),
        }
    }

    /// Holds the outbox to its bounds and counts what is in it.
    async fn bound(&self, hook: &Hook) {
        let now = Utc::now();
        match self.store.bound_pushes(hook.name(), hook.bounds(now), now).await {
            Ok(Bounded { counts, given_up }) => {
                let mut shown = hook.shown();
                shown.counts = counts;
                shown.dead += given_up;
                if given_up > 0 {
                    tracing::warn!(hook = %hook.options.name, given_up, "pushes waited too long, or too many waited");
                }
            }
            Err(why) => {
                tracing::warn!(hook = %hook.options.name, %why, "the outbox of a hook is not bounded");
            }
        }
    }
}

fn push(told: &Told, reader: &Reader) -> NewPush {
    let (kind, _, data) = told::json(told, reader);
    new_push(kind, &data)
}

/// The body has the form that Standard Webhooks 1.0.0 recommends ("Payload structure").
pub(super) fn new_push(kind: &str, data: &Value) -> NewPush {
    let timestamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let body = json!({ "type": kind, "timestamp": timestamp, "data": data }).to_string();
    NewPush { id: Uuid::now_v7(), body }
}
