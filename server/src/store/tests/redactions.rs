//! Lines that are taken back, on a real file.

use rusqlite::params;

use super::*;
use crate::vocab::{
    AccountId, ActId, Issuer, Lifted, LineId, MessageRef, Person, Rank, Redaction, Subject,
};

fn mara() -> Issuer {
    Issuer { account: Some(AccountId(9)), name: "Mara".into(), rank: Rank::Moderator }
}

fn redaction(of: &Message) -> Redaction {
    Redaction {
        id: ActId(Uuid::now_v7()),
        line: LineId::of(of),
        speaker: Some(Subject::Person(Person::Account(AccountId(1)), "Ada".into())),
        by: mara(),
        at: instant(9),
        reason: "'; DROP TABLE redactions; -- {\"a\":1}".to_owned(),
        undone: None,
    }
}

fn undone(redaction: &Redaction) -> Redaction {
    let undone = Some(Lifted { by: mara(), at: instant(10), why: "a \"joke\"".to_owned() });
    Redaction { undone, ..redaction.clone() }
}

/// A store with three lines of one epoch.
async fn with_lines(folder: &TempDir) -> (Store, Vec<Arc<Message>>) {
    let store = open_in(folder);
    store.begin_epoch("one", instant(0)).await.unwrap();
    let lines: Vec<_> = (1..=3).map(|seq| line("say", "one", seq)).collect();
    assert!(lines.iter().all(|line| store.remember(Arc::clone(line))));
    (store, lines)
}

#[tokio::test]
async fn a_line_that_was_taken_back_is_left_out_without_a_gap_until_it_is_put_back() {
    let folder = folder();
    let (store, lines) = with_lines(&folder).await;
    let taken = redaction(&lines[1]);
    store.redact(taken.clone()).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(&folder);
    let since = store.since(&channel("say"), "one", 0, 10).await.unwrap();
    assert_eq!(
        (places(&since.messages), since.gap),
        (vec![("one".into(), 1), ("one".into(), 3)], false)
    );
    assert_eq!(store.recent(&channel("say"), 10).await.unwrap().len(), 2);
    // Memory is filled with all of them, so that what is put back has its place.
    assert_eq!(store.recent_all(10).await.unwrap()[&channel("say")].len(), 3);
    assert_eq!(store.redactions(10).await.unwrap(), std::slice::from_ref(&taken));

    store.restore(undone(&taken)).await.unwrap();
    store.restore(Redaction { undone: None, ..taken.clone() }).await.unwrap();
    assert_eq!(store.redactions(10).await.unwrap(), []);
    assert_eq!(store.recent(&channel("say"), 10).await.unwrap().len(), 3);
    let mara = store.dossier(Person::Account(AccountId(9))).await.unwrap();
    assert_eq!((mara.took_back, mara.put_back), (vec![undone(&taken)], vec![]));
    // And away again: both acts are on record, one counts.
    store.redact(redaction(&lines[1])).await.unwrap();
    assert!(store.redact(redaction(&lines[1])).await.is_err(), "it is gone already");
    assert_eq!(store.redactions(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_line_is_found_by_its_name_and_by_its_number_in_this_run() {
    let folder = folder();
    let (store, lines) = with_lines(&folder).await;
    let numbered = |seq| MessageRef::Numbered(channel("say"), seq);
    let named = MessageRef::Id(lines[1].id);
    for meant in [&numbered(2), &named] {
        let (found, taken) = store.line(meant).await.unwrap().unwrap();
        assert_eq!((&found, taken), (&*lines[1], None));
    }
    let taken = redaction(&lines[1]);
    store.redact(taken.clone()).await.unwrap();
    assert_eq!(store.line(&named).await.unwrap().unwrap().1, Some(taken));
    for unknown in [numbered(4), numbered(u64::MAX), MessageRef::Id(MessageId(Uuid::nil()))] {
        assert_eq!(store.line(&unknown).await.unwrap(), None);
    }
    store.begin_epoch("two", instant(5)).await.unwrap();
    assert_eq!(store.line(&numbered(2)).await.unwrap(), None, "numbers begin anew");
    assert!(store.line(&named).await.unwrap().is_some());
}

#[tokio::test]
async fn lines_from_before_they_had_names_have_them() {
    let folder = folder();
    let path = database_in(&folder);
    let before = || open::open(&options(&path), &migrate::STEPS[..3]).unwrap();
    let old = before();
    let said = line("say", "one", 1);
    let body = serde_json::to_string(&*said).unwrap();
    old.connection
        .execute("INSERT INTO epochs (name, begun_at_ms, clean) VALUES ('one', 0, 1)", [])
        .unwrap();
    let insert = "INSERT INTO messages VALUES ('say', 1, 1, ?2, 1, ?1), ('say', 1, 2, 0, 1, 'odd')";
    old.connection.execute(insert, params![body, said.at.timestamp_millis()]).unwrap();
    drop(old);
    let store = open_in(&folder);
    let (found, _) = store.line(&MessageRef::Id(said.id)).await.unwrap().unwrap();
    assert_eq!(found, *said);
}

#[tokio::test]
async fn whose_line_it_was_is_known_when_the_line_is_gone_and_of_earlier_versions_too() {
    let folder = folder();
    let path = database_in(&folder);
    let old = open::open(&options(&path), &migrate::STEPS[..8]).unwrap();
    let mut said = Message::clone(&line("say", "one", 1));
    said.sender.account = Some(AccountId(1));
    let insert = "INSERT INTO messages (channel, epoch, seq, at_ms, sender, body, id)
        VALUES ('say', 1, 1, 0, 1, ?1, ?2)";
    let epoch = "INSERT INTO epochs (name, begun_at_ms, clean) VALUES ('one', 0, 1)";
    old.connection.execute(epoch, []).unwrap();
    let body = serde_json::to_string(&said).unwrap();
    old.connection.execute(insert, [body, said.id.to_string()]).unwrap();
    let by = "INSERT INTO redactions
            (id, message, channel, epoch, seq, by, by_name, by_rank, at_ms, reason)
        VALUES (?1, ?2, 'say', 'one', 1, 'a_0009', 'Mara', 'moderator', 0, 'x')";
    old.connection.execute(by, [Uuid::now_v7().to_string(), said.id.to_string()]).unwrap();
    drop(old);
    let store = open_in(&folder);
    let policy = PrunePolicy { days: Some(1), ..PrunePolicy::default() };
    assert_eq!(store.prune(policy, instant(0)).await.unwrap(), 1);
    let ada = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    let [taken] = ada.taken_back.as_slice() else { panic!("{ada:?}") };
    assert_eq!(taken.speaker, redaction(&said).speaker);
    assert_eq!((ada.took_back, ada.put_back), (vec![], vec![]));
    let mara = store.dossier(Person::Account(AccountId(9))).await.unwrap();
    assert_eq!(mara.took_back, ada.taken_back);
}
