//! Which line is in which file, and that none is missing.

use std::fs;
use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use hearsay::journal;

use crate::support::{Logs, act, acted, lines, parse, said, seqs, wait_for};

const CLOSE_WAIT: Duration = Duration::from_secs(30);

#[test]
fn a_new_day_begins_a_new_file() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    let (chat, moderation) = (logs.today("chat"), logs.today("moderation"));
    journal.delivered(said(&logs.clock, 1, "the last of Saturday"));
    act(&journal, acted(&logs.clock, "the last of Saturday"));
    wait_for("the old day's lines", || {
        let counters = journal.counters();
        counters.chat.written + counters.moderation.written == 2
    });

    logs.clock.advance(TimeDelta::seconds(3));
    journal.delivered(said(&logs.clock, 2, "the first of Sunday"));
    act(&journal, acted(&logs.clock, "the first of Sunday"));
    guard.close(CLOSE_WAIT).unwrap();

    assert!(logs.today("chat").ends_with("chat/chat.2026-11-22.jsonl"));
    assert_eq!(seqs(&lines(&chat)), [1]);
    assert_eq!(seqs(&lines(&logs.today("chat"))), [2]);
    assert_eq!(lines(&moderation).len(), 1);
    assert_eq!(lines(&logs.today("moderation"))[0]["detail"], "the first of Sunday");
}

#[test]
fn closing_writes_everything() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    for seq in 1..=100_000 {
        journal.delivered(said(&logs.clock, seq, "one of very many"));
    }
    guard.close(CLOSE_WAIT).unwrap();
    assert_eq!(seqs(&lines(&logs.today("chat"))), (1..=100_000).collect::<Vec<_>>());
    assert_eq!(journal.counters().chat.written, 100_000);
    assert_eq!(journal.counters().chat.dropped, 0);
}

#[test]
fn an_act_of_staff_is_in_the_file_before_long_and_without_closing() {
    let logs = Logs::new();
    let (journal, _guard) = logs.start();
    act(&journal, acted(&logs.clock, "hush"));
    wait_for("the act", || journal.counters().moderation.written == 1);
    assert_eq!(lines(&logs.today("moderation")).len(), 1);
}

#[test]
fn what_was_whispered_is_not_for_everyone_on_the_machine() {
    use std::os::unix::fs::PermissionsExt;
    let logs = Logs::new();
    let (_journal, _guard) = logs.start();
    for log in ["chat", "moderation", "system"] {
        let mode = fs::metadata(logs.today(log)).unwrap().permissions().mode();
        assert_eq!(mode & 0o137, 0, "{log}: {mode:o}");
    }
}

#[test]
fn what_comes_after_closing_is_counted() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    guard.close(CLOSE_WAIT).unwrap();
    journal.delivered(said(&logs.clock, 1, "too late"));
    act(&journal, acted(&logs.clock, "too late"));
    assert_eq!((journal.counters().chat.dropped, journal.counters().moderation.dropped), (1, 1));
}

#[test]
fn who_follows_a_file_sees_whole_lines() {
    const COUNT: u64 = 20_000;
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    let mut file = fs::File::open(logs.today("chat")).unwrap();
    let follower = thread::spawn(move || {
        // A follower may come between the parts of a write: what follows the last end of a line waits for its rest.
        let (mut seen, mut bytes) = (Vec::new(), Vec::new());
        let started = Instant::now();
        while seen.len() < COUNT as usize && started.elapsed() < CLOSE_WAIT {
            file.read_to_end(&mut bytes).unwrap();
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let whole = String::from_utf8(bytes.drain(..whole).collect()).unwrap();
            seen.extend(whole.lines().map(parse));
        }
        seqs(&seen)
    });
    for seq in 1..=COUNT {
        journal.delivered(said(&logs.clock, seq, "ünd so weiter"));
    }
    assert_eq!(follower.join().unwrap(), (1..=COUNT).collect::<Vec<_>>());
    guard.close(CLOSE_WAIT).unwrap();
}

#[test]
fn a_line_that_was_cut_off_spoils_no_other() {
    let logs = Logs::new();
    fs::create_dir_all(logs.today("chat").parent().unwrap()).unwrap();
    fs::write(logs.today("chat"), "{\"seq\":1}\n{\"seq\":2,\"conte").unwrap();
    let (journal, guard) = logs.start();
    journal.delivered(said(&logs.clock, 3, "after the crash"));
    guard.close(CLOSE_WAIT).unwrap();

    let text = fs::read_to_string(logs.today("chat")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..2], ["{\"seq\":1}", "{\"seq\":2,\"conte"]);
    assert_eq!(parse(lines[2])["seq"], 3);
}

#[test]
fn old_files_go_at_the_start_and_at_midnight() {
    let mut logs = Logs::new();
    logs.options.keep.chat = 1;
    let chat = |day: u32| logs.options.dir.join(format!("chat/chat.2026-11-{day}.jsonl"));
    fs::create_dir_all(logs.options.dir.join("chat")).unwrap();
    for day in [19, 20] {
        fs::write(chat(day), "").unwrap();
    }
    let (journal, _guard) = logs.start();
    wait_for("the sweep at the start", || !chat(19).exists());
    assert!(chat(20).exists());

    logs.clock.advance(TimeDelta::seconds(3));
    journal.delivered(said(&logs.clock, 1, "Sunday"));
    wait_for("the sweep at midnight", || !chat(20).exists());
    assert!(chat(21).exists());
}

#[test]
fn trouble_at_the_start_names_the_path() {
    let logs = Logs::new();
    fs::write(&logs.options.dir, "").unwrap();
    let error = journal::start(logs.options.clone()).err().unwrap();
    let dir = logs.options.dir.display().to_string();
    assert_eq!(format!("{error:#}"), format!("the log folder {dir} is not a directory"));

    let logs = Logs::new();
    fs::create_dir_all(&logs.options.dir).unwrap();
    fs::write(logs.options.dir.join("moderation"), "").unwrap();
    let error = journal::start(logs.options.clone()).err().unwrap();
    let dir = logs.options.dir.join("moderation").display().to_string();
    assert!(
        format!("{error:#}").starts_with(&format!("making the log folder {dir}: ")),
        "{error:#}"
    );

    let logs = Logs::new();
    fs::create_dir_all(logs.today("chat")).unwrap();
    let started = journal::start_with_clock(logs.options.clone(), logs.clock.clock());
    let (error, file) = (started.err().unwrap(), logs.today("chat").display().to_string());
    assert!(format!("{error:#}").starts_with(&format!("opening the log {file}: ")), "{error:#}");
}
