//! Moderation on the stage in memory: who may do what to whom, what it keeps them from, and for how long.

mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
}

use std::time::Duration;

use chrono::TimeDelta;
use hearsay::vocab::Rank;

use support::rehearsal::{Arrival, Rehearsal};

/// What somebody reads in answer to a line.
fn answer(stage: &mut Rehearsal, client: usize, line: &str) -> String {
    stage.heard(client);
    stage.types(client, line);
    stage.heard(client).join("\n")
}

/// A moderator, a player and somebody who listens, in one room.
fn trio() -> (Rehearsal, [usize; 3]) {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let [bob, gil] = ["Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    (stage, [mara, bob, gil])
}

/// Whether what one says is heard by another.
fn is_heard(stage: &mut Rehearsal, speaker: usize, listener: usize) -> bool {
    stage.heard(listener);
    stage.types(speaker, "say zebra");
    stage.heard(listener).iter().any(|line| line.contains("zebra"))
}

// Ranks.

/// What can be done to somebody, and the words of the answer when it is done.
const ACTS: [(&str, &str); 7] = [
    ("mute TARGET say 10m spam", "is muted on say"),
    ("timeout TARGET 10m spam", "is in a timeout"),
    ("freeze TARGET spam", "is frozen"),
    ("kick TARGET spam", "is put out of the world"),
    ("ban TARGET 10m spam", "is banned"),
    ("warn TARGET stop it", "is warned"),
    ("note TARGET watch them", "Noted about"),
];

/// Where the target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Away,
    Oneself,
}

/// Rank by act by target rank by place: everything that can be asked for, and whether it is done.
#[test]
fn the_matrix_of_who_may_do_what_to_whom() {
    let ranks =
        [Rank::Player, Rank::Helper, Rank::Builder, Rank::Moderator, Rank::Admin, Rank::Owner];
    let mut tried = 0;
    for actor in ranks {
        for target in ranks.into_iter().chain([Rank::Guest]) {
            for place in [Place::Here, Place::Away, Place::Oneself] {
                // A guest who is away is nobody.
                if place == Place::Oneself && actor != target
                    || (target == Rank::Guest && place != Place::Here)
                {
                    continue;
                }
                for (line, done) in ACTS {
                    check_cell(actor, target, place, line, done);
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, (6 * 6 * 2 + 6 + 6) * 7);
}

fn check_cell(actor: Rank, target: Rank, place: Place, line: &str, done: &str) {
    let mut stage = Rehearsal::new();
    let ada = stage.enter("Ada", actor);
    let bob = stage.enter("Bob", target);
    if place == Place::Away {
        stage.types(bob, "quit");
    }
    let name = if place == Place::Oneself { "Ada" } else { "Bob" };
    let said = answer(&mut stage, ada, &line.replace("TARGET", name));
    let needs_presence = line.starts_with("kick");
    let needs_account = line.starts_with("ban");
    let may = actor >= Rank::Moderator
        && target < actor
        && place != Place::Oneself
        && !(needs_presence && place == Place::Away)
        && !(needs_account && target == Rank::Guest);
    let cell = format!("{actor}: {line} ({target}, {place:?}): {said}");
    assert_eq!(said.contains(done), may, "{cell}");
    assert_eq!(
        stage.records.restrictions.len() + stage.records.remarks.len(),
        usize::from(may),
        "{cell}"
    );
    // Whoever may moderate at all is on record with what they did and with what they were refused.
    let acts = &stage.records.acts;
    assert_eq!(acts.len(), usize::from(actor >= Rank::Moderator), "{cell}");
    for act in acts {
        assert_eq!(act.refused.is_none(), may, "{cell}");
        assert_eq!(act.restriction.is_some(), may, "{cell}");
    }
    if !may {
        let why = [
            "not below you",
            "to yourself",
            "There is no command",
            "Only moderators",
            "not in the world",
            "has no account",
        ];
        assert!(why.iter().any(|why| said.contains(why)), "{cell}");
    }
}

#[test]
fn what_counts_is_the_stored_rank() {
    let (mut stage, [mara, bob, _]) = trio();
    let ada = stage.enter("Ada", Rank::Owner);
    stage.types(bob, "quit");
    stage.types(ada, "rank mara player");
    assert!(answer(&mut stage, mara, "unmute bob").contains("There is no command"));
    let gus = stage.enter("Gus", Rank::Admin);
    stage.types(gus, "quit");
    stage.types(ada, "rank mara moderator");
    assert!(answer(&mut stage, mara, "mute gus spam").contains("Gus is not below you in rank."));
}

#[test]
fn what_those_above_did_stays() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = stage.enter("Ada", Rank::Admin);
    stage.types(ada, "mute bob 2h spam");
    for line in ["unmute bob", "mute bob 1m spam"] {
        assert!(answer(&mut stage, mara, line).contains("somebody of rank admin"), "{line}");
    }
    assert!(!is_heard(&mut stage, bob, gil));
    assert!(answer(&mut stage, ada, "unmute bob").contains("Bob is no longer muted."));
    assert!(is_heard(&mut stage, bob, gil));
}

#[test]
fn without_a_rank_one_is_pointed_to_ignore() {
    let (mut stage, [_, bob, _]) = trio();
    let said = answer(&mut stage, bob, "mute gil spam");
    assert!(said.contains("Only moderators") && said.contains("`ignore gil`"), "{said}");
    assert!(stage.records.acts.is_empty());
}

// Time.

#[test]
fn a_mute_ends_to_the_second_and_no_earlier() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "mute bob say 90s spam");
    let said = answer(&mut stage, bob, "say zebra");
    assert!(said.contains("You are muted on say for another 1 min 30 s"), "{said}");
    assert!(said.contains("spam") && said.contains("`myrecord`"), "{said}");
    // No tick: nothing has to be swept away.
    stage.clock.now += Duration::from_millis(89_999);
    assert!(!is_heard(&mut stage, bob, gil));
    stage.clock.now += Duration::from_millis(1);
    assert!(is_heard(&mut stage, bob, gil));
}

