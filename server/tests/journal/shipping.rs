//! A real log shipper: rsyslogd follows the chat folder over midnights and restarts, and every line arrives once.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chrono::TimeDelta;
use hearsay::journal::Journal;

use crate::support::{Logs, said, wait_for};

/// Lines in each of the four parts of the test.
const PART: u64 = 500;

/// The configuration that `docs/logs.md` gives, with its paths put in and a file at the far end.
const CONFIGURATION: &str = r#"
global(workDirectory="WORK" maxMessageSize="64k")
module(load="imfile" mode="inotify")
input(type="imfile" file="LOGS/chat/chat.*.jsonl" tag="hearsay-chat"
      ruleset="ship" addMetadata="on" persistStateInterval="100")
template(name="line" type="string" string="%$!metadata!filename% %msg%\n")
ruleset(name="ship") {
  action(type="omfile" file="WORK/arrived" template="line")
}
"#;

/// An rsyslogd of our own; stopped with this value.
struct Shipper {
    process: Child,
    arrived: PathBuf,
}

impl Shipper {
    fn start(logs: &Logs) -> Self {
        let work = logs.beside("rsyslog");
        fs::create_dir_all(&work).unwrap();
        let configuration = CONFIGURATION
            .replace("WORK", work.to_str().unwrap())
            .replace("LOGS", logs.options.dir.to_str().unwrap());
        fs::write(work.join("rsyslog.conf"), configuration).unwrap();
        let mut command = Command::new(rsyslogd().unwrap());
        command.arg("-n").arg("-f").arg(work.join("rsyslog.conf"));
        command.arg("-i").arg(work.join("pid")).stdout(Stdio::null()).stderr(Stdio::null());
        Self { process: command.spawn().unwrap(), arrived: work.join("arrived") }
    }

    /// Waits until so many lines arrived in all.
    fn wait_for(&self, count: u64) {
        let what = format!("{count} lines to arrive");
        wait_for(&what, || {
            let arrived = fs::read_to_string(&self.arrived).unwrap_or_default();
            arrived.lines().count() as u64 >= count
        });
    }

    /// Asks it to stop and waits until it has.
    fn stop(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Shipper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn rsyslogd() -> Option<PathBuf> {
    let paths = ["/usr/sbin/rsyslogd", "/usr/bin/rsyslogd", "/usr/local/sbin/rsyslogd"];
    paths.into_iter().map(PathBuf::from).find(|path| path.exists())
}

/// Whether to skip: never where the tools must be there.
fn is_missing() -> bool {
    if rsyslogd().is_some() {
        return false;
    }
    assert!(std::env::var_os("HEARSAY_REQUIRE_TOOLS").is_none(), "rsyslogd is not installed");
    println!("skipped: rsyslogd is not installed (Debian package rsyslog)");
    true
}

fn say_part(journal: &Journal, logs: &Logs, part: u64) {
    for seq in part * PART + 1..=(part + 1) * PART {
        journal.delivered(said(
            &logs.clock,
            seq,
            &format!("line {seq}, \"quoted\", ünd \u{2028}so"),
        ));
    }
    wait_for("the lines in the file", || journal.counters().chat.written == (part + 1) * PART);
}

/// The lines of each file, by the file's path.
type ByFile = BTreeMap<String, Vec<String>>;

fn arrived(logs: &Logs) -> ByFile {
    let mut files = ByFile::new();
    for line in fs::read_to_string(logs.beside("rsyslog/arrived")).unwrap().lines() {
        let (path, line) = line.split_once(' ').unwrap();
        files.entry(path.to_owned()).or_default().push(line.to_owned());
    }
    files
}

fn written(logs: &Logs) -> ByFile {
    let entries = fs::read_dir(logs.options.dir.join("chat")).unwrap().map(Result::unwrap);
    let read = |path: PathBuf| {
        let lines = fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        (path.to_str().unwrap().to_owned(), lines)
    };
    entries.map(|entry| read(entry.path())).collect()
}

#[test]
fn every_line_arrives_once_over_midnights_and_restarts() {
    if is_missing() {
        return;
    }
    let logs = Logs::new();
    let (journal, guard) = logs.start();

    let shipper = Shipper::start(&logs);
    say_part(&journal, &logs, 0);
    shipper.wait_for(1);
    logs.clock.advance(TimeDelta::seconds(3));
    say_part(&journal, &logs, 1);
    shipper.wait_for(PART + 1);
    shipper.stop();

    // Nobody ships while the day ends once more.
    say_part(&journal, &logs, 2);
    logs.clock.advance(TimeDelta::days(1));
    let shipper = Shipper::start(&logs);
    say_part(&journal, &logs, 3);
    shipper.wait_for(4 * PART);
    shipper.stop();

    guard.close(std::time::Duration::from_secs(10)).unwrap();
    let (written, arrived) = (written(&logs), arrived(&logs));
    let counts: Vec<_> = written.values().map(|lines| lines.len() as u64).collect();
    assert_eq!(counts, [PART, 2 * PART, PART]);
    assert_eq!(arrived, written);
}
