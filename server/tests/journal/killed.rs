//! A process that is killed loses at most what it said last, and no line of what it said before.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::support::{Logs, parse, said};

/// Names the folder, in the process that is to be killed.
const FOLDER: &str = "HEARSAY_TEST_LOGS";

/// What may be lost.
const LOSS_MAX: Duration = Duration::from_millis(200);

/// Talks without end and says what it has given to the journal.
fn talk_until_killed(dir: &Path) -> ! {
    let logs = Logs::in_folder(dir);
    let (journal, _guard) = logs.start();
    for seq in 1.. {
        journal.delivered(said(&logs.clock, seq, "still here"));
        println!("\n#{seq}");
        thread::sleep(Duration::from_micros(200));
    }
    unreachable!("nobody killed this process")
}

#[test]
fn killing_the_process_loses_only_its_last_words() {
    if let Some(dir) = env::var_os(FOLDER) {
        talk_until_killed(Path::new(&dir));
    }
    let logs = Logs::new();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["killed::killing_the_process_loses_only_its_last_words", "--exact", "--nocapture"])
        .env(FOLDER, &logs.options.dir)
        .env("TMPDIR", logs.beside(""))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut given = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Some(seq) = line.unwrap().strip_prefix('#').map(|seq| seq.parse::<u64>().unwrap())
        else {
            continue;
        };
        given.push((Instant::now(), seq));
        if seq == 2000 {
            break;
        }
    }
    let killed = Instant::now();
    child.kill().unwrap();
    child.wait().unwrap();

    let text = fs::read_to_string(logs.today("chat")).unwrap();
    let whole = &text[..text.rfind('\n').unwrap()];
    let kept = parse(whole.lines().last().unwrap())["seq"].as_u64().unwrap();
    assert_eq!(whole.lines().count() as u64, kept, "a line is missing");
    let safe = given.iter().rev().find(|(at, _)| killed - *at > LOSS_MAX).unwrap().1;
    assert!(kept >= safe, "{kept} lines were kept, {safe} were older than {LOSS_MAX:?}");
}
