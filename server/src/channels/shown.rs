//! The funnel for what is shown rather than said: titles, descriptions, reasons for being away, what staff echo.
//!
//! The same order as for speech: shape, then the rules of moderation. Who reads it is decided when somebody looks.

use chrono::{DateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::config;
use crate::vocab::{Blocked, Draft, Masks, Reach, Ruling, ShownText, clean_line};
use crate::world::Player;

/// How long each text may be, and how often one may be changed.
#[derive(Debug, Clone)]
pub struct ShownLimits {
    title_chars_max: usize,
    description_chars_max: usize,
    afk_chars_max: usize,
    echo_chars_max: usize,
    per_minute: u32,
}

impl ShownLimits {
    /// The configured limits.
    #[must_use]
    pub fn new(chat: &config::Chat) -> Self {
        let texts = &chat.shown_texts;
        Self {
            title_chars_max: texts.title_chars_max,
            description_chars_max: texts.description_chars_max,
            afk_chars_max: texts.afk_chars_max,
            echo_chars_max: texts.echo_chars_max,
            per_minute: if chat.rate_limiting.enabled { texts.per_minute } else { 0 },
        }
    }

    fn chars_max(&self, kind: ShownText) -> usize {
        match kind {
            ShownText::Title => self.title_chars_max,
            ShownText::Description => self.description_chars_max,
            ShownText::Away => self.afk_chars_max,
            ShownText::Echo => self.echo_chars_max,
        }
    }
}

/// What somebody wants to show.
#[derive(Debug, Clone, Copy)]
pub struct Showing<'a> {
    /// Who.
    pub author: &'a Player,
    /// What kind of text.
    pub kind: ShownText,
    /// The text as it was typed.
    pub text: &'a str,
    /// When, by the wall clock.
    pub at: DateTime<Utc>,
}

/// A text that no rule refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text as others may read it: all who read it read the same, so what anyone wants masked is masked.
    pub text: String,
    /// Whether only its author and staff may read it.
    pub is_shadowed: bool,
}

/// Takes what somebody wants to show through shape and rules.
///
/// # Errors
/// Which rule blocked it, with the sentence for its author; nothing else has happened then.
pub fn show(
    showing: &Showing,
    limits: &ShownLimits,
    rules: &mut dyn FnMut(&mut Draft) -> Result<Ruling, Blocked>,
) -> Result<Shown, Blocked> {
    let mut draft = draft(showing, limits, shape(showing, limits)?);
    let is_shadowed = match rules(&mut draft)? {
        Ruling::Say => false,
        Ruling::Shadow => true,
        Ruling::Hold(rule) => return Err(Blocked::new(rule, HELD)),
    };
    Ok(Shown { text: draft.masks.strict.unwrap_or(draft.content), is_shadowed })
}

/// What those read whose lines wait for staff: a text that stays cannot wait.
const HELD: &str = "Staff look at your words before others read them; until they have stopped \
                    doing so, you cannot show a new text.";

fn shape(showing: &Showing, limits: &ShownLimits) -> Result<String, Blocked> {
    let words: Vec<String> =
        clean_line(showing.text).split_whitespace().map(str::to_owned).collect();
    let text = words.join(" ");
    if text.is_empty() {
        return Err(Blocked::new("empty", "There is nothing in it to be seen."));
    }
    let (chars, most) = (text.chars().count(), limits.chars_max(showing.kind));
    if chars > most {
        let long = format!("Shorter, please: that is {chars} characters, and at most {most} do.");
        return Err(Blocked::new("length", long));
    }
    if showing.kind == ShownText::Title && text.nfkc().any(is_bracket) {
        let why = "No brackets in a title: what the server says of players stands in them.";
        return Err(Blocked::new("form", why));
    }
    Ok(text)
}

/// What opens or closes a bracket, or looks as if it did.
fn is_bracket(c: char) -> bool {
    "()[]{}<>⁅⁆⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⸨⸩〈〉《》「」『』【】〔〕〖〗〘〙﴾﴿"
        .contains(c)
}

fn draft(showing: &Showing, limits: &ShownLimits, content: String) -> Draft {
    let author = showing.author;
    Draft {
        speaker: author.id,
        account: author.account,
        rank: author.rank,
        account_age: author.account_age(showing.at),
        channel: showing.kind.stands_for_channel(),
        reach: Reach::Shown,
        content,
        masks: Masks::default(),
        per_minute: limits.per_minute,
        target: None,
        hits: Vec::new(),
        flags: Vec::new(),
    }
}
