//! What is known of the client at the other end, gathered by the options, and what follows from it.

use crate::gateway::gmcp::{Variables, Wish};
use crate::vocab::{Capability, Charset, ColourDepth, LinkMarks, Screen};

use super::charset::Charsets;
use super::gmcp::{Asked, Supports};
use super::naws::Window;
use super::new_environ::{Environment, Hyperlinks};
use super::q_method::Switch;
use super::ttype::{MTTS_SCREEN_READER, MTTS_UTF8, Terminal};

/// What one client told us about itself.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// Whether it ever sent a telnet command; netcat does not, and would print ours.
    pub(super) has_spoken_telnet: bool,
    /// What it is, by its own words.
    pub(super) terminal: Terminal,
    /// How large its window is.
    pub(super) window: Window,
    /// How it encodes text.
    pub(super) charsets: Charsets,
    /// What its environment says.
    pub(super) environment: Environment,
    /// Whether its player said that it reads aloud.
    pub(super) said_to_read_aloud: bool,
    /// Whether it takes tags of MXP.
    pub(super) takes_mxp: bool,
    /// Whether it plays sounds by lines of MSP.
    pub(super) plays_sounds: bool,
    /// What it wants to be told by GMCP.
    pub(super) supports: Supports,
    /// What it wants to be told by MSDP.
    pub(super) reported: Variables,
    /// What it wants that is not ours to do.
    pub(super) wishes: Wishes,
}

/// What a client asked for with the token that was read last.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// To be told what lists of games say about the server.
    pub(super) listing: bool,
    /// Compressed output, or no more of it.
    pub(super) compression: Option<Switch>,
    /// That what it sends from here on is read as compressed.
    pub(super) inflation: bool,
    /// It said what it wants to be told beside the text.
    pub(super) beside: Option<Wish>,
    /// What the world is to answer.
    pub(super) asked: Option<Box<Asked>>,
}

impl Client {
    /// The encoding, if anything tells it: the player's choice, then what was agreed on, then the client's environment,
    /// then its MTTS bits, then what its input showed.
    pub(super) fn charset(&self) -> Option<Charset> {
        if self.charsets.is_fixed {
            return Some(Charset::Utf8);
        }
        let is_utf8 = self.terminal.has(MTTS_UTF8) || self.charsets.has_shown_utf8;
        let told = self.charsets.agreed.or(self.environment.charset);
        self.charsets.chosen.or(told).or(is_utf8.then_some(Charset::Utf8))
    }

    /// What it can show. An encoding that nothing tells is ASCII, which everyone can read.
    pub(super) fn capability(&self) -> Capability {
        Capability {
            colour: self.terminal.colour(self.environment.colour),
            charset: self.charset().unwrap_or(Charset::Ascii),
            width: self.window.width,
            screen_reader: self.reads_aloud(),
            links: self.links(),
            sounds: self.plays_sounds,
            ..Capability::default()
        }
    }

    /// MXP is on only when its player asked for it, so it goes first.
    fn links(&self) -> LinkMarks {
        if self.takes_mxp {
            return LinkMarks::Mxp;
        }
        let Hyperlinks { opens, sends, prompts } = self.environment.hyperlinks;
        let is_modern = self.terminal.client_name.as_deref().is_some_and(is_modern_terminal);
        LinkMarks::osc8(opens || is_modern, sends, prompts)
    }

    /// Whether what follows a prompt begins a new line by its own doing, as in clients that keep prompts apart from the text.
    pub(super) fn begins_lines(&self) -> bool {
        const NAMES: [&str; 4] = ["BLIGHTMUD", "MUDLET", "TINTIN++", "TINYFUGUE"];
        let name = self.terminal.client_name.as_deref().unwrap_or_default();
        NAMES.iter().any(|known| name.starts_with(known))
    }

    fn reads_aloud(&self) -> bool {
        self.said_to_read_aloud
            || self.environment.reads_aloud
            || self.terminal.has(MTTS_SCREEN_READER)
    }

