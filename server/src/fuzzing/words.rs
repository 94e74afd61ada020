//! What must hold of the content filter whatever is said.

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use unicode_segmentation::UnicodeSegmentation;

use crate::moderation::filter::Filter;
use crate::vocab::{ChannelName, Masks};
use crate::world::load;

/// The filter with the lists that are shipped.
static SHIPPED: LazyLock<Filter> = LazyLock::new(|| {
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data");
    let lists = load::lists(&world).lists.expect("the shipped lists are sound");
    Filter::new(&lists).expect("the shipped lists can be searched for")
});

static CHANNEL: LazyLock<ChannelName> = LazyLock::new(|| "say".parse().expect("it is a name"));

/// Any text: what is found stands on characters and in order, and what is masked is that and nothing else.
pub(super) fn judged(text: &str) {
    let verdict = SHIPPED.judge(&CHANNEL, text);
    assert_eq!(verdict.action.is_some(), !verdict.hits.is_empty());
    assert_eq!(verdict.hits, SHIPPED.examine(text));
    assert!(verdict.hits.is_sorted_by_key(|hit| hit.span.start));
    let places: Vec<Range<usize>> = verdict.hits.iter().map(|hit| hit.span.clone()).collect();
    for place in &places {
        assert!(text.get(place.clone()).is_some_and(|found| !found.is_empty()), "{place:?}");
    }
    let Masks { mild, strict } = &verdict.masks;
    let masks = [mild, strict, &verdict.for_all];
    masks.into_iter().flatten().for_each(|masked| is_masked(text, masked, &places));
    if let Some(mild) = mild {
        let strict = strict.as_deref().expect("what is bad enough for one is for the other");
        hides_as_much(text, mild, strict);
    }
    let explained = SHIPPED.explain(text);
    assert!(explained.hits.iter().map(|(hit, _)| hit).eq(&verdict.hits));
}

/// What is seen as one character is as it was, or one star where something was found.
fn is_masked(text: &str, masked: &str, places: &[Range<usize>]) {
    let mut rest = masked;
    for (at, seen) in text.grapheme_indices(true) {
        let end = at + seen.len();
        let is_found = places.iter().any(|place| place.start < end && at < place.end);
        let after = rest.strip_prefix(seen);
        let after = after.or_else(|| rest.strip_prefix('*').filter(|_| is_found));
        rest =
            after.unwrap_or_else(|| panic!("{seen:?} at {at} of {text:?} is lost in {masked:?}"));
    }
    assert_eq!(rest, "");
}

/// Wherever the milder mask has a star that was not typed, the stricter one has it too.
fn hides_as_much(text: &str, mild: &str, strict: &str) {
    let stars = |text: &str| text.matches('*').count();
    assert!(stars(text) <= stars(mild) && stars(mild) <= stars(strict), "{mild:?} {strict:?}");
}
