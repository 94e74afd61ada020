//! What each act keeps somebody from, what it does not, and what becomes of it.

use hearsay::vocab::Rank;

use super::rehearsal::{Arrival, Rehearsal};
use super::{answer, is_heard, trio};

#[test]
fn a_mute_is_for_an_account_and_outlives_sessions() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "mute bob 1h spam");
    assert!(!is_heard(&mut stage, bob, gil));
    // Link-dead and back, taken over, out and in again, another character.
    stage.hang_up(bob);
    let bob = stage.enter("Bob", Rank::Player);
    assert!(!is_heard(&mut stage, bob, gil));
    let bob = stage.enter("Bob", Rank::Player);
    assert!(!is_heard(&mut stage, bob, gil));
    stage.types(bob, "quit");
    stage.makes_another("Bob", "Rob");
    let rob = stage.enter("Rob", Rank::Player);
    assert!(!is_heard(&mut stage, rob, gil));
    assert!(answer(&mut stage, mara, "unmute rob sorry").contains("Bob is no longer muted."));
    assert!(is_heard(&mut stage, rob, gil));
    let bob = stage.enter("Bob", Rank::Player);
    assert!(is_heard(&mut stage, bob, gil));
}

#[test]
fn a_mute_covers_the_channels_it_names() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "mute bob shout,gossip 1h spam");
    assert!(is_heard(&mut stage, bob, gil));
    for line in ["shout zebra", "global zebra", "gossip zebra"] {
        let said = answer(&mut stage, bob, line);
        assert!(said.contains("You are muted on global, shout"), "{line}: {said}");
    }
    assert_eq!(stage.heard(gil).iter().filter(|line| line.contains("zebra")).count(), 0);
    // A second mute stands beside it; one for the same channels takes its place.
    stage.types(mara, "mute bob say 1h spam");
    stage.types(mara, "mute bob global,shout 5m spam");
    assert_eq!(answer(&mut stage, mara, "mutes bob").lines().count(), 3);
    let of_first = stage.records.restrictions[0].id;
    assert_eq!(stage.records.restrictions[2].supersedes, Some(of_first));
    assert!(stage.records.restrictions[0].lifted.is_some());
}

#[test]
fn the_frozen_can_read_help_and_their_record_and_leave() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "alias out quit");
    stage.types(mara, "freeze bob wait here");
    for line in [
        "say zebra",
        "north",
        "look",
        "who",
        "get lantern",
        "acknowledge",
        "emote waves",
        "tell gil zebra",
        "out x",
    ] {
        let said = answer(&mut stage, bob, line);
        assert!(
            line == "out x" || said.contains("You are frozen for another 7 d"),
            "{line}: {said}"
        );
    }
    assert!(
        !stage
            .heard(gil)
            .iter()
            .any(|line| line.contains("zebra") || line.contains("leaves north"))
    );
    let bob = stage.enter("Bob", Rank::Player);
    assert!(answer(&mut stage, bob, "help").contains("Help"));
    assert!(
        answer(&mut stage, bob, "myrecord").contains("freeze: wait here [counts for another 7 d")
    );
    assert!(answer(&mut stage, mara, "thaw bob").contains("Bob is no longer frozen."));
    assert!(answer(&mut stage, bob, "look").contains("Pier"));
}

#[test]
fn a_warning_comes_before_the_next_line() {
    let (mut stage, [mara, bob, gil]) = trio();
    assert!(answer(&mut stage, bob, "acknowledge").contains("nothing to acknowledge"));
    stage.types(mara, "warn bob no insults");
    assert!(stage.heard(bob).iter().any(|line| line.contains("Staff warn you: no insults")));
    assert!(!is_heard(&mut stage, bob, gil));
    assert!(answer(&mut stage, bob, "north").contains("Quay"), "only speech waits");
    assert!(answer(&mut stage, bob, "south").contains("Pier"));
    stage.types(bob, "quit");
    let bob = stage.arrive(Arrival::of("Bob", Rank::Player));
    stage.deliver();
    assert!(stage.heard(bob).iter().any(|line| line.contains("Staff warn you: no insults")));
    assert!(
        answer(&mut stage, bob, "acknowledge").contains("This no longer keeps you from speaking.")
    );
    assert!(is_heard(&mut stage, bob, gil));
    assert!(stage.records.remarks[0].acknowledged.is_some());
}

