//! Restrictions and remarks on a real file.

use super::*;
use crate::vocab::{
    AccountId, ActId, Issuer, Lifted, Person, Rank, Remark, RemarkKind, Restriction,
    RestrictionKind, Scope, ShownText, Spared, Subject,
};

fn issuer() -> Issuer {
    Issuer { account: Some(AccountId(9)), name: "Mara".into(), rank: Rank::Moderator }
}

fn ada() -> Subject {
    Subject::Person(Person::Account(AccountId(1)), "Ada".into())
}

fn restriction(subject: Subject, seconds: Option<i64>) -> Restriction {
    Restriction {
        id: ActId(Uuid::now_v7()),
        kind: RestrictionKind::Ban,
        subject,
        scope: Scope::Channels([channel("say"), channel("global")].into()),
        from: instant(0),
        until: seconds.map(instant),
        reason: "'; DROP TABLE restrictions; -- {\"a\":1} \u{1f980}".to_owned(),
        issuer: issuer(),
        measure: 7,
        evidence: vec![MessageId(Uuid::now_v7())],
        except: vec![Spared { account: AccountId(3), name: "Ada".into() }],
        supersedes: None,
        lifted: None,
    }
}

fn remark(kind: RemarkKind) -> Remark {
    let id = ActId(Uuid::now_v7());
    let text = "\"quoted\", 'quoted'".to_owned();
    let (evidence, acknowledged) = (vec![MessageId(Uuid::now_v7())], None);
    let (at, issuer) = (instant(0), issuer());
    Remark { id, kind, subject: ada(), text, at, issuer, evidence, acknowledged }
}

