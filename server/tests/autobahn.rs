//! The Autobahn test suite's fuzzing client against our WebSocket: `cargo test -p hearsay --features websocket-echo --test
//! autobahn`. It needs `wstest`, which `scripts/install-autobahn` installs; without it the test says so and does nothing.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use hearsay::api::{Door, Patience, Peers, PlaceLimits, Places};
use serde_json::{Value, json};

/// Cases of extensions that we do not offer: permessage-deflate.
const NOT_OFFERED: [&str; 2] = ["12.*", "13.*"];

/// What the suite may say of a case, and of how the connection was closed. `NON-STRICT`: UTF-8 that is wrong inside a frame
/// is found when all of the frame is there. `INFORMATIONAL`: the case only looks what happens.
const FINE: [&str; 3] = ["OK", "NON-STRICT", "INFORMATIONAL"];

fn tool() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/autobahn/bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&path).chain([installed]);
    let folder = folders.find(|folder| folder.join("wstest").is_file())?;
    Some(folder.canonicalize().unwrap().join("wstest"))
}

/// The codes with which some cases must be closed: a reserved bit, a reserved opcode, fragments out of order, wrong UTF-8,
/// a reason with wrong UTF-8, a code that must not be sent.
const CODES: [(&str, u64); 6] = [
    ("3.2", 1002),
    ("4.1.3", 1002),
    ("5.9", 1002),
    ("6.3.1", 1007),
    ("7.5.1", 1007),
    ("7.9.1", 1002),
];

/// How the suite is let in.
fn door() -> Door {
    let places = PlaceLimits {
        connections_max: 64,
        per_address_max: 64,
        loopback_exempt: true,
        proxies: Arc::default(),
    };
    Door {
        patience: Patience { head: Duration::from_secs(10), stall: Duration::from_secs(30) },
        places: Places::new(places),
        peers: Peers { proxies: Arc::default(), hosts: Vec::new() },
    }
}

async fn serve() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let route = hearsay::gateway::websocket_echo_route();
    tokio::spawn(hearsay::api::accept(listener, None, route, Arc::new(door())));
    address
}

/// Runs the suite; returns its report: for each case what it found.
async fn report(wstest: &Path, server: SocketAddr, folder: &Path) -> BTreeMap<String, Value> {
    let plan = json!({
        "outdir": folder.join("report"),
        "servers": [{ "agent": "hearsay", "url": format!("ws://{server}/ws") }],
        "cases": ["*"],
        "exclude-cases": NOT_OFFERED,
        "exclude-agent-cases": {},
    });
    fs::write(folder.join("plan.json"), plan.to_string()).unwrap();
    let status = tokio::process::Command::new(wstest)
        .args(["--mode", "fuzzingclient", "--spec", "plan.json"])
        .current_dir(folder)
        .env("PYTHONPATH", wstest.join("../.."))
        .stdout(Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success(), "{status}");
    let index = fs::read(folder.join("report/index.json")).unwrap();
    let mut index: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_slice(&index).unwrap();
    index.remove("hearsay").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_autobahn_suite_finds_nothing() {
    let Some(wstest) = tool() else {
        eprintln!("skipped: wstest is not installed");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let cases = report(&wstest, serve().await, folder.path()).await;
    assert!(cases.len() >= 240, "only {} cases were run", cases.len());
    let is_fine = |found: &Value| FINE.iter().any(|fine| found == fine);
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(_, case)| !is_fine(&case["behavior"]) || !is_fine(&case["behaviorClose"]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let code = |case: &str| cases[case]["remoteCloseCode"].as_u64();
    for (case, expected) in CODES {
        assert_eq!(code(case), Some(expected), "case {case}");
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases.values() {
        *counts.entry(case["behavior"].as_str().unwrap()).or_default() += 1;
    }
    // The figures of `docs/websocket.md`.
    println!("{} cases: {counts:?}", cases.len());
}
