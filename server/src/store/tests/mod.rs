//! The store on real files: what every test needs.

mod accounts;
mod audiences;
mod cases;
mod durability;
mod evidence;
mod faults;
mod held;
mod history;
mod numbers;
mod opening;
mod redactions;
mod restrictions;
mod scores;
mod since;
mod speed;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use smol_str::SmolStr;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::vocab::{
    ChannelName, Masks, Message, MessageId, PlayerId, Sender, SenderKind, WIRE_VERSION,
};

/// How long a test waits for what it expects before it fails.
const DEADLINE: Duration = Duration::from_secs(20);

/// A folder for one test's files; gone when it is dropped.
fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn database_in(folder: &TempDir) -> PathBuf {
    folder.path().join("hearsay.db")
}

/// Options that give up early, so that a test of a fault need not wait.
fn options(path: &Path) -> StoreOptions {
    StoreOptions {
        busy_timeout_ms: 50,
        retry_max_ms: 100,
        close_max_ms: 200,
        ..StoreOptions::at(path)
    }
}

fn open_in(folder: &TempDir) -> Store {
    let patient = StoreOptions { busy_timeout_ms: 5_000, ..options(&database_in(folder)) };
    Store::open(&patient).unwrap()
}

fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn line(on: &str, epoch: &str, seq: u64) -> Arc<Message> {
    Arc::new(Message {
        v: WIRE_VERSION,
        id: MessageId(Uuid::now_v7()),
        epoch: SmolStr::new(epoch),
        seq,
        channel: channel(on),
        at: instant(i64::try_from(seq).unwrap()),
        sender: Sender {
            id: PlayerId(0x7f3a),
            name: "Ada".into(),
            kind: SenderKind::Player,
            account: None,
            via: None,
        },
        content: format!("line {seq} of {epoch}, 'quoted' \u{1f9ed}"),
        room: Some("earth.harbour.docks.pier".parse().unwrap()),
        party: None,
        target: None,
        audience: Some([PlayerId(0x7f3a), PlayerId(0x1c20)].into()),
        flags: vec![],
        masks: Masks::default(),
        to_sender: None,
        to_target: None,
    })
}

fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        password_hash: format!("$argon2id$of-{name}"),
        at: instant(0),
    }
}

fn places(lines: &[Message]) -> Vec<(String, u64)> {
    lines.iter().map(|line| (line.epoch.to_string(), line.seq)).collect()
}

/// Waits until something holds.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Names the database that a test, run again in a process of its own, is to work on.
const CHILD: &str = "HEARSAY_STORE_TEST_DATABASE";

/// The database to work on, if this process is a test's child.
fn as_child() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// A test of this binary in a process of its own; killed when dropped.
struct Offspring {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Offspring {
    fn of(mut program: Command, test: &str, database: &Path) -> Self {
        program.args(["--exact", "--nocapture", &format!("store::tests::{test}")]);
        let mut process = program.env(CHILD, database).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        Self { process, lines }
    }

    fn start(test: &str, database: &Path) -> Self {
        Self::of(Command::new(std::env::current_exe().unwrap()), test, database)
    }

    /// The next line that the child [`tell`]s, without its mark; none when it has ended.
    fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            // Cut off by a kill, a line without its end says nothing.
            let told = line.split_once("told: ").and_then(|(_, told)| told.strip_suffix('\n'));
            if let Some(told) = told {
                return Some(told.to_owned());
            }
            line.clear();
        }
        None
    }
}

impl Drop for Offspring {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says something to the parent.
fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "told: {text}").unwrap();
    out.flush().unwrap();
}
