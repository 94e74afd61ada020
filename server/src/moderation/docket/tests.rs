//! The queue as a value: what merges, what counts how much, who may see and decide.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::vocab::{
    ActId, CaseAct, CaseVerdict, Evidence, Filed, Issuer, MessageId, PlayerId, Restriction,
    RestrictionKind, Scope,
};

const ADA: u64 = 1;
const BOB: u64 = 2;
const GIL: u64 = 3;
const MARA: u64 = 10;
const MAX: u64 = 11;
const INA: u64 = 12;

fn person(number: u64) -> Person {
    Person::Account(AccountId(number))
}

fn ranks() -> StaffRanks {
    let staff = [(MARA, Rank::Moderator), (MAX, Rank::Moderator), (INA, Rank::Admin)];
    StaffRanks(staff.map(|(number, rank)| (AccountId(number), rank)).into_iter().collect())
}

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::minutes(minute)
}

fn order(by: u64, at: i64, act: CaseAct) -> CaseOrder {
    CaseOrder {
        id: ActId(Uuid::from_u128(u128::from(by) << 64 | at.cast_unsigned() as u128)),
        by: PlayerId(by),
        who: person(by),
        issuer: Issuer {
            account: Some(AccountId(by)),
            name: format!("p{by}").into(),
            rank: ranks().of(person(by)),
        },
        at: minute(at),
        now: Duration::ZERO,
        act,
    }
}

fn report(by: u64, of: u64, message: u128, at: i64) -> CaseOrder {
    let filed = Filed {
        subject: Subject::Person(person(of), format!("p{of}").into()),
        severity: 1,
        reason: "rude".to_owned(),
        message: MessageId(Uuid::from_u128(message)),
        evidence: Evidence::default(),
    };
    order(by, at, CaseAct::Report(Box::new(filed)))
}

fn decide(by: u64, number: u64, verdict: CaseVerdict, at: i64) -> CaseOrder {
    let reason = "seen".to_owned();
    order(by, at, CaseAct::Decide { number, verdict, act: None, reason })
}

/// Has it done, and says in which case.
fn done(docket: &mut Docket, order: &CaseOrder) -> Result<u64, Refused> {
    done_with(docket, order, Vec::new())
}

fn done_with(
    docket: &mut Docket,
    order: &CaseOrder,
    standing: Vec<Restriction>,
) -> Result<u64, Refused> {
    let standing: Vec<_> = standing.into_iter().map(Arc::new).collect();
    let plan = docket.plan(order, &ranks(), &|_: &Subject| standing.clone())?;
    let change = plan.change.expect("only looking changes nothing");
    docket.apply(&change);
    Ok(change.case.number)
}

#[test]
fn one_incident_is_one_case() {
    let mut docket = Docket::default();
    assert_eq!(done(&mut docket, &report(ADA, BOB, 1, 0)), Ok(1));
    // The same message, however late; the same player, soon after; not the same player much later.
    assert_eq!(done(&mut docket, &report(GIL, BOB, 1, 500)), Ok(1));
    assert_eq!(done(&mut docket, &report(ADA, BOB, 2, 509)), Ok(1));
    assert_eq!(done(&mut docket, &report(ADA, BOB, 3, 520)), Ok(2));
    assert_eq!(done(&mut docket, &report(ADA, GIL, 4, 520)), Ok(3));
    // What was decided is not reopened.
    assert_eq!(done(&mut docket, &decide(MARA, 2, CaseVerdict::Dismiss, 521)), Ok(2));
    assert_eq!(done(&mut docket, &report(GIL, BOB, 3, 522)), Ok(4));
}

#[test]
fn the_same_is_not_reported_twice_and_there_are_bounds() {
    let limits = DocketLimits { cases_max: 8, ..DocketLimits::default() };
    let mut docket = Docket::new(limits, Vec::new(), Vec::new(), 41);
    assert_eq!(done(&mut docket, &report(ADA, BOB, 1, 0)), Ok(42));
    assert!(done(&mut docket, &report(ADA, BOB, 1, 0)).unwrap_err().contains("already"));
    for message in 2..=5 {
        assert!(done(&mut docket, &report(ADA, 100 + message as u64, message, 0)).is_ok());
    }
    assert!(done(&mut docket, &report(ADA, GIL, 99, 0)).unwrap_err().contains("please wait"));
    for (by, message) in [(20, 50), (21, 51), (22, 52)] {
        assert!(done(&mut docket, &report(by, 200 + by, message, 0)).is_ok());
    }
    let full = done(&mut docket, &report(23, 300, 60, 0));
    assert!(full.unwrap_err().contains("than they can take"));
    // Open cases take a word more all the same.
    assert_eq!(done(&mut docket, &report(23, BOB, 1, 0)), Ok(42));
}

