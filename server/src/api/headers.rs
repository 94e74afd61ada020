//! Headers of requests that are lists: which entries they have.

use axum::http::header::IF_NONE_MATCH;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Whether a header is a list with such an entry in it.
pub(super) fn lists(asked: &HeaderMap, header: HeaderName, is_it: impl Fn(&str) -> bool) -> bool {
    let values = asked.get_all(header);
    let mut entries = values.iter().filter_map(|value| value.to_str().ok()?.split(',').into());
    entries.any(|mut list| list.any(|entry| is_it(entry.trim())))
}

/// Whether whoever asks has what this ETag names; weak ones count as well (RFC 9110, section 13.1.2).
pub(super) fn has_tag(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    lists(asked, IF_NONE_MATCH, |known| known.trim_start_matches("W/") == tag || known == "*")
}
