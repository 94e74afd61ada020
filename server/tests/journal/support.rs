//! A journal in a folder of its own, with a clock that the test moves.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use hearsay::journal::{
    self, Act, Blocked, Clock, Content, Guard, Journal, KeepDays, LogsOptions, ModerationRecord,
    Seals,
};
use hearsay::vocab::{
    AccountId, Delivered, Masks, Message, MessageId, PlayerId, Rank, Sender, SenderKind, Target,
    Transport, WIRE_VERSION,
};
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(30);

/// A clock that stands until it is moved.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn at(time: &str) -> Self {
        let time: DateTime<Utc> = time.parse().unwrap();
        Self(Arc::new(AtomicI64::new(time.timestamp_millis())))
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), SeqCst);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(SeqCst)).unwrap()
    }

    pub(crate) fn clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// A folder for logs, with the options to write there.
pub(crate) struct Logs {
    pub(crate) clock: TestClock,
    pub(crate) options: LogsOptions,
    dir: TempDir,
}

impl Logs {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = LogsOptions {
            dir: dir.path().join("logs"),
            queue_records_max: 200_000,
            keep: KeepDays { chat: 0, moderation: 0, system: 0 },
            content: Content::Full,
            node: "node-1".into(),
        };
        Self { clock: TestClock::at("2026-11-21T23:59:58Z"), options, dir }
    }

    /// The folder that this process was given to write to by the test that started it.
    pub(crate) fn in_folder(dir: &Path) -> Self {
        let mut logs = Self::new();
        logs.options.dir = dir.to_owned();
        logs
    }

    pub(crate) fn start(&self) -> (Journal, Guard) {
        journal::start_with_clock(self.options.clone(), self.clock.clock()).unwrap()
    }

    /// A path beside the logs.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Today's file of a log.
    pub(crate) fn today(&self, log: &str) -> PathBuf {
        let day = self.clock.now().format("%Y-%m-%d");
        self.options.dir.join(log).join(format!("{log}.{day}.jsonl"))
    }
}

/// The lines of a file, each of which must be whole and JSON.
pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{} ends within a line", path.display());
    text.split_terminator('\n').map(parse).collect()
}

/// One line, which must be JSON.
pub(crate) fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the line {line:?}"))
}

/// The `seq` of each line of talk.
pub(crate) fn seqs(lines: &[Value]) -> Vec<u64> {
    lines.iter().filter_map(|line| line["seq"].as_u64()).collect()
}

/// Waits until something holds, and fails with its name when it does not in time.
pub(crate) fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < DEADLINE, "waited {DEADLINE:?} in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn ada() -> Sender {
    Sender {
        id: PlayerId(0x7f3a),
        name: "Ada".into(),
        kind: SenderKind::Player,
        account: Some(AccountId(0x11)),
        via: Some(Transport::Telnet),
    }
}

pub(crate) fn bob() -> Target {
    Target { id: PlayerId(0x1c20), name: "Bob".into() }
}

/// A line of talk with this number and these words, delivered to two within a millisecond and a half.
pub(crate) fn said(clock: &TestClock, seq: u64, content: &str) -> Delivered {
    let message = Message {
        v: WIRE_VERSION,
        id: MessageId(Uuid::now_v7()),
        epoch: "k3x9".into(),
        seq,
        channel: "say".parse().unwrap(),
        at: clock.now(),
        sender: ada(),
        content: content.to_owned(),
        room: Some("earth.harbour.docks.pier".parse().unwrap()),
        party: None,
        target: None,
        audience: Some([ada().id, bob().id].into()),
        flags: vec![],
        masks: Masks::default(),
        to_sender: None,
        to_target: None,
    };
    let done = clock.now() + TimeDelta::microseconds(1500);
    Delivered { message: Arc::new(message), delivered: 2, done }
}

pub(crate) fn refused(clock: &TestClock, content: &str) -> Blocked {
    Blocked {
        at: clock.now(),
        id: None,
        channel: "whisper".parse().unwrap(),
        sender: ada(),
        room: None,
        party: None,
        target: Some(bob()),
        content: content.to_owned(),
        rule: "rate".into(),
        flags: vec![],
    }
}

/// Has an act written as it is.
pub(crate) fn act(journal: &Journal, act: Act) {
    journal.moderation(ModerationRecord::Act(act), Seals::Plain);
}

pub(crate) fn acted(clock: &TestClock, detail: &str) -> Act {
    Act {
        at: clock.now(),
        actor_id: Some(ada().id),
        actor_account: ada().account,
        actor_name: "Ada".into(),
        rank: Rank::Admin,
        act: "echo".into(),
        subject: None,
        target: Some("earth.harbour.docks.pier".to_owned()),
        detail: Some(detail.to_owned()),
        refused: None,
        restriction: None,
        until: None,
    }
}
