//! Keys and values that are not what the format says.

use expect_test::expect;

use super::{check, check_harbour};

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    check(
        &[
            ("earth/harbour.yaml", "night: Dark planks.", "nigth: Dark planks."),
            ("earth/harbour.yaml", "indoors: false", "indoors: no"),
            ("earth/harbour.yaml", "north: quay", "north: quey"),
            ("earth/harbour.yaml", "text: He counts.", "text: 12"),
            ("under/cellars.yaml", "id: foot", "id: The Foot"),
        ],
        expect![[r#"
            earth/harbour.yaml:15:9: error: unknown key "nigth"; did you mean "night"?
            earth/harbour.yaml:20:18: error: room pier: exit "north" leads to unknown room "quey"; did you mean "quay"?
            earth/harbour.yaml:30:18: error: room quay: expected true or false, found text
            earth/harbour.yaml:39:15: error: npc master: text: expected text, found the number 12 (put quotes around it)
            under/cellars.yaml:10:13: error: "The Foot" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
}

#[test]
fn an_unknown_key() {
    check_harbour(
        "about: A place for ships.",
        "about: A\ncolour: blue",
        expect![[r#"
            earth/harbour.yaml:5:1: error: unknown key "colour"
        "#]],
    );
    check_harbour(
        "hidden: true",
        "hiden: true",
        expect![[r#"
            earth/harbour.yaml:21:51: error: room pier: exit "hatch": unknown key "hiden"; did you mean "hidden"?
        "#]],
    );
}

#[test]
fn a_duplicate_key() {
    check_harbour(
        "east: market.square",
        "south: market.square",
        expect![[r#"
            earth/harbour.yaml:33:11: error: room quay: duplicate key "south", first in line 32
        "#]],
    );
    check_harbour(
        "name: The Quay",
        "name: The Quay\n        name: Quay",
        expect![[r#"
            earth/harbour.yaml:29:9: error: duplicate key "name", first in line 28
        "#]],
    );
}

#[test]
fn a_missing_key() {
    check_harbour(
        "        name: The Quay\n",
        "",
        expect![[r#"
            earth/harbour.yaml:27:9: error: room quay: key "name" is missing
        "#]],
    );
    check_harbour(
        "            words: [lantern, tin]\n",
        "",
        expect![[r#"
            earth/harbour.yaml:23:13: error: room pier: item lantern: key "words" is missing
        "#]],
    );
    check_harbour(
        "to: under.cellars.vaults.foot, ",
        "",
        expect![[r#"
            earth/harbour.yaml:21:18: error: room pier: exit "hatch": key "to" is missing
        "#]],
    );
    check(
        &[("world.yaml", "day_minutes: 60\n", "")],
        expect![[r#"
            world.yaml:1:1: error: key "day_minutes" is missing
        "#]],
    );
    check(
        &[("world.yaml", "", "")],
        expect![[r#"
            world.yaml:1:1: error: expected a mapping, found nothing
        "#]],
    );
}

#[test]
fn a_wrong_type() {
    check_harbour(
        "text: Stone.",
        "text: [Stone]",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text: expected text, found a list
        "#]],
    );
    check_harbour(
        "text: Stone.",
        "text:",
        expect![[r#"
            earth/harbour.yaml:29:13: error: room quay: text: expected text, found nothing
        "#]],
    );
    check_harbour(
        "text: Stone.",
        "text: 1.50",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text: expected text, found the number 1.5 (put quotes around it)
        "#]],
    );
    check_harbour(
        "words: [bollard, iron]",
        "words: bollard",
        expect![[r#"
            earth/harbour.yaml:17:20: error: room pier: detail: expected a list, found text
        "#]],
    );
    check_harbour(
        "words: [bollard, iron]",
        "words: [bollard, true, {a: b}]",
        expect![[r#"
            earth/harbour.yaml:17:30: error: room pier: detail: words: expected text, found true (put quotes around it)
            earth/harbour.yaml:17:36: error: room pier: detail: words: expected text, found a mapping
        "#]],
    );
    check_harbour(
        "exits: { west: docks.quay }",
        "exits: [west]",
        expect![[r#"
            earth/harbour.yaml:54:16: error: room square: expected a mapping, found a list
        "#]],
    );
    check_harbour(
        "hidden: true",
        "hidden: 'true'",
        expect![[r#"
            earth/harbour.yaml:21:59: error: room pier: exit "hatch": expected true or false, found text
        "#]],
    );
    check_harbour(
        "name: The Quay",
        "12: The Quay",
        expect![[r#"
            earth/harbour.yaml:27:9: error: room quay: key "name" is missing
            earth/harbour.yaml:28:9: error: expected text, found the number 12 (put quotes around it)
        "#]],
    );
    check(
        &[("world.yaml", "day_minutes: 60", "day_minutes: 0")],
        expect![[r#"
            world.yaml:2:14: error: expected a whole number from 1 to 10080, found the number 0
        "#]],
    );
    check(
        &[("under/cellars.yaml", "", "- a list\n")],
        expect![[r#"
            under/cellars.yaml:1:1: error: expected a mapping, found a list
        "#]],
    );
}

#[test]
fn a_bad_id() {
    check_harbour(
        "id: quay",
        "id: Quay",
        expect![[r#"
            earth/harbour.yaml:27:13: error: "Quay" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
    check_harbour(
        "id: lantern",
        "id: tin.lantern",
        expect![[r#"
            earth/harbour.yaml:23:17: error: room pier: "tin.lantern" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
    check_harbour(
        "id: master",
        "id: ''",
        expect![[r#"
            earth/harbour.yaml:35:13: error: "" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
    check(
        &[("world.yaml", "id: under", "id: Under")],
        expect![[r#"
            world.yaml:5:11: error: plane: "Under" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
    check(
        &[("world.yaml", "earth.harbour.docks.pier", "pier")],
        expect![[r#"
            world.yaml:1:8: error: start: "pier" is not a room id (plane.zone.subzone.room)
        "#]],
    );
    check(
        &[("earth/Hill.yaml", "", "zone: hill\n")],
        expect![[r#"
            earth/Hill.yaml:1:1: error: the path's "Hill" is not an id: 1 to 40 characters of a-z, 0-9, _ and -
        "#]],
    );
}

#[test]
fn a_name_that_is_taken() {
    check_harbour(
        "id: quay",
        "id: pier",
        expect![[r#"
            earth/harbour.yaml:20:18: error: room pier: exit "north" leads to unknown room "quay"
            earth/harbour.yaml:27:9: error: room pier: room "pier" is declared twice, first in line 10
            earth/harbour.yaml:38:15: error: npc master: stands in unknown room "earth.harbour.docks.quay"
            earth/harbour.yaml:54:24: error: room square: exit "west" leads to unknown room "docks.quay"
        "#]],
    );
    check_harbour(
        "id: market",
        "id: docks",
        expect![[r#"
            earth/harbour.yaml:33:17: error: room quay: exit "east" leads to unknown room "market.square"; did you mean "square"?
            earth/harbour.yaml:47:5: error: subzone docks: subzone "docks" is declared twice, first in line 6
        "#]],
    );
    let twin = "items: [{ id: lantern, name: a lamp, words: [lamp], text: Lit. }]";
    check_harbour(
        "exits: { west: docks.quay }",
        &format!("exits: {{ west: docks.quay }}\n        {twin}"),
        expect![[r#"
            earth/harbour.yaml:55:17: error: room square: item "lantern" is declared twice, first in line 23
        "#]],
    );
    let twin = "npcs: [{ id: master, name: Bo, words: [bo], room: square, text: Bo. }]\n    about: Stalls.";
    check_harbour(
        "about: Stalls.",
        twin,
        expect![[r#"
            earth/harbour.yaml:49:12: error: npc "master" is declared twice, first in line 35
        "#]],
    );
    check(
        &[("world.yaml", "id: under", "id: earth")],
        expect![[r#"
            world.yaml:5:5: error: plane: plane "earth" is declared twice, first in line 4
            under/cellars.yaml:1:8: error: plane "under" is not declared in world.yaml
        "#]],
    );
    check(
        &[(
            "socials.yaml",
            "- verb",
            "- { verb: nod, alone: [a, $n], at: [$t, $n, $n $t] }\n- verb",
        )],
        expect![[r#"
            socials.yaml:2:3: error: social "nod" is declared twice, first in line 1
        "#]],
    );
    check(
        &[("topics.yaml", "- name", "- { name: Newcomers, words: [a], text: b }\n- name")],
        expect![[r#"
            topics.yaml:2:3: error: topic "newcomers" is declared twice, first in line 1
        "#]],
    );
}

#[test]
fn socials_and_topics() {
    check(
        &[("socials.yaml", "[You nod., $n nods.]", "[You nod.]")],
        expect![[r#"
            socials.yaml:2:10: error: social nod: alone has 1 lines; it must have 2
        "#]],
    );
    check(
        &[("socials.yaml", "[You nod., $n nods.]", "[You nod to $t., Someone nods.]")],
        expect![[r#"
            socials.yaml:2:11: error: social nod: alone: a "$" that is not part of $n
            socials.yaml:2:27: error: social nod: alone: the line does not name $n
        "#]],
    );
    check(
        &[("socials.yaml", "$n nods to $t.]", "$n pays $5.]")],
        expect![[r#"
            socials.yaml:3:41: error: social nod: at: a "$" that is not part of $n and $t
            socials.yaml:3:41: error: social nod: at: the line does not name $t
        "#]],
    );
    check(
        &[("socials.yaml", "  alone", "  lonely")],
        expect![[r#"
            socials.yaml:1:3: error: social nod: key "alone" is missing
            socials.yaml:2:3: error: unknown key "lonely"
        "#]],
    );
    check(
        &[("topics.yaml", "  words: [new, start]\n", "")],
        expect![[r#"
            topics.yaml:1:3: error: topic "newcomers": key "words" is missing
        "#]],
    );
}
