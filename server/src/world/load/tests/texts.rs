//! Texts that are not fit to be read.

use expect_test::expect;

use super::{check, check_harbour};

#[test]
fn a_blank_text() {
    check_harbour(
        "text: Stone.",
        "text: '  '",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text is blank
        "#]],
    );
    check_harbour(
        "greets: Mind the plank.",
        "greets: ''",
        expect![[r#"
            earth/harbour.yaml:40:17: error: npc master: greets is blank
        "#]],
    );
    check_harbour(
        "': counts again.'",
        "':'",
        expect![[r#"
            earth/harbour.yaml:45:13: error: npc master: murmurs: nothing follows the colon
        "#]],
    );
    check_harbour(
        "words: [bollard, iron]",
        "words: []",
        expect![[r#"
            earth/harbour.yaml:17:20: error: room pier: detail: words: 0 of them; 1 to 30 can be
        "#]],
    );
}

#[test]
fn bad_markup_is_told_where_it_stands() {
    check_harbour(
        "with a {q}number{/}",
        "with a {x}number{/}",
        expect![[r#"
            earth/harbour.yaml:14:18: error: room pier: text: unknown markup `{x}`; known are b, i, q and /
        "#]],
    );
    check_harbour(
        "with a {q}number{/}",
        "with a {{ {q}number",
        expect![[r#"
            earth/harbour.yaml:14:21: error: room pier: text: a tag that no `{/}` ends
        "#]],
    );
    check_harbour(
        "with a {q}number{/}",
        "with {b}a {q}number{/}{/}",
        expect![[r#"
            earth/harbour.yaml:14:21: error: room pier: text: `{q}` inside another tag
        "#]],
    );
    check_harbour(
        "with a {q}number{/}",
        "with a number{/}",
        expect![[r#"
            earth/harbour.yaml:14:24: error: room pier: text: a `{/}` that ends nothing
        "#]],
    );
    check_harbour(
        "with a {q}number{/}",
        "with a {number",
        expect![[r#"
            earth/harbour.yaml:14:18: error: room pier: text: a `{` that no `}` closes
        "#]],
    );
    check_harbour(
        "Worn {b}smooth{/}.",
        "\"Worn {b}smooth{/}. \\\n              {oops}\"",
        expect![[r#"
            earth/harbour.yaml:19:15: error: room pier: detail: text: unknown markup `{oops}`; known are b, i, q and /
        "#]],
    );
    check_harbour(
        "greets: Mind the plank.",
        "greets: Mind the {b}plank{/}.",
        expect![[r#"
            earth/harbour.yaml:40:17: warning: npc master: greets: markup is not read here, braces show as they are
        "#]],
    );
}

#[test]
fn a_long_text() {
    let long = "x".repeat(61);
    check_harbour(
        "name: The Quay",
        &format!("name: {long}"),
        expect![[r#"
            earth/harbour.yaml:28:15: error: room quay: name has 61 characters; 60 can be
        "#]],
    );
    check_harbour("name: The Quay", &format!("name: {}", &long[..60]), expect![[r#""#]]);
    let long = "é".repeat(2001);
    check_harbour(
        "text: Stone.",
        &format!("text: {long}"),
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text has 2001 characters; 2000 can be
        "#]],
    );
    check_harbour(
        "says: Hello yourself.",
        &format!("says: {}", &long[..1002]),
        expect![[r#"
            earth/harbour.yaml:43:19: error: npc master: reply: says has 501 characters; 500 can be
        "#]],
    );
}

#[test]
fn control_characters() {
    check_harbour(
        "text: Stone.",
        "text: \"St\\e[31mone.\"",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text has control characters
        "#]],
    );
    check_harbour(
        "text: Stone.",
        "text: \"St\\u202Eone.\"",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text has control characters
        "#]],
    );
    check_harbour(
        "text: Stone.",
        "text: \"St\\tone.\"",
        expect![[r#"
            earth/harbour.yaml:29:15: error: room quay: text has control characters
        "#]],
    );
    check_harbour(
        "text: Stone.",
        "text: |\n          Stone.\n          More.",
        expect![[r#"
            earth/harbour.yaml:30:11: error: room quay: text has a line break; fold it with >- and leave no blank line in it
        "#]],
    );
    check(
        &[("topics.yaml", "First:", "Fi\u{202e}rst:")],
        expect![[r#"
            topics.yaml:4:5: error: topic "newcomers": text has control characters
        "#]],
    );
}

#[test]
fn words_are_single_and_lower_case() {
    check_harbour(
        "words: [hello, hi]",
        "words: [Hello, hi there, 'it''s']",
        expect![[r#"
            earth/harbour.yaml:42:21: error: npc master: reply: words: "Hello" must be one word in lower case
            earth/harbour.yaml:42:28: error: npc master: reply: words: "hi there" must be one word in lower case
        "#]],
    );
}
