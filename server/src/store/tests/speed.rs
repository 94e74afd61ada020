//! How fast it is here. Nothing is asserted: a disk is as fast as it is.

use super::*;

const LINES: u64 = 200_000;
const ACTS: usize = 500;

/// Prints figures; worth something in a release build, with the folder (`TMPDIR`) on the disk to be judged.
#[tokio::test]
#[ignore = "prints figures and asserts nothing"]
async fn how_fast_it_is() {
    for synchronous in ["FULL", "NORMAL"] {
        let folder = folder();
        let room = StoreOptions { queue_max: 1 << 20, ..StoreOptions::at(database_in(&folder)) };
        let database = open::open(&room, migrate::STEPS).unwrap();
        database.connection.pragma_update(None, "synchronous", synchronous).unwrap();
        let store = Store::start(database, &room).unwrap();
        store.begin_epoch("e1", instant(0)).await.unwrap();
        tell(&format!("synchronous={synchronous}"));
        talk(&store).await;
        act(&store).await;
        store.close().await.unwrap();
    }
}

async fn talk(store: &Store) {
    let lines: Vec<_> = (1..=LINES).map(|seq| line("say", "e1", seq)).collect();
    let started = Instant::now();
    for line in lines {
        assert!(store.remember(line));
    }
    let offered = started.elapsed();
    store.recent(&channel("say"), 1).await.unwrap();
    let stored = started.elapsed();
    let per_offer = offered.as_nanos() / u128::from(LINES);
    let rows_per_second = LINES as f64 / stored.as_secs_f64();
    tell(&format!("  remember: {per_offer} ns a call, {rows_per_second:.0} rows/s"));
}

async fn act(store: &Store) {
    let mut took = Vec::new();
    for number in 0..ACTS {
        let started = Instant::now();
        store.set_note("speed", number.to_string()).await.unwrap();
        took.push(started.elapsed().as_micros());
    }
    took.sort_unstable();
    let (half, most) = (took[ACTS / 2], took[ACTS * 99 / 100]);
    tell(&format!("  an act: {half} us p50, {most} us p99"));
}