#[test]
fn a_rate_holds_also_when_staff_are_quick() {
    let mut docket = Docket::default();
    for message in 0..10 {
        let number = done(&mut docket, &report(ADA, 100 + message, message.into(), 0)).unwrap();
        assert!(done(&mut docket, &decide(MARA, number, CaseVerdict::Uphold, 0)).is_ok());
    }
    assert!(done(&mut docket, &report(ADA, BOB, 99, 30)).unwrap_err().contains("within the hour"));
    assert!(done(&mut docket, &report(ADA, BOB, 99, 61)).is_ok());
}

#[test]
fn who_was_right_counts_more_and_who_was_wrong_is_still_heard() {
    let mut docket = Docket::default();
    for message in 0..4 {
        let right = done(&mut docket, &report(ADA, 100 + message, message.into(), 0)).unwrap();
        done(&mut docket, &decide(MARA, right, CaseVerdict::Uphold, 0)).unwrap();
        let wrong = done(&mut docket, &report(GIL, 200 + message, 90 + u128::from(message), 0));
        done(&mut docket, &decide(MARA, wrong.unwrap(), CaseVerdict::Dismiss, 0)).unwrap();
    }
    let of_gil = done(&mut docket, &report(GIL, BOB, 50, 0)).unwrap();
    let of_ada = done(&mut docket, &report(ADA, 77, 51, 0)).unwrap();
    let list = docket.list(&order(MARA, 0, CaseAct::List), &ranks()).unwrap();
    let places: Vec<_> = list.iter().map(|it| (it.case.number, it.priority)).collect();
    // (4 + 1) / (4 + 2) and (0 + 1) / (4 + 2), times ten.
    assert_eq!(places, [(of_ada, 8), (of_gil, 2)]);
}

#[test]
fn whom_it_is_about_and_their_equals_see_nothing_of_it() {
    let mut docket = Docket::default();
    let number = done(&mut docket, &report(ADA, MARA, 1, 0)).unwrap();
    for viewer in [MARA, MAX] {
        let looks = order(viewer, 0, CaseAct::Show(number));
        let hidden = docket.show(number, &looks, &ranks()).unwrap_err();
        assert_eq!(hidden.replace('1', "7"), docket.show(7, &looks, &ranks()).unwrap_err());
        assert!(docket.list(&looks, &ranks()).unwrap().is_empty());
        for act in [CaseAct::Claim(number), CaseAct::Unclaim(number)] {
            assert_eq!(done(&mut docket, &order(viewer, 0, act)).unwrap_err(), hidden);
        }
        let decides = decide(viewer, number, CaseVerdict::Dismiss, 0);
        assert_eq!(done(&mut docket, &decides).unwrap_err(), hidden);
    }
    assert!(done(&mut docket, &decide(BOB, number, CaseVerdict::Dismiss, 0)).is_err());
    assert_eq!(done(&mut docket, &decide(INA, number, CaseVerdict::Uphold, 0)), Ok(number));
}

#[test]
fn who_holds_a_case_decides_it_unless_one_above_does() {
    let mut docket = Docket::default();
    let number = done(&mut docket, &report(MAX, BOB, 1, 0)).unwrap();
    let own = done(&mut docket, &decide(MAX, number, CaseVerdict::Uphold, 0)).unwrap_err();
    assert!(own.contains("reported that yourself"), "{own}");
    assert!(done(&mut docket, &order(MARA, 0, CaseAct::Claim(number))).is_ok());
    assert!(done(&mut docket, &order(MARA, 0, CaseAct::Claim(number))).is_err());
    assert!(done(&mut docket, &order(MAX, 0, CaseAct::Unclaim(number))).is_err());
    assert!(done(&mut docket, &order(INA, 0, CaseAct::Claim(number))).is_ok());
    let held = done(&mut docket, &decide(MARA, number, CaseVerdict::Uphold, 0)).unwrap_err();
    assert!(held.contains("p12 looks into case"), "{held}");
    assert_eq!(done(&mut docket, &decide(INA, number, CaseVerdict::Dismiss, 0)), Ok(number));
}

