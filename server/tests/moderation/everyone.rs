//! What concerns everyone without a rank: channels that are slow, locked or for older accounts, and defcon.

use std::time::Duration;

use hearsay::vocab::Rank;

use super::rehearsal::{Arrival, Rehearsal};
use super::{answer, is_heard, trio};

#[test]
fn the_end_of_what_ends_by_itself_is_announced_once() {
    let (mut stage, [mara, bob, _]) = trio();
    for (line, begins, ends) in [
        ("lock say 1m a raid", "Staff have locked say.", "Everyone may speak on say again."),
        ("defcon 3 1m a raid", "staff have set defcon 3.", "Defcon is 5 again"),
    ] {
        stage.heard(bob);
        stage.types(mara, line);
        let read = stage.heard(bob).join("\n");
        assert!(read.contains(begins) && read.contains("The reason: a raid."), "{read}");
        stage.wait(Duration::from_secs(59));
        stage.deliver();
        assert!(stage.heard(bob).is_empty());
        for _ in 0..2 {
            stage.wait(Duration::from_secs(1));
        }
        stage.deliver();
        let read = stage.heard(bob);
        assert_eq!(read.iter().filter(|line| line.contains(ends)).count(), 1, "{read:?}");
    }
}

#[test]
fn only_those_who_hear_a_channel_are_told_of_it() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(gil, "channels leave global");
    for client in [bob, gil] {
        stage.heard(client);
    }
    stage.types(mara, "slowmode global 10 lively");
    assert!(stage.heard(bob).iter().any(|line| line.contains("Slow mode is on")));
    assert!(stage.heard(gil).is_empty());
}

#[test]
fn a_channel_has_one_slow_mode_and_the_server_one_defcon() {
    let (mut stage, [mara, bob, _]) = trio();
    for line in ["slowmode say 10", "slowmode say 20", "slowmode shout 5"] {
        stage.types(mara, line);
    }
    for line in ["defcon 4 1h x", "defcon 2 1h x", "defcon 3 1h x"] {
        stage.types(mara, line);
    }
    let said = answer(&mut stage, mara, "mutes");
    assert_eq!(said.matches("slow mode of").count(), 2, "{said}");
    assert_eq!(said.matches("defcon").count(), 1, "{said}");
    assert!(said.contains("slow mode of 20 s on say") && said.contains("defcon 3"), "{said}");
    let said = answer(&mut stage, bob, "say one");
    assert!(said.contains("You say"), "{said}");
    assert!(answer(&mut stage, bob, "say two").contains("every 20 s"));
    stage.clock.now += Duration::from_secs(20);
    assert!(answer(&mut stage, bob, "say three").contains("You say"));
}

#[test]
fn what_those_above_did_to_a_channel_stays() {
    let (mut stage, [mara, bob, gil]) = trio();
    let olga = stage.enter("Olga", Rank::Admin);
    stage.types(olga, "lock say 1h a raid");
    for line in ["unlock say", "lock say 1m x"] {
        assert!(answer(&mut stage, mara, line).contains("somebody of rank admin"), "{line}");
    }
    assert!(!is_heard(&mut stage, bob, gil));
    // A helper is staff, and exempt.
    let max = stage.enter("Max", Rank::Helper);
    assert!(is_heard(&mut stage, max, gil));
    for line in ["lock say 1m x", "defcon 1 1m x", "slowmode say 5", "approve 1", "shadow bob x"] {
        assert!(answer(&mut stage, max, line).contains("There is no command"), "{line}");
    }
}

#[test]
fn an_age_limit_is_for_accounts_that_are_younger() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "agelimit say 2h newcomers ask on newbie");
    let said = answer(&mut stage, bob, "say zebra");
    assert!(said.contains("an account must be 2 h"), "{said}");
    stage.clock.at += Duration::from_secs(7_200);
    assert!(is_heard(&mut stage, bob, gil));
    let gus = stage.enter("Gus", Rank::Guest);
    assert!(!is_heard(&mut stage, gus, gil));
}

#[test]
fn at_defcon_nobody_leaves_and_nobody_new_comes_in() {
    let (mut stage, [mara, bob, gil]) = trio();
    let gus = stage.enter("Gus", Rank::Guest);
    stage.types(mara, "defcon 3 1h a raid");
    assert!(!is_heard(&mut stage, gus, gil));
    // A ban puts out those whom it hits, and not those whom defcon would not let in.
    stage.types(mara, "ban 10.9.0.0/16 1h flood");
    assert_eq!(stage.game.world().population(), 4);
    stage.arrive(Arrival::of("Gwen", Rank::Guest));
    assert_eq!(stage.game.world().population(), 4);
    stage.types(bob, "quit");
    stage.enter("Bob", Rank::Player);
    assert_eq!(stage.game.world().population(), 4);
}

#[test]
fn a_ban_of_addresses_spares_the_accounts_it_names() {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let far = |name, rank| Arrival { address: [10, 1, 2, 3].into(), ..Arrival::of(name, rank) };
    for name in ["Ada", "Bob", "Cyd"] {
        stage.arrive(far(name, Rank::Player));
    }
    stage.arrive(far("Gus", Rank::Guest));
    let said = answer(&mut stage, mara, "ban 10.1.0.0/16 except ada,BOB 1h flood");
    assert!(said.contains("10.1.0.0/16 is banned except for Ada, Bob until"), "{said}");
    assert_eq!(stage.game.world().population(), 3);
    assert!(answer(&mut stage, mara, "bans").contains("10.1.0.0/16: ban except Ada, Bob by Mara"));
    stage.makes_another("Ada", "Abe");
    stage.arrive(far("Abe", Rank::Player));
    assert_eq!(stage.game.world().population(), 4, "all characters of an account are spared");
    stage.arrive(far("Dot", Rank::Player));
    assert_eq!(stage.game.world().population(), 4);
    // A ban that does not name them any more takes its place.
    for line in ["ban 10.1.0.0/16 except nobody 1h x", "ban 10.1.0.0/16 except , 1h x"] {
        assert!(answer(&mut stage, mara, line).contains("`except`"), "{line}");
    }
    stage.types(mara, "ban 10.1.0.0/16 1h flood");
    assert_eq!(stage.game.world().population(), 1);
}

#[test]
fn the_last_owner_stays_the_owner() {
    let mut stage = Rehearsal::new();
    let olga = stage.enter("Olga", Rank::Owner);
    let ada = stage.enter("Ada", Rank::Admin);
    for (client, line) in [(olga, "rank olga player"), (ada, "rank olga player")] {
        assert!(answer(&mut stage, client, line).contains("only rank those below you"), "{line}");
    }
    for line in ["rank ada owner", "rank olga admin"] {
        assert!(!answer(&mut stage, olga, line).contains("is owner now"), "{line}");
    }
    assert!(answer(&mut stage, olga, "score").contains("Olga"));
    assert_eq!(stage.game.world().players().filter(|it| it.rank == Rank::Owner).count(), 1);
}