#[test]
fn a_wall_clock_that_is_set_frees_nobody_early_and_holds_nobody_late() {
    for hour in [TimeDelta::hours(1), TimeDelta::hours(-1)] {
        let (mut stage, [mara, bob, gil]) = trio();
        stage.clock.at += TimeDelta::days(10);
        stage.types(mara, "mute bob all 30m spam");
        stage.types(mara, "ban troll* 30m spam");
        stage.clock.at += hour;
        assert!(!is_heard(&mut stage, bob, gil), "{hour}");
        stage.wait(Duration::from_secs(1_799));
        assert!(!is_heard(&mut stage, bob, gil), "{hour}");
        assert!(answer(&mut stage, bob, "myrecord").contains("counts for another 1 s"), "{hour}");
        assert!(answer(&mut stage, mara, "bans").contains("troll*"), "{hour}");
        stage.wait(Duration::from_secs(1));
        assert!(is_heard(&mut stage, bob, gil), "{hour}");
        assert!(answer(&mut stage, bob, "myrecord").contains("[over]"), "{hour}");
        assert!(answer(&mut stage, mara, "bans").contains("No ban"), "{hour}");
        // What is over is not there to be lifted.
        assert!(answer(&mut stage, mara, "unmute bob").contains("Bob is not muted."), "{hour}");
    }
}

#[test]
fn a_timeout_counts_down() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(mara, "timeout bob 1m30s calm down");
    for (wait, left) in [(0, "1 min 30 s"), (29, "1 min 1 s"), (60, "1 s")] {
        stage.clock.now += Duration::from_secs(wait);
        let said = answer(&mut stage, bob, "shout zebra");
        assert!(said.contains(&format!("in a timeout for another {left} (")), "{said}");
    }
}

