//! What must hold of everything that is shown: whatever players say and operators write, on every screen.

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::links::without_links;
use super::parts;

use crate::gateway::telnet::spell;
use crate::gateway::websocket::frame::payload;
use crate::gateway::{Dialect, Look};
use crate::vocab::{
    Background, Capability, ChannelStyle, Charset, Colour, ColourDepth, Link, LinkMarks, List,
    MaskLevel, Message, Meter, Prose, Rank, Role, Styles, Table, View, clean,
};

/// Texts with 255 between them, after four bytes that choose the screen: whatever they say, no row is wider than the window,
/// no escape sequence is there but our own for colours and for links of the game's own, and no letter is lost. As markup
/// of the world they are read or refused.
pub(crate) fn markup(data: &[u8]) {
    let Some((&[first, second, other, width], bytes)) = data.split_first_chunk::<4>() else {
        return;
    };
    let look = look(first, second, width);
    let texts: Vec<String> =
        parts(bytes).map(|part| clean(&String::from_utf8_lossy(part))).collect();
    for prose in proses(&texts) {
        is_sound(look, &shared(look, &prose, wide(other)), &prose);
    }
    for prose in linked(&texts) {
        let bytes = shared(look, &prose, wide(other));
        is_sound(look, &without_links(look, &bytes), &prose);
    }
    texts.iter().for_each(|text| is_kept(look, text));
    texts.iter().for_each(|text| is_read(text));
}

/// What a client is sent; whoever is said to be sent the same is sent the same.
fn shared(look: Look, prose: &Prose, width: u16) -> Bytes {
    let shown = look.rendering(prose);
    let other = Look { capability: Capability { width, ..look.capability }, ..look };
    if shown.width_min.is_some_and(|least| width == 0 || width >= least) {
        assert_eq!(other.rendering(prose).bytes, shown.bytes, "{width} columns");
    }
    if shown.is_text_alone {
        assert_eq!(look.of_text_alone().rendering(prose).bytes, shown.bytes);
    }
    shown.bytes
}

fn look(first: u8, second: u8, width: u8) -> Look {
    const DEPTHS: [ColourDepth; 4] =
        [ColourDepth::None, ColourDepth::Sixteen, ColourDepth::TwoFiveSix, ColourDepth::True];
    const CHARSETS: [Charset; 4] = [Charset::Utf8, Charset::Latin1, Charset::Ascii, Charset::Utf8];
    let is = |bit: u8| second >> bit & 1 == 1;
    let mut capability = Capability {
        colour: DEPTHS[usize::from(first & 3)],
        charset: CHARSETS[usize::from(first >> 2 & 3)],
        width: wide(width),
        screen_reader: is(0),
        compact: is(1),
        ..Capability::default()
    };
    capability.links = match second >> 4 & 3 {
        1 => LinkMarks::OSC8,
        2 => LinkMarks::Mxp,
        3 => LinkMarks::osc8(true, false, false),
        _ => LinkMarks::None,
    };
    capability.sounds = is(6);
    capability.background = if is(2) { Background::Light } else { Background::Dark };
    let dialect = if is(3) { Dialect::Json } else { Dialect::Telnet };
    Look { dialect, capability }
}

/// A window that there may be: of any width, or of 20 columns and more.
fn wide(byte: u8) -> u16 {
    match byte {
        0 => 0,
        columns => 19 + u16::from(columns),
    }
}

/// The texts in every role that has strangers' words in it, and in every block.
fn proses(texts: &[String]) -> Vec<Prose> {
    let roles = [Role::Plain, Role::Name, Role::Quote, Role::Title, Role::Talk(COLOUR), Role::Dim];
    let spans = texts.iter().zip(roles.into_iter().cycle());
    let line = spans.fold(Prose::new(), |line, (text, role)| line.span(role, text));
    let items = || texts.iter().map(|text| Prose::new().name(text.as_str()));
    let first = texts.first().map(String::as_str).unwrap_or_default();
    let table = Table::new().words(first).numbers("said");
    let table = items().fold(table, |table, item| table.row([item, Prose::new().number(3)]));
    let meter = Meter { value: texts.len() as u64, most: 12 };
    let told = line.clone().meter(meter).list(List::of(items()));
    vec![
        line,
        told.list(List::of_sentences(items())),
        Prose::text(first).table(table).plain(first),
        talk(texts, View::Other),
        talk(texts, View::Sender),
    ]
}

/// The texts where only the game and its staff write: in what can be pressed.
fn linked(texts: &[String]) -> [Prose; 2] {
    let first = texts.first().map(String::as_str).unwrap_or_default();
    let link = |prose: Prose, text: &String| {
        let examine = Link::send(&format!("examine {text}"));
        prose.link(Role::Item, text, examine).plain(", ").link(Role::Exit, text, Link::prompt(text))
    };
    [
        texts.iter().fold(Prose::text("Here: "), link),
        Prose::text("News: ").with_addresses(Role::Plain, &format!("https://a.example/{first}")),
    ]
}

