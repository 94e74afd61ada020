//! Lines of talk: stored, read back, pruned.

use super::*;

#[tokio::test]
async fn lines_are_read_back_as_they_were_said() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let said: Vec<_> = (1..=5).map(|seq| line("say", "e1", seq)).collect();
    for one in &said {
        assert!(store.remember(Arc::clone(one)));
    }
    assert!(store.remember(line("global", "e1", 1)));
    // Nothing was waited for: a question sees all that was offered before it.
    let recent = store.recent(&channel("say"), 3).await.unwrap();
    assert_eq!(recent, said[2..].iter().map(|one| (**one).clone()).collect::<Vec<_>>());
    let all = store.recent_all(2).await.unwrap();
    assert_eq!(all.keys().map(ChannelName::as_str).collect::<Vec<_>>(), ["global", "say"]);
    assert_eq!(all[&channel("say")].len(), 2);
    assert_eq!(store.oldest(&channel("say")).await.unwrap().unwrap(), *said[0]);
    assert_eq!(store.oldest(&channel("shout")).await.unwrap(), None);
    assert_eq!(store.recent(&channel("shout"), 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_line_the_database_cannot_take_costs_no_other() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    for taken in [line("say", "e1", 1), line("say", "never begun", 2), line("say", "e1", 1)] {
        assert!(store.remember(taken));
    }
    assert!(store.remember(line("say", "e1", 2)));
    let recent = store.recent(&channel("say"), 10).await.unwrap();
    assert_eq!(places(&recent), [("e1".to_owned(), 1), ("e1".to_owned(), 2)]);
    let counters = store.counters();
    assert_eq!((counters.rejected, counters.dropped), (2, 0));
    assert_eq!(counters.health, Health::Well);
}

#[tokio::test]
async fn of_many_lines_at_once_only_those_that_cannot_be_taken_are_left_out() {
    let folder = folder();
    let store = Store::open(&StoreOptions { group_ms: 60_000, ..options(&database_in(&folder)) });
    let store = store.unwrap();
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let mut offered: Vec<_> = (1..=150).map(|seq| line("say", "e1", seq)).collect();
    for (place, twice) in [(1, 1), (20, 7), (21, 7), (75, 75), (100, 3), (153, 150)] {
        offered.insert(place, line("say", "e1", twice));
    }
    offered.insert(60, line("say", "never begun", 1));
    for taken in offered {
        assert!(store.remember(taken));
    }
    // In the same transaction, before and after an act.
    store.set_note("between", "x").await.unwrap();
    let said = store.recent(&channel("say"), 1_000).await.unwrap();
    let left_out: Vec<u64> =
        (1..=150).filter(|seq| !said.iter().any(|line| line.seq == *seq)).collect();
    assert_eq!((left_out, said.len()), (vec![], 150));
    assert_eq!((store.counters().rejected, store.counters().rows_written), (7, 152));
}

#[tokio::test]
async fn an_epoch_is_begun_once() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(&folder);
    let again = store.begin_epoch("e1", instant(1)).await;
    assert_eq!(again, Err(StoreError::EpochUsed { name: "e1".to_owned() }));
}

#[tokio::test]
async fn pruning_by_age_and_by_number_takes_the_oldest() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    for seq in 1..=5_000 {
        store.remember(line("say", "e1", seq));
    }
    for seq in 1..=3 {
        store.remember(line("global", "e1", seq));
    }
    // A day after the second at which line 4,100 was said.
    let now = instant(4_100) + TimeDelta::days(1);
    let by_age = PrunePolicy { days: Some(1), per_channel_max: None };
    assert_eq!(store.prune(by_age, now).await, Ok(4_099 + 3));
    assert_eq!(store.oldest(&channel("say")).await.unwrap().unwrap().seq, 4_100);
    assert_eq!(store.oldest(&channel("global")).await.unwrap(), None);

    let by_number = PrunePolicy { days: None, per_channel_max: Some(10) };
    assert_eq!(store.prune(by_number, now).await, Ok(891));
    assert_eq!(store.prune(by_number, now).await, Ok(0));
    let left = store.recent(&channel("say"), 100).await.unwrap();
    assert_eq!(left.iter().map(|one| one.seq).collect::<Vec<_>>(), Vec::from_iter(4_991..=5_000));

    // Whoever saw the last line that was taken out has missed nothing that is gone.
    assert!(!store.since(&channel("say"), "e1", 4_990, 100).await.unwrap().gap);
    assert!(store.since(&channel("say"), "e1", 4_989, 100).await.unwrap().gap);
    assert!(store.since(&channel("global"), "e1", 2, 100).await.unwrap().gap);
    assert!(!store.since(&channel("global"), "e1", 3, 100).await.unwrap().gap);
    assert_eq!(store.prune(PrunePolicy::default(), now).await, Ok(0));
}

#[tokio::test]
async fn a_stored_line_that_cannot_be_read_is_a_gap_and_hides_no_other() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    for seq in 1..=3 {
        store.remember(line("say", "e1", seq));
    }
    let spoil = "UPDATE messages SET body = '{}' WHERE seq = 2";
    store.act(move |connection| Ok(connection.execute(spoil, [])?)).await.unwrap();
    let since = store.since(&channel("say"), "e1", 0, 10).await.unwrap();
    assert_eq!(places(&since.messages), [("e1".to_owned(), 1), ("e1".to_owned(), 3)]);
    assert!(since.gap);
    assert!(!store.since(&channel("say"), "e1", 2, 10).await.unwrap().gap);
}
