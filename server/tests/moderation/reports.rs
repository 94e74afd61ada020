//! Reports, appeals and the rule of two on the stage: what is attached, what is hostile, what the record says.

use std::time::Duration;

use hearsay::vocab::{CaseDone, Rank, is_intact};

use super::rehearsal::Rehearsal;
use super::{answer, trio};

/// The text of the one case of this number, as a moderator reads it.
fn case(stage: &mut Rehearsal, mara: usize, number: u64) -> String {
    answer(stage, mara, &format!("modqueue {number}"))
}

#[test]
fn the_context_is_what_the_reporter_received_and_no_more() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = stage.enter("Ada", Rank::Player);
    stage.types(gil, "say before.");
    stage.types(ada, "ignore gil");
    for number in 1..=15 {
        stage.types(bob, &format!("say line {number}."));
        stage.types(gil, &format!("say noise {number}."));
    }
    stage.types(ada, "report say#14 far too much");
    let shown = case(&mut stage, mara, 1);
    for (number, is_there) in [(1, true), (7, true), (15, true)] {
        assert_eq!(shown.contains(&format!("line {number}.")), is_there, "{number}: {shown}");
    }
    assert!(shown.contains("before.") && !shown.contains("noise"), "she ignores Gil: {shown}");
    assert!(shown.contains(" reported: ") && shown.contains("unchanged, SHA-256"), "{shown}");
}

#[test]
fn twenty_lines_around_it_are_attached_at_most() {
    let (mut stage, [mara, bob, gil]) = trio();
    for number in 1..=60 {
        stage.types(bob, &format!("say line {number}."));
    }
    stage.types(gil, "report say#30 x");
    let shown = case(&mut stage, mara, 1);
    let lines = shown.lines().filter(|line| line.contains("Bob says, ")).count();
    assert_eq!(lines, 21, "{shown}");
    assert!(shown.contains("line 20.") && shown.contains("line 40."), "{shown}");
    assert!(!shown.contains("line 19.") && !shown.contains("line 41."), "{shown}");
}

#[test]
fn what_memory_no_longer_holds_is_looked_for_elsewhere() {
    let own = [("chat.message_history.ring_messages_max".to_owned(), "3".to_owned())];
    let config = super::rehearsal::settings(&own);
    let world = super::rehearsal::world_of_tests();
    let mut stage = Rehearsal::within(&config, world, &[super::rehearsal::ROOMY], 1);
    let mara = stage.enter("Mara", Rank::Moderator);
    let [bob, gil] = ["Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    let far = stage.enter("Far", Rank::Player);
    stage.types(far, "north");
    for number in 1..=9 {
        stage.types(bob, &format!("say line {number}."));
    }
    assert!(answer(&mut stage, far, "report say#2 x").contains("You have received no message"));
    assert!(answer(&mut stage, gil, "report say#2 x").contains("is with the staff now"));
    let shown = case(&mut stage, mara, 1);
    assert!(shown.contains("line 2.") && shown.contains("line 9."), "{shown}");
}

#[test]
fn hostile_reports_are_refused_or_are_data() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "say hello");
    let megabyte = "x".repeat(1 << 20);
    for line in [
        "report",
        "report bob",
        "report say#1",
        "report # x",
        "report say#-1 x",
        "report say#18446744073709551615 x",
        "report 00000000-0000-0000-0000-000000000000 x",
        "report ../../etc/passwd x",
        "report * x",
        "report gil myself",
        &format!("report bob {megabyte}"),
        &format!("report {megabyte} x"),
        &format!("appeal {megabyte}"),
        "appeal",
    ] {
        let said = answer(&mut stage, gil, line);
        let typed: String = line.chars().take(60).collect();
        assert!(!said.is_empty() && said.len() < 600, "{typed}: {} bytes", said.len());
        assert!(!said.contains("is with the staff now"), "{typed}: {said}");
    }
    assert!(answer(&mut stage, mara, "modqueue").contains("Nothing waits for you."));
    let odd = "a\u{0}b\u{1b}[2J\u{202e}x\u{2028}{\"kind\":\"act\"}'; DROP TABLE cases; --";
    assert!(answer(&mut stage, gil, &format!("report bob {odd}")).contains("with the staff"));
    let shown = case(&mut stage, mara, 1);
    assert!(shown.contains("DROP TABLE cases") && !shown.contains('\u{1b}'), "{shown}");
    for act in &stage.records.acts {
        assert!(!act.detail.chars().any(char::is_control), "{:?}", act.detail);
    }
}

