//! The evaluator by itself: against a model, against the clock, and in a crowd.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::vocab::{AccountId, Blocked, ChannelName, Issuer, Scope};

const CHANNELS: [&str; 3] = ["say", "shout", "global"];
const KINDS: [RestrictionKind; 4] = [
    RestrictionKind::Mute,
    RestrictionKind::Timeout,
    RestrictionKind::Freeze,
    RestrictionKind::Ban,
];

/// What the index says of a player who wants to speak.
fn verdict(
    index: &Restrictions,
    who: Person,
    channel: &ChannelName,
    now: Duration,
) -> Option<Blocked> {
    let speaking = Speaking { who, rank: Rank::Player, account_age: None, channel };
    index.verdict(&speaking, now).err()
}

fn channel(at: usize) -> ChannelName {
    CHANNELS[at].parse().unwrap()
}

fn who(account: u64) -> Person {
    Person::Account(AccountId(account))
}

/// A restriction of an account that lasts so many seconds from the epoch, on these channels or on all.
fn restriction(
    id: u128,
    account: u64,
    kind: RestrictionKind,
    channels: &[usize],
    seconds: Option<i64>,
) -> Arc<Restriction> {
    let named: BTreeSet<ChannelName> = channels.iter().map(|at| channel(*at)).collect();
    Arc::new(Restriction {
        id: ActId(Uuid::from_u128(id)),
        kind,
        subject: Subject::Person(who(account), "Ada".into()),
        scope: if named.is_empty() { Scope::All } else { Scope::Channels(named) },
        measure: 0,
        from: DateTime::UNIX_EPOCH,
        until: seconds.map(|seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)),
        reason: "spam".to_owned(),
        issuer: Issuer { account: Some(AccountId(9)), name: "Mara".into(), rank: Rank::Moderator },
        evidence: Vec::new(),
        except: Vec::new(),
        supersedes: None,
        lifted: None,
    })
}

/// What happens to a set of restrictions.
#[derive(Debug, Clone)]
enum Step {
    Add { account: u64, kind: usize, channels: Vec<usize>, seconds: Option<i64> },
    Lift(usize),
    Wait(u64),
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let add =
        (0u64..3, 0usize..4, prop::collection::vec(0usize..3, 0..3), prop::option::of(0i64..60));
    let step = prop_oneof![
        4 => add.prop_map(|(account, kind, channels, seconds)| Step::Add { account, kind, channels, seconds }),
        2 => (0usize..20).prop_map(Step::Lift),
        3 => (0u64..20).prop_map(Step::Wait),
        1 => Just(Step::Forget),
    ];
    prop::collection::vec(step, 0..40)
}

proptest! {
    /// Somebody is silent on a channel if and only if something that is neither lifted nor over says so, whatever the wall
    /// clock does and whenever memory is cleared.
    #[test]
    fn the_index_is_the_list(steps in steps(), shift in -7_200i64..7_200) {
        let mut index = Restrictions::default();
        let mut list: Vec<(Arc<Restriction>, Option<u64>)> = Vec::new();
        let (mut now, mut made_so_far) = (0u64, 0);
        for step in steps {
            match step {
                Step::Add { account, kind, channels, seconds } => {
                    // Made at this moment by a wall clock that is off by something.
                    let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(shift);
                    made_so_far += 1;
                    let made = restriction(made_so_far, account, KINDS[kind], &channels, seconds.map(|s| s + shift));
                    index.add(Arc::clone(&made), at, Duration::from_secs(now));
                    list.push((made, seconds.map(|seconds| now + seconds.cast_unsigned())));
                }
                Step::Lift(at) if at < list.len() => {
                    let (gone, _) = list.remove(at);
                    index.remove(&gone.subject, gone.id);
                }
                Step::Lift(_) => {}
                Step::Wait(seconds) => now += seconds,
                Step::Forget => index.forget(Duration::from_secs(now)),
            }
            for account in 0..3 {
                for at in 0..3 {
                    let silent = list.iter().any(|(it, ends)| {
                        it.subject.person() == Some(who(account))
                            && it.kind != RestrictionKind::Ban
                            && it.scope.covers(&channel(at))
                            && ends.is_none_or(|ends| now < ends)
                    });
                    let verdict = verdict(&index, who(account), &channel(at), Duration::from_secs(now));
                    prop_assert_eq!(verdict.is_some(), silent);
                }
            }
        }
    }
}