#[test]
fn kicked_and_banned_are_gone_and_the_banned_stay_out() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "kick bob calm down");
    assert!(stage.heard(bob).iter().any(|line| line.contains("calm down")));
    assert_eq!(stage.game.world().population(), 2);
    let bob = stage.enter("Bob", Rank::Player);
    stage.makes_another("Bob", "Rob");
    stage.types(mara, "ban rob 1h spam");
    let read = stage.heard(bob).join("\n");
    assert!(read.contains("You are banned for another 1 h") && read.contains("spam"), "{read}");
    for name in ["Bob", "Rob"] {
        let client = stage.arrive(Arrival::of(name, Rank::Player));
        stage.deliver();
        assert!(!stage.heard(client).iter().any(|line| line.contains("Welcome")), "{name}");
    }
    assert_eq!(stage.game.world().population(), 2);
    stage.types(mara, "unban bob");
    stage.enter("Rob", Rank::Player);
    assert_eq!(stage.game.world().population(), 3);
    assert!(is_heard(&mut stage, mara, gil));
}

#[test]
fn names_and_addresses_keep_out_those_below_whoever_banned_them() {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let troll = stage.enter("Stroller", Rank::Player);
    let far = |name, rank| Arrival { address: [10, 1, 2, 3].into(), ..Arrival::of(name, rank) };
    stage.arrive(far("Bob", Rank::Player));
    stage.arrive(far("Gus", Rank::Guest));
    stage.arrive(far("Ada", Rank::Moderator));
    assert_eq!(stage.game.world().population(), 5);
    assert!(
        answer(&mut stage, mara, "ban *TROLL* perm no").contains("Names like *troll* are banned")
    );
    assert!(stage.heard(troll).iter().any(|line| line.contains("Names like this are banned")));
    assert!(answer(&mut stage, mara, "ban 10.1.2.9/24 perm no").contains("10.1.2.0/24 is banned"));
    let left: Vec<_> = stage.game.world().players().map(|player| player.name.to_string()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    for (arrival, is_in) in [
        (far("Eve", Rank::Player), false),
        (far("Ivy", Rank::Admin), true),
        (Arrival::of("Trolla", Rank::Guest), false),
        (Arrival::of("Eve", Rank::Player), true),
    ] {
        let before = stage.game.world().population();
        stage.arrive(arrival);
        assert_eq!(stage.game.world().population() > before, is_in);
    }
    assert!(answer(&mut stage, mara, "unban 10.1.2.0/24").contains("no longer banned"));
    assert!(answer(&mut stage, mara, "unban *troll*").contains("no longer banned"));
    assert!(answer(&mut stage, mara, "bans").contains("No ban"));
}

#[test]
fn the_record_tells_staff_all_and_players_their_part() {
    let (mut stage, [mara, bob, _]) = trio();
    for line in ["mute bob say 1h spam", "note bob third time", "warn bob stop", "unmute bob sorry"]
    {
        stage.types(mara, line);
    }
    let all = answer(&mut stage, mara, "record bob");
    for part in [
        "mute on say by Mara (moderator): spam [lifted",
        "by Mara: sorry]",
        "note by Mara (moderator): third time",
        "warning by Mara (moderator): stop [not acknowledged]",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(answer(&mut stage, mara, "record mara").contains("Done by Mara\n"));
    let own = answer(&mut stage, bob, "myrecord");
    assert!(own.contains("mute on say: spam [lifted") && own.contains("warning: stop"), "{own}");
    assert!(!own.contains("Mara") && !own.contains("third time"), "{own}");
    let looked = stage.records.acts.iter().filter(|act| act.act == "record").count();
    assert_eq!(looked, 2, "that somebody looked is on record");
}