#[test]
fn everything_is_on_record_and_so_is_what_was_refused() {
    let (mut stage, [mara, bob, gil]) = trio();
    for (client, line) in [
        (bob, "say hello"),
        (gil, "report bob rude"),
        (gil, "report nobody rude"),
        (gil, "claim 1"),
        (mara, "modqueue"),
        (mara, "modqueue 1"),
        (mara, "claim 1"),
        (mara, "grant 1 no"),
        (mara, "dismiss 1 harmless"),
        (mara, "unclaim 1"),
    ] {
        stage.types(client, line);
    }
    let acts = stage.records.acts.iter().map(|act| (act.act, act.refused.is_some()));
    let acts: Vec<_> = acts.collect();
    let expected = [
        ("report", true),
        ("claim", true),
        ("modqueue", false),
        ("claim", false),
        ("grant", true),
        ("dismiss", false),
        ("unclaim", true),
    ];
    assert_eq!(acts, expected);
    assert_eq!(stage.records.reported.len(), 1);
    assert!(stage.records.acts[5].detail.contains("case 1: harmless"));
}

#[test]
fn an_upheld_report_gives_its_messages_as_evidence() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "say one");
    stage.types(gil, "report bob rude");
    stage.types(bob, "say two");
    stage.types(gil, "report bob ruder");
    assert!(answer(&mut stage, mara, "uphold 1 ban perm rude").contains("Alone you may order 7"));
    let done = answer(&mut stage, mara, "uphold 1 mute say,shout 30m rude");
    assert!(done.contains("Bob is muted on say, shout") && done.contains("is upheld"), "{done}");
    let [mute] = stage.records.restrictions.as_slice() else { panic!("there is one") };
    assert_eq!((mute.evidence.len(), mute.reason.as_str()), (2, "rude"));
}

#[test]
fn the_outcome_waits_for_who_is_away() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "say hello");
    stage.types(gil, "report bob rude");
    stage.types(gil, "quit");
    stage.types(mara, "dismiss 1 harmless");
    let gil = stage.arrive(super::rehearsal::Arrival::of("Gil", Rank::Player));
    stage.deliver();
    let read = stage.heard(gil).join("\n");
    assert!(read.contains("it is dismissed. Thank you") && !read.contains("harmless"), "{read}");
    stage.types(gil, "quit");
    let gil = stage.arrive(super::rehearsal::Arrival::of("Gil", Rank::Player));
    stage.deliver();
    assert!(!stage.heard(gil).join("\n").contains("dismissed"), "it is told once");
}

#[test]
fn staff_read_of_new_cases_at_a_bounded_rate() {
    let (mut stage, [mara, bob, gil]) = trio();
    let others: Vec<usize> =
        ["Ann", "Ben", "Cem"].map(|name| stage.enter(name, Rank::Player)).into();
    for speaker in others.iter().chain([&bob]) {
        stage.types(*speaker, "say hello");
    }
    stage.heard(mara);
    for name in ["ann", "ben", "cem"] {
        stage.types(gil, &format!("report {name} rude"));
    }
    let told = |lines: Vec<String>| lines.iter().filter(|it| it.contains("is reported")).count();
    assert_eq!(told(stage.heard(mara)), 1);
    stage.wait(Duration::from_secs(6));
    stage.deliver();
    let read = stage.heard(mara).join("\n");
    assert!(
        read.contains("Cem is reported: rude. `modqueue 3`; and 1 more in `modqueue`"),
        "{read}"
    );
    stage.wait(Duration::from_secs(6));
    stage.types(gil, "report bob rude");
    let read = stage.heard(mara).join("\n");
    assert!(read.ends_with("Bob is reported: rude. `modqueue 4`"), "{read}");
}

