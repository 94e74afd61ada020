//! What the filter finds and what it leaves alone, with lists of harmless words.

use super::evasion::TRANSFORMS;
use super::*;
use crate::vocab::{Fit, PatternRule, WordGroup};

fn group(severity: Severity, fit: Fit, is_directed: bool, words: &[&str]) -> WordGroup {
    let words = words.iter().map(SmolStr::new).collect();
    WordGroup { severity, category: "test".into(), fit, is_directed, words }
}

fn filter() -> Filter {
    let lists = FilterLists {
        groups: vec![
            group(Severity::Mild, Fit::Stem, false, &["darn", "blast it"]),
            group(Severity::Moderate, Fit::Part, false, &["grumf"]),
            group(Severity::Severe, Fit::Word, false, &["gloob", "bass"]),
            group(Severity::Mild, Fit::Word, true, &["dolt"]),
            group(Severity::Mild, Fit::Part, false, &["***", " "]),
        ],
        patterns: vec![PatternRule {
            id: "off".into(),
            severity: Severity::Severe,
            category: "threat".into(),
            source: "jump (off|in) (a|the) (lake|bridge)".into(),
        }],
        allow: vec!["grumfield".into(), "the bass sings".into()],
        toward: vec!["you".into()],
        ..FilterLists::default()
    };
    Filter::new(&lists).unwrap()
}

fn rules(text: &str) -> Vec<String> {
    filter().examine(text).into_iter().map(|hit| hit.rule.to_string()).collect()
}

fn strict(text: &str) -> String {
    let verdict = filter().judge(&"say".parse().unwrap(), text);
    verdict.masks.strict.unwrap_or_else(|| text.to_owned())
}

#[test]
fn whole_words_are_found_and_parts_are_not() {
    assert_eq!(strict("Darn, darned darning! Blast it."), "****, ****** *******! ***** **.");
    assert_eq!(
        strict("bassoon, embassy, as, bas, blasting, it's"),
        "bassoon, embassy, as, bas, blasting, it's"
    );
    assert_eq!(strict("ungrumfable"), "un*****able");
}

#[test]
fn every_dress_of_a_word_is_seen_through() {
    for word in ["darn", "grumf", "gloob", "bass"] {
        for transform in TRANSFORMS {
            let dressed = (transform.apply)(word);
            assert_eq!(
                rules(&dressed),
                [format!("word:{word}")],
                "{}: {dressed:?}",
                transform.name
            );
            let line = format!("oh {dressed} then");
            assert_eq!(rules(&line), [format!("word:{word}")], "{}: {line:?}", transform.name);
        }
    }
}

#[test]
fn other_dresses() {
    for dressed in [
        "d@rn!",
        "darn69",
        "d*rn",
        "da-rn",
        "da.rn",
        "d arn",
        "daaaarning",
        "DaRn",
        "d_a_r_n",
        "d*a*r*n",
        "(darn)",
        "+darn+",
        "|)arn darn",
        "dаrn",
        "d{ra&Rrn",
        "<b>da</b>rn",
        "xdarn darn",
    ] {
        assert_eq!(rules(dressed), ["word:darn"], "{dressed:?}");
    }
    assert_eq!(rules("b4$$"), ["word:bass"]);
}

#[test]
fn numbers_and_prices_are_not_read_as_letters() {
    for plain in
        ["8455", "it costs $8455", "8 4 5 5", "+5 or 84.55", "100%", "h e l l o", "a b c d e f"]
    {
        assert_eq!(rules(plain), Vec::<String>::new(), "{plain:?}");
    }
}

#[test]
fn what_is_allowed_hides_what_is_in_it() {
    assert_eq!(rules("Grumfield, where the bass sings"), Vec::<String>::new());
    assert_eq!(rules("Grumfields, the bass"), ["word:grumf", "word:bass"]);
}

#[test]
fn ordinary_words_count_where_they_are_said_to_somebody() {
    assert_eq!(rules("he saw a dolt by the road"), Vec::<String>::new());
    assert_eq!(rules("you are such a dolt, sir"), ["word:dolt"]);
    assert_eq!(rules("Dolt!"), Vec::<String>::new());
    assert_eq!(rules("what a grumf dolt he is"), ["word:grumf", "word:dolt"]);
}

#[test]
fn patterns_see_through_dress_as_well() {
    assert_eq!(rules("Jump in the LAKE"), ["pattern:off"]);
    assert_eq!(rules("jump 0ff, the br1dgeee!"), ["pattern:off"]);
    assert_eq!(rules("jump in the lakes"), Vec::<String>::new());
    assert_eq!(strict("go, jump in a lake now"), "go, **** ** * **** now");
}

#[test]
fn listeners_read_what_they_want_to() {
    let verdict = filter().judge(&"say".parse().unwrap(), "darn this grumf");
    assert_eq!(verdict.masks.strict.as_deref(), Some("**** this *****"));
    assert_eq!(verdict.masks.mild.as_deref(), Some("darn this *****"));
    assert_eq!(verdict.action, Some(FilterAction::Mask));
    let verdict = filter().judge(&"say".parse().unwrap(), "darn");
    assert_eq!((verdict.masks.mild, verdict.masks.strict.as_deref()), (None, Some("****")));
    assert_eq!(filter().judge(&"say".parse().unwrap(), "fine day"), Verdict::default());
}

#[test]
fn the_version_is_that_of_the_lists() {
    assert_eq!(filter().version(), filter().version());
    assert_ne!(filter().version(), Filter::new(&FilterLists::default()).unwrap().version());
}

#[test]
fn every_step_is_explained() {
    let told = filter().explain("D{ráá\u{200b}rn").to_string();
    let expected = "colour codes stripped: Dáá\u{200b}rn\ncompatibility forms (NFKC): Dáá\u{200b}rn\n\
        invisible characters and marks dropped: Daarn\nlook-alikes (UTS 39): Daarn\nlower case: daarn\n\
        words, leet read: daarn\nrepeats squeezed: darn\n\
        found: \"D{ráá\\u{200b}rn\" by word:darn (mild, test)\naction: mask\nlists: ";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn what_becomes_of_a_line_is_explained_where_channels_differ() {
    let quiet = ActionRow::new([FilterAction::Note; 3]);
    let channels = [("staff", quiet), ("say", ActionRow::default())];
    let lists = FilterLists {
        groups: vec![group(Severity::Severe, Fit::Word, false, &["gloob"])],
        channels: channels.map(|(name, row)| (name.into(), row)).into(),
        ..FilterLists::default()
    };
    let filter = Filter::new(&lists).unwrap();
    let told = filter.explain("gloob").to_string();
    assert!(told.contains("\naction: refuse, on staff note\nlists: "), "{told}");
    assert!(filter.explain("fine").to_string().contains("\nnothing found\nlists: "));
}

proptest::proptest! {
    /// Whatever is typed, what is found lies on characters, and masking neither panics nor moves a blank.
    #[test]
    fn nothing_typed_breaks_it(text in "(\\PC|[a-z{&@|$%^<>\\[ 0-9*.-]|darn|grumf){0,60}") {
        let verdict = filter().judge(&"say".parse().unwrap(), &text);
        for hit in &verdict.hits {
            proptest::prop_assert!(text.get(hit.span.clone()).is_some_and(|hit| !hit.is_empty()));
        }
        let _ = filter().explain(&text);
    }
}