const COLOUR: Colour = Colour { red: 0x20, green: 0x10, blue: 0xf0 };

/// A line of talk by somebody with the first text as a name, in a channel whose format would have more filled in if it
/// were read again.
fn talk(texts: &[String], view: View) -> Prose {
    let mut said = MESSAGE.clone();
    let text = |at: usize| texts.get(at).map(String::as_str).unwrap_or_default();
    said.sender.name = text(0).into();
    said.content = text(1).to_owned();
    let line = STYLES.line(&said, view, None, MaskLevel::Off);
    let told = match view {
        View::Sender => format!("You say, \"{}\"", text(1)),
        _ => format!("[$] {}: {}", text(0), text(1)),
    };
    assert_eq!(line.to_text(), told);
    line
}

static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    let style = ChannelStyle {
        hear: Rank::Guest,
        tells_place: false,
        colour: COLOUR,
        to_sender: "You say, \"$m\"".to_owned(),
        to_target: "$n: $m".to_owned(),
        to_others: "[$$] $n: $m".to_owned(),
    };
    Styles([(MESSAGE.channel.clone(), style)].into_iter().collect())
});

static MESSAGE: LazyLock<Message> = LazyLock::new(|| {
    let message = json!({
        "v": 1, "id": "01a1fd3f-fe4f-7749-8385-988b65a4c382", "epoch": "20f042ca", "seq": 1,
        "channel": "say", "at": "2026-11-21T09:15:02.413Z", "content": "", "flags": [],
        "sender": { "id": "p_1", "name": "", "kind": "player" },
    });
    serde_json::from_value(message).expect("it is a message")
});

/// Whether what a client is sent of a prose is what it may be sent.
fn is_sound(look: Look, bytes: &[u8], prose: &Prose) {
    let Capability { colour, charset, width, .. } = look.capability;
    if look.dialect == Dialect::Json {
        let bytes = payload(bytes);
        let message: Value = serde_json::from_slice(bytes).expect("it is JSON");
        assert!(message["text"].is_string() && !bytes.iter().any(u8::is_ascii_control));
        return;
    }
    let text = decoded(bytes, charset);
    assert!(text.ends_with("\r\n"));
    for row in text.trim_end_matches("\r\n").split("\r\n") {
        let (plain, codes) = without_colours(row);
        assert!(!plain.chars().any(char::is_control), "{row:?} of {prose:?}");
        assert!(colour != ColourDepth::None || codes == 0, "{row:?} has colours");
        let is_within = width == 0 || plain.width() < usize::from(width);
        assert!(is_within, "{} of {width} columns: {plain:?}", plain.width());
    }
}

/// What a client of an encoding reads.
fn decoded(bytes: &[u8], charset: Charset) -> String {
    match charset {
        Charset::Utf8 => String::from_utf8(bytes.to_vec()).expect("it is UTF-8"),
        Charset::Latin1 => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            assert!(!text.replace("ÿÿ", "").contains('ÿ'), "an IAC that is not doubled");
            text.replace("ÿÿ", "ÿ")
        }
        Charset::Ascii => String::from_utf8(bytes.to_vec())
            .ok()
            .filter(|text| text.is_ascii())
            .expect("it is ASCII"),
    }
}

/// A row without its colours, each of which it ends, and how many there were.
fn without_colours(row: &str) -> (String, usize) {
    let mut parts = row.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    let (mut codes, mut is_coloured) = (0, false);
    for part in parts {
        let (code, text) = part.split_once('m').expect("it is a colour");
        assert!(code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{row:?}");
        is_coloured = code != "0";
        codes += 1;
        plain.push_str(text);
    }
    assert!(!is_coloured, "the colour goes on after {row:?}");
    (plain, codes)
}

/// No letter of a text is lost, wherever its rows end.
fn is_kept(look: Look, text: &str) {
    let Capability { charset, sounds, .. } = look.capability;
    let plain = Capability { colour: ColourDepth::None, ..look.capability };
    let look = Look { dialect: Dialect::Telnet, capability: plain };
    let heard = decoded(&look.prose(&Prose::text(text)), charset).to_ascii_lowercase();
    assert!(!sounds || !(heard.contains("!!sound(") || heard.contains("!!music(")), "{heard:?}");
    let look = look.of_text_alone();
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let shown = decoded(&look.prose(&Prose::text(text)), charset);
    assert_eq!(letters(&shown), letters(&spell(text, charset)));
}

/// Markup is read or refused; what has its braces doubled is the text itself.
fn is_read(text: &str) {
    if let Ok(prose) = Prose::markup(text) {
        let braces = |text: &str| text.matches('}').count();
        assert!(prose.to_text().len() <= text.len() && braces(&prose.to_text()) <= braces(text));
    }
    let escaped = Prose::markup(&text.replace('{', "{{"));
    assert_eq!(escaped.map(|prose| prose.to_text()).as_deref(), Ok(text));
}
