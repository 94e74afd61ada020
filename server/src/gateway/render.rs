//! From prose to the bytes of one kind of client. Rendered once for each look, and shared by all who have it.

use bytes::{Bytes, BytesMut};

use super::{json, palette, telnet, wrap};
use crate::vocab::{
    Capability, Colour, Fact, MaskLevel, Message, Prose, Role, SHADOW_MARK, Styles, View,
};

/// What language a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Lines with colours.
    Telnet,
    /// One JSON object a message.
    Json,
}

/// All that decides how something looks to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The client's language.
    pub dialect: Dialect,
    /// What it shows.
    pub capability: Capability,
}

/// How somebody sees a line of talk, besides what their client shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Whose words they are to them.
    pub view: View,
    /// Their own colour for the channel.
    pub colour: Option<Colour>,
    /// Which words are masked to them.
    pub mask: MaskLevel,
    /// Whether they learn that it is shadowed.
    pub shows_shadow: bool,
}

impl Seen {
    fn prose(self, message: &Message, styles: &Styles) -> Prose {
        let line = styles.line(message, self.view, self.colour, self.mask);
        if self.shows_shadow { Prose::new().span(Role::Dim, SHADOW_MARK).then(line) } else { line }
    }
}

impl Look {
    /// A text for eyes.
    #[must_use]
    pub fn prose(&self, prose: &Prose) -> Bytes {
        match self.dialect {
            Dialect::Telnet => self.lines(prose),
            Dialect::Json => json::text(prose),
        }
    }

    /// A line of talk; staff see what is shadowed as that, and nobody else learns of it.
    #[must_use]
    pub fn message(&self, message: &Message, seen: Seen, styles: &Styles) -> Bytes {
        let prose = seen.prose(message, styles);
        match self.dialect {
            Dialect::Telnet => self.lines(&prose),
            Dialect::Json => {
                let tells_place = styles.tells_place(&message.channel);
                json::message(message, &prose, seen, tells_place)
            }
        }
    }

    /// A line of talk as text with its colours, all on one row.
    pub(super) fn unwrapped(&self, message: &Message, seen: Seen, styles: &Styles) -> String {
        self.coloured(&seen.prose(message, styles), 0)
    }

    /// A line of talk that is where it was again. On a terminal it has scrolled away: it is in the history.
    #[must_use]
    pub fn restored(&self, message: &Message, seen: Seen, styles: &Styles) -> Option<Bytes> {
        let prose = seen.prose(message, styles);
        let tells_place = styles.tells_place(&message.channel);
        (self.dialect == Dialect::Json).then(|| json::restored(message, &prose, seen, tells_place))
    }

    /// A fact that is neither talk nor about the session itself; none when there is nothing to show.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> Option<Bytes> {
        match (fact, self.dialect) {
            (Fact::Told(prose) | Fact::ToldOf(_, prose), _) => Some(self.prose(prose)),
            (Fact::Redacted(line), Dialect::Json) => Some(json::redacted(line)),
            (Fact::SawRoom(view), Dialect::Telnet) => Some(self.lines(&view.prose())),
            (Fact::SawRoom(view), Dialect::Json) => Some(json::room(view)),
            (Fact::Came(presence), Dialect::Telnet) => Some(self.lines(&presence.prose)),
            (Fact::Came(presence), Dialect::Json) => Some(json::presence(presence)),
            _ => None,
        }
    }

    /// A prompt: a line without its end.
    #[must_use]
    pub fn prompt(&self, prose: &Prose, mark: telnet::PromptMark) -> Bytes {
        if self.dialect == Dialect::Json {
            return json::prompt(prose);
        }
        let mut out = BytesMut::new();
        telnet::encode::prompt(&self.coloured(prose, 0), self.capability.charset, mark, &mut out);
        out.freeze()
    }

    fn lines(&self, prose: &Prose) -> Bytes {
        // One column is left free: many terminals wrap by themselves when the last one is written.
        let text = self.coloured(prose, self.capability.width.saturating_sub(1));
        let mut out = BytesMut::with_capacity(text.len() + 8);
        telnet::encode::line(&text, self.capability.charset, &mut out);
        out.freeze()
    }

    /// Text with its colours, `\n` between rows; no colour goes on over the end of a row.
    fn coloured(&self, prose: &Prose, width: u16) -> String {
        let rows = wrap::rows(prose.spans(), width, !self.capability.screen_reader);
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            for (role, piece) in row {
                let coloured = palette::begin(*role, self.capability.colour, &mut text);
                text.push_str(piece);
                if coloured {
                    text.push_str(palette::RESET);
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::{Arrival, Rehearsal};
    use crate::vocab::{Charset, ColourDepth, Rank, Role};

    fn look(colour: ColourDepth, width: u16) -> Look {
        let capability = Capability { colour, charset: Charset::Utf8, width, screen_reader: false };
        Look { dialect: Dialect::Telnet, capability }
    }

    #[test]
    fn a_wide_channel_does_not_tell_where_its_speaker_is() {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", Rank::Player);
        let bob = Arrival { dialect: Dialect::Json, ..Arrival::of("Bob", Rank::Player) };
        let bob = stage.arrive(bob);
        let mut rooms = |line: &str| {
            stage.types(ada, line);
            let frames = stage.clients[bob].frames();
            let message = frames.into_iter().find(|frame| frame["type"] == "message").unwrap();
            message["room"].clone()
        };
        assert!(rooms("say here").is_string());
        assert!(rooms("global anywhere").is_null());
        assert!(rooms("whisper bob anywhere").is_null());
    }

    #[test]
    fn colour_ends_with_its_row() {
        let prose = Prose::text("a ").span(Role::Warning, "red\nred").plain(" b");
        let shown = look(ColourDepth::Sixteen, 0).prose(&prose);
        assert_eq!(shown, "a \x1b[1;31mred\x1b[0m\r\n\x1b[1;31mred\x1b[0m b\r\n");
    }

    #[test]
    fn the_last_column_stays_free() {
        let shown = look(ColourDepth::None, 10).prose(&Prose::text("12345 7890"));
        assert_eq!(shown, "12345\r\n7890\r\n");
    }

    #[test]
    fn a_player_cannot_bring_an_escape_of_their_own() {
        let shown =
            look(ColourDepth::None, 0).prose(&Prose::text(crate::vocab::clean("\x1b[31mx")));
        assert!(!shown.contains(&0x1b));
    }
}
