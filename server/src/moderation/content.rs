//! Rules `mentions` and `links`: how many are called upon in one line, and who may send links.

use std::time::Duration;

use crate::config::Floods;
use crate::vocab::{Blocked, Draft, lasting};

/// What ends a name on the Web without a scheme before it. Endings that are English words are not among them.
const ENDINGS: [&str; 16] = [
    "com", "net", "org", "ru", "io", "gg", "xyz", "biz", "ly", "cc", "tv", "cn", "info", "ws",
    "gl", "onion",
];

/// Refuses a line that calls upon too many, or sends a link too soon.
pub(super) fn judge(draft: &Draft, limits: &Floods) -> Result<(), Blocked> {
    judge_mentions(&draft.content, limits.mentions_max)?;
    judge_links(draft, limits.link_account_minutes)
}

fn judge_mentions(content: &str, most: u32) -> Result<(), Blocked> {
    if most == 0 || !content.contains('@') || mentions(content) <= most as usize {
        return Ok(());
    }
    let text = format!("You call upon too many at once: at most {most} names with @ in a line.");
    Err(Blocked::new("mentions", text))
}

/// Words with an @ before them; an address of electronic mail has letters before it.
fn mentions(content: &str) -> usize {
    let mut before = ' ';
    let mut letters = content.chars().peekable();
    let mut count = 0;
    while let Some(c) = letters.next() {
        let names = letters.peek().is_some_and(|next| next.is_alphanumeric());
        count += usize::from(c == '@' && names && !before.is_alphanumeric());
        before = c;
    }
    count
}

fn judge_links(draft: &Draft, minutes: u32) -> Result<(), Blocked> {
    let least = Duration::from_secs(60 * u64::from(minutes));
    if draft.account_age.is_some_and(|age| age >= least) || minutes == 0 || !links(&draft.content) {
        return Ok(());
    }
    let text = match draft.account_age {
        None => "Guests cannot send links.".to_owned(),
        Some(age) => format!(
            "Your account is too young to send links. It may in {}.",
            lasting(least.saturating_sub(age))
        ),
    };
    Err(Blocked::new("links", text))
}

/// Whether there is something that a client would make a link of.
fn links(content: &str) -> bool {
    content.contains("://") || (content.contains('.') && content.split_whitespace().any(is_name))
}

/// Whether a word is a name on the Web: `www.example`, `example.com/page`, `(example.com)`.
fn is_name(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let host = word.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some((before, ending)) = host.rsplit_once('.') else { return false };
    let is_host = !before.is_empty() && !before.ends_with('.') && !before.contains('@');
    let begins = before.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www."));
    let is_www = begins || before.eq_ignore_ascii_case("www");
    is_host && (is_www || ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::floods::tests::line;

    #[test]
    fn three_may_be_called_upon() {
        assert_eq!(mentions("@ada, (@bob) and @gil: ada@example.com @ @@@ :@"), 3);
        assert!(judge(&line("@ada @bob @gil"), &Floods::default()).is_ok());
        let why = judge(&line("@ada @bob @gil @ada"), &Floods::default()).unwrap_err();
        assert_eq!(why.rule, "mentions");
        let text = "You call upon too many at once: at most 3 names with @ in a line.";
        assert_eq!(why.refusal.prose().to_text(), text);
    }

    #[test]
    fn links_are_told_from_words() {
        for link in [
            "see https://a.b",
            "go to example.com",
            "(www.example.museum)",
            "Example.COM/x?y=z",
            "ftp://x",
            "buy at evil-gold.ru, cheap",
            "play.example.net:4000",
            "www.example",
        ] {
            assert!(links(link), "{link}");
        }
        for words in [
            "Come to the house.me and Bob",
            "hmm...com",
            ".com",
            "e.g. this",
            "3.14",
            "v1.2.3",
            "well...",
            "I said no.To you.",
            "communication.",
            "ada@example.com",
            "",
            "...",
        ] {
            assert!(!links(words), "{words}");
        }
    }

    #[test]
    fn young_accounts_send_no_links() {
        let judged = |age: Option<u64>, content: &str| {
            let account_age = age.map(Duration::from_secs);
            let judged = judge(&Draft { account_age, ..line(content) }, &Floods::default());
            judged.map_err(|why| why.refusal.prose().to_text())
        };
        assert_eq!(judged(Some(3_600), "https://a.b"), Ok(()));
        assert_eq!(judged(None, "no link"), Ok(()));
        assert_eq!(judged(None, "https://a.b"), Err("Guests cannot send links.".to_owned()));
        let young = "Your account is too young to send links. It may in 1 min 40 s.";
        assert_eq!(judged(Some(3_500), "https://a.b"), Err(young.to_owned()));
    }
}
