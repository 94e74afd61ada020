//! A process that is killed loses at most what it said last, and no line of what it said before; the chain of the moderation
//! log stays whole however often that happens.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use hearsay::journal::read::verify;

use crate::support::{Logs, act, acted, parse, said};

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

/// Acts without end, with lines of many lengths, and says when it has begun.
fn act_until_killed(dir: &Path) -> ! {
    let logs = Logs::in_folder(dir);
    let (journal, _guard) = logs.start();
    for number in 0_usize.. {
        act(&journal, acted(&logs.clock, &"x".repeat(number * 37 % 3000)));
        if number == 20 {
            println!("\n#begun");
        }
        thread::sleep(Duration::from_micros(50));
    }
    unreachable!("nobody killed this process")
}

#[test]
fn however_often_a_process_is_killed_the_chain_is_whole() {
    if let Some(dir) = env::var_os(FOLDER) {
        act_until_killed(Path::new(&dir));
    }
    const KILLS: u64 = 12;
    let logs = Logs::new();
    for kill in 0..KILLS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["killed::however_often_a_process_is_killed_the_chain_is_whole"])
            .args(["--exact", "--nocapture"])
            .env(FOLDER, &logs.options.dir)
            .env("TMPDIR", logs.beside(""))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap() == "#begun"));
        // At another moment of what it does each time; nothing is waited for.
        thread::sleep(Duration::from_micros(kill * 311));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let found = verify(&logs.options.dir, &[]).unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    assert!(found.lines > KILLS * 20 / 2, "{}", found.lines);
}
