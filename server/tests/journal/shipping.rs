//! A real log shipper: rsyslogd follows the chat folder over midnights and restarts, and every line arrives once.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use hearsay::journal::Journal;

use crate::support::{Logs, act, acted, said, wait_for};

/// Lines in each of the four parts of the test.
const PART: u64 = 500;

/// The configuration that `docs/logs.md` gives operators, with our paths and our collector put in.
fn configuration(logs: &Logs, collector: u16) -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/logs.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, block) = page.split_once("```rsyslog\n").unwrap();
    let mut block = block.split_once("```").unwrap().0.to_owned();
    let changes = [
        ("/var/spool/rsyslog", logs.beside("rsyslog").display().to_string()),
        ("/srv/hearsay/logs", logs.options.dir.display().to_string()),
        ("logs.example.org", "127.0.0.1".to_owned()),
        ("5170", collector.to_string()),
    ];
    for (from, to) in changes {
        assert!(block.contains(from), "the page no longer says {from}");
        block = block.replace(from, &to);
    }
    block
}

/// The far end: takes lines by TCP, in the order in which they come.
struct Collector {
    port: u16,
    lines: Arc<Mutex<Vec<String>>>,
    /// The connections that have ended, each read to its end.
    ended: Arc<AtomicUsize>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let ended = Arc::<AtomicUsize>::default();
        let (into, ends) = (Arc::clone(&lines), Arc::clone(&ended));
        thread::spawn(move || {
            for stream in listener.incoming() {
                for line in BufReader::new(stream.unwrap()).lines() {
                    into.lock().unwrap().push(line.unwrap());
                }
                ends.fetch_add(1, SeqCst);
            }
        });
        Self { port, lines, ended }
    }

    fn wait_for(&self, count: u64) {
        wait_for(&format!("{count} lines to arrive"), || {
            self.lines.lock().unwrap().len() as u64 >= count
        });
    }
}

/// An rsyslogd of our own; stopped with this value.
struct Shipper(Child);

impl Shipper {
    fn start(logs: &Logs, collector: &Collector) -> Self {
        let work = logs.beside("rsyslog");
        fs::create_dir_all(&work).unwrap();
        fs::write(work.join("rsyslog.conf"), configuration(logs, collector.port)).unwrap();
        let mut command = Command::new(rsyslogd().unwrap());
        command.arg("-n").arg("-f").arg(work.join("rsyslog.conf"));
        command.arg("-i").arg(work.join("pid")).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    /// Asks it to stop and waits until it has.
    fn stop(mut self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Shipper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
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

/// The lines of each file of talk and of acts, the older files first.
fn written(logs: &Logs) -> Vec<Vec<String>> {
    let folders = ["chat", "moderation"].map(|log| fs::read_dir(logs.options.dir.join(log)));
    let entries = folders.into_iter().flat_map(Result::unwrap);
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
    paths.iter().map(read).collect()
}

#[test]
fn every_line_arrives_once_over_midnights_and_restarts() {
    if is_missing() {
        return;
    }
    let (logs, collector) = (Logs::new(), Collector::start());
    let (journal, guard) = logs.start();

    let shipper = Shipper::start(&logs, &collector);
    say_part(&journal, &logs, 0);
    collector.wait_for(1);
    logs.clock.advance(TimeDelta::seconds(3));
    say_part(&journal, &logs, 1);
    collector.wait_for(PART + 1);
    shipper.stop();

    // Nobody ships while the day ends once more.
    say_part(&journal, &logs, 2);
    act(&journal, acted(&logs.clock, "hush"));
    logs.clock.advance(TimeDelta::days(1));
    let shipper = Shipper::start(&logs, &collector);
    say_part(&journal, &logs, 3);
    collector.wait_for(4 * PART + 1);
    shipper.stop();
    wait_for("both connections to end", || collector.ended.load(SeqCst) >= 2);
    guard.close(Duration::from_secs(10)).unwrap();

    let (written, arrived) = (written(&logs), collector.lines.lock().unwrap().clone());
    let counts: Vec<_> = written.iter().map(|lines| lines.len() as u64).collect();
    assert_eq!(counts, [PART, 2 * PART, PART, 0, 1]);
    assert_eq!(arrived.len() as u64, 4 * PART + 1, "a line arrived twice");
    for file in written {
        let here: HashSet<_> = file.iter().collect();
        let in_order: Vec<_> = arrived.iter().filter(|line| here.contains(line)).collect();
        assert_eq!(in_order, file.iter().collect::<Vec<_>>());
    }
}
