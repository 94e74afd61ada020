//! Every route of the HTTP interface. One that takes text of players has to be tried in [`super::silence`], as commands are.

use std::fs;
use std::path::{Path, PathBuf};

/// Each route, and whether what is sent to it can reach another player.
const ROUTES: [(&str, bool); 5] = [
    ("/", false),
    ("/health", false),
    ("/metrics", false),
    ("/ready", false),
    // Lines, which are typed in the walk, and `say`, which is sent outright in it.
    ("/ws", true),
];

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

/// The paths that the source routes: what stands between quotes after `.route(` and its like.
fn routed(text: &str) -> Vec<String> {
    let marks = [".route(", ".nest(", ".route_service(", ".nest_service("];
    let after = marks.iter().flat_map(|mark| text.split(mark).skip(1));
    after.map(|rest| rest.split('"').nth(1).unwrap_or_default().to_owned()).collect()
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
