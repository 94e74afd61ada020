//! What one connection can show, and what it came in by.

use serde::{Deserialize, Serialize};

/// What a line came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Telnet, RFC 854.
    Telnet,
    /// WebSocket, RFC 6455.
    Websocket,
}

impl Transport {
    /// What it is called in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telnet => "telnet",
            Self::Websocket => "websocket",
        }
    }
}

/// How many colours a client shows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ColourDepth {
    /// No escape sequences at all.
    None,
    /// SGR 30 to 37, bright as bold.
    #[default]
    Sixteen,
    /// SGR `38;5;n`.
    TwoFiveSix,
    /// SGR `38;2;r;g;b`.
    True,
}

/// What colour text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// Black, or nearly.
    #[default]
    Dark,
    /// White, or nearly.
    Light,
}

/// The text encoding of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// Seven bits; what is not in it is transliterated.
    Ascii,
    /// ISO 8859-1, a byte a character.
    Latin1,
    /// UTF-8 (RFC 3629).
    #[default]
    Utf8,
}

/// How a client is told what pressing a text does. Texts that do nothing look the same in all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkMarks {
    /// It is told nothing.
    #[default]
    None,
    /// By OSC 8, as terminals know it for addresses; some clients know more.
    Osc8 {
        /// Whether addresses can be opened.
        opens: bool,
        /// Whether commands can be sent.
        sends: bool,
        /// Whether commands can be put into the input line.
        prompts: bool,
    },
    /// By tags of MXP.
    Mxp,
}

impl LinkMarks {
    /// OSC 8 with all that any client knows of it.
    pub const OSC8: Self = Self::Osc8 { opens: true, sends: true, prompts: true };

    /// OSC 8 with this; nothing if there is none of it.
    #[must_use]
    pub fn osc8(opens: bool, sends: bool, prompts: bool) -> Self {
        let is_any = opens || sends || prompts;
        if is_any { Self::Osc8 { opens, sends, prompts } } else { Self::None }
    }
}

/// What a connection can show: the key under which a line is rendered once and shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Capability {
    /// Colours.
    pub colour: ColourDepth,
    /// Text encoding.
    pub charset: Charset,
    /// Columns at which lines are wrapped; 0 when the client wraps by itself or did not say.
    pub width: u16,
    /// Whether a screen reader reads the text aloud: no art, no tables.
    pub screen_reader: bool,
    /// Whether the text shall take few rows.
    pub compact: bool,
    /// What the text stands on.
    pub background: Background,
    /// How it is told what pressing a text does.
    pub links: LinkMarks,
    /// Whether it takes some texts for sounds to play (MSP).
    pub sounds: bool,
    /// Whether it is told what each piece of a text is; only clients of messages can be.
    pub spans: bool,
    /// Whether it is told who writes; only clients of messages can be.
    pub typing: bool,
}

impl Default for Capability {
    fn default() -> Self {
        Self {
            colour: ColourDepth::default(),
            charset: Charset::Utf8,
            width: 0,
            screen_reader: false,
            compact: false,
            background: Background::default(),
            links: LinkMarks::None,
            sounds: false,
            spans: false,
            typing: false,
        }
    }
}
