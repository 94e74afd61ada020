//! What happens when somebody presses a piece of text. Only texts of the game itself have it: what a player writes is never
//! looked through for any.
//!
//! A link can be made only of letters that mean nothing to any client, so that no name in it can become a second command.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What pressing a text does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Press {
    /// A command is typed and sent.
    Send,
    /// A command, or its beginning, is put into the input line.
    Prompt,
    /// An address is opened.
    Open,
}

/// Something that a text does when it is pressed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Link {
    press: Press,
    target: SmolStr,
}

/// The longest command. Bytes.
const COMMAND_BYTES_MAX: usize = 120;
/// The longest address. Bytes.
const ADDRESS_BYTES_MAX: usize = 500;

impl Link {
    /// Types a command; none if it holds more than words.
    #[must_use]
    pub fn send(command: &str) -> Option<Self> {
        Self::command(Press::Send, command.trim())
    }

    /// Puts a command, or its beginning, into the input line; none if it holds more than words.
    #[must_use]
    pub fn prompt(command: &str) -> Option<Self> {
        Self::command(Press::Prompt, command.trim_start())
    }

    fn command(press: Press, words: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '-' | '_');
        let fits = words.starts_with(char::is_alphanumeric)
            && words.len() <= COMMAND_BYTES_MAX
            && words.chars().all(is_plain);
        fits.then(|| Self { press, target: words.into() })
    }

    /// Opens an address; none if it is no `http` or `https` address in the letters of RFC 3986.
    #[must_use]
    pub fn open(address: &str) -> Option<Self> {
        let place = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
        let fits = place.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && address.len() <= ADDRESS_BYTES_MAX
            && address.chars().all(is_of_address);
        fits.then(|| Self { press: Press::Open, target: address.into() })
    }

    /// What the first form of a usage begins with: `ignore ` of `ignore <player>`, into the input line.
    #[must_use]
    pub fn of_usage(form: &str) -> Option<Self> {
        let Some(at) = form.find(['<', '[', '|', '#', '"']) else { return Self::prompt(form) };
        let whole_words = form[..at].rfind(' ').map_or(0, |blank| blank + 1);
        Self::prompt(&form[..whole_words])
    }

    /// What pressing does.
    #[must_use]
    pub fn press(&self) -> Press {
        self.press
    }

    /// The command or the address.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

fn is_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// The first address in a text that was written by staff: where it begins and ends, and its link. What ends a sentence is no
/// part of it.
#[must_use]
pub fn find_address(text: &str) -> Option<(usize, usize, Link)> {
    let starts = |scheme: &'static str| text.match_indices(scheme).map(|(at, _)| at);
    let mut starts: Vec<usize> = starts("https://").chain(starts("http://")).collect();
    starts.sort_unstable();
    starts.into_iter().find_map(|begin| {
        let rest = &text[begin..];
        let end = rest.find(|c| !is_of_address(c)).unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        let link = Link::open(address)?;
        Some((begin, begin + address.len(), link))
    })
}

/// As it stands in an event; read again only through the same checks.
#[derive(Serialize, Deserialize)]
struct Raw {
    press: Press,
    target: SmolStr,
}

impl From<Link> for Raw {
    fn from(Link { press, target }: Link) -> Self {
        Self { press, target }
    }
}

impl TryFrom<Raw> for Link {
    type Error = &'static str;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        let link = match raw.press {
            Press::Send => Self::send(&raw.target),
            Press::Prompt => Self::prompt(&raw.target),
            Press::Open => Self::open(&raw.target),
        };
        link.ok_or("a link of letters that no link has")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_words_and_nothing_else() {
        assert_eq!(
            Link::send(" examine brass lantern ").unwrap().target(),
            "examine brass lantern"
        );
        assert_eq!(Link::prompt("say ").unwrap().target(), "say ");
        assert!(Link::send("examine Zoë").is_some());
        for bad in ["", " ", "n\nquit", "n;quit", "n\u{1b}", "a\"b", "a|b", "a%0a", "a&b", "-a"] {
            assert_eq!(Link::send(bad), None, "{bad:?}");
        }
        assert_eq!(Link::send(&"x".repeat(COMMAND_BYTES_MAX + 1)), None);
    }

    #[test]
    fn the_beginning_of_a_usage_goes_into_the_input_line() {
        let begins = |form| Link::of_usage(form).map(|link| link.target().to_owned());
        assert_eq!(begins("ignore <player>").as_deref(), Some("ignore "));
        assert_eq!(begins("settings brief on|off").as_deref(), Some("settings brief "));
        assert_eq!(begins("screenreader on|off|auto").as_deref(), Some("screenreader "));
        assert_eq!(begins("look").as_deref(), Some("look"));
        assert_eq!(begins("<words>"), None);
    }

    #[test]
    fn addresses_are_found_without_what_ends_the_sentence() {
        let found = |text| find_address(text).map(|(.., link)| link.target().to_owned());
        assert_eq!(
            found("(see https://a.example/x?y=1#z).").as_deref(),
            Some("https://a.example/x?y=1#z")
        );
        assert_eq!(found("http://[::1]:80/ is").as_deref(), Some("http://[::1]:80/"));
        for none in ["https://", "http:///x", "javascript://a", "ftp://a", "https://\u{1b}a"] {
            assert_eq!(found(none), None, "{none:?}");
        }
    }

    #[test]
    fn what_comes_over_the_bus_is_checked_as_well() {
        let link = Link::send("look").unwrap();
        let text = serde_json::to_string(&link).unwrap();
        assert_eq!(serde_json::from_str::<Link>(&text).unwrap(), link);
        let forged = text.replace("look", "look;quit");
        assert!(serde_json::from_str::<Link>(&forged).is_err());
    }
}