#[test]
fn staff_do_not_learn_that_there_are_cases_about_themselves() {
    let (mut stage, [mara, bob, gil]) = trio();
    let olga = stage.enter("Olga", Rank::Admin);
    for speaker in [mara, bob] {
        stage.types(speaker, "say hello");
    }
    stage.types(gil, "report bob rude");
    stage.types(gil, "report mara rude");
    stage.heard(mara);
    stage.heard(olga);
    stage.wait(Duration::from_secs(6));
    stage.deliver();
    assert!(stage.heard(olga).join("\n").contains("Mara is reported"));
    let read = stage.heard(mara).join("\n");
    assert!(!read.contains("For the staff") && !read.contains("more in"), "{read}");
}

#[test]
fn a_guest_has_one_open_report_and_a_small_voice() {
    let (mut stage, [mara, bob, gil]) = trio();
    let gus = stage.enter("Gus", Rank::Guest);
    stage.types(bob, "say one");
    stage.types(gil, "say two");
    assert!(answer(&mut stage, gus, "report bob rude").contains("is with the staff now"));
    assert!(answer(&mut stage, gus, "report gil rude").contains("please wait"));
    assert!(answer(&mut stage, mara, "modqueue").contains("priority 2"));
    stage.types(mara, "uphold 1 rude");
    assert!(stage.heard(gus).join("\n").contains("it is upheld"));
}

#[test]
fn with_no_limit_one_orders_alone() {
    let own = [("moderation.alone_days_max".to_owned(), "0".to_owned())];
    let config = super::rehearsal::settings(&own);
    let world = super::rehearsal::world_of_tests();
    let mut stage = Rehearsal::within(&config, world, &[super::rehearsal::ROOMY], 1);
    let mara = stage.enter("Mara", Rank::Moderator);
    stage.enter("Bob", Rank::Player);
    let done = answer(&mut stage, mara, "mute bob perm spam");
    assert!(done.contains("until it is lifted") && !done.contains("alone"), "{done}");
}

#[test]
fn the_full_time_keeps_its_end_and_a_second_order_takes_the_first_ones_place() {
    let (mut stage, [mara, bob, _]) = trio();
    let max = stage.enter("Max", Rank::Moderator);
    stage.types(mara, "ban bob 30d threats");
    stage.types(mara, "ban *troll* perm trolls");
    stage.types(mara, "ban 10.0.0.0/8 8d flood");
    stage.types(mara, "ban bob 40d threats");
    assert!(!stage.heard(bob).is_empty());
    let list = answer(&mut stage, max, "modqueue");
    assert_eq!(list.lines().count(), 1 + 3, "{list}");
    stage.wait(Duration::from_secs(86_400));
    let done = answer(&mut stage, max, "second 1 agreed");
    assert!(done.contains("Bob is banned until 1970-02-10 00:00:00 UTC"), "{done}");
    assert!(answer(&mut stage, max, "second 2 agreed").contains("until it is lifted: trolls"));
    stage.wait(Duration::from_secs(7 * 86_400));
    let late = answer(&mut stage, max, "second 3 agreed");
    assert!(late.contains("no longer counts: `dismiss 3`"), "{late}");
    assert!(answer(&mut stage, mara, "dismiss 3 over").contains("is dismissed"));
    assert!(answer(&mut stage, max, "bans").lines().count() == 3);
}

#[test]
fn evidence_on_record_is_sealed() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "say hello");
    stage.types(gil, "report bob rude");
    let order = hearsay::vocab::CaseOrder {
        id: hearsay::vocab::ActId(Default::default()),
        by: stage.clients[mara].player,
        who: hearsay::vocab::Person::Account(hearsay::vocab::AccountId(1)),
        issuer: hearsay::vocab::Issuer {
            account: Some(hearsay::vocab::AccountId(1)),
            name: "Mara".into(),
            rank: Rank::Moderator,
        },
        at: stage.clock.at,
        now: stage.clock.now,
        act: hearsay::vocab::CaseAct::Show(1),
    };
    let mut ranks = hearsay::moderation::StaffRanks::default();
    ranks.0.insert(hearsay::vocab::AccountId(1), Rank::Moderator);
    let answers = stage.records.case(order, &ranks);
    let [hearsay::game::Answer::Case(_, Ok(CaseDone::Shown(listed, _)))] = answers.as_slice()
    else {
        panic!("{answers:?}");
    };
    let evidence = &listed.case.reports[0].evidence;
    assert!(is_intact(evidence) && evidence.lines.len() == 1);
    assert_eq!(evidence.lines[0].text, "Bob says, \"hello\"");
}
