//! What is decided, as values: channel-wide restrictions, what takes whose place, what can be done to whom.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::vocab::{ActId, AddressRange, Order, PlayerId};

fn placed(whom: Whom, act: OrderedAct) -> Placed {
    let issuer = Issuer { account: Some(AccountId(9)), name: "Mara".into(), rank: Rank::Moderator };
    Placed {
        id: ActId(Uuid::from_u128(99)),
        by: PlayerId(9),
        issuer,
        here: None,
        at: DateTime::UNIX_EPOCH,
        now: Duration::ZERO,
        order: Order { whom, act, reason: "a raid".to_owned(), evidence: Vec::new() },
        cited: Vec::new(),
    }
}

fn on(channels: &[&str]) -> Scope {
    let names = channels.iter().map(|name| name.parse().unwrap());
    Scope::Channels(names.collect::<BTreeSet<_>>())
}

fn wanted(kind: RestrictionKind, scope: Scope, measure: u64) -> Wanted {
    Wanted::new(kind, scope, Some(Duration::from_secs(60))).measured(measure)
}

/// Decides what a moderator wants done to everyone.
fn for_everyone(wanted: Wanted, standing: &[Arc<Restriction>]) -> Result<Restriction, String> {
    let placed = placed(Whom::Everyone, OrderedAct::Restrict(wanted));
    let target = Target::known(&placed);
    match decide(&placed, Rank::Moderator, target, standing)? {
        Decision::Restrict(restriction) => Ok(restriction),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_slow_mode_for_a_channel_and_one_defcon_at_all() {
    use RestrictionKind::{Defcon, Slow};
    let mut standing = Vec::new();
    for (number, wanted, takes_the_place_of) in [
        (1, wanted(Slow, on(&["say"]), 10), None),
        (2, wanted(Slow, on(&["say"]), 20), Some(1)),
        (3, wanted(Slow, on(&["shout"]), 20), None),
        (4, wanted(Defcon, Scope::All, 4), None),
        (5, wanted(Defcon, Scope::All, 1), Some(4)),
    ] {
        let made = for_everyone(wanted, &standing).unwrap();
        let before = made.supersedes.map(|id| id.0.as_u128());
        assert_eq!(before, takes_the_place_of, "{number}");
        standing.retain(|it: &Arc<Restriction>| Some(it.id) != made.supersedes);
        standing.push(Arc::new(Restriction { id: ActId(Uuid::from_u128(number)), ..made }));
    }
}

#[test]
fn channels_may_be_many() {
    let mut standing = Vec::new();
    for number in 0..100u128 {
        let channel = format!("c{number}");
        let slow = wanted(RestrictionKind::Slow, on(&[&channel]), 10);
        let made = for_everyone(slow, &standing).unwrap();
        standing.push(Arc::new(Restriction { id: ActId(Uuid::from_u128(number)), ..made }));
    }
}

#[test]
fn measures_have_bounds() {
    use RestrictionKind::{Age, Defcon, Slow};
    let say = || on(&["say"]);
    for (kind, scope, good, bad) in [
        (Slow, say(), [1, 86_400], [0, 86_401]),
        (Age, say(), [1, 31_536_000], [0, u64::MAX]),
        (Defcon, Scope::All, [1, 4], [0, 5]),
    ] {
        for measure in good {
            let made = for_everyone(wanted(kind, scope.clone(), measure), &[]).unwrap();
            assert_eq!(made.measure, measure);
        }
        for measure in bad {
            let why = for_everyone(wanted(kind, scope.clone(), measure), &[]).unwrap_err();
            assert!(why.len() < 100, "{why}");
        }
    }
    let endless = Wanted { lasts: None, ..wanted(Defcon, Scope::All, 3) };
    assert!(for_everyone(endless, &[]).unwrap_err().contains("ends by itself"));
}

/// Everyone can be slowed down, locked out, asked for age, put under defcon; nobody alone can be locked; names and
/// addresses can be banned.
#[test]
fn each_kind_has_those_whom_it_can_concern() {
    let addresses: AddressRange = "10.0.0.0/8".parse().unwrap();
    let bob = || Target::account(AccountId(1), "Bob".into(), Rank::Player);
    for kind in RestrictionKind::ALL {
        let scope = if kind == RestrictionKind::Defcon { Scope::All } else { on(&["say"]) };
        let may = |whom: Whom, target: Option<Target>| {
            let act = OrderedAct::Restrict(wanted(kind, scope.clone(), 1));
            let placed = placed(whom, act);
            let target = target.or_else(|| Target::known(&placed));
            decide(&placed, Rank::Moderator, target, &[]).is_ok()
        };
        use RestrictionKind::{Age, Ban, Defcon, Lock, Slow};
        let for_all = matches!(kind, Age | Lock | Defcon | Slow);
        let for_one = !matches!(kind, Age | Lock | Defcon);
        assert_eq!(may(Whom::Everyone, None), for_all, "{kind:?}");
        assert_eq!(may(Whom::Player("bob".to_owned()), Some(bob())), for_one, "{kind:?}");
        assert_eq!(may(Whom::Addresses(addresses), None), kind == Ban, "{kind:?}");
    }
}

#[test]
fn a_channel_wide_restriction_is_for_one_channel() {
    for scope in [Scope::All, on(&["say", "shout"])] {
        for kind in [RestrictionKind::Slow, RestrictionKind::Lock, RestrictionKind::Age] {
            let refused = for_everyone(wanted(kind, scope.clone(), 10), &[]).unwrap_err();
            assert_eq!(refused, "Name one channel.");
        }
    }
}

#[test]
fn lifting_on_a_channel_leaves_the_others() {
    let slow = |name: &str| {
        Arc::new(for_everyone(wanted(RestrictionKind::Slow, on(&[name]), 10), &[]).unwrap())
    };
    let standing = [slow("say"), slow("shout")];
    let lift = |name: &str, rank| {
        let act = OrderedAct::LiftOn(&[RestrictionKind::Slow], on(&[name]));
        let placed = placed(Whom::Everyone, act);
        decide(&placed, rank, Target::known(&placed), &standing)
    };
    let Ok(Decision::Lift(lifted, _)) = lift("say", Rank::Moderator) else { panic!("lifted") };
    assert_eq!(lifted.len(), 1);
    assert_eq!(lifted[0].scope, on(&["say"]));
    assert_eq!(lift("emote", Rank::Moderator).unwrap_err(), "There is no slow mode on emote.");
    assert!(lift("say", Rank::Helper).unwrap_err().contains("Only a moderator"));
}
