//! Files that cannot be read, and files that are not where they say they are.

use expect_test::expect;

use super::{Atlas, GOOD, Limits, changed, check, load_files, told, write_files};

#[test]
fn bad_syntax_does_not_hide_the_problems_of_other_files() {
    check(
        &[
            ("under/cellars.yaml", "name: The Foot\n", "name: \"The Foot\n"),
            ("earth/harbour.yaml", "name: The Quay", "name: ''"),
        ],
        expect![[r#"
            earth/harbour.yaml:28:15: error: room quay: name is blank
            under/cellars.yaml:12:9: error: invalid indentation in multiline quoted scalar
        "#]],
    );
}

#[test]
fn bad_syntax() {
    check(
        &[("topics.yaml", "words: [new, start]", "words: [new, start")],
        expect![[r#"
            topics.yaml:3:7: error: illegal placement of ':' indicator
        "#]],
    );
    check(
        &[("world.yaml", "day_minutes: 60", "\tday_minutes: 60")],
        expect![[r#"
            world.yaml:1:8: error: while scanning a plain scalar, found a tab
        "#]],
    );
    check(
        &[("earth/harbour.yaml", "room: quay", "room: *quay")],
        expect![[r#"
            earth/harbour.yaml:38:15: error: alias references unknown anchor
        "#]],
    );
    check(
        &[("socials.yaml", "- verb", "---\n[]\n---\n- verb")],
        expect![[r#"
            socials.yaml:4:1: error: more than one YAML document in the file
        "#]],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let mut files: Vec<(String, Vec<u8>)> =
        changed(&[]).into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let text = &mut files[2].1;
    let at = text.windows(5).position(|bytes| bytes == b"Clay.").unwrap();
    text[at + 2] = 0xe9;
    let (loaded, told) = load_files(&files);
    expect![[r#"
        under/cellars.yaml:12:17: error: is not UTF-8 from here on
    "#]]
    .assert_eq(&told);
    assert!(loaded.atlas.is_none());
}

#[test]
fn a_world_without_world_yaml() {
    let (loaded, told) = load_files(
        &GOOD[1..].iter().map(|(path, text)| ((*path).to_owned(), *text)).collect::<Vec<_>>(),
    );
    expect![[r#"
        world.yaml:1:1: error: cannot be read: No such file or directory (os error 2)
    "#]]
    .assert_eq(&told);
    assert!(loaded.atlas.is_none());
}

#[test]
fn a_file_that_is_not_where_it_says() {
    check(
        &[("under/cellars.yaml", "plane: under", "plane: earth")],
        expect![[r#"
            under/cellars.yaml:1:8: error: plane "earth" lies in the folder of plane "under"
        "#]],
    );
    check(
        &[("under/cellars.yaml", "zone: cellars", "zone: cellar")],
        expect![[r#"
            under/cellars.yaml:2:7: error: zone "cellar" belongs in a file named cellar.yaml
        "#]],
    );
}

#[test]
fn a_zone_in_two_files() {
    let copy = GOOD[2].1;
    check(
        &[("under/attics.yaml", "", copy)],
        expect![[r#"
            under/attics.yaml:2:7: error: zone "cellars" belongs in a file named cellars.yaml
            under/attics.yaml:15:15: warning: room foot: exit "up" has no way back from "earth.harbour.docks.pier" and is not one_way
            under/cellars.yaml:2:7: error: zone "cellars" is declared twice, first in under/attics.yaml:2
        "#]],
    );
}

#[test]
fn a_plane_that_is_not_declared() {
    check(
        &[("world.yaml", "id: under", "id: unter")],
        expect![[r#"
            under/cellars.yaml:1:8: error: plane "under" is not declared in world.yaml; did you mean "unter"?
        "#]],
    );
}

#[test]
fn files_that_are_not_read() {
    check(
        &[("earth/notes.yml", "", "a: b"), ("zones.yaml", "", "a: b"), ("README.md", "", "Hello.")],
        expect![[r#"
            earth/notes.yml:1:1: warning: is not read: zones are <plane>/<zone>.yaml
            zones.yaml:1:1: warning: is not read: zones are <plane>/<zone>.yaml
        "#]],
    );
}

/// The problems of the good world under limits that it does not keep.
fn refused_within(limits: &Limits) -> String {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &changed(&[]));
    let loaded = Atlas::load_within(dir.path(), limits);
    assert!(loaded.atlas.is_none());
    told(&loaded, dir.path())
}

#[test]
fn a_file_that_is_too_large() {
    let limits = Limits { file_bytes_max: 600, ..Limits::default() };
    expect![[r#"
        earth/harbour.yaml:1:1: error: cannot be read: it has 1275 bytes; 600 can be
    "#]]
    .assert_eq(&refused_within(&limits));
    let limits = Limits { file_nodes_max: 60, ..Limits::default() };
    expect![[r#"
        earth/harbour.yaml:26:19: error: more than a world file may hold: Nodes { nodes: 61 }
    "#]]
    .assert_eq(&refused_within(&limits));
    let limits = Limits { zones_max: 1, ..Limits::default() };
    expect![[r#"
        world:1:1: error: 2 zone files; 1 can be
    "#]]
    .assert_eq(&refused_within(&limits));
}

#[test]
fn problems_beyond_the_limit_are_counted() {
    let limits = Limits { problems_max: 2, name_chars_max: 7, ..Limits::default() };
    expect![[r#"
        earth/harbour.yaml:3:7: error: name has 11 characters; 7 can be
        earth/harbour.yaml:7:11: error: subzone docks: name has 9 characters; 7 can be
        earth/harbour.yaml:7:11: warning: and 10 more problems, here and in other places
    "#]]
    .assert_eq(&refused_within(&limits));
}
