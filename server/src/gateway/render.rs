//! From prose to the bytes of one kind of client. Rendered once for each look, and shared by all who have it.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::renderings::Rendering;
use super::spans::Shown;
use super::wrap::{Row, Rows, Shows};
use super::{json, links, palette, telnet, wrap};
use crate::vocab::{
    Capability, Charset, Colour, Fact, Form, LinkMarks, MaskLevel, Message, Piece, Prose, Role,
    SHADOW_MARK, Styles, View,
};

/// What language a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Lines with colours.
    Telnet,
    /// One JSON object a message.
    Json,
}

/// Room for what goes around a span: its colour, and the end of that.
const SPAN_BYTES: usize = 24;

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
        self.rendering(prose).bytes
    }

    /// The text for a client of messages, which breaks lines and chooses colours by itself.
    fn shown(&self, prose: &Prose) -> Shown {
        let mut spans = prose.spans(Form { columns: 0, ..self.form() });
        spans.retain(|span| self.shows(span.role));
        match self.capability {
            Capability { spans: false, .. } => Shown::text(spans),
            Capability { links, .. } => Shown::in_pieces(spans, links != LinkMarks::None),
        }
    }

    fn shows(&self, role: Role) -> bool {
        role != Role::Art || !self.capability.screen_reader
    }

    fn form(&self) -> Form {
        let Capability { width, screen_reader, compact, .. } = self.capability;
        // One column is left free: many terminals wrap by themselves when the last one is written.
        Form { columns: width.saturating_sub(1), aloud: screen_reader, compact }
    }

    /// A text for eyes, and on which other screens it would look the same.
    #[must_use]
    pub fn rendering(&self, prose: &Prose) -> Rendering {
        match self.dialect {
            Dialect::Telnet => self.fitted(Cow::Borrowed(prose)),
            Dialect::Json => self.told(json::text(self.shown(prose))),
        }
    }

    /// The look with its width left out.
    #[must_use]
    pub fn of_any_width(self) -> Self {
        Self { capability: Capability { width: 0, ..self.capability }, ..self }
    }

    /// The look of a client to which a text is text: it is not told what can be pressed, and plays nothing.
    #[must_use]
    pub fn of_text_alone(self) -> Self {
        let capability = Capability { links: LinkMarks::None, sounds: false, ..self.capability };
        Self { capability, ..self }
    }

    /// A line of talk; staff see what is shadowed as that, and nobody else learns of it.
    #[must_use]
    pub fn message(&self, message: &Message, seen: Seen, styles: &Styles) -> Rendering {
        let prose = seen.prose(message, styles);
        match self.dialect {
            Dialect::Telnet => self.fitted(Cow::Owned(prose)),
            Dialect::Json => {
                let tells_place = styles.tells_place(&message.channel);
                self.told(json::message(message, self.shown(&prose), seen, tells_place))
            }
        }
    }

    /// A line of talk as text in its channel's colour, all on one row. Nothing in it can be pressed, and nobody stands out: who
    /// speaks is told beside it.
    pub(super) fn unwrapped(&self, message: &Message, seen: Seen, styles: &Styles) -> String {
        let look = self.of_text_alone();
        let mut rows = look.rows(Cow::Owned(seen.prose(message, styles)), 0).rows;
        for span in rows.iter_mut().flatten() {
            if let Role::Speaker(colour) = span.role {
                span.role = Role::Talk(colour);
            }
        }
        look.coloured(&rows)
    }

    /// A line of talk that is where it was again. On a terminal it has scrolled away: it is in the history.
    #[must_use]
    pub fn restored(&self, message: &Message, seen: Seen, styles: &Styles) -> Option<Bytes> {
        let prose = seen.prose(message, styles);
        let tells_place = styles.tells_place(&message.channel);
        (self.dialect == Dialect::Json)
            .then(|| json::restored(message, self.shown(&prose), seen, tells_place))
    }

    /// A line of talk that was said before; only clients of messages ask for any.
    #[must_use]
    pub fn older(&self, message: &Message, seen: Seen, styles: &Styles) -> Bytes {
        let line = self.shown(&seen.prose(message, styles));
        json::older(message, line, seen, styles.tells_place(&message.channel))
    }

    /// A fact that is neither talk nor about the session itself; none when there is nothing to show.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> Option<Rendering> {
        match (fact, self.dialect) {
            (Fact::Told(prose) | Fact::ToldOf(_, prose), _) => Some(self.rendering(prose)),
            (Fact::Hindered(all), Dialect::Json) => Some(self.told(json::restricted(all))),
            (Fact::Allowed(left), Dialect::Json) => Some(self.told(json::allowance(left))),
            (Fact::Typing(typing), Dialect::Json) if self.capability.typing => {
                Some(self.told(json::typing(typing)))
            }
            (Fact::Redacted(line), Dialect::Json) => Some(self.told(json::redacted(line))),
            (Fact::SawRoom(view), Dialect::Telnet) => Some(self.fitted(Cow::Owned(view.prose()))),
            (Fact::SawRoom(view), Dialect::Json) => {
                Some(self.told(json::room(view, self.shown(&view.prose()))))
            }
            (Fact::Came(presence), Dialect::Telnet) => {
                Some(self.fitted(Cow::Borrowed(&presence.prose)))
            }
            (Fact::Came(presence), Dialect::Json) => {
                Some(self.told(json::presence(presence, self.shown(&presence.prose))))
            }
            _ => None,
        }
    }

    /// A message with a text in it: the same on all screens, unless its client is told what can be pressed.
    fn told(&self, bytes: Bytes) -> Rendering {
        Rendering { bytes, width_min: Some(0), is_text_alone: !self.capability.spans }
    }

    /// A prompt: a line without its end.
    #[must_use]
    pub fn prompt(&self, prose: &Prose, mark: telnet::PromptMark) -> Bytes {
        if self.dialect == Dialect::Json {
            return json::prompt(prose);
        }
        let mut out = BytesMut::new();
        let text = self.coloured(&self.rows(Cow::Borrowed(prose), 0).rows);
        telnet::encode::prompt(&text, self.capability.charset, mark, &mut out);
        out.freeze()
    }

    /// Lines for a terminal, broken where its width wants it.
    fn fitted(&self, prose: Cow<'_, Prose>) -> Rendering {
        let has_table = has_table(&prose);
        let rows = self.rows(prose, self.form().columns);
        let text = self.coloured(&rows.rows);
        let mut out = BytesMut::with_capacity(text.len() + 8);
        telnet::encode::line(&text, self.capability.charset, &mut out);
        let columns_min = rows.columns_min.filter(|_| !has_table);
        Rendering {
            bytes: out.freeze(),
            width_min: columns_min.map(|least| least + 1),
            is_text_alone: !rows.has_links && !may_play(&rows.rows),
        }
    }

    /// In letters that the client has; before anything is measured, for some become longer.
    fn spelled<'p>(&self, prose: Cow<'p, Prose>) -> Cow<'p, Prose> {
        let Capability { charset, sounds, .. } = self.capability;
        let spelled = |text: &str| telnet::spell(text, charset).into_owned();
        let has_letters = charset == Charset::Utf8 || prose.is_ascii();
        match (has_letters, sounds) {
            (true, false) => prose,
            (_, false) => Cow::Owned(prose.respelled(&spelled)),
            (_, true) => Cow::Owned(
                prose.respelled(&|text| telnet::msp::harmless(spelled(text).into()).into_owned()),
            ),
        }
    }

    fn rows(&self, prose: Cow<'_, Prose>, columns: u16) -> Rows {
        let form = Form { columns, ..self.form() };
        let spans = match self.spelled(prose) {
            Cow::Owned(prose) => prose.into_spans(form),
            Cow::Borrowed(prose) => prose.spans(form),
        };
        let Capability { screen_reader, links, .. } = self.capability;
        let shows = Shows { art: !screen_reader, links: links != LinkMarks::None };
        wrap::rows(spans, columns, shows)
    }

    /// Text with its colours, `\n` between rows.
    fn coloured(&self, rows: &[Row]) -> String {
        let shown = rows.iter().flatten().map(|span| span.text.len() + SPAN_BYTES).sum();
        let mut text = String::with_capacity(shown);
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            self.coloured_row(row, &mut text);
        }
        text
    }

    /// Appends a row; no colour and no link goes on over its end, and what looks alike is begun once.
    fn coloured_row(&self, row: &Row, text: &mut String) {
        let Capability { colour, background, links, .. } = self.capability;
        let (mut on, mut wanted) = (String::new(), String::new());
        for span in row {
            wanted.clear();
            palette::begin(span.role, colour, background, &mut wanted);
            if on != wanted || span.link.is_some() {
                end_colour(&mut on, text);
            }
            let end = links::begin(span.link.as_deref(), links, text);
            if on.is_empty() {
                text.push_str(&wanted);
                std::mem::swap(&mut on, &mut wanted);
            }
            text.push_str(&span.text);
            if !end.is_empty() {
                end_colour(&mut on, text);
            }
            text.push_str(end);
        }
        end_colour(&mut on, text);
    }
}