#[test]
fn the_heaviest_is_told_and_of_equals_the_longest() {
    let mut index = Restrictions::default();
    let told =
        |index: &Restrictions| verdict(index, who(1), &channel(0), Duration::ZERO).unwrap().rule;
    let add = |index: &mut Restrictions, id, kind, seconds| {
        index.add(restriction(id, 1, kind, &[], seconds), DateTime::UNIX_EPOCH, Duration::ZERO);
    };
    add(&mut index, 1, RestrictionKind::Mute, Some(10));
    add(&mut index, 2, RestrictionKind::Mute, Some(20));
    let blocked = verdict(&index, who(1), &channel(0), Duration::ZERO).unwrap();
    assert!(blocked.refusal.prose().to_text().contains("another 20 s"));
    assert_eq!(told(&index), "mute");
    add(&mut index, 3, RestrictionKind::Timeout, Some(5));
    assert_eq!(told(&index), "timeout");
    add(&mut index, 4, RestrictionKind::Freeze, None);
    assert_eq!(told(&index), "freeze");
}

#[test]
fn what_was_loaded_keeps_what_was_left_of_it() {
    // The server starts 40 seconds into a minute; its own clock starts at nothing.
    let mut index = Restrictions::default();
    let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(40);
    index.add(restriction(1, 1, RestrictionKind::Mute, &[], Some(60)), at, Duration::ZERO);
    let silent =
        |millis| verdict(&index, who(1), &channel(0), Duration::from_millis(millis)).is_some();
    assert!(silent(19_999) && !silent(20_000));
}

#[test]
fn a_guest_and_an_account_of_the_same_number_are_two() {
    let mut index = Restrictions::default();
    let muted = restriction(1, 1, RestrictionKind::Mute, &[], None);
    index.add(muted, DateTime::UNIX_EPOCH, Duration::ZERO);
    let guest = Person::Guest(crate::vocab::PlayerId(1));
    assert!(verdict(&index, guest, &channel(0), Duration::ZERO).is_none());
}

#[test]
fn clients_are_told_what_counts_and_nothing_that_is_secret() {
    let mut index = Restrictions::default();
    for restriction in [
        restriction(1, 1, RestrictionKind::Mute, &[0], Some(60)),
        restriction(2, 1, RestrictionKind::Shadow, &[], None),
        restriction(3, 1, RestrictionKind::Ban, &[], None),
        restriction(4, 1, RestrictionKind::Freeze, &[], None),
        restriction(5, 2, RestrictionKind::Mute, &[], None),
    ] {
        index.add(restriction, DateTime::UNIX_EPOCH, Duration::ZERO);
    }
    let told = |millis| {
        let all = index.hindrances(who(1), Duration::from_millis(millis));
        let row = |it: Hindrance| (it.text, it.channels, it.seconds_left);
        all.into_iter().map(row).collect::<Vec<_>>()
    };
    let frozen = || ("You are frozen".to_owned(), None, None);
    let muted = |left| ("You are muted on say".to_owned(), Some(vec![channel(0)]), Some(left));
    assert_eq!(told(0), [muted(60), frozen()]);
    assert_eq!(told(59_001), [muted(1), frozen()]);
    assert_eq!(told(60_000), [frozen()]);
}

#[test]
fn a_hundred_thousand_restrictions_cost_no_more_than_one() {
    let mut index = Restrictions::default();
    for account in 0..100_000 {
        let muted = restriction(u128::from(account), account, RestrictionKind::Mute, &[1], None);
        index.add(muted, DateTime::UNIX_EPOCH, Duration::ZERO);
    }
    let (say, started) = (channel(0), Instant::now());
    for account in 0..100_000 {
        assert!(verdict(&index, who(account), &say, Duration::ZERO).is_none());
    }
    // Twenty times what it takes without optimisation, so that a busy machine does not fail it; a list would take hours.
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    println!("{:?} for each of 100,000 verdicts", started.elapsed() / 100_000);
}
