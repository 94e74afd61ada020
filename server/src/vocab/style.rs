//! How channels look: the part of the channel table that gateways need.

use std::fmt;
use std::str::FromStr;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{ChannelName, MaskLevel, Message, Prose, Rank, Role, SOCIAL, SenderKind};

/// A colour, written `#rrggbb`; each client gets the nearest that it can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SmolStr", into = "SmolStr")]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// A text that is no colour.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a colour: write #rrggbb, or one of red, green, yellow, blue, magenta, cyan, white, grey, orange, pink"
)]
pub struct UnknownColour(String);

const NAMED: [(&str, u32); 10] = [
    ("red", 0xe0_5a4e),
    ("green", 0x6f_bf5f),
    ("yellow", 0xe3_c34b),
    ("blue", 0x6c_9cf0),
    ("magenta", 0xc9_7fd6),
    ("cyan", 0x56_c2c2),
    ("white", 0xe8_e8e8),
    ("grey", 0x9a_9a9a),
    ("orange", 0xe8_9a4f),
    ("pink", 0xee_8fb1),
];

impl FromStr for Colour {
    type Err = UnknownColour;

    fn from_str(text: &str) -> Result<Self, UnknownColour> {
        let named = NAMED.iter().find(|(name, _)| *name == text).map(|(_, rgb)| *rgb);
        let hex = || {
            let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(())?;
            u32::from_str_radix(digits, 16).ok()
        };
        let rgb = named.or_else(hex).ok_or_else(|| UnknownColour(text.to_owned()))?;
        let [_, red, green, blue] = rgb.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl TryFrom<SmolStr> for Colour {
    type Error = UnknownColour;

    fn try_from(text: SmolStr) -> Result<Self, UnknownColour> {
        text.parse()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl From<Colour> for SmolStr {
    fn from(colour: Colour) -> Self {
        smol_str::format_smolstr!("{colour}")
    }
}

/// From where a line of talk is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// By the one who said it.
    Sender,
    /// By the one it was said to.
    Target,
    /// By anyone else.
    Other,
}

/// How one channel looks. In formats, `$n` is the speaker, `$t` the target, `$m` the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelStyle {
    /// The lowest rank that hears the channel where no audience is named.
    pub hear: Rank,
    /// Whether listeners learn in which room the speaker stood: those who are near could see it anyway.
    pub tells_place: bool,
    /// The colour of its lines.
    pub colour: Colour,
    /// How the speaker reads it.
    pub to_sender: String,
    /// How the target reads it.
    pub to_target: String,
    /// How others read it.
    pub to_others: String,
}

/// The looks of all channels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Styles(pub FxHashMap<ChannelName, ChannelStyle>);

impl Styles {
    /// Whether who hears a channel learns in which room the speaker stood.
    #[must_use]
    pub fn tells_place(&self, channel: &ChannelName) -> bool {
        self.0.get(channel).is_some_and(|style| style.tells_place)
    }

    /// A line of talk as read from a point of view, in this colour or in the channel's own, and with as much masked.
    #[must_use]
    pub fn line(
        &self,
        message: &Message,
        view: View,
        colour: Option<Colour>,
        mask: MaskLevel,
    ) -> Prose {
        self.line_of(message, message.words(mask), view, colour)
    }

    /// The same with other words in the place of the message's own.
    #[must_use]
    pub fn line_of(
        &self,
        message: &Message,
        words: &str,
        view: View,
        colour: Option<Colour>,
    ) -> Prose {
        let Some(style) = self.0.get(&message.channel) else {
            return Prose::text(format!("[{}] {}: {words}", message.channel, message.sender.name));
        };
        let colour = colour.unwrap_or(style.colour);
        if message.flags.iter().any(|flag| flag == SOCIAL) {
            return Prose::new().span(Role::Talk(colour), social_text(message, words, view));
        }
        let format = match view {
            View::Sender => &style.to_sender,
            View::Target => &style.to_target,
            View::Other => &style.to_others,
        };
        fill(format, message, words, colour)
    }
}

fn social_text<'t>(message: &'t Message, words: &'t str, view: View) -> &'t str {
    let own = match view {
        View::Sender => &message.to_sender,
        View::Target => &message.to_target,
        View::Other => &None,
    };
    own.as_deref().unwrap_or(words)
}

fn fill(format: &str, message: &Message, words: &str, colour: Colour) -> Prose {
    let mut prose = Prose::new();
    let mut rest = format;
    while let Some(at) = rest.find('$') {
        prose = prose.span(Role::Talk(colour), &rest[..at]);
        let mut after = rest[at + 1..].chars();
        prose = match after.next() {
            Some('n') => prose.span(Role::Speaker(colour), message.sender.name.as_str()),
            Some('m') => said(prose, message, words, colour),
            Some('t') => {
                let target = message.target.as_ref().map_or("", |target| &target.name);
                prose.span(Role::Speaker(colour), target)
            }
            Some(other) => prose.span(Role::Talk(colour), other.to_string()),
            None => prose,
        };
        rest = after.as_str();
    }
    prose.span(Role::Talk(colour), rest)
}

/// The words behind what is there already. In those of staff addresses can be opened.
fn said(prose: Prose, message: &Message, words: &str, colour: Colour) -> Prose {
    match message.sender.kind {
        SenderKind::Staff => prose.with_addresses(Role::Said(colour), words),
        _ => prose.span(Role::Said(colour), words),
    }
}
