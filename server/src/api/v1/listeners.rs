//! What all who listen to a stream have in common: where they go on, and how often it is seen whether they still may.

use std::str::FromStr;
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::time::{Instant, timeout_at};

use crate::api::problem::Problem;

/// How often it is seen whether somebody may listen still.
const CHECKED_EVERY: Duration = Duration::from_secs(10);

/// Which event somebody read last (WHATWG HTML, section 9.2.4), if they have read any.
///
/// # Errors
/// When no event has such an id.
pub(super) fn last_event<T: FromStr>(headers: &HeaderMap) -> Result<Option<T>, Problem> {
    let Some(last) = headers.get("last-event-id") else { return Ok(None) };
    let id = last.to_str().ok().and_then(|text| text.parse().ok());
    let none = || Problem::bad_request("Last-Event-ID: this is no id of an event");
    id.map(Some).ok_or_else(none)
}

/// When it was last seen that somebody may listen.
pub(super) struct Checked(Instant);

impl Checked {
    /// It is seen now.
    pub(super) fn now() -> Self {
        Self(Instant::now())
    }

    /// Whether it is time to see again.
    pub(super) fn is_due(&self) -> bool {
        self.0.elapsed() >= CHECKED_EVERY
    }

    /// What comes before it is time to see again; none when nothing does.
    pub(super) async fn before_due<T>(&self, next: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.0 + CHECKED_EVERY, next).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn who_comes_back_names_an_event_or_none() {
        let naming = |id: &'static str| {
            HeaderMap::from_iter([("last-event-id".parse().unwrap(), id.parse().unwrap())])
        };
        assert!(last_event::<u64>(&HeaderMap::new()).unwrap().is_none());
        assert_eq!(last_event::<u64>(&naming("7")).unwrap(), Some(7));
        assert!(
            last_event::<Uuid>(&naming("01a2008c-17f3-7645-9bb1-13034b06253a")).unwrap().is_some()
        );
        for wrong in ["", "x", "-1"] {
            assert!(last_event::<u64>(&naming(wrong)).is_err(), "{wrong}");
            assert!(last_event::<Uuid>(&naming(wrong)).is_err(), "{wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_listens_on_for_long_without_being_looked_at() {
        let checked = Checked::now();
        assert_eq!(checked.before_due(async { 1 }).await, Some(1));
        assert!(!checked.is_due());
        assert_eq!(checked.before_due(std::future::pending::<()>()).await, None);
        assert!(checked.is_due());
    }
}
