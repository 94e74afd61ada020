//! Ways that do not fit together.

use expect_test::expect;

use super::{check, check_harbour};

#[test]
fn an_exit_to_nowhere() {
    check_harbour(
        "north: quay",
        "north: qay",
        expect![[r#"
            earth/harbour.yaml:20:18: error: room pier: exit "north" leads to unknown room "qay"; did you mean "quay"?
        "#]],
    );
    check_harbour(
        "north: quay",
        "north: square",
        expect![[r#"
            earth/harbour.yaml:20:18: error: room pier: exit "north" leads to unknown room "square"; did you mean "market.square"?
        "#]],
    );
    check_harbour(
        "north: quay",
        "north: nowhere.near",
        expect![[r#"
            earth/harbour.yaml:20:18: error: room pier: exit "north" leads to unknown room "nowhere.near"
        "#]],
    );
    check_harbour(
        "to: under.cellars.vaults.foot",
        "to: under.cellar.vaults.foot",
        expect![[r#"
            earth/harbour.yaml:21:24: error: room pier: exit "hatch" leads to unknown room "under.cellar.vaults.foot"; did you mean "under.cellars.vaults.foot"?
        "#]],
    );
    check_harbour(
        "north: quay",
        "north: a.b.c",
        expect![[r#"
            earth/harbour.yaml:20:18: error: room pier: exit "north": "a.b.c" does not name a room: write room, subzone.room or plane.zone.subzone.room
        "#]],
    );
}

#[test]
fn an_exit_without_a_way_back() {
    check_harbour(
        "          south: pier\n",
        "",
        expect![[r#"
            earth/harbour.yaml:20:18: warning: room pier: exit "north" has no way back from "quay" and is not one_way
        "#]],
    );
    let marked = "north: { to: quay, one_way: true }";
    check(
        &[
            ("earth/harbour.yaml", "north: quay", marked),
            ("earth/harbour.yaml", "          south: pier\n", ""),
        ],
        expect![[r#""#]],
    );
}

#[test]
fn a_room_that_no_way_leads_to() {
    check(
        &[
            ("earth/harbour.yaml", "          east: market.square\n", ""),
            ("earth/harbour.yaml", "west: docks.quay", "west: { to: docks.quay, one_way: true }"),
        ],
        expect![[r#"
            earth/harbour.yaml:50:9: warning: room square: no way leads here from the start, earth.harbour.docks.pier
        "#]],
    );
}

#[test]
fn two_rooms_that_would_be_one_on_a_map() {
    let pit = "north: quay\n          west: farbrickpit";
    let room = "      - id: farbrickpit\n        name: Pit\n        text: Clay.\n        exits:\n          \
                east: pier\n      - id: quay\n";
    let pond = "up: earth.harbour.docks.pier\n          west: ironquietpond\n      - id: ironquietpond\n        \
                name: Pond\n        text: Clay.\n        exits:\n          east: foot";
    check(
        &[
            ("earth/harbour.yaml", "north: quay", pit),
            ("earth/harbour.yaml", "      - id: quay\n", room),
            ("under/cellars.yaml", "up: earth.harbour.docks.pier", pond),
        ],
        expect![[r#"
            under/cellars.yaml:17:9: error: room ironquietpond: has the number 612835429 on clients' maps, and so has earth.harbour.docks.farbrickpit in earth/harbour.yaml:28; give under.cellars.vaults.ironquietpond another id
        "#]],
    );
}

#[test]
fn a_start_that_is_no_room() {
    check(
        &[("world.yaml", "docks.pier", "docks.peer")],
        expect![[r#"
            world.yaml:1:8: error: start: there is no room "earth.harbour.docks.peer"
        "#]],
    );
}

#[test]
fn an_npc_in_no_room() {
    check_harbour(
        "room: quay",
        "room: quey",
        expect![[r#"
            earth/harbour.yaml:38:15: error: npc master: stands in unknown room "earth.harbour.docks.quey"; did you mean "quay"?
        "#]],
    );
    check_harbour("room: quay", "room: market.square", expect![[r#""#]]);
    check_harbour(
        "room: quay",
        "room: 'the quay'",
        expect![[r#"
            earth/harbour.yaml:38:15: error: npc master: "the quay" does not name a room: write room, subzone.room or plane.zone.subzone.room
        "#]],
    );
}

#[test]
fn a_word_that_looks_like_a_direction() {
    for (word, problems) in [
        (
            "nort",
            expect![[r#"
                earth/harbour.yaml:21:11: warning: room pier: exit "nort" is not a direction; did you mean "north"?
            "#]],
        ),
        (
            "nroth",
            expect![[r#"
                earth/harbour.yaml:21:11: warning: room pier: exit "nroth" is not a direction; did you mean "north"?
            "#]],
        ),
        (
            "n",
            expect![[r#"
                earth/harbour.yaml:21:11: warning: room pier: exit "n" is not a direction; did you mean "north"?
            "#]],
        ),
        (
            "North",
            expect![[r#"
                earth/harbour.yaml:21:11: error: room pier: exit "North" is not a direction or a lower-case word; did you mean "north"?
            "#]],
        ),
        (
            "north_east",
            expect![[r#"
                earth/harbour.yaml:21:11: warning: room pier: exit "north_east" is not a direction; did you mean "northeast"?
            "#]],
        ),
        (
            "big gate",
            expect![[r#"
                earth/harbour.yaml:21:11: error: room pier: exit "big gate" is not a direction or a lower-case word
            "#]],
        ),
        ("mouth", expect![[r#""#]]),
    ] {
        check_harbour("hatch:", &format!("{word}:"), problems);
    }
}

#[test]
fn rooms_that_cannot_be_drawn() {
    let rooms = "\
exits: { west: docks.quay, north: b, east: c }
      - { id: b, name: B, text: B., exits: { south: square, southeast: c, east: d } }
      - { id: c, name: C, text: C., exits: { west: square, north: b } }
      - { id: d, name: D, text: D., exits: { west: b, south: e } }
      - { id: e, name: E, text: E., exits: { north: d } }";
    check_harbour(
        "exits: { west: docks.quay }",
        rooms,
        expect![[r#"
            earth/harbour.yaml:56:67: warning: room c: going north, "b" is not where other exits put it on the map
            earth/harbour.yaml:58:9: warning: room e: falls on the same spot of the map as "c"
        "#]],
    );
}
