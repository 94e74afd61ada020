//! What moderation costs: `cargo bench --bench moderation`. Prints medians; passes no judgement.
//!
//! Writes restrictions of as many accounts as it is told (100,000 without an argument) into a database of its own, reads
//! them back, asks the evaluator, and starts the server on them.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]

use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use hearsay::moderation::{Restrictions, Speaking};
use hearsay::store::{Store, StoreOptions};
use hearsay::vocab::{
    AccountId, ActId, ChannelName, Issuer, Person, Rank, Restriction, RestrictionKind, Scope,
    Subject,
};
use uuid::Uuid;

const ROUNDS: usize = 7;
const VERDICTS_PER_ROUND: u64 = 100_000;
/// Restrictions that are handed to the store at once.
const AT_ONCE: u64 = 1_000;

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hearsay.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let restrictions = runtime.block_on(async {
        let store = Store::open(&StoreOptions::at(file.clone())).unwrap();
        fill(&store, count).await;
        let started = Instant::now();
        let restrictions = store.standing(Utc::now()).await.unwrap();
        println!(
            "read {} from the store      {:>9.1} ms",
            restrictions.len(),
            millis(started.elapsed())
        );
        store.close().await.unwrap();
        restrictions
    });
    let started = Instant::now();
    let index = index(restrictions);
    println!("put them into the index       {:>9.1} ms", millis(started.elapsed()));
    ask(&index, count);
    start_server(folder.path(), &file);
}

async fn fill(store: &Store, count: u64) {
    for first in (0..count).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let some = (first..count.min(first + AT_ONCE)).map(|at| store.restrict(restriction(at)));
        for stored in join_all(some).await {
            stored.unwrap();
        }
    }
}

/// Every fourth of everything else than the last is of another kind.
fn restriction(at: u64) -> Restriction {
    let kinds = [
        RestrictionKind::Mute,
        RestrictionKind::Timeout,
        RestrictionKind::Shadow,
        RestrictionKind::Ban,
    ];
    let say: ChannelName = "say".parse().unwrap();
    Restriction {
        id: ActId(Uuid::now_v7()),
        kind: kinds[usize::try_from(at % 4).unwrap()],
        subject: Subject::Person(Person::Account(AccountId(at)), format!("Player{at}").into()),
        scope: if at.is_multiple_of(8) { Scope::Channels([say].into()) } else { Scope::All },
        measure: 0,
        from: Utc::now(),
        until: (!at.is_multiple_of(3)).then(|| Utc::now() + TimeDelta::days(7)),
        reason: "spamming the trade channel".to_owned(),
        issuer: Issuer {
            account: Some(AccountId(1 << 40)),
            name: "Mara".into(),
            rank: Rank::Admin,
        },
        evidence: Vec::new(),
        except: Vec::new(),
        supersedes: None,
        lifted: None,
    }
}

fn index(restrictions: Vec<Restriction>) -> Restrictions {
    let mut index = Restrictions::default();
    let at = Utc::now();
    for restriction in restrictions {
        index.add(Arc::new(restriction), at, Duration::ZERO);
    }
    index
}

fn ask(index: &Restrictions, count: u64) {
    let channel: ChannelName = "say".parse().unwrap();
    for (who, offset) in [("somebody restricted      ", 0), ("somebody free            ", count)] {
        let mut rounds: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                for at in 0..VERDICTS_PER_ROUND {
                    // Steps through all accounts, so that none of it is in the nearest cache.
                    let account = AccountId(offset + (at * 7_919) % count);
                    let who = Person::Account(account);
                    let speaking =
                        Speaking { who, rank: Rank::Player, account_age: None, channel: &channel };
                    let _ = black_box(index.verdict(&speaking, Duration::from_secs(1)));
                }
                started.elapsed().as_secs_f64() * 1e6 / VERDICTS_PER_ROUND as f64
            })
            .collect();
        rounds.sort_by(f64::total_cmp);
        println!("a verdict on {who}{:>9.3} us", rounds[ROUNDS / 2]);
    }
}

/// Starts the binary on the database that was filled, until it says that it is ready.
fn start_server(folder: &Path, database: &Path) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            let mut server = Command::new(env!("CARGO_BIN_EXE_hearsay"))
                .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
                .env("HEARSAY_STORE__PATH", database)
                .env("HEARSAY_LOGS__DIR", folder.join("logs"))
                .env("HEARSAY_TELNET__LISTEN", "127.0.0.1:0")
                .env("HEARSAY_HTTP__LISTEN", "127.0.0.1:0")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let lines = BufReader::new(server.stdout.take().unwrap()).lines();
            let is_ready = lines.map(Result::unwrap).any(|line| line == "ready");
            let took = millis(started.elapsed());
            server.kill().unwrap();
            server.wait().unwrap();
            assert!(is_ready, "the server did not start");
            took
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("start-up until ready          {:>9.1} ms", rounds[ROUNDS / 2]);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
