//! Who heard a line, on a real file.

use std::sync::Arc;

use super::*;
use crate::vocab::PlayerId;

fn crowd(first: u64) -> Arc<[PlayerId]> {
    (first..first + 100).map(PlayerId).collect()
}

fn heard_by(there: &Arc<[PlayerId]>, seq: u64, at_s: i64) -> Arc<Message> {
    let line = Message::clone(&line("say", "e1", seq));
    Arc::new(Message { audience: Some(Arc::clone(there)), at: instant(at_s), ..line })
}

async fn rows(store: &Store) -> i64 {
    let count = "SELECT count(*) FROM audiences";
    store
        .question(|connection| Ok(connection.query_row(count, [], |row| row.get(0))?))
        .await
        .unwrap()
}

async fn say(store: &Store, lines: &[Arc<Message>]) {
    assert!(lines.iter().all(|line| store.remember(Arc::clone(line))));
}

#[tokio::test]
async fn those_who_heard_many_lines_are_stored_once_and_read_with_each() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let (here, there) = (crowd(1), crowd(500));
    let lines = [
        heard_by(&here, 1, 1),
        heard_by(&there, 2, 2),
        heard_by(&here, 3, 3),
        heard_by(&[PlayerId(7)].into(), 4, 4),
        heard_by(&crowd(1), 5, 5),
    ];
    say(&store, &lines).await;
    assert_eq!(rows(&store).await, 3, "one for each list in memory, none for a short one");
    let read = store.recent(&channel("say"), 10).await.unwrap();
    assert_eq!(read, lines.each_ref().map(|line| Message::clone(line)));
    store.close().await.unwrap();
    let again = open_in(&folder).recent(&channel("say"), 10).await.unwrap();
    assert_eq!(again, read);
}

#[tokio::test]
async fn a_list_goes_with_the_last_of_its_lines() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    let here = crowd(1);
    let days = 200_000;
    say(&store, &[heard_by(&here, 1, 0), heard_by(&here, 2, 1), heard_by(&here, 3, days)]).await;
    assert_eq!(rows(&store).await, 2, "after an hour a list gets another row");
    let policy = PrunePolicy { per_channel_max: Some(1), ..PrunePolicy::default() };
    assert_eq!(store.prune(policy, instant(days)).await.unwrap(), 2);
    assert_eq!(rows(&store).await, 1);
    let [left] = &store.recent(&channel("say"), 10).await.unwrap()[..] else { panic!("one line") };
    assert_eq!(left.audience, Some(here));
}

#[tokio::test]
async fn a_line_whose_list_is_gone_was_heard_by_nobody() {
    let folder = folder();
    let store = open_in(&folder);
    store.begin_epoch("e1", instant(0)).await.unwrap();
    say(&store, &[heard_by(&crowd(1), 1, 0)]).await;
    let spoil = "DELETE FROM audiences";
    store.act(move |connection| Ok(connection.execute(spoil, [])?)).await.unwrap();
    let read = store.recent(&channel("say"), 10).await.unwrap();
    assert_eq!(read[0].audience, Some([].into()));
}
