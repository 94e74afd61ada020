//! Where the figures come from, and who may read all of them: those whom the operator names by their addresses, and
//! operators who show a token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::problem::Problem;
use super::v1::Api;
use crate::vocab::AddressRange;

/// What a proxy adds to a request that it passes on. Whoever sends it by themselves has only less to read.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Who may read all figures.
const WHO: &str = "The option http.metrics_from says who may read this, and not through a proxy; anybody else shows a \
     token with the scope operations.";

/// Tells how the server is.
pub trait Figures: Send + Sync + 'static {
    /// In a word.
    fn status(&self) -> &'static str;
    /// What is lacking to take players, in words.
    fn missing(&self) -> Vec<&'static str>;
    /// Whether it is on its way out of service.
    fn is_draining(&self) -> bool;
    /// Every part, as JSON.
    fn health(&self) -> BoxFuture<'_, Value>;
    /// Every series, in the OpenMetrics text format; none when that failed.
    fn metrics(&self) -> BoxFuture<'_, Option<String>>;
}

/// The figures, and who may read all of them.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) figures: Arc<dyn Figures>,
    pub(super) readers: Arc<[AddressRange]>,
    /// Knows operators by their tokens.
    pub(super) rest: Option<Arc<Api>>,
}

impl Shown {
    /// Lets those read all figures who may.
    ///
    /// # Errors
    /// What is answered to others.
    pub(super) async fn admit(
        &self,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), Response> {
        if self.is_named(peer, headers) {
            return Ok(());
        }
        let shown = match &self.rest {
            Some(api) => api.admit_operator(peer.ip(), headers).await,
            None => None,
        };
        match shown {
            Some(admitted) => admitted,
            None => Err(Problem::forbidden(WHO).into_response()),
        }
    }

    /// Whether the operator has named the address that this request comes from.
    fn is_named(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        let is_passed_on = PASSED_ON.iter().any(|name| headers.contains_key(*name));
        let address = peer.ip().to_canonical();
        !is_passed_on && self.readers.iter().any(|network| network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Figures for Nothing {
        fn status(&self) -> &'static str {
            "ok"
        }
        fn missing(&self) -> Vec<&'static str> {
            Vec::new()
        }
        fn is_draining(&self) -> bool {
            false
        }
        fn health(&self) -> BoxFuture<'_, Value> {
            Box::pin(async { Value::Null })
        }
        fn metrics(&self) -> BoxFuture<'_, Option<String>> {
            Box::pin(async { None })
        }
    }

    fn may_read(from: &str, header: Option<&'static str>) -> bool {
        let readers = ["127.0.0.0/8", "::1"].map(|network| network.parse().unwrap());
        let shown = Shown { figures: Arc::new(Nothing), readers: readers.into(), rest: None };
        let headers = header.map(|name| (name.parse().unwrap(), "192.0.2.1".parse().unwrap()));
        shown.is_named(from.parse().unwrap(), &headers.into_iter().collect())
    }

    #[test]
    fn only_those_named_may_read_and_no_proxy_reads_for_others() {
        assert!(may_read("127.0.0.1:9", None));
        assert!(may_read("[::1]:9", None));
        assert!(may_read("[::ffff:127.0.0.1]:9", None));
        assert!(!may_read("192.0.2.1:9", None));
        assert!(!may_read("[2001:db8::1]:9", None));
        for header in PASSED_ON {
            assert!(!may_read("127.0.0.1:9", Some(header)), "{header}");
        }
    }
}
