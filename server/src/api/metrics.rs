//! `GET /metrics`: every series, for Prometheus. In the OpenMetrics text format for those who ask for it, else in the older
//! one of Prometheus, which differs in the names of counters.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::figures::Shown;
use super::problem::Problem;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn route(shown: Shown) -> Router {
    Router::new().route("/metrics", get(read)).with_state(shown)
}

async fn read(
    State(shown): State<Shown>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    shown.admit(peer, &headers).await?;
    let page = shown.figures.metrics().await;
    let fault = || Problem::fault("the figures could not be written").into_response();
    let page = page.ok_or_else(fault)?;
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let is_open = accepts.into_iter().any(|value| value.contains("application/openmetrics-text"));
    let (kind, page) = if is_open { (OPEN_METRICS, page) } else { (PLAIN, plain(&page)) };
    Ok(([(CONTENT_TYPE, kind)], page).into_response())
}

/// The same in the older format: what describes a counter names it as its samples do, and there is no last line.
fn plain(page: &str) -> String {
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    for at in 0..lines.len() {
        let words: Vec<&str> = lines[at].splitn(4, ' ').collect();
        if let ["#", "TYPE", name, "counter"] = words[..] {
            let (before, after) = (format!(" {name} "), format!(" {name}_total "));
            // What it is for stands in the line before.
            for line in &mut lines[at.saturating_sub(1)..=at] {
                *line = line.replacen(&before, &after, 1);
            }
        }
    }
    lines.retain(|line| line != "# EOF");
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_format_names_counters_as_their_samples() {
        let open = "# HELP a_lines Lines of a_lines now.\n# TYPE a_lines counter\na_lines_total{x=\"y\"} 1\n\
                    # HELP a_depth What waits.\n# TYPE a_depth gauge\na_depth 2.0\n# EOF\n";
        let older = "# HELP a_lines_total Lines of a_lines now.\n# TYPE a_lines_total counter\n\
                     a_lines_total{x=\"y\"} 1\n# HELP a_depth What waits.\n# TYPE a_depth gauge\na_depth 2.0\n";
        assert_eq!(plain(open), older);
    }
}