// What it keeps from, and what it does not.

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
        "out x",
        "tell gil zebra",
    ] {
        let said = answer(&mut stage, bob, line);
        assert!(
            line == "out x" || said.contains("You are frozen until staff lift it"),
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
        answer(&mut stage, bob, "myrecord")
            .contains("freeze: wait here [counts until staff lift it]")
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
    assert!(answer(&mut stage, bob, "acknowledge").contains("You may speak again."));
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
    assert!(answer(&mut stage, mara, "record mara").contains("Done by mara\n"));
    let own = answer(&mut stage, bob, "myrecord");
    assert!(own.contains("mute on say: spam [lifted") && own.contains("warning: stop"), "{own}");
    assert!(!own.contains("Mara") && !own.contains("third time"), "{own}");
    let looked = stage.records.acts.iter().filter(|act| act.act == "record").count();
    assert_eq!(looked, 2, "that somebody looked is on record");
}

// Bad input.

/// What somebody may type to break something.
fn hostile() -> Vec<String> {
    let texts = [
        "'; DROP TABLE restrictions; --",
        "{\"schema\":1,\"kind\":\"act\"}",
        "a\u{0}b\u{1b}[2J\u{7f}\u{9b}31m\u{202e}x\u{2028}y\r\n{\"forged\":true}",
        "$n $m %n {b}bold{/}",
        "\\\" \\u0041",
        "🦀",
    ];
    texts.map(str::to_owned).to_vec()
}

#[test]
fn texts_are_data_and_never_act() {
    for text in hostile() {
        let (mut stage, [mara, bob, _]) = trio();
        for verb in ["mute bob all 1h", "warn bob", "note bob", "freeze bob", "ban b*ob* 1h"] {
            stage.types(mara, &format!("{verb} {text}"));
        }
        let (restrictions, remarks) = (&stage.records.restrictions, &stage.records.remarks);
        assert_eq!((restrictions.len(), remarks.len()), (3, 2), "{text:?}");
        let texts =
            restrictions.iter().map(|it| &it.reason).chain(remarks.iter().map(|it| &it.text));
        for kept in texts.chain(stage.records.acts.iter().map(|act| &act.detail)) {
            assert!(
                !kept.chars().any(|c| c.is_control() || c == '\u{202e}' || c == '\u{2028}'),
                "{kept:?}"
            );
        }
        let read = stage.heard(bob).join("\n");
        assert!(!read.contains('\u{1b}') && !read.contains("\n{\"forged"), "{read:?}");
    }
}

#[test]
fn nonsense_is_refused_in_a_short_sentence_and_nothing_is_done() {
    let (mut stage, [mara, _, _]) = trio();
    let megabyte = "x".repeat(1 << 20);
    let mut lines: Vec<String> = [
        "mute",
        "mute bob",
        "mute bob all",
        "mute bob all 1h",
        "mute bob -1h spam",
        "mute bob 0s spam",
        "mute bob 99999999999999999999w spam",
        "mute bob 1h30 spam",
        "mute mara spam",
        "mute nobody spam",
        "mute everyone spam",
        "mute all spam",
        "mute * spam",
        "mute bob \u{7}",
        "timeout bob spam",
        "timeout bob perm spam",
        "timeout bob 10x spam",
        "freeze bob",
        "thaw bob",
        "unmute bob",
        "unban bob",
        "kick bob",
        "kick nobody x",
        "ban * spam",
        "ban ** spam",
        "ban ? spam",
        "ban a* spam",
        "ban 0.0.0.0/0 spam",
        "ban ::/0 spam",
        "ban 1.2.3.4/99 spam",
        "ban 1.2.3.4/-1 spam",
        "ban /8 spam",
        "ban bob",
        "unban 9.9.9.9",
        "warn bob",
        "note bob",
        "record",
        "record bob gil",
        "record nobody",
        "mutes nobody",
        "ban mara spam",
        "ban 💥 spam",
        "mute \u{0} spam",
    ]
    .map(str::to_owned)
    .to_vec();
    for verb in [
        "mute bob",
        "timeout bob 1h",
        "freeze bob",
        "kick bob",
        "ban bob",
        "warn bob",
        "note bob",
        "thaw bob",
    ] {
        lines.push(format!("{verb} {megabyte}"));
    }
    for verb in ["mute", "ban", "record", "mutes", "unban"] {
        lines.push(format!("{verb} {megabyte} spam"));
        lines.push(format!("{verb} *{megabyte}* spam"));
    }
    for line in lines {
        let said = answer(&mut stage, mara, &line);
        let short: String = line.chars().take(60).collect();
        assert!(!said.is_empty() && said.len() < 400, "{short}: {said:.400}");
        assert!(
            stage.records.restrictions.is_empty() && stage.records.remarks.is_empty(),
            "{short}: {said}"
        );
        assert!(!said.contains("went wrong"), "{short}: {said}");
    }
}

#[test]
fn the_owner_cannot_be_touched_by_any_way_round() {
    let mut stage = Rehearsal::new();
    let admin = stage.enter("Ada", Rank::Admin);
    let owner = stage.enter("Olga", Rank::Owner);
    for line in [
        "mute olga x",
        "ban olga x",
        "kick olga x",
        "freeze olga x",
        "warn olga x",
        "ban *olga* x",
        "ban 127.0.0.0/8 1h x",
    ] {
        stage.types(admin, line);
        assert!(is_heard(&mut stage, owner, admin), "{line}");
    }
    // Nor does an admin shut out themselves.
    assert_eq!(stage.game.world().population(), 2);
}
