//! Disks that are full, slow or broken: nobody waits, no line is halved, what is missing is told.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::Value;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{Logs, act, acted, lines, parse, said, seqs, wait_for};

const CLOSE_WAIT: Duration = Duration::from_secs(30);

/// A small file system in memory; gone with this value.
struct Tmpfs(PathBuf);

impl Tmpfs {
    /// None where one may not mount.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_halves_no_line_and_is_over_when_there_is_room() {
    const COUNT: u64 = 6000;
    let logs = Logs::new();
    let Some(_tmpfs) = Tmpfs::mount(&logs.options.dir, "6m") else {
        println!("skipped: mounting a tmpfs needs root; the /dev/full test stands in for it");
        return;
    };
    let ballast = logs.options.dir.join("ballast");
    fs::write(&ballast, vec![0; 5_900_000]).unwrap();
    let (journal, guard) = logs.start();
    let words = "x".repeat(300);
    for seq in 1..=COUNT {
        journal.delivered(said(&logs.clock, seq, &words));
    }
    wait_for("an error", || journal.last_error().is_some_and(|error| !error.over));
    wait_for("drops", || journal.counters().chat.dropped > 0);
    let error = journal.last_error().unwrap().error;
    assert!(error.starts_with("the chat log could not be written: No space left"), "{error}");

    fs::remove_file(&ballast).unwrap();
    wait_for("recovery", || journal.last_error().is_some_and(|error| error.over));
    wait_for("the note in the file", || {
        let counters = journal.counters().chat;
        counters.written + counters.dropped == COUNT + 1
    });
    journal.delivered(said(&logs.clock, COUNT + 1, "there is room again"));
    guard.close(CLOSE_WAIT).unwrap();

    let lines = lines(&logs.today("chat"));
    let (seqs, dropped) = (seqs(&lines), dropped_told(&lines));
    assert!(seqs.is_sorted() && seqs.last() == Some(&(COUNT + 1)));
    assert_eq!(seqs.len() as u64 + dropped, COUNT + 1);
    assert_eq!(dropped, journal.counters().chat.dropped);
}

#[test]
fn a_file_that_takes_nothing_harms_no_other_and_a_new_day_heals_it() {
    let logs = Logs::new();
    let chat = logs.today("chat");
    fs::create_dir_all(chat.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/dev/full", &chat).unwrap();
    let (journal, guard) = logs.start();
    journal.delivered(said(&logs.clock, 1, "before midnight"));
    act(&journal, acted(&logs.clock, "meanwhile"));
    wait_for("an error", || journal.counters().chat.write_errors > 0);
    wait_for("the act", || journal.counters().moderation.written == 1);
    assert!(!journal.last_error().unwrap().over);

    logs.clock.advance(TimeDelta::seconds(3));
    journal.delivered(said(&logs.clock, 2, "after midnight"));
    guard.close(CLOSE_WAIT).unwrap();
    assert_eq!(seqs(&lines(&logs.today("chat"))), [1, 2]);
    assert!(journal.last_error().unwrap().over);
}

#[test]
fn closing_says_what_a_full_disk_did_not_take() {
    let logs = Logs::new();
    let chat = logs.today("chat");
    fs::create_dir_all(chat.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/dev/full", &chat).unwrap();
    let (journal, guard) = logs.start();
    journal.delivered(said(&logs.clock, 1, "lost"));
    let error = guard.close(CLOSE_WAIT).unwrap_err();
    assert_eq!(error.to_string(), "records of the journal that could not be written: 1");
}

/// A journal whose chat file is a pipe that nobody reads: a disk that hangs, until somebody does.
fn hanging() -> (Logs, PathBuf) {
    let mut logs = Logs::new();
    logs.options.queue_records_max = 100;
    let chat = logs.today("chat");
    fs::create_dir_all(chat.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(&chat).status().unwrap().success());
    (logs, chat)
}

#[test]
fn a_disk_that_hangs_holds_up_nobody_and_the_file_tells_of_the_gap() {
    const COUNT: u64 = 5000;
    let (logs, pipe) = hanging();
    let (journal, guard) = logs.start();
    // The journal's own thread logs by the process's subscriber, not by that of this test's thread.
    let layer = hearsay::journal::system_layer(&journal, EnvFilter::new("hearsay=info"));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let words = "x".repeat(300);
    let started = Instant::now();
    for seq in 1..=COUNT {
        journal.delivered(said(&logs.clock, seq, &words));
    }
    assert!(started.elapsed() < Duration::from_secs(5), "a full queue made its sender wait");
    let dropped = journal.counters().chat.dropped;
    assert!(dropped > COUNT / 2, "{dropped} dropped");

    let reader = thread::spawn(move || {
        let pipe = BufReader::new(fs::File::open(pipe).unwrap());
        pipe.lines().map(|line| parse(&line.unwrap())).collect::<Vec<_>>()
    });
    wait_for("the last line", || journal.counters().chat.written > COUNT - dropped);
    guard.close(CLOSE_WAIT).unwrap();
    let seen = reader.join().unwrap();
    assert_eq!(dropped_told(&seen), dropped);
    assert_eq!(seqs(&seen).len() as u64 + dropped, COUNT);

    let told = lines(&logs.today("system"));
    let told = told.iter().filter(|line| line["fields"]["message"] == "records were dropped");
    let told: u64 = told.filter_map(|line| line["fields"]["count"].as_u64()).sum();
    assert!(told >= dropped, "the operator was told of {told} dropped records");
}

#[test]
fn closing_waits_for_a_hanging_disk_only_so_long() {
    let (logs, _pipe) = hanging();
    let (journal, guard) = logs.start();
    for seq in 1..=1000 {
        journal.delivered(said(&logs.clock, seq, &"x".repeat(3000)));
    }
    let started = Instant::now();
    let error = guard.close(Duration::from_millis(100)).unwrap_err();
    assert!(error.to_string().contains("not written within 100ms"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

fn dropped_told(lines: &[Value]) -> u64 {
    let dropped = lines.iter().filter(|line| line["kind"] == "dropped");
    dropped.filter_map(|line| line["count"].as_u64()).sum()
}
