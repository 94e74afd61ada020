//! What is on record when the server ends, however it ends.

use std::fs;

use rand::{RngExt, SeedableRng};

use super::*;
use crate::vocab::Rank;

#[tokio::test]
async fn a_line_reaches_the_file_though_nobody_asks() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    assert!(store.remember(line("say", "e1", 1)));
    let other = Connection::open(database_in(&folder)).unwrap();
    let count = || other.query_row("SELECT count(*) FROM messages", [], |row| row.get::<_, i64>(0));
    eventually("the line is in the file", || count().unwrap() == 1).await;
    eventually("it is counted", || store.counters().rows_written == 2).await;
    let counters = store.counters();
    assert_eq!((counters.queue_depth, counters.commits), (0, 2));
    assert!(counters.last_commit_us > 0);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let (ada, _) = store.create_account(account("Ada")).await.unwrap();
    for seq in 1..=1_000 {
        store.remember(line("say", "e1", seq));
    }
    store.close().await.unwrap();
    assert!(!store.remember(line("say", "e1", 1_001)));
    assert_eq!(store.find_account(ada.id).await, Err(StoreError::Closed));
    assert_eq!(store.close().await, Err(StoreError::Closed));
    assert!(!backup::with_suffix(&database_in(&folder), "-wal").exists());

    let store = open_in(&folder);
    store.begin_epoch("e2", instant(0)).await.unwrap();
    assert_eq!(store.find_account(ada.id).await.unwrap(), Some(ada));
    let since = store.since(&channel("say"), "e1", 0, 5_000).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (1_000, false));
}

#[tokio::test]
async fn of_two_saves_the_one_offered_last_stays() {
    let folder = folder();
    let store = open_in(&folder);
    let (_, mut ada) = store.create_account(account("Ada")).await.unwrap();
    ada.state.seconds_played = 1;
    let answer = store.save(ada.clone());
    ada.state.seconds_played = 2;
    assert!(store.save_later(ada));
    answer.await.unwrap();
    let stored = store.find_character("Ada").await.unwrap().unwrap();
    assert_eq!(stored.state.seconds_played, 2);
}

#[tokio::test]
async fn dropped_without_closing_it_keeps_what_was_offered_but_vouches_for_nothing() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    for seq in 1..=100 {
        store.remember(line("say", "e1", seq));
    }
    drop(store);
    let store = open_in(&folder);
    let since = store.since(&channel("say"), "e1", 0, 1_000).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (100, true));
}

#[tokio::test]
async fn a_backup_of_a_busy_database_is_whole() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let talker = store.clone();
    let talk = tokio::task::spawn_blocking(move || {
        (1..=3_000).for_each(|seq| _ = talker.remember(line("say", "e1", seq)));
    });
    store.create_account(account("Ada")).await.unwrap();
    let copy = folder.path().join("copy.db");
    fs::write(&copy, "something old").unwrap();
    store.backup(&copy).await.unwrap();
    talk.await.unwrap();
    store.close().await.unwrap();

    let mut files: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["copy.db", "hearsay.db", "hearsay.db.lock"]);
    let restored = Store::open(&options(&copy)).unwrap();
    assert!(restored.find_login("ada").await.unwrap().is_some());
    let lines = restored.recent(&channel("say"), 5_000).await.unwrap();
    assert!(lines.iter().map(|line| line.seq).eq(1..=lines.len() as u64));

    let nowhere = folder.path().join("no/such/folder.db");
    assert!(restored.backup(&nowhere).await.unwrap_err().to_string().contains("no/such/folder.db"));
}

#[test]
fn a_database_is_copied_aside_before_its_schema_changes() {
    let folder = folder();
    let path = database_in(&folder);
    let first = ["CREATE TABLE lamps (colour TEXT) STRICT; INSERT INTO lamps VALUES ('green')"];
    open::open(&options(&path), &first).unwrap();
    let copy = migrate::copy_path(&path.canonicalize().unwrap(), 1);
    assert!(!copy.exists());

    // A step that fails leaves the database as it was.
    let broken = [first[0], "ALTER TABLE lamps RENAME TO lights; SELECT nonsense"];
    let error = open::open(&options(&path), &broken).unwrap_err();
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    let colour = |path: &Path, table: &str| {
        let connection = Connection::open(path).unwrap();
        let sql = format!("SELECT colour FROM {table}");
        connection.query_row(&sql, [], |row| row.get::<_, String>(0)).unwrap()
    };
    assert_eq!(colour(&path, "lamps"), "green");

    let sound = [first[0], "ALTER TABLE lamps RENAME TO lights"];
    open::open(&options(&path), &sound).unwrap();
    assert_eq!(colour(&path, "lights"), "green");
    assert_eq!(colour(&copy, "lamps"), "green");
    assert!(matches!(
        open::open(&options(&path), &first).unwrap_err(),
        StoreError::Newer { found: 2, known: 1, .. }
    ));
}