/// Ends the colour that is on, if one is.
fn end_colour(on: &mut String, text: &mut String) {
    if !on.is_empty() {
        text.push_str(palette::RESET);
        on.clear();
    }
}

/// Whether there may be what plays a sound, or was made harmless by a blank, at which a row may have ended since.
fn may_play(rows: &[Row]) -> bool {
    if !rows.iter().flatten().any(|span| span.text.contains('!')) {
        return false;
    }
    let chars = rows.iter().flatten().flat_map(|span| span.text.chars());
    let mut last = ' ';
    let mut shown = chars.filter(|c| !c.is_whitespace());
    shown.any(|c| std::mem::replace(&mut last, c) == '!' && c == '!')
}

/// Whether how it looks depends on the width even where nothing is broken.
fn has_table(prose: &Prose) -> bool {
    prose.pieces().iter().any(|piece| match piece {
        Piece::Table(_) => true,
        Piece::List(list) => list.items.iter().any(has_table),
        Piece::Span(_) | Piece::Meter(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::rehearsal::{Arrival, Rehearsal};
    use crate::vocab::{ColourDepth, Link, List, Rank};

    fn look(colour: ColourDepth, width: u16) -> Look {
        let capability =
            Capability { colour, charset: Charset::Utf8, width, ..Capability::default() };
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
    fn a_line_of_talk_is_in_one_colour_and_its_speaker_stands_out() {
        let pink = "pink".parse().unwrap();
        let prose = Prose::new().span(Role::Speaker(pink), "Ada").span(Role::Talk(pink), " says, ");
        let prose = prose.span(Role::Said(pink), "hello").span(Role::Talk(pink), ".");
        let table = [
            (
                ColourDepth::TwoFiveSix,
                "\x1b[1m\x1b[38;5;211mAda\x1b[0m\x1b[38;5;211m says, hello.\x1b[0m\r\n",
            ),
            (ColourDepth::Sixteen, "\x1b[1;35mAda says, hello.\x1b[0m\r\n"),
            (ColourDepth::None, "Ada says, hello.\r\n"),
        ];
        for (colour, expected) in table {
            assert_eq!(look(colour, 0).prose(&prose), expected, "{colour:?}");
        }
    }

    #[test]
    fn a_link_ends_on_its_row_and_around_its_colour() {
        let capability = Capability { links: LinkMarks::OSC8, width: 9, ..Capability::default() };
        let look = Look { dialect: Dialect::Telnet, capability };
        let link = Link::send("north");
        let shown = look.prose(&Prose::text("to ").link(Role::Warning, "the north", link));
        let (begin, end) = ("\x1b]8;;send:north\x1b\\\x1b[1;31m", "\x1b[0m\x1b]8;;\x1b\\");
        assert_eq!(shown, format!("to {begin}the{end}\r\n{begin}north{end}\r\n"));
    }

    #[test]
    fn a_sound_made_harmless_by_the_end_of_a_row_is_known_to_be_one() {
        let capability = Capability { sounds: true, ..look(ColourDepth::None, 10).capability };
        let look = Look { dialect: Dialect::Telnet, capability };
        let (harmless, text) = (Prose::text("so it!!SOUND(x)"), Prose::text("so it! Sound (x)!"));
        let shown = look.rendering(&harmless);
        assert_eq!(shown.bytes, "so it!\r\n!SOUND(x)\r\n");
        assert!(!shown.is_text_alone && look.rendering(&text).is_text_alone);
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

    /// What a client of an encoding reads.
    fn decoded(bytes: &[u8], charset: Charset) -> String {
        match charset {
            Charset::Utf8 => String::from_utf8(bytes.to_vec()).unwrap(),
            Charset::Latin1 => {
                let text: String = bytes.iter().copied().map(char::from).collect();
                text.replace("ÿÿ", "ÿ")
            }
            Charset::Ascii => {
                assert!(bytes.is_ascii(), "{}", bytes.escape_ascii());
                bytes.iter().copied().map(char::from).collect()
            }
        }
    }

    proptest! {
        /// Whatever is said, in whatever letters it arrives, no row is wider than the window less one column.
        #[test]
        fn whatever_is_said_fits(
            text in "(\\PC|[ -~]|[一-龥]|👩\u{200d}👧|e\u{301}|[½…™©®Æß]){0,150}",
            width in 20u16..140,
            charset in prop::sample::select(vec![Charset::Utf8, Charset::Latin1, Charset::Ascii]),
        ) {
            let text = crate::vocab::clean(&text);
            let capability =
                Capability { width, charset, colour: ColourDepth::None, ..Capability::default() };
            let look = Look { dialect: Dialect::Telnet, capability };
            let list = List::of([Prose::text(text.as_str()), Prose::new().name(text.as_str())]);
            let shown = look.prose(&Prose::text(text).list(list));
            for row in decoded(&shown, charset).split("\r\n") {
                prop_assert!(row.width() < usize::from(width), "{width}: {row:?}");
            }
        }
    }
}