    /// Its window.
    pub(super) fn screen(&self) -> Screen {
        Screen {
            width: self.window.width,
            height: self.window.height,
            screen_reader: self.reads_aloud(),
            allowance: false,
        }
    }
}

const MTTS_ANSI: u32 = 1;
const MTTS_256_COLOURS: u32 = 8;
const MTTS_TRUE_COLOUR: u32 = 256;

/// The colours that MTTS bits stand for.
pub(super) fn colour_of_mtts(bits: u32) -> ColourDepth {
    match bits {
        _ if bits & MTTS_TRUE_COLOUR != 0 => ColourDepth::True,
        _ if bits & MTTS_256_COLOURS != 0 => ColourDepth::TwoFiveSix,
        _ if bits & MTTS_ANSI != 0 => ColourDepth::Sixteen,
        _ => ColourDepth::None,
    }
}

/// The colours that the name of a terminal or a client stands for, if any; the name is in capitals.
pub(super) fn colour_of_name(name: &str) -> Option<ColourDepth> {
    const NAMES: [(&[&str], ColourDepth); 4] = [
        (&["TRUECOLOR", "DIRECT"], ColourDepth::True),
        (
            &["256COLOR", "XTERM", "TMUX", "SCREEN", "MUDLET", "PUTTY", "KBTIN"],
            ColourDepth::TwoFiveSix,
        ),
        (&["ANSI", "COLOR", "LINUX"], ColourDepth::Sixteen),
        (&["DUMB", "UNKNOWN", "HARDCOPY"], ColourDepth::None),
    ];
    let stands_for = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    NAMES.iter().find(|(parts, _)| stands_for(parts)).map(|(_, colour)| *colour)
}

/// Whether a client is nothing but a terminal, by the name of one that opens addresses marked by OSC 8; in capitals.
fn is_modern_terminal(name: &str) -> bool {
    const NAMES: [&str; 7] =
        ["ALACRITTY", "CONTOUR", "FOOT", "XTERM-GHOSTTY", "XTERM-KITTY", "WEZTERM", "KONSOLE"];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_by_mtts() {
        let table = [
            (0, ColourDepth::None),
            (1, ColourDepth::Sixteen),
            (2 + 4 + 64, ColourDepth::None),
            (9, ColourDepth::TwoFiveSix),
            (265, ColourDepth::True),
            (1807, ColourDepth::True),
            (u32::MAX, ColourDepth::True),
        ];
        for (bits, colour) in table {
            assert_eq!(colour_of_mtts(bits), colour, "MTTS {bits}");
        }
    }

    #[test]
    fn colours_by_name() {
        let table = [
            ("ANSI-TRUECOLOR", Some(ColourDepth::True)),
            ("XTERM-DIRECT", Some(ColourDepth::True)),
            ("XTERM-256COLOR", Some(ColourDepth::TwoFiveSix)),
            ("SCREEN", Some(ColourDepth::TwoFiveSix)),
            ("MUDLET 4.17", Some(ColourDepth::TwoFiveSix)),
            ("ANSI", Some(ColourDepth::Sixteen)),
            ("DUMB", Some(ColourDepth::None)),
            ("UNKNOWN", Some(ColourDepth::None)),
            // Which calls its terminal `hardcopy`, too.
            ("KBTIN-2.1", Some(ColourDepth::TwoFiveSix)),
            ("VT220", None),
            ("TELIX", None),
        ];
        for (name, colour) in table {
            assert_eq!(colour_of_name(name), colour, "{name}");
        }
    }

    #[test]
    fn encodings_by_rank() {
        let mut client = Client::default();
        assert_eq!((client.charset(), client.capability().charset), (None, Charset::Ascii));
        client.charsets.has_shown_utf8 = true;
        assert_eq!(client.charset(), Some(Charset::Utf8));
        client.charsets.agreed = Some(Charset::Latin1);
        assert_eq!(client.charset(), Some(Charset::Latin1));
        client.charsets.chosen = Some(Charset::Ascii);
        assert_eq!(client.charset(), Some(Charset::Ascii));
        client.charsets.is_fixed = true;
        assert_eq!(client.charset(), Some(Charset::Utf8));
    }
}
