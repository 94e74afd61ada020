//! The chain of the moderation log: whatever happens to the server it stays whole, and whatever somebody does to the files is
//! found.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use hearsay::journal::Journal;
use hearsay::journal::read::{Findings, verify};
use hearsay::vocab::ChainHead;
use proptest::prelude::*;

use crate::support::{Logs, act, acted, lines, wait_for};

const CLOSE_WAIT: Duration = Duration::from_secs(30);

/// A log, and the heads that were stored of it.
struct Written {
    logs: Logs,
    heads: Vec<ChainHead>,
}

impl Written {
    fn new() -> Self {
        Self { logs: Logs::new(), heads: Vec::new() }
    }

    /// Lets a server run and do something.
    fn run(&mut self, work: impl FnOnce(&Journal, &Logs)) {
        let (journal, guard) = self.logs.start();
        work(&journal, &self.logs);
        guard.close(CLOSE_WAIT).unwrap();
        self.heads.extend(journal.new_heads());
    }

    /// A run with so many acts on each of these days.
    fn days(&mut self, days: &[u64]) {
        self.run(|journal, logs| {
            for acts in days {
                for number in 0..*acts {
                    act(journal, acted(&logs.clock, &format!("act {number}")));
                }
                settle(journal);
                logs.clock.advance(TimeDelta::days(1));
            }
        });
    }

    fn verify(&self) -> Findings {
        verify(&self.logs.options.dir, &self.heads).unwrap()
    }

    /// The files of the log, oldest first.
    fn files(&self) -> Vec<PathBuf> {
        let folder = self.logs.options.dir.join("moderation");
        let mut files: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    fn change(&self, file: usize, change: impl FnOnce(&mut Vec<String>)) {
        let path = &self.files()[file];
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(path, text).unwrap();
    }

    fn assert_broken(&self, told: &str) {
        let found = self.verify();
        assert!(
            found.problems.iter().any(|problem| problem.contains(told)),
            "no {told:?} in {:?}",
            found.problems
        );
    }

    fn assert_unbroken(&self, lines: u64, days: u64) {
        let found = self.verify();
        assert_eq!(found.problems, Vec::<String>::new());
        assert_eq!((found.lines, found.days), (lines, days));
    }
}

fn settle(journal: &Journal) {
    let given = journal.given();
    wait_for("the disk", || journal.settled(given));
}

#[test]
fn the_chain_goes_on_over_midnight_and_restart() {
    let mut written = Written::new();
    written.days(&[3, 0, 2]);
    written.days(&[1, 4]);
    written.assert_unbroken(10, 4);
    let all: Vec<u64> = written
        .files()
        .iter()
        .flat_map(|file| lines(file))
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(all, (1..=10).collect::<Vec<_>>());
    let last = written.heads.last().unwrap();
    assert_eq!((last.seq, written.verify().head), (10, Some(*last)));
}

#[test]
fn what_a_kill_cut_off_is_accounted_for() {
    for cut in [1, 10, 70, 200] {
        let mut written = Written::new();
        written.days(&[3]);
        let file = written.files()[0].clone();
        let whole = fs::read(&file).unwrap();
        let line = whole.split(|byte| *byte == b'\n').nth(1).unwrap();
        fs::write(&file, [&whole[..], &line[..cut.min(line.len() - 1)]].concat()).unwrap();
        assert!(written.verify().is_unfinished && written.verify().is_unbroken());

        written.days(&[2]);
        written.assert_unbroken(6, 2);
        let second = lines(written.files().last().unwrap());
        assert_eq!((&second[0]["kind"], &second[0]["lines"]), (&"cut".into(), &1.into()));
        written.days(&[1]);
        written.assert_unbroken(7, 3);
    }
}

#[test]
fn two_kills_in_a_row_on_one_day_are_accounted_for() {
    let mut written = Written::new();
    written.run(|journal, logs| {
        act(journal, acted(&logs.clock, "one"));
        settle(journal);
    });
    let file = written.files()[0].clone();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}{{\"sch\n{{\"schema\":2,")).unwrap();
    written.run(|journal, logs| act(journal, acted(&logs.clock, "two")));
    written.assert_unbroken(3, 1);
    written.change(0, |lines| lines[1] = "{\"sc".to_owned());
    written.assert_broken("moderation.2026-11-21.jsonl:2: not a line of the log (2 lines)");
}

#[test]
fn dropped_records_are_told_of_in_the_chain() {
    let mut written = Written::new();
    written.run(|journal, logs| {
        act(journal, acted(&logs.clock, "one"));
        journal.lost_moderation();
        wait_for("the note", || journal.counters().moderation.written == 2);
    });
    written.assert_unbroken(2, 1);
    assert_eq!(lines(&written.files()[0])[1]["kind"], "dropped");
}

#[test]
fn a_sweep_is_told_of_and_accepted_and_anything_else_is_not() {
    let mut written = Written::new();
    written.logs.options.keep.moderation = 2;
    written.days(&[2, 2, 2]);
    let swept = |written: &Written| {
        let all = written.files();
        all.iter().flat_map(|file| lines(file)).filter(|line| line["kind"] == "swept").count()
    };
    written.run(|_, logs| {
        let first = logs.options.dir.join("moderation/moderation.2026-11-21.jsonl");
        wait_for("the sweep", || !first.exists());
    });
    assert_eq!(swept(&written), 1);
    written.assert_unbroken(5, 3);
    // What was next in line to go went too early.
    fs::remove_file(&written.files()[0]).unwrap();
    written.assert_broken("lines 1 to 4 are missing, and the log does not say");
}

