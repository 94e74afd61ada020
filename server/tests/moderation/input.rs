//! What is typed to break something.

use hearsay::vocab::Rank;

use super::rehearsal::Rehearsal;
use super::{answer, is_heard, trio};

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
        "shadow",
        "shadow bob",
        "shadow mara spam",
        "unshadow bob",
        "hold bob all 1h",
        "unhold bob",
        "approve",
        "approve 1",
        "approve 1 1",
        "approve -1",
        "approve 99999999999999999999999",
        "approve NaN",
        "deny",
        "deny x",
        "deny 18446744073709551615 why",
        "slow bob",
        "slow bob 0 spam",
        "slow bob -1 spam",
        "slow bob +1 spam",
        "slow bob 1.5 spam",
        "slow bob NaN spam",
        "slow bob inf spam",
        "slow bob 1e9 spam",
        "slow bob 86401 spam",
        "slow bob 99999999999999999999999999 spam",
        "slow bob 10",
        "slow everyone 10 spam",
        "unslow bob",
        "slowmode",
        "slowmode say",
        "slowmode nowhere 10",
        "slowmode all 10",
        "slowmode say,shout 10",
        "slowmode say 0",
        "slowmode say -5",
        "slowmode say 86401",
        "slowmode say NaN",
        "slowmode say off",
        "lock",
        "lock say",
        "lock nowhere spam",
        "lock all spam",
        "lock say -1h spam",
        "unlock say",
        "agelimit say",
        "agelimit say 7",
        "agelimit say -7d",
        "agelimit say perm",
        "agelimit say 366d",
        "agelimit say off",
        "defcon 0 x",
        "defcon 6 x",
        "defcon -1 x",
        "defcon NaN x",
        "defcon 99999999999999999999999 x",
        "defcon 3",
        "defcon 3 perm x",
        "defcon 5",
        "ban 10.0.0.0/8 except",
        "ban 10.0.0.0/8 except nobody",
        "ban 10.0.0.0/8 except nobody spam",
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
        "shadow bob",
        "hold bob",
        "slow bob 5",
        "slowmode say 5",
        "slowmode say off",
        "lock say",
        "unlock say",
        "agelimit say 5d",
        "defcon 3",
        "defcon 5",
        "deny 1",
    ] {
        lines.push(format!("{verb} {megabyte}"));
    }
    for verb in [
        "mute",
        "ban",
        "record",
        "mutes",
        "unban",
        "shadow",
        "hold",
        "slow",
        "slowmode",
        "lock",
        "agelimit",
        "defcon",
        "approve",
        "deny",
        "ban 10.0.0.0/8 except",
    ] {
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
