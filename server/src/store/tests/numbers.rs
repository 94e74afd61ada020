//! Lines of earlier versions, which had no numbers in the table.

use super::*;
use crate::vocab::MessageRef;

/// A line with a name of this millisecond; `place` puts it among those of the same.
fn named(ms: u64, place: u8, line: &Message) -> Message {
    let name = uuid::Builder::from_unix_timestamp_millis(ms, &[place; 10]).into_uuid();
    Message { id: MessageId(name), ..line.clone() }
}

/// Stores lines as the version before did.
fn store_as_before(database: &Connection, lines: &[Message]) {
    let epoch = "INSERT INTO epochs (name, begun_at_ms, clean) VALUES ('one', 0, 1)";
    database.execute(epoch, []).unwrap();
    for line in lines {
        let insert = "INSERT INTO messages (channel, epoch, seq, at_ms, sender, body, id)
            VALUES (?1, 1, ?2, ?3, 1, ?4, ?5)";
        let body = serde_json::to_string(line).unwrap();
        let (seq, at_ms) = (line.seq.cast_signed(), line.at.timestamp_millis());
        let row = (line.channel.as_str(), seq, at_ms, body, line.id.to_string());
        database.execute(insert, row).unwrap();
    }
    let odd = "INSERT INTO messages VALUES
        ('say', 1, 5, 0, 1, 'odd', NULL, NULL), ('say', 1, 6, 0, 1, '{}', 'no name', NULL),
        ('say', 1, 7, 0, 1, '{}', '00000000-0000', NULL),
        ('say', 1, 8, 0, 1, '{}', '--------------7000-8000-000000000000', NULL)";
    database.execute(odd, []).unwrap();
}

#[tokio::test]
async fn lines_of_the_version_before_keep_their_order_and_are_found() {
    let folder = folder();
    let now = 1_700_000_000_000;
    let lines = [
        named(now, 1, &line("say", "one", 1)),
        named(now, 2, &line("shout", "one", 1)),
        named(now, 3, &line("say", "one", 2)),
        named(now + 1, 0, &line("say", "one", 3)),
        // From when the clock had been set back.
        named(now - 5, 9, &line("say", "one", 4)),
    ];
    let old = open::open(&options(&database_in(&folder)), &migrate::STEPS[..10]).unwrap();
    store_as_before(&old.connection, &lines);
    drop(old);

    let store = open_in(&folder);
    let same_ms = named(now, 4, &line("say", "two", 1));
    store.begin_epoch("two", instant(0)).await.unwrap();
    assert!(store.remember(Arc::new(same_ms.clone())));
    for line in lines.iter().chain([&same_ms]) {
        let found = store.line(&MessageRef::Id(line.id)).await.unwrap().unwrap();
        assert_eq!(found.0, *line);
    }
    let said = store.recent(&channel("say"), 10).await.unwrap();
    assert_eq!(said.iter().map(|line| line.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 1]);
    let since = store.since(&channel("say"), "one", 4, 10).await.unwrap();
    assert!(since.gap, "those that cannot be read still hold their places");
    store.close().await.unwrap();
    let newest = newest_messages(&database_in(&folder), 3).unwrap();
    let newest: Vec<MessageId> = newest.iter().map(|line| line.id).collect();
    assert_eq!(newest, [lines[2].id, same_ms.id, lines[3].id], "in the order of their names");
}

#[tokio::test]
async fn every_line_has_one_number_however_many_there_are_of_a_millisecond() {
    let folder = folder();
    let old = open::open(&options(&database_in(&folder)), &migrate::STEPS[..10]).unwrap();
    let many: Vec<Message> = (0..200)
        .map(|seq| {
            named(
                1_700_000_000_000 + u64::from(seq) / 50,
                seq,
                &line("say", "one", u64::from(seq) + 10),
            )
        })
        .collect();
    store_as_before(&old.connection, &many);
    drop(old);
    let store = open_in(&folder);
    let misplaced = store
        .question(|connection| {
            let rows = "SELECT number, id FROM messages WHERE length(id) = 36 AND id NOT LIKE '-%'";
            let mut rows = connection.prepare(rows)?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
            let is_misplaced = |(number, id): &(i64, String)| {
                let (first, last) = super::super::numbers::of(MessageId(id.parse().unwrap()));
                !(first..=last).contains(number)
            };
            Ok((rows.len(), rows.into_iter().filter(is_misplaced).count()))
        })
        .await
        .unwrap();
    assert_eq!(misplaced, (200, 0));
}

#[tokio::test]
async fn lines_are_stored_in_whatever_order_their_names_are() {
    let folder = folder();
    let store = Store::open(&StoreOptions { group_ms: 60_000, ..options(&database_in(&folder)) });
    let store = store.unwrap();
    store.begin_epoch("one", instant(0)).await.unwrap();
    // Lines that were held go out with the names they had got before.
    let ages = [0, 0, 9, 0, 9, 9, 3, 20, 3, 20, 0];
    let lines: Vec<_> = (1..=110)
        .map(|seq: u8| {
            let age = ages[usize::from(seq) % ages.len()];
            named(1_700_000_000_000 - age, seq, &line("say", "one", seq.into()))
        })
        .collect();
    for line in &lines {
        assert!(store.remember(Arc::new(line.clone())));
    }
    assert_eq!(store.recent(&channel("say"), 1_000).await.unwrap(), lines);
    for line in lines {
        let found = store.line(&MessageRef::Id(line.id)).await.unwrap();
        assert_eq!(found, Some((line, None)));
    }
    assert_eq!(store.counters().rejected, 0);
}
