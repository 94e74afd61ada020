//! Lines that wait for staff, on a real file.

use uuid::Uuid;

use super::*;
use crate::vocab::{
    AccountId, ActId, HeldBy, HeldLimits, HeldLine, HeldRecord, Issuer, Lifted, Person, Rank,
    Settling, Target, Transport, Verdict,
};

const LIMITS: HeldLimits = HeldLimits { per_person_max: 2, lines_max: 3 };

fn line(account: u64, content: &str, seconds: i64) -> HeldLine {
    HeldLine {
        number: 0,
        at: instant(0),
        until: instant(seconds),
        speaker: PlayerId(account),
        name: "Bob".into(),
        rank: Rank::Player,
        account: Some(AccountId(account)),
        account_made: Some(instant(-10)),
        via: Transport::Telnet,
        channel: channel("whisper"),
        room: "earth.harbour.docks.pier".parse().unwrap(),
        party: None,
        target: Some(Target { id: PlayerId(7), name: "Gil".into() }),
        content: content.to_owned(),
        social: Some((None, Some("\"; DROP TABLE held; --".to_owned()))),
        held_by: Some(HeldBy { rule: "filter".into(), found: vec!["word:zebra".into()] }),
    }
}

fn settling(line: HeldLine, verdict: Verdict) -> Settling {
    let issuer = Issuer { account: Some(AccountId(9)), name: "Mara".into(), rank: Rank::Moderator };
    let (id, by, at) = (ActId(Uuid::nil()), PlayerId(9), instant(5));
    Settling { id, line, verdict, by, issuer, at, why: "'; --".to_owned() }
}

#[tokio::test]
async fn lines_wait_over_a_restart_in_order_and_each_is_settled_once() {
    let folder = folder();
    let store = open_in(&folder);
    let one = store.hold(line(1, "one", 60), LIMITS).await.unwrap().unwrap();
    let two = store.hold(line(1, "two", 60), LIMITS).await.unwrap().unwrap();
    assert_eq!((one.number, two.number), (1, 2));
    store.close().await.unwrap();
    let store = open_in(&folder);
    assert_eq!(store.waiting(instant(1)).await.unwrap(), [one.clone(), two.clone()]);
    let (first, second) = tokio::join!(
        store.settle(settling(one.clone(), Verdict::Approved)),
        store.settle(settling(one.clone(), Verdict::Denied))
    );
    assert_eq!((first, second), (Ok(true), Ok(false)));
    assert_eq!(store.waiting(instant(6)).await.unwrap(), std::slice::from_ref(&two));
    let Settling { issuer: by, at, why, .. } = settling(one.clone(), Verdict::Approved);
    let approved = Some((Verdict::Approved, Lifted { by, at, why }));
    let one = HeldRecord { line: one, settled: approved };
    let bob = store.dossier(Person::Account(AccountId(1))).await.unwrap();
    assert_eq!(bob.held, [HeldRecord { line: two, settled: None }, one.clone()]);
    let mara = store.dossier(Person::Account(AccountId(9))).await.unwrap();
    assert_eq!((mara.settled, mara.held), (vec![one], vec![]));
    // No number is given twice.
    let three = store.hold(line(2, "three", 60), LIMITS).await.unwrap().unwrap();
    assert_eq!(three.number, 3);
}

#[tokio::test]
async fn too_many_of_one_or_of_all_do_not_wait() {
    let folder = folder();
    let store = open_in(&folder);
    for (account, expected) in [
        (1, Ok(1)),
        (1, Ok(2)),
        (1, Err(HeldFull::Person(2))),
        (2, Ok(3)),
        (3, Err(HeldFull::All(3))),
    ] {
        let held = store.hold(line(account, "x", 60), LIMITS).await.unwrap();
        assert_eq!(held.map(|line| line.number), expected);
    }
    store.expire_held(vec![1], instant(60)).await.unwrap();
    assert!(store.hold(line(3, "x", 60), LIMITS).await.unwrap().is_ok());
}

#[tokio::test]
async fn what_waited_too_long_is_not_there_after_a_restart() {
    let folder = folder();
    let store = open_in(&folder);
    store.hold(line(1, "short", 10), LIMITS).await.unwrap().unwrap();
    let long = store.hold(line(1, "long", 20), LIMITS).await.unwrap().unwrap();
    assert_eq!(store.waiting(instant(10)).await.unwrap(), [long]);
    assert_eq!(store.waiting(instant(20)).await.unwrap(), []);
    let settled = store.settle(settling(line(1, "short", 10), Verdict::Approved)).await;
    assert_eq!(settled, Ok(false));
}
