//! The ladder, climbed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::*;
use crate::vocab::{AccountId, Issuer, Rank, Remark, RemarkKind, Restriction};

const BOB: Person = Person::Account(AccountId(2));
const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
const MINUTE: Duration = Duration::from_mins(1);

fn rung(from: f64, step: Step, minutes: Option<u64>, is_automatic: bool) -> Rung {
    Rung { from, step, lasts: minutes.map(Duration::from_mins), is_automatic }
}

fn escalation() -> Escalation {
    Escalation::new(Some(Arc::new(Ladder {
        version: 7,
        half_life: Duration::from_hours(1),
        points: [(Offence::Repeat, 1.0), (Offence::Report, 3.0)].into(),
        rungs: vec![
            rung(2.0, Step::Warn, None, true),
            rung(4.0, Step::Timeout, Some(10), true),
            rung(6.0, Step::Mute, Some(120), true),
            rung(9.0, Step::Ban, Some(1_440), false),
        ],
    })))
}

fn restriction(kind: RestrictionKind, minutes: i64, by: Option<AccountId>) -> Arc<Restriction> {
    let issuer = Issuer { account: by, name: "ladder 7".into(), rank: Rank::Moderator };
    Arc::new(Restriction {
        id: ActId(Uuid::from_u128(1)),
        kind,
        subject: Subject::Person(BOB, "Bob".into()),
        scope: Scope::All,
        measure: 0,
        from: AT,
        until: Some(AT + chrono::TimeDelta::minutes(minutes)),
        reason: "spam".to_owned(),
        issuer,
        evidence: Vec::new(),
        except: Vec::new(),
        supersedes: None,
        lifted: None,
    })
}

fn warning() -> Arc<Remark> {
    Arc::new(Remark {
        id: ActId(Uuid::from_u128(2)),
        kind: RemarkKind::Warning,
        subject: Subject::Person(BOB, "Bob".into()),
        text: "do not".to_owned(),
        at: AT,
        issuer: Issuer { account: None, name: "ladder 7".into(), rank: Rank::Moderator },
        evidence: Vec::new(),
        acknowledged: None,
    })
}

/// What one more offence brings: what is done, and what is proposed.
fn brings(
    ladder: &mut Escalation,
    offence: Offence,
    standing: &Restrictions,
    now: Duration,
) -> (Option<Step>, Option<Step>) {
    let counted = ladder.count(BOB, &"Bob".into(), offence, standing, now);
    let counted = counted.expect("the offence costs something");
    (counted.act.map(|rung| rung.step), counted.proposal.map(|rung| rung.step))
}

#[test]
fn each_rung_follows_from_its_points() {
    let (mut ladder, none) = (escalation(), Restrictions::default());
    let steps: Vec<_> =
        (0..9).map(|_| brings(&mut ladder, Offence::Repeat, &none, MINUTE)).collect();
    let (warn, timeout, mute) = (Some(Step::Warn), Some(Step::Timeout), Some(Step::Mute));
    let acts: Vec<_> = steps.iter().map(|(act, _)| *act).collect();
    assert_eq!(acts, [None, warn, warn, timeout, timeout, mute, mute, mute, mute]);
    let proposals: Vec<_> = steps.into_iter().filter_map(|(_, proposal)| proposal).collect();
    assert_eq!(proposals, [Step::Ban]);
}

#[test]
fn what_costs_nothing_is_no_offence() {
    let (mut ladder, none) = (escalation(), Restrictions::default());
    let name = "Bob".into();
    assert_eq!(ladder.count(BOB, &name, Offence::Links, &none, MINUTE), None);
    let mut without = Escalation::default();
    assert_eq!(without.count(BOB, &name, Offence::Report, &none, MINUTE), None);
}

#[test]
fn nothing_follows_twice_while_it_counts() {
    let mut ladder = escalation();
    let mut standing = Restrictions::default();
    ladder.count(BOB, &"Bob".into(), Offence::Repeat, &standing, Duration::ZERO);
    ladder.begin(BOB, ActId(Uuid::from_u128(1)), Duration::ZERO);
    assert_eq!(brings(&mut ladder, Offence::Report, &standing, MINUTE / 60), (None, None));
    standing.add(restriction(RestrictionKind::Timeout, 10, None), AT, Duration::ZERO);
    ladder.end(ActId(Uuid::from_u128(1)));
    assert_eq!(brings(&mut ladder, Offence::Repeat, &standing, MINUTE * 5), (None, None));
    let later = brings(&mut ladder, Offence::Repeat, &standing, MINUTE * 11);
    assert_eq!(later.0, Some(Step::Timeout));
}

#[test]
fn what_staff_imposed_for_longer_stays() {
    let mut ladder = escalation();
    let mut standing = Restrictions::default();
    let mara = Some(AccountId(9));
    standing.add(restriction(RestrictionKind::Mute, 600, mara), AT, Duration::ZERO);
    ladder.count(BOB, &"Bob".into(), Offence::Report, &standing, MINUTE);
    assert_eq!(brings(&mut ladder, Offence::Report, &standing, MINUTE), (None, None));
    // What is shorter gives way to what is longer.
    let mut standing = Restrictions::default();
    standing.add(restriction(RestrictionKind::Mute, 60, mara), AT, Duration::ZERO);
    assert_eq!(brings(&mut ladder, Offence::Repeat, &standing, MINUTE).0, Some(Step::Mute));
}

#[test]
fn who_has_a_warning_to_read_is_not_warned_again() {
    let mut ladder = escalation();
    let mut standing = Restrictions::default();
    standing.warn(warning());
    assert_eq!(brings(&mut ladder, Offence::Report, &standing, MINUTE), (None, None));
}

#[test]
fn points_fade_and_can_be_taken_away() {
    let (mut ladder, none) = (escalation(), Restrictions::default());
    brings(&mut ladder, Offence::Report, &none, Duration::ZERO);
    let left = ladder.points(BOB, Duration::from_hours(1));
    assert!((left - 1.5).abs() < 1e-9, "{left}");
    assert!(ladder.clear(BOB, Duration::from_hours(1)) > 1.4);
    assert!(ladder.points(BOB, Duration::from_hours(1)) < 1e-9);
}