fn muted(id: u128, kind: RestrictionKind, by: u64) -> Restriction {
    Restriction {
        id: ActId(Uuid::from_u128(id)),
        kind,
        subject: Subject::Person(person(BOB), "Bob".into()),
        scope: Scope::All,
        measure: 0,
        from: minute(0),
        until: None,
        reason: "spam".to_owned(),
        issuer: Issuer {
            account: Some(AccountId(by)),
            name: "Mara".into(),
            rank: ranks().of(person(by)),
        },
        evidence: Vec::new(),
        except: Vec::new(),
        supersedes: None,
        lifted: None,
    }
}

#[test]
fn an_appeal_is_one_for_each_restriction_and_tells_nothing_of_a_shadow() {
    let mut docket = Docket::default();
    let appeal = |at| order(BOB, at, CaseAct::Appeal("not me".to_owned()));
    let shadow = muted(1, RestrictionKind::Shadow, MARA);
    let none = done(&mut docket, &appeal(0)).unwrap_err();
    assert_eq!(done_with(&mut docket, &appeal(1), vec![shadow.clone()]).unwrap_err(), none);
    let all = vec![shadow, muted(2, RestrictionKind::Mute, MARA)];
    let number = done_with(&mut docket, &appeal(2), all.clone()).unwrap();
    let again = done_with(&mut docket, &appeal(3), all.clone()).unwrap_err();
    assert!(again.contains("already"), "{again}");
    let own = decide(MARA, number, CaseVerdict::Dismiss, 4);
    assert!(done_with(&mut docket, &own, all.clone()).unwrap_err().contains("yourself"));
    let plan =
        docket.plan(&decide(MAX, number, CaseVerdict::Grant, 5), &ranks(), &|_: &Subject| {
            all.iter().cloned().map(Arc::new).collect()
        });
    let Some((_, crate::moderation::Decision::Lift(lifted, _))) = plan.unwrap().act else {
        panic!("nothing is lifted");
    };
    assert_eq!(lifted.iter().map(|it| it.kind).collect::<Vec<_>>(), [RestrictionKind::Mute]);
    // What no longer counts cannot be granted, and whoever imposed it may clear it away.
    assert!(done(&mut docket, &decide(MAX, number, CaseVerdict::Grant, 6)).is_err());
    assert_eq!(done(&mut docket, &own), Ok(number));
}

#[test]
fn a_lower_rank_does_not_grant_what_one_above_imposed() {
    let mut docket = Docket::default();
    let all = vec![muted(2, RestrictionKind::Ban, INA)];
    let appeal = order(BOB, 0, CaseAct::Appeal("not me".to_owned()));
    let number = done_with(&mut docket, &appeal, all.clone()).unwrap();
    let refused =
        done_with(&mut docket, &decide(MAX, number, CaseVerdict::Grant, 0), all).unwrap_err();
    assert!(refused.contains("rank admin"), "{refused}");
}

proptest! {
    /// A word counts for something and never for more than one, more for each time it was right, less for each it was not.
    #[test]
    fn a_weight_is_between_nothing_and_one(upheld in 0..1_000_u32, wrong in 0..1_000_u32) {
        let credit = Credit { upheld, decided: upheld + wrong };
        let weight = credit.weight();
        prop_assert!(weight > 0.0 && weight < 1.0);
        let right = Credit { upheld: upheld + 1, decided: credit.decided + 1 };
        prop_assert!(right.weight() > weight);
        let wrong = Credit { decided: credit.decided + 1, ..credit };
        prop_assert!(wrong.weight() < weight);
    }

    /// More reporters, a graver line or more age never make a case less urgent, and no age outweighs twenty-one words.
    #[test]
    fn a_priority_grows(
        weights in prop::collection::vec(0.01..1.0_f64, 1..200),
        severity in 1..=3_u8,
        hours in 0..1_000_000_u64,
    ) {
        let age = Duration::from_secs(hours * 3_600);
        let it = priority(weights.iter().copied(), severity, age);
        let more = weights.iter().copied().chain([0.5]);
        prop_assert!(priority(more, severity, age) >= it);
        prop_assert!(priority(weights.iter().copied(), severity + 1, age) >= it);
        prop_assert!(priority(weights.iter().copied(), severity, age * 2) >= it);
        prop_assert!(priority([1.0; 21], 1, Duration::ZERO) > priority([0.01], 1, age));
    }
}
