//! `GET /`, `GET /ops`, `GET /staff` and what they need: the client page, that of operators and that of staff, out of the
//! binary. Only what was built in can be had, so no path leads out.
//!
//! Everything is compressed once, at the start, and named by what it holds: a browser that has it is told so in a word.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use super::headers::{has_tag, lists};

/// The files of the page. A debug build reads them at its start, so that whoever works on the page need not build anew.
#[derive(RustEmbed)]
#[folder = "../web"]
struct Embedded;

/// The page itself.
const INDEX: &str = "index.html";
/// The page of operators.
const OPS: &str = "ops/ops.html";
/// The page of staff.
const STAFF: &str = "staff/staff.html";
/// What the page may do: run its own scripts, have its own looks, and speak to the server that it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'none'";
/// Browsers keep what they have, and ask each time whether it is still so: a new server is a new page at once.
const KEPT: &str = "no-cache";

/// A file as it is sent.
struct File {
    kind: &'static str,
    tag: HeaderValue,
    plain: Bytes,
    gzipped: Bytes,
}

type Files = Arc<HashMap<String, File>>;

pub(super) fn route() -> Router {
    let files: HashMap<_, _> =
        Embedded::iter().filter_map(|name| Some((name.to_string(), read(&name)?))).collect();
    Router::new()
        .route("/", get(index))
        .route("/ops", get(ops))
        .route("/staff", get(staff))
        .route("/web/{*name}", get(named))
        .with_state(Arc::new(files))
}

async fn index(State(files): State<Files>, asked: HeaderMap) -> Response {
    answer(files.get(INDEX), &asked)
}

async fn ops(State(files): State<Files>, asked: HeaderMap) -> Response {
    answer(files.get(OPS), &asked)
}

async fn staff(State(files): State<Files>, asked: HeaderMap) -> Response {
    answer(files.get(STAFF), &asked)
}

async fn named(State(files): State<Files>, Path(name): Path<String>, asked: HeaderMap) -> Response {
    answer(files.get(&name), &asked)
}

/// A file, and what is needed to send it; none if it is of no kind that the page has.
fn read(name: &str) -> Option<File> {
    let embedded = Embedded::get(name)?;
    let plain = Bytes::from(embedded.data.into_owned());
    let tag = embedded.metadata.sha256_hash();
    let tag: String = tag[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::try_from(format!("\"{tag}\"")).expect("digits are fit for a header");
    Some(File { kind: kind(name)?, tag, gzipped: gzipped(&plain), plain })
}

fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "txt" => Some("text/plain; charset=utf-8"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}

fn gzipped(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.expect("memory takes whatever is written").into()
}

fn answer(file: Option<&File>, asked: &HeaderMap) -> Response {
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let common = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
        (ETAG, file.tag.clone()),
    ];
    if has_tag(asked, &file.tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(CONTENT_TYPE, file.kind)];
    if lists(asked, ACCEPT_ENCODING, accepts_gzip) {
        return (common, kind, [(CONTENT_ENCODING, "gzip")], file.gzipped.clone()).into_response();
    }
    (common, kind, file.plain.clone()).into_response()
}

/// Whether an entry of `Accept-Encoding` is gzip, and not to say that it is not wanted (RFC 9110, 12.5.3).
fn accepts_gzip(entry: &str) -> bool {
    let (coding, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
    coding.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;
    use axum::http::header::IF_NONE_MATCH;

    use super::*;

    /// The most that the whole page may weigh, compressed. Bytes.
    const PAGE_BYTES_MAX: usize = 300 * 1024;

    /// What would read text as markup or as code; texts of players are on the page.
    const READS_MARKUP: [&str; 8] = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "createContextualFragment",
        "eval(",
        "new Function",
    ];

    #[test]
    fn nothing_on_the_page_reads_markup_or_runs_text() {
        for name in Embedded::iter() {
            let file = read(&name).unwrap();
            let text = std::str::from_utf8(&file.plain).unwrap();
            for word in READS_MARKUP {
                assert!(!text.contains(word), "{name}: {word}");
            }
            let is_script = name.ends_with(".js");
            assert!(!is_script || text.lines().count() < 300, "{name} is long");
            assert!(!text.contains("http://") || text.contains("www.w3.org"), "{name}: elsewhere");
            for inline in [" style=", " onclick=", " onload=", "<script>", "<style"] {
                assert!(is_script || !text.contains(inline), "{name}: {inline}");
            }
        }
    }

    fn asking(header: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_page_is_small_and_all_of_it_has_a_kind() {
        let files = Embedded::iter().map(|name| read(&name).expect("every file has a kind"));
        let bytes: usize = files.map(|file| file.gzipped.len()).sum();
        assert!(bytes <= PAGE_BYTES_MAX, "{bytes} bytes");
        let pages = [INDEX, OPS, STAFF];
        assert!(pages.iter().all(|page| Embedded::get(page).is_some()));
    }

    #[test]
    fn who_has_a_file_is_told_so_and_sent_nothing() {
        let file = read(INDEX).unwrap();
        let tag = file.tag.to_str().unwrap().to_owned();
        for (value, status) in [
            (tag.clone(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("\"other\"".to_owned(), 200),
        ] {
            let asked = HeaderMap::from_iter([(IF_NONE_MATCH, value.parse().unwrap())]);
            assert_eq!(answer(Some(&file), &asked).status(), status, "{value}");
        }
    }

    #[test]
    fn only_who_takes_gzip_gets_it() {
        let file = read(INDEX).unwrap();
        for (value, gzip) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.8", true),
            ("gzip;q=0", false),
            ("br", false),
            ("xgzip", false),
        ] {
            let answer = answer(Some(&file), &asking(ACCEPT_ENCODING, value));
            assert_eq!(answer.headers().contains_key(CONTENT_ENCODING), gzip, "{value}");
        }
    }
}
