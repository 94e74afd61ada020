//! The loader against the shipped world and against every mistake that a builder can make.

use super::*;
use std::path::Path;

#[test]
fn the_shipped_world_has_no_problems() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data");
    let t = std::time::Instant::now();
    let loaded = Atlas::load(&dir);
    eprintln!("{:?}", t.elapsed());
    let told: Vec<_> = loaded.problems.iter().map(Problem::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(loaded.atlas.is_some());
}
