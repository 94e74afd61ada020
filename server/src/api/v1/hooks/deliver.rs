//! Empties the outbox of one hook, in order: what does not arrive is tried again, ever later, and given up in the end.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use rand::RngExt;
use tokio::time::{sleep, timeout};

use super::Hook;
use super::post::Answer;
use crate::store::{Push, Store, StoreError};

/// How long to leave a database alone that has failed.
const STORE_WAIT: Duration = Duration::from_secs(2);

/// Serves one hook.
pub(super) struct Deliverer {
    hook: Arc<Hook>,
    store: Store,
}

impl Deliverer {
    pub(super) fn new(hook: Arc<Hook>, store: Store) -> Self {
        Self { hook, store }
    }

    pub(super) async fn run(self) {
        loop {
            let done = match self.store.next_push(self.hook.name()).await {
                Ok(None) => {
                    self.hook.news.notified().await;
                    Ok(())
                }
                Ok(Some(push)) => self.attend(push).await,
                Err(why) => Err(why),
            };
            if let Err(why) = done {
                tracing::error!(hook = %self.hook.name(), %why, "the outbox of a hook cannot be read or written");
                sleep(STORE_WAIT).await;
            }
        }
    }

    /// Tries the oldest of the outbox when its time has come. Something else may be the oldest before that.
    async fn attend(&self, push: Push) -> Result<(), StoreError> {
        let early = (push.next - Utc::now()).to_std().unwrap_or_default();
        if !early.is_zero() {
            tokio::select! {
                () = sleep(early) => {}
                () = self.hook.news.notified() => return Ok(()),
            }
        }
        match self.tell(&push).await {
            Ok(()) => {
                self.store.pushed(push.number).await?;
                let mut shown = self.hook.shown();
                shown.delivered += 1;
                shown.is_failing = false;
                shown.last_delivered = Some(Utc::now());
                Ok(())
            }
            Err(failed) => self.failed(&push, failed).await,
        }
    }

    async fn tell(&self, push: &Push) -> Result<(), Failed> {
        let options = &self.hook.options;
        let at = Utc::now().timestamp();
        let headers = [
            ("webhook-id", push.id.to_string()),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", options.signer.sign(push.id, at, &push.body)),
        ];
        let posted = options.target.post(&options.tls, headers, push.body.clone());
        match timeout(options.patience, posted).await {
            Ok(Ok(Answer { status: 200..=299, .. })) => Ok(()),
            Ok(Ok(Answer { status, retry_after })) => {
                Err(Failed { why: format!("it answered {status}"), retry_after })
            }
            Ok(Err(why)) => Err(Failed { why, retry_after: None }),
            Err(_) => {
                Err(Failed { why: "it did not answer in time".to_owned(), retry_after: None })
            }
        }
    }

    async fn failed(&self, push: &Push, failed: Failed) -> Result<(), StoreError> {
        let (options, now) = (&self.hook.options, Utc::now());
        let Failed { why, retry_after } = failed;
        let attempts = push.attempts + 1;
        let is_over = attempts >= options.attempts_max;
        let wait = wait(attempts, options.first_wait, options.longest_wait, retry_after);
        let next = (!is_over).then(|| now + wait);
        let has_waited = self.store.push_failed(push.number, why.clone(), next, now).await?;
        let mut shown = self.hook.shown();
        shown.failed += 1;
        shown.is_failing = true;
        if is_over && has_waited {
            shown.dead += 1;
            tracing::warn!(hook = %options.name, push = %push.id, attempts, %why, "a push was given up");
        }
        shown.last_error = Some(why);
        Ok(())
    }
}

/// Why an attempt failed.
struct Failed {
    why: String,
    retry_after: Option<Duration>,
}

/// How long to wait after so many attempts: twice as long each time, less up to a half of it by chance, so that not everybody
/// comes again at once; and as long as the other side asks for, within the bound.
fn wait(attempts: u32, first: Duration, longest: Duration, asked: Option<Duration>) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
    let by_chance = doubled.min(longest).mul_f64(rand::rng().random_range(0.5..=1.0));
    by_chance.max(asked.unwrap_or_default().min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_heed_the_other_side() {
        let (first, longest) = (Duration::from_secs(4), Duration::from_secs(60));
        for (attempts, full) in [(1, 4), (2, 8), (4, 32), (5, 60), (100, 60)] {
            let (least, full) = (Duration::from_secs(full) / 2, Duration::from_secs(full));
            let waited = wait(attempts, first, longest, None);
            assert!((least..=full).contains(&waited), "{attempts}: {waited:?}");
        }
        let asked = wait(1, first, longest, Some(Duration::from_secs(30)));
        assert_eq!(asked, Duration::from_secs(30));
        assert_eq!(wait(1, first, longest, Some(Duration::MAX)), longest);
    }
}
