//! What was shown before it was forbidden: hidden while it is, there again afterwards, gone when staff took it away.

use std::time::Duration;

use chrono::TimeDelta;
use hearsay::vocab::{Rank, RestrictionKind as Kind};

use super::cast::{ADA, BOB, Cast, GIL, OLGA, WORD};
use super::state::State;
use super::support::rehearsal::Arrival;

/// Ada shows the word in every way there is.
fn showing() -> Cast {
    let mut cast = Cast::acquainted(Rank::Player, "say");
    for line in ["title zebra", "describe zebra", "afk zebra"] {
        cast.stage.types(ADA, line);
    }
    cast.forget();
    cast
}

/// How many of her texts somebody finds.
fn found(cast: &mut Cast, client: usize) -> usize {
    let mut read = String::new();
    for look in ["who", "look ada"] {
        cast.stage.types(client, look);
        read.push_str(&cast.read(client).concat());
    }
    read.matches(WORD).count()
}

#[test]
fn what_the_silenced_showed_before_is_for_staff_and_themselves() {
    // Her title twice, her description and her reason once.
    let all = 4;
    for kind in Kind::ALL {
        let mut cast = showing();
        assert_eq!(found(&mut cast, BOB), all);
        State::Under(kind).impose(&mut cast);
        let is_silent = kind.silences() || kind == Kind::Shadow;
        let is_there = if is_silent { 0 } else { all };
        // Those who are banned are not there.
        if kind == Kind::Ban {
            continue;
        }
        for listener in [BOB, GIL] {
            assert_eq!(found(&mut cast, listener) > 0, is_there > 0, "{kind:?}");
        }
        assert_eq!(found(&mut cast, OLGA), all, "{kind:?}");
        if kind != Kind::Freeze {
            assert_eq!(found(&mut cast, ADA), all, "{kind:?}");
        }
    }
}

#[test]
fn what_staff_took_away_is_gone_wherever_its_owner_is() {
    for (away, order) in
        [(false, "cleartext ada title rude"), (true, "cleartext Ada description rude")]
    {
        let mut cast = showing();
        if away {
            cast.stage.types(ADA, "quit");
        }
        cast.stage.types(OLGA, order);
        assert!(
            cast.stage.heard(OLGA).iter().any(|line| line.contains("of Ada is taken away: rude"))
        );
        if away {
            cast.stage.arrive(Arrival::of("Ada", Rank::Player));
            cast.stage.deliver();
        }
        cast.forget();
        // The title stands in two places, and what one is away for does not outlast being here.
        assert_eq!(found(&mut cast, BOB), 2, "{order}");
    }
}

#[test]
fn texts_are_kept_with_the_character() {
    let mut cast = showing();
    cast.stage.types(ADA, "quit");
    cast.stage.wait(std::time::Duration::from_secs(120));
    cast.stage.arrive(Arrival::of("Ada", Rank::Player));
    cast.stage.deliver();
    cast.forget();
    assert_eq!(found(&mut cast, BOB), 3);
}

#[test]
fn who_showed_what_and_who_was_refused_is_on_record() {
    let mut cast = Cast::acquainted(Rank::Player, "say");
    cast.stage.types(ADA, "title zebra");
    State::Under(Kind::Mute).impose(&mut cast);
    cast.stage.types(ADA, "describe zebra");
    let acts: Vec<_> = cast.stage.records.acts.iter().filter(|act| act.detail == WORD).collect();
    assert_eq!(acts.iter().map(|act| act.act).collect::<Vec<_>>(), ["title", "describe"]);
    assert!(acts[0].refused.is_none());
    assert!(acts[1].refused.as_ref().unwrap().contains("You are muted on all channels"));
}

#[test]
fn a_clock_that_is_set_frees_no_word_early_and_keeps_none_back_late() {
    let kinds = [Kind::Mute, Kind::Timeout, Kind::Freeze, Kind::Shadow, Kind::Hold];
    for (kind, hour) in kinds.into_iter().flat_map(|kind| [(kind, 1), (kind, -1)]) {
        let mut cast = showing();
        State::impose_for(kind, 1_800, &mut cast);
        cast.stage.clock.at += TimeDelta::hours(hour);
        cast.stage.wait(Duration::from_secs(1_799));
        let is_hidden = kind != Kind::Hold;
        assert_eq!(found(&mut cast, BOB) == 0, is_hidden, "{kind:?}");
        cast.stage.types(ADA, "say zebra");
        assert!(!cast.read(BOB).concat().contains(WORD), "{kind:?}, {hour} h: heard too early");
        cast.stage.wait(Duration::from_secs(1));
        assert!(found(&mut cast, BOB) > 0, "{kind:?}, {hour} h: hidden too late");
        cast.stage.types(ADA, "say zebra");
        assert!(cast.read(BOB).concat().contains(WORD), "{kind:?}, {hour} h: heard too late");
    }
}