/// What a server that will be killed does all day: it talks, and confirms what it has done.
fn serve_until_killed(database: &Path) {
    let patient = StoreOptions { busy_timeout_ms: 5_000, ..StoreOptions::at(database) };
    let store = Store::open(&patient).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = std::process::id();
    let epoch = format!("e{run}");
    runtime.block_on(async {
        store.begin_epoch(&epoch, instant(0)).await.unwrap();
        tell(&format!("epoch {epoch}"));
        for act in 1_u64.. {
            for seq in act * 3 - 2..=act * 3 {
                assert!(store.remember(line("say", &epoch, seq)));
            }
            let name = format!("n{run}x{act}");
            let (made, mut character) = store.create_account(account(&name)).await.unwrap();
            store.set_rank(made.id, Rank::Helper).await.unwrap();
            character.state.seconds_played = act;
            store.save(character).await.unwrap();
            tell(&format!("act {act} {name}"));
        }
    });
}

/// What a killed server had confirmed.
struct Confirmed {
    epoch: String,
    acts: Vec<(u64, String)>,
}

fn run_and_kill(database: &Path, test: &str, acts_before: u64, delay: Duration) -> Confirmed {
    let mut server = Offspring::start(test, database);
    let epoch = server.hear().unwrap().strip_prefix("epoch ").unwrap().to_owned();
    let mut confirmed = Confirmed { epoch, acts: vec![] };
    let mut hear = |server: &mut Offspring| {
        let told = server.hear()?;
        let (act, name) = told.strip_prefix("act ")?.split_once(' ')?;
        confirmed.acts.push((act.parse().unwrap(), name.to_owned()));
        Some(())
    };
    for _ in 0..acts_before {
        hear(&mut server).unwrap();
    }
    // The one sleep that is meant: it picks the instant of death, and nothing depends on its length.
    std::thread::sleep(delay);
    server.process.kill().unwrap();
    while hear(&mut server).is_some() {}
    confirmed
}

async fn check_confirmed(store: &Store, confirmed: &Confirmed) {
    for (act, name) in &confirmed.acts {
        let login = store.find_login(name).await.unwrap();
        let login = login.unwrap_or_else(|| panic!("{name} was confirmed and is gone"));
        assert_eq!(login.account.rank, Rank::Helper, "{name}");
        assert_eq!(login.character.state.seconds_played, *act, "{name}");
    }
    // Lines offered before a confirmed act are there as well, and none is missing in between.
    let since = store.since(&channel("say"), &confirmed.epoch, 0, 1 << 20).await.unwrap();
    let own = since.messages.iter().filter(|line| line.epoch == confirmed.epoch);
    let seqs: Vec<u64> = own.map(|line| line.seq).collect();
    let least = confirmed.acts.last().map_or(0, |(act, _)| act * 3);
    assert!(seqs.len() as u64 >= least, "{} lines of at least {least}", seqs.len());
    assert!(seqs.iter().copied().eq(1..=seqs.len() as u64));
    assert!(since.gap, "an epoch that was killed vouches for nothing");
}

#[test]
fn a_killed_server_has_kept_all_it_confirmed() {
    if let Some(database) = as_child() {
        return serve_until_killed(&database);
    }
    let folder = folder();
    let database = database_in(&folder);
    let test = "durability::a_killed_server_has_kept_all_it_confirmed";
    let seed = rand::rng().random();
    // Shown when the test fails.
    tell(&format!("seed {seed}"));
    let mut random = rand::rngs::SmallRng::seed_from_u64(seed);
    let mut lives = Vec::new();
    for _ in 0..24 {
        let delay = Duration::from_micros(random.random_range(0..8_000));
        lives.push(run_and_kill(&database, test, random.random_range(0..12), delay));
    }
    assert!(lives.iter().any(|life| life.acts.len() > 3), "the servers were killed too early");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open_in(&folder);
        store.begin_epoch("after", instant(0)).await.unwrap();
        for life in &lives {
            check_confirmed(&store, life).await;
        }
    });
}
