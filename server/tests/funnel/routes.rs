//! Every route of the HTTP interface. One that takes text of players has to be tried in [`super::silence`], as commands are.

use std::fs;
use std::path::{Path, PathBuf};

use hearsay::api::v1::permits;

/// Each route, and whether what is sent to it can reach another player. Those of the REST API are in [`SENT`].
const ROUTES: [(&str, bool); 13] = [
    ("/", false),
    ("/docs", false),
    ("/docs.css", false),
    ("/health", false),
    ("/metrics", false),
    ("/openapi.json", false),
    ("/ops", false),
    ("/ready", false),
    ("/staff", false),
    ("/web/{*name}", false),
    // Lines, which are typed in the walk, and `say`, which is sent outright in it.
    ("/ws", true),
    // All of the REST API.
    ("PREFIX", true),
    // Nothing is there.
    ("ROOT", false),
];

/// The routes of the REST API that change something, and how what is sent to them is tried: `/chat/send` is among the ways of
/// the walk; a service is no player, and its lines go through the funnel (`game/call_service.rs`); a reason of staff goes the way of a typed
/// one, and what they announce through the funnel, too; a reason of operators is told by the server itself; a command of a session goes the way of a
/// line of `/ws`; the others hold nothing that anybody reads.
const SENT: [(&str, &str); 32] = [
    ("POST", "/auth/login"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/logout"),
    ("POST", "/chat/send"),
    ("POST", "/chat/ignores"),
    ("DELETE", "/chat/ignores"),
    ("POST", "/log"),
    ("POST", "/chat/mute/player"),
    ("DELETE", "/chat/mute/player"),
    ("POST", "/chat/mute/channel"),
    ("DELETE", "/chat/mute/channel"),
    ("POST", "/operations/drain"),
    ("DELETE", "/operations/drain"),
    ("POST", "/sessions"),
    ("DELETE", "/sessions/{id}"),
    ("POST", "/sessions/{id}/commands"),
    ("POST", "/moderation/restrictions"),
    ("DELETE", "/moderation/restrictions/{id}"),
    ("POST", "/moderation/reports/{number}/claim"),
    ("DELETE", "/moderation/reports/{number}/claim"),
    ("POST", "/moderation/reports/{number}/verdict"),
    ("POST", "/moderation/queue/{number}"),
    ("POST", "/moderation/redactions"),
    ("DELETE", "/moderation/redactions/{line}"),
    ("POST", "/moderation/records/{player}/notes"),
    ("POST", "/moderation/filter/test"),
    ("POST", "/moderation/filter/dry-run"),
    ("POST", "/moderation/defcon"),
    ("POST", "/moderation/announcements"),
    ("POST", "/webhooks/{name}/dead/{id}/retry"),
    ("POST", "/push/topic"),
    ("DELETE", "/push/topic"),
];

#[test]
fn these_are_all_that_programs_can_send() {
    let sends = permits::ALL.iter().filter(|permit| permit.method != "GET");
    let sends: Vec<(&str, &str)> = sends.map(|permit| (permit.method, permit.path)).collect();
    assert_eq!(sends, SENT, "a route that takes text belongs into the walk");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The paths that the source routes: what stands first after `.route(` and its like, in quotes or as the name of a constant.
fn routed(text: &str) -> Vec<String> {
    let marks = [".route(", ".nest(", ".route_service(", ".nest_service("];
    let after = marks.iter().flat_map(|mark| text.split(mark).skip(1));
    let first = after.filter_map(|rest| rest.split(',').next());
    first.map(|first| first.trim().trim_matches('"').to_owned()).collect()
}

#[test]
fn these_are_all_routes() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    let mut found: Vec<String> = texts.flat_map(|text| routed(&text)).collect();
    found.sort();
    assert_eq!(
        found,
        ROUTES.map(|(path, _)| path),
        "a route that takes text belongs into the walk"
    );
}
