//! Every kind of line of the moderation log: as its schema promises, plain and sealed, whatever was typed; and it reads as it
//! was typed for whoever has the keys.

use std::fs;
use std::time::Duration;

use hearsay::journal::read::Record;
use hearsay::journal::{Automatic, Hit, Keyring, ModerationRecord, Read, Report, Seals};
use hearsay::vocab::{AccountId, MessageId, Person, PlayerId, Rank, TextKey};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::schema::{HOSTILE, check, schema};
use crate::support::{Logs, TestClock, acted, ada, lines};

const CLOSE_WAIT: Duration = Duration::from_secs(10);

/// The one who is moderated.
const EVE: AccountId = AccountId(0xe7e);
/// The one who reports.
const BOB: AccountId = AccountId(0xb0b);

fn key(account: AccountId) -> TextKey {
    let bytes = [account.0.to_le_bytes()[0]; 32];
    TextKey { id: account.0.cast_signed(), account, bytes }
}

/// All keys, less the destroyed ones of these.
fn keyring(erased: &[AccountId]) -> Keyring {
    let all = [EVE, BOB, ada().account.unwrap()];
    Keyring::new(all.map(|it| (key(it).id, Some(key(it).bytes).filter(|_| !erased.contains(&it)))))
}

/// One of each kind, with hostile text wherever something was typed.
fn one_of_each(clock: &TestClock) -> Vec<ModerationRecord> {
    let (at, eve) = (clock.now(), Some(Person::Account(EVE)));
    let mut act = acted(clock, HOSTILE);
    (act.subject, act.target, act.until) = (eve, Some(HOSTILE.to_owned()), Some(at));
    act.refused = Some(HOSTILE.to_owned());
    vec![
        ModerationRecord::Act(act),
        ModerationRecord::Hit(Hit {
            at,
            message: Some(MessageId(Uuid::now_v7())),
            channel: "trade".parse().unwrap(),
            rule: "slur-7".into(),
            list_version: "12".into(),
            severity: "high".into(),
            category: "slur".into(),
            action: "mask".into(),
            speaker: PlayerId(0xe7e),
            account: Some(EVE),
            name: HOSTILE.into(),
            content: HOSTILE.to_owned(),
        }),
        ModerationRecord::Automatic(Automatic {
            at,
            rule: "flood".into(),
            version: "3".into(),
            subject: eve,
            name: Some(HOSTILE.into()),
            what: "mute".into(),
            detail: Some(HOSTILE.to_owned()),
            restriction: None,
            until: Some(at),
        }),
        ModerationRecord::Report(Report {
            at,
            id: "r-12".into(),
            reporter: Person::Account(BOB),
            reporter_name: HOSTILE.into(),
            reported: eve,
            reported_name: Some(HOSTILE.into()),
            messages: vec![MessageId(Uuid::now_v7())],
            reason: HOSTILE.to_owned(),
        }),
        ModerationRecord::Read(Read {
            at,
            reader_id: Some(ada().id),
            reader_account: ada().account,
            reader_name: HOSTILE.into(),
            rank: Some(Rank::Moderator),
            what: "record".into(),
            subject: eve,
            target: Some(HOSTILE.to_owned()),
        }),
    ]
}

/// The same, about nobody and by nobody.
fn bare(clock: &TestClock) -> Vec<ModerationRecord> {
    let mut all = one_of_each(clock);
    for record in &mut all {
        match record {
            ModerationRecord::Act(act) => {
                (act.actor_id, act.actor_account, act.subject) = (None, None, None);
                (act.target, act.detail, act.refused, act.until) = (None, None, None, None);
            }
            ModerationRecord::Hit(hit) => (hit.message, hit.account) = (None, None),
            ModerationRecord::Automatic(it) => {
                (it.subject, it.name, it.detail, it.until) = (None, None, None, None);
            }
            ModerationRecord::Report(report) => {
                report.reporter = Person::Guest(PlayerId(0x9e5));
                (report.reported, report.reported_name, report.messages) = (None, None, vec![]);
            }
            ModerationRecord::Read(read) => {
                (read.reader_id, read.reader_account, read.rank) = (None, None, None);
                (read.subject, read.target) = (None, None);
            }
        }
    }
    all
}

