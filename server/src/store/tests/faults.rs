//! What goes wrong with the disk while the server runs: nothing offered is lost, and nobody is told otherwise.

use std::fs;

use super::*;

#[tokio::test]
async fn another_program_that_holds_the_lock_is_waited_for() {
    let folder = folder();
    let path = database_in(&folder);
    let store = Store::open(&options(&path)).unwrap();
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    for seq in 1..=10 {
        assert!(store.remember(line("say", "e1", seq)));
    }
    eventually("the fault shows", || store.counters().health != Health::Well).await;
    // Whoever waits is told; what is written behind stays.
    let told = store.set_note("claim_code", "x").await.unwrap_err();
    assert!(matches!(told, StoreError::Locked { .. }), "{told}");
    assert!(matches!(store.counters().health, Health::Failing(text) if text == told.to_string()));
    assert_eq!(store.counters().queue_depth, 10);

    other.execute_batch("ROLLBACK").unwrap();
    eventually("it recovers by itself", || store.counters().health == Health::Well).await;
    let counters = store.counters();
    assert_eq!((counters.queue_depth, counters.dropped), (0, 0));
    assert!(counters.errors > 0 && counters.last_error.is_some());
    let since = store.since(&channel("say"), "e1", 0, 100).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (10, false));
}

#[tokio::test]
async fn a_full_queue_drops_the_newest_counts_them_and_says_so() {
    let folder = folder();
    let path = database_in(&folder);
    let store = Store::open(&StoreOptions { queue_max: 16, ..options(&path) }).unwrap();
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let taken: Vec<u64> = (1..=40).filter(|seq| store.remember(line("say", "e1", *seq))).collect();
    assert_eq!(taken, Vec::from_iter(1..=16));
    assert_eq!(store.counters().dropped, 24);
    // There is still room for those who wait for an answer.
    assert!(matches!(store.set_note("n", "x").await, Err(StoreError::Locked { .. })));
    other.execute_batch("ROLLBACK").unwrap();

    eventually("the kept lines are written", || store.counters().queue_depth == 0).await;
    let since = store.since(&channel("say"), "e1", 3, 100).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (13, true));
    assert!(store.since(&channel("say"), "e1", 16, 100).await.unwrap().gap);
    assert!(!store.since(&channel("say"), "e1", 40, 100).await.unwrap().gap);
    store.close().await.unwrap();
    // The end of the epoch is missing for good.
    let store = open_in(&folder);
    store.begin_epoch("e2", instant(0)).await.unwrap();
    assert!(store.since(&channel("say"), "e1", 16, 100).await.unwrap().gap);
}

/// SQLite's own limit on pages stands for a full disk, and a table that others can empty for room to be made.
#[tokio::test]
async fn a_full_database_holds_up_what_is_written_behind_and_loses_nothing() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let fill = |connection: &Connection| {
        connection.execute_batch(
            "CREATE TABLE ballast (weight BLOB);
             INSERT INTO ballast VALUES (zeroblob(1000000))",
        )?;
        Ok(connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))?)
    };
    let pages = store.act(fill).await.unwrap();
    let limit = move |connection: &Connection| {
        Ok(connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    };
    store.question(limit).await.unwrap();
    for seq in 1..=200 {
        assert!(store.remember(line("say", "e1", seq)));
    }
    eventually("the database is full", || store.counters().health != Health::Well).await;
    let told = store.create_account(account("Bob")).await.unwrap_err();
    assert!(matches!(told, StoreError::DiskFull { .. }), "{told}");
    assert_eq!(store.counters().queue_depth, 200);

    let other = Connection::open(database_in(&folder)).unwrap();
    other.busy_timeout(DEADLINE).unwrap();
    other.execute_batch("DELETE FROM ballast").unwrap();
    eventually("it recovers by itself", || store.counters().health == Health::Well).await;
    assert!(!store.name_taken("Bob").await.unwrap());
    let since = store.since(&channel("say"), "e1", 0, 1_000).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (200, false));
}

/// A disk of one megabyte, for those who may mount one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = folder();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    /// Takes all the room there is, until the file is removed.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.path().join("ballast");
        let mut file = fs::File::create(&ballast).unwrap();
        while file.write_all(&[1; 512]).is_ok() {}
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn with_a_full_disk_people_still_log_in_and_read_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::mount() else {
        return tell("this user may not mount a disk; the test with SQLite's own limit stands in");
    };
    let store = open_in(&disk.0);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let (_, mut ada) = store.create_account(account("Ada")).await.unwrap();
    let ballast = disk.fill();
    for seq in 1..=100 {
        assert!(store.remember(line("say", "e1", seq)));
    }
    for seconds in 70..=77 {
        ada.state.seconds_played = seconds;
        assert!(store.save_later(ada.clone()));
    }
    eventually("the disk is full", || store.counters().health != Health::Well).await;

    let told = store.create_account(account("Bob")).await.unwrap_err();
    assert!(matches!(told, StoreError::DiskFull { .. }), "{told}");
    // What waits is seen as if it were stored.
    assert_eq!(store.find_login("Ada").await.unwrap().unwrap().character, ada);
    let since = store.since(&channel("say"), "e1", 40, 1_000).await.unwrap();
    assert_eq!((since.messages.len(), since.gap), (60, false));
    assert_eq!(store.counters().queue_depth, 101);

    fs::remove_file(ballast).unwrap();
    eventually("it recovers by itself", || store.counters().health == Health::Well).await;
    store.close().await.unwrap();
    let store = open_in(&disk.0);
    assert_eq!(store.find_character("Ada").await.unwrap(), Some(ada));
    assert_eq!(store.recent(&channel("say"), 1_000).await.unwrap().len(), 100);
    assert!(!store.name_taken("Bob").await.unwrap());
    store.close().await.unwrap();
}

#[tokio::test]
async fn closing_with_a_fault_gives_up_in_time_and_vouches_for_nothing() {
    let folder = folder();
    let path = database_in(&folder);
    let store = Store::open(&options(&path)).unwrap();
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(store.remember(line("say", "e1", 1)));
    let error = store.close().await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    other.execute_batch("ROLLBACK").unwrap();

    let store = open_in(&folder);
    store.begin_epoch("e2", instant(0)).await.unwrap();
    assert!(store.since(&channel("say"), "e1", 0, 10).await.unwrap().gap);
}