#[tokio::test]
async fn every_kind_of_subject_is_read_as_it_was_written() {
    let folder = folder();
    let store = open_in(&folder);
    let guest = Person::Guest(PlayerId(7));
    let subjects = [
        ada(),
        Subject::Person(guest, "Gil".into()),
        Subject::Names("*troll?".parse().unwrap()),
        Subject::Addresses("10.1.0.0/16".parse().unwrap()),
        Subject::Addresses("2001:db8::/32".parse().unwrap()),
    ];
    let all: Vec<Restriction> = subjects.map(|subject| restriction(subject, Some(60))).into();
    for restriction in &all {
        store.restrict(restriction.clone()).await.unwrap();
    }
    store.close().await.unwrap();
    let store = open_in(&folder);
    let mut standing = store.standing(instant(59)).await.unwrap();
    standing.sort_by_key(|restriction| restriction.id);
    assert_eq!(standing, all);
    assert_eq!(store.standing(instant(60)).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_lifted_or_superseded_stays_on_record_and_counts_no_more() {
    let folder = folder();
    let store = open_in(&folder);
    let first = restriction(ada(), None);
    let second = Restriction { supersedes: Some(first.id), ..restriction(ada(), None) };
    store.restrict(first.clone()).await.unwrap();
    store.restrict(second.clone()).await.unwrap();
    assert_eq!(store.standing(instant(0)).await.unwrap(), std::slice::from_ref(&second));
    let lifted = Lifted { by: issuer(), at: instant(5), why: "sorry".to_owned() };
    let later = Lifted { at: instant(9), ..lifted.clone() };
    store.lift(vec![second.id], lifted.clone()).await.unwrap();
    store.lift(vec![first.id, second.id], later).await.unwrap();
    assert_eq!(store.standing(instant(0)).await.unwrap(), []);
    let dossier = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    let superseded = Lifted { by: issuer(), at: instant(0), why: "superseded".to_owned() };
    let expected = [
        Restriction { lifted: Some(lifted), ..second },
        Restriction { lifted: Some(superseded), ..first },
    ];
    assert_eq!(dossier.restrictions, expected);
    let mara = store.dossier(Person::Account(AccountId(9))).await.unwrap();
    assert_eq!((mara.imposed, mara.restrictions), (expected.to_vec(), vec![]));
    assert_eq!(mara.lifted, [], "what they imposed themselves says so itself");
    let third = restriction(ada(), None);
    store.restrict(third.clone()).await.unwrap();
    let by = Issuer { account: Some(AccountId(8)), ..issuer() };
    let lifted = Lifted { by, at: instant(5), why: String::new() };
    store.lift(vec![third.id], lifted.clone()).await.unwrap();
    let other = store.dossier(Person::Account(AccountId(8))).await.unwrap();
    let third = Restriction { lifted: Some(lifted), ..third };
    assert_eq!((other.lifted, other.imposed), (vec![third], vec![]));
}

#[tokio::test]
async fn warnings_wait_until_they_are_acknowledged() {
    let folder = folder();
    let store = open_in(&folder);
    let [warning, note, kick, cleared, pardon, snoop] = RemarkKind::ALL.map(remark);
    for remark in [&warning, &note, &kick, &cleared, &pardon, &snoop] {
        store.remark(remark.clone()).await.unwrap();
    }
    store.close().await.unwrap();
    let store = open_in(&folder);
    assert_eq!(store.pending_warnings().await.unwrap(), std::slice::from_ref(&warning));
    assert_eq!(store.untold_snoops().await.unwrap(), std::slice::from_ref(&snoop));
    store.acknowledge(vec![warning.id], instant(3)).await.unwrap();
    store.acknowledge(vec![warning.id], instant(4)).await.unwrap();
    assert_eq!(store.pending_warnings().await.unwrap(), []);
    let dossier = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    let warning = Remark { acknowledged: Some(instant(3)), ..warning };
    assert_eq!(dossier.remarks, [snoop, pardon, cleared, kick, note, warning]);
}

#[tokio::test]
async fn a_text_is_taken_away_together_with_the_record_of_it() {
    let folder = folder();
    let store = open_in(&folder);
    let (_, mut ada) = store.create_account(account("Ada")).await.unwrap();
    ada.state.title = Some("of ill repute".to_owned());
    ada.state.description = Some("Small.".to_owned());
    store.save(ada.clone()).await.unwrap();
    let cleared = remark(RemarkKind::Cleared);
    store.clear_text(cleared.clone(), ShownText::Title).await.unwrap();
    ada.state.title = None;
    assert_eq!(store.find_character("Ada").await.unwrap(), Some(ada));
    // On record once: the same act again, and neither half of it is done.
    assert!(store.clear_text(cleared.clone(), ShownText::Description).await.is_err());
    let ada = store.find_character("Ada").await.unwrap().unwrap();
    assert_eq!(ada.state.description.as_deref(), Some("Small."));
    let dossier = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    assert_eq!(dossier.remarks, [cleared]);
}

#[tokio::test]
async fn a_database_from_before_gets_the_tables_and_keeps_what_it_has() {
    let folder = folder();
    let path = database_in(&folder);
    let old =
        Store::start(open::open(&options(&path), &migrate::STEPS[..1]).unwrap(), &options(&path));
    let old = old.unwrap();
    let (ada, _) = old.create_account(account("Ada")).await.unwrap();
    old.close().await.unwrap();
    let store = open_in(&folder);
    assert_eq!(store.find_account(ada.id).await.unwrap(), Some(ada));
    store.restrict(restriction(super::restrictions::ada(), None)).await.unwrap();
    assert_eq!(store.standing(instant(0)).await.unwrap().len(), 1);
    assert!(migrate::copy_path(&path, 1).exists());
}

#[tokio::test]
async fn what_was_over_long_ago_goes_and_what_counts_stays() {
    let folder = folder();
    let store = open_in(&folder);
    let (day, ended) = (86_400, restriction(ada(), Some(60)));
    let later = restriction(ada(), Some(9 * day));
    let for_ever = restriction(ada(), None);
    for restriction in [&ended, &later, &for_ever] {
        store.restrict(restriction.clone()).await.unwrap();
    }
    let (note, unread) = (remark(RemarkKind::Note), remark(RemarkKind::Warning));
    store.remark(note.clone()).await.unwrap();
    store.remark(unread.clone()).await.unwrap();
    assert_eq!(store.expire_records(10, instant(10 * day)).await, Ok(0), "not old enough");
    assert_eq!(store.expire_records(10, instant(11 * day)).await, Ok(2));
    let dossier = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    assert_eq!(dossier.restrictions, [for_ever, later]);
    assert_eq!(dossier.remarks, [unread]);
}