/// What is in the file of a log that was given these.
fn written(logs: &Logs, records: Vec<ModerationRecord>, is_sealed: bool) -> Vec<Value> {
    let (journal, guard) = logs.start();
    for record in records {
        let keys = record.accounts().into_iter().map(key).collect();
        let seals = if is_sealed { Seals::Keys(keys) } else { Seals::Plain };
        journal.moderation(record, seals);
    }
    journal.lost_moderation();
    guard.close(CLOSE_WAIT).unwrap();
    lines(&logs.today("moderation"))
}

#[test]
fn every_kind_of_line_keeps_its_promise_plain_and_sealed() {
    let schema = schema("moderation-log");
    for is_sealed in [false, true] {
        for records in [one_of_each, bare] {
            let logs = Logs::new();
            let lines = written(&logs, records(&logs.clock), is_sealed);
            check(&schema, &lines);
            let kinds: Vec<&str> =
                lines.iter().map(|line| line["kind"].as_str().unwrap()).take(5).collect();
            assert_eq!(kinds, ["act", "hit", "automatic", "report", "read"]);
        }
    }
}

#[test]
fn the_schema_refuses_a_line_that_lacks_a_field() {
    let schema = schema("moderation-log");
    let logs = Logs::new();
    for line in written(&logs, one_of_each(&logs.clock), true) {
        for field in line.as_object().unwrap().keys() {
            let mut bad = line.clone();
            bad.as_object_mut().unwrap().remove(field);
            assert!(!schema.is_valid(&bad), "a line without {field} was taken: {line}");
        }
    }
}

#[test]
fn sealed_texts_are_not_in_the_file_and_open_as_they_were_typed() {
    let logs = Logs::new();
    let sealed = written(&logs, one_of_each(&logs.clock), true);
    let file = fs::read_to_string(logs.today("moderation")).unwrap();
    assert!(!file.contains("forged") && !file.contains("\\u0041"), "{file}");
    let plain = {
        let logs = Logs::new();
        written(&logs, one_of_each(&logs.clock), false)
    };
    let texts = |line: &Value| -> Vec<String> {
        let fields = line.as_object().unwrap().iter().filter(|(_, value)| **value == HOSTILE);
        fields.map(|(field, _)| field.clone()).collect()
    };
    for (sealed, plain) in sealed.iter().zip(&plain) {
        let line = sealed.to_string();
        let opened = Record::read(line.as_bytes(), Some(&keyring(&[]))).unwrap().to_json();
        assert_eq!(texts(&opened), texts(plain), "{opened}");
        assert!(texts(sealed).is_empty(), "{sealed}");
    }
}

#[test]
fn what_belongs_to_an_erased_account_cannot_be_read_and_the_rest_can() {
    let logs = Logs::new();
    let lines = written(&logs, one_of_each(&logs.clock), true);
    let opened = |kind: &str, erased: &[AccountId]| {
        let line = lines.iter().find(|line| line["kind"] == kind).unwrap().to_string();
        Record::read(line.as_bytes(), Some(&keyring(erased))).unwrap().to_json()
    };
    let gone = json!({ "unread": "erased" });
    let act = opened("act", &[EVE]);
    assert_eq!((&act["target"], &act["detail"], &act["refused"]), (&gone, &gone, &gone));
    assert_eq!(act["actor_name"], "Ada");
    assert_eq!(act["subject"], EVE.to_string());
    let hit = opened("hit", &[EVE]);
    assert_eq!((&hit["speaker_name"], &hit["content"]), (&gone, &gone));
    // What was reported belongs to both.
    for (erased, name) in [(EVE, "reported_name"), (BOB, "reporter_name")] {
        let report = opened("report", &[erased]);
        assert_eq!((&report["reason"], &report[name]), (&gone, &gone));
        let other = if erased == EVE { "reporter_name" } else { "reported_name" };
        assert_eq!(report[other], HOSTILE);
    }
}

#[test]
fn a_text_whose_key_is_missing_is_left_out_rather_than_shown() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    journal.moderation(one_of_each(&logs.clock).remove(1), Seals::Keys(vec![]));
    guard.close(CLOSE_WAIT).unwrap();
    let lines = lines(&logs.today("moderation"));
    assert_eq!((&lines[0]["content"], &lines[0]["speaker_name"]), (&Value::Null, &Value::Null));
}
