//! The programs of others that some tests need, and what happens where they are missing.
//!
//! Without a tool a test says why it did nothing and passes; with `HEARSAY_REQUIRE_TOOLS` set, as on a build machine that
//! installs them all, it fails instead.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where our scripts put programs, below the repository.
const INSTALLED: [&str; 6] = [
    "target/tools/nats-2.12/bin",
    "target/tools/nats-debian/bin",
    "target/tools/schemathesis/bin",
    "target/tools/telnetlib3/bin",
    "target/tools/telix/bin",
    "target/tools/prometheus/bin",
];

/// Finds a program in `PATH`, where Debian puts daemons and games, or where our scripts put tools.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/games"].map(PathBuf::from))
        .chain(INSTALLED.map(|folder| repository.join(folder)))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// Finds a program that a test cannot do without; none means that the test should return.
///
/// # Panics
/// When it is missing and `HEARSAY_REQUIRE_TOOLS` is set.
#[must_use]
pub fn require(program: &str) -> Option<PathBuf> {
    let found = find(program);
    if found.is_none() {
        skip(&format!("{program} is not installed"));
    }
    found
}

/// Finds a library that a test cannot do without, given as below the folder of libraries, as Debian has one for each
/// architecture; none means that the test should return.
///
/// # Panics
/// When it is missing and `HEARSAY_REQUIRE_TOOLS` is set.
#[must_use]
pub fn require_library(file: &str) -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let found = folders.map(|folder| folder.path().join(file)).find(|file| file.is_file());
    if found.is_none() {
        skip(&format!("{file} is not installed"));
    }
    found
}

/// Finds the folder of a Python library that our scripts installed; none means that the test should return.
///
/// # Panics
/// When it is missing and `HEARSAY_REQUIRE_TOOLS` is set.
#[must_use]
pub fn require_python(library: &str) -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools");
    let found = Some(tools.join(library)).filter(|folder| folder.join(library).is_dir());
    if found.is_none() {
        skip(&format!("the Python library {library} is not installed"));
    }
    found
}

/// Says why a test does nothing here.
///
/// # Panics
/// When `HEARSAY_REQUIRE_TOOLS` is set.
pub fn skip(reason: &str) {
    assert!(env::var_os("HEARSAY_REQUIRE_TOOLS").is_none(), "HEARSAY_REQUIRE_TOOLS: {reason}");
    // Straight to the stream, so that the words show without `--nocapture`.
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}