#[test]
fn a_log_that_slept_longer_than_it_keeps_files_goes_on() {
    let mut written = Written::new();
    written.logs.options.keep.moderation = 2;
    written.days(&[2]);
    written.logs.clock.advance(TimeDelta::days(30));
    let first = written.files()[0].clone();
    written.run(|_, _| wait_for("the sweep", || !first.exists()));
    written.run(|_, _| ());
    written.days(&[1]);
    let found = written.verify();
    assert_eq!((found.problems, found.head.unwrap().seq), (vec![], 4));
}

#[test]
fn a_missing_end_is_found_by_the_stored_head() {
    let mut written = Written::new();
    written.days(&[3, 3]);
    written.change(1, |lines| lines.truncate(1));
    written.assert_broken("lines 5 to 6 are missing: the database knows line 6, of 2026-11-22");
    fs::remove_file(&written.files()[1]).unwrap();
    written.assert_broken("moderation.2026-11-21.jsonl:3: lines 4 to 6 are missing");
    fs::remove_file(&written.files()[0]).unwrap();
    written.assert_broken("the whole log: lines 1 to 6 are missing");
}

#[test]
fn an_end_that_was_cut_off_stays_found_when_the_log_goes_on() {
    let mut written = Written::new();
    written.days(&[6]);
    written.change(0, |lines| lines.truncate(4));
    written.days(&[4]);
    written.assert_broken("line 6 is not the one that was written");
}

#[test]
fn a_changed_last_line_and_a_renamed_file_are_found() {
    let mut written = Written::new();
    written.days(&[2, 2]);
    written.change(1, |lines| lines[1] = lines[1].replace("act 1", "act 7"));
    written.assert_broken("moderation.2026-11-22.jsonl:2: line 4 is not the one");
    written.change(1, |lines| lines[1] = lines[1].replace("act 7", "act 1"));
    written.assert_unbroken(4, 2);
    let last = written.files()[1].clone();
    fs::rename(&last, last.with_file_name("moderation.2026-11-23.jsonl")).unwrap();
    written.assert_broken("line 4 was written on 2026-11-22");
}

#[test]
fn half_a_line_that_a_full_disk_left_behind_at_midnight_is_no_break() {
    let mut written = Written::new();
    written.days(&[2, 2]);
    let files = written.files();
    let next = fs::read(&files[1]).unwrap();
    let whole = fs::read(&files[0]).unwrap();
    fs::write(&files[0], [&whole[..], &next[..100]].concat()).unwrap();
    written.assert_unbroken(4, 2);
    fs::write(&files[0], [&whole[..], &next[..100], b"x"].concat()).unwrap();
    written.assert_broken("moderation.2026-11-21.jsonl:3: not a line of the log");
}

#[test]
fn lines_of_before_the_chain_are_told_apart() {
    let mut written = Written::new();
    let folder = written.logs.options.dir.join("moderation");
    fs::create_dir_all(&folder).unwrap();
    let old = "{\"schema\":1,\"kind\":\"act\"}\n".repeat(3);
    fs::write(folder.join("moderation.2026-11-20.jsonl"), old).unwrap();
    written.days(&[2]);
    written.assert_unbroken(2, 1);
    assert_eq!(written.verify().unchained, 3);
}

/// What somebody does to a line who does not want it read.
#[derive(Debug, Clone, Copy)]
enum Tampering {
    Remove,
    Change(usize),
    Swap,
    Double,
    Insert,
    Blank,
}

fn tampering() -> impl Strategy<Value = Tampering> {
    prop_oneof![
        Just(Tampering::Remove),
        any::<usize>().prop_map(Tampering::Change),
        Just(Tampering::Swap),
        Just(Tampering::Double),
        Just(Tampering::Insert),
        Just(Tampering::Blank),
    ]
}

fn tamper(lines: &mut Vec<String>, at: usize, how: Tampering) {
    match how {
        Tampering::Remove => drop(lines.remove(at)),
        Tampering::Change(byte) => {
            let mut bytes = lines[at].clone().into_bytes();
            let byte = byte % bytes.len();
            bytes[byte] = if bytes[byte] == b'7' { b'8' } else { b'7' };
            lines[at] = String::from_utf8(bytes).unwrap();
        }
        Tampering::Swap => {
            let other = (at + 1) % lines.len();
            lines.swap(at, other);
        }
        Tampering::Double => lines.insert(at, lines[at].clone()),
        Tampering::Insert => {
            let other = lines[0].replace("act 0", "forged");
            lines.insert(at, other);
        }
        Tampering::Blank => lines.insert(at, String::new()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever is done to whichever line is found, and nothing is found where nothing was done.
    #[test]
    fn any_tampering_is_found(
        days in prop::collection::vec(2..5_u64, 1..4),
        again in 0..3_u64,
        at in any::<prop::sample::Index>(),
        how in tampering(),
    ) {
        let mut written = Written::new();
        written.days(&days);
        written.days(&[again]);
        let files: Vec<usize> = (0..written.files().len())
            .filter(|file| lines(&written.files()[*file]).len() > 1)
            .collect();
        let found = written.verify();
        prop_assert!(found.is_unbroken(), "{:?}", found.problems);
        prop_assert_eq!(found.lines, days.iter().sum::<u64>() + again);

        let file = *at.get(&files);
        let number = at.index(lines(&written.files()[file]).len());
        written.change(file, |lines| tamper(lines, number, how));
        let found = written.verify();
        prop_assert!(!found.is_unbroken(), "{how:?} at {number} of file {file}");
    }
}
