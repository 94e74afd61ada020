//! CHARSET (42, RFC 2066): which text encoding both use. We ask, and answer when the client asks.

use crate::vocab::Charset;

use super::answers::Answers;
use super::client::Client;
use super::codes::OPTION_CHARSET;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;

const REQUEST: u8 = 1;
const ACCEPTED: u8 = 2;
const REJECTED: u8 = 3;
const TTABLE_IS: u8 = 4;
const TTABLE_REJECTED: u8 = 5;

/// What we ask for. UTF-8 first, because Mudlet takes the first name that it knows; these spellings, because MUSHclient
/// knows no others.
const OURS: &[u8] = b"\x01;UTF-8;ISO-8859-1;US-ASCII";

/// The same where nothing but UTF-8 is spoken.
const OURS_FIXED: &[u8] = b"\x01;UTF-8";

/// What precedes a client's list when it also offers a translation table; a version byte follows.
const TTABLE: &[u8] = b"[TTABLE]";

/// The row of the table.
pub(super) const CHARSET: TelnetOption = TelnetOption {
    us: Policy::Offer,
    him: Policy::Accept,
    payload: PayloadRule { bytes_max: 512, length: None },
    switched: ask,
    heard: hear,
    ..TelnetOption::refused(OPTION_CHARSET)
};

/// What is known of a client's encoding.
#[derive(Debug, Default)]
pub(super) struct Charsets {
    /// Whether it is UTF-8 whatever anybody says.
    pub(super) is_fixed: bool,
    /// What the player set, which goes before all else.
    pub(super) chosen: Option<Charset>,
    /// What this option settled.
    pub(super) agreed: Option<Charset>,
    /// Whether a line was UTF-8 beyond ASCII while nothing else told the encoding.
    pub(super) has_shown_utf8: bool,
    /// Whether our request is open.
    pub(super) is_asking: bool,
}

fn ask(client: &mut Client, side: Side, switch: Switch, answers: &mut Answers<'_>) {
    if side == Side::Us {
        let may_ask = switch == Switch::On;
        let ours = if client.charsets.is_fixed { OURS_FIXED } else { OURS };
        client.charsets.is_asking = may_ask && answers.subnegotiate(OPTION_CHARSET, ours);
    }
}

fn hear(client: &mut Client, payload: &[u8], answers: &mut Answers<'_>) {
    let Some((&kind, body)) = payload.split_first() else { return };
    let charsets = &mut client.charsets;
    match kind {
        REQUEST => answer(charsets, body, answers),
        ACCEPTED if std::mem::take(&mut charsets.is_asking) => {
            charsets.agreed = by_name(body).or(charsets.agreed);
        }
        REJECTED => charsets.is_asking = false,
        TTABLE_IS => {
            answers.subnegotiate(OPTION_CHARSET, &[TTABLE_REJECTED]);
        }
        _ => {}
    }
}

/// Answers a client's request: the first encoding of its list that we know, unless ours is open, which goes first.
fn answer(charsets: &mut Charsets, body: &[u8], answers: &mut Answers<'_>) {
    let found = if charsets.is_asking { None } else { first_known(body, charsets.is_fixed) };
    let Some((name, charset)) = found else {
        answers.subnegotiate(OPTION_CHARSET, &[REJECTED]);
        return;
    };
    if answers.subnegotiate(OPTION_CHARSET, &[&[ACCEPTED], name].concat()) {
        charsets.agreed = Some(charset);
    }
}

fn first_known(body: &[u8], is_fixed: bool) -> Option<(&[u8], Charset)> {
    let list = body.strip_prefix(TTABLE).and_then(|rest| rest.get(1..)).unwrap_or(body);
    let (separator, names) = list.split_first()?;
    let mut known =
        names.split(|byte| byte == separator).filter_map(|name| Some((name, by_name(name)?)));
    known.find(|(_, charset)| !is_fixed || *charset == Charset::Utf8)
}

/// The encoding of a name, in whatever spelling.
pub(super) fn by_name(name: &[u8]) -> Option<Charset> {
    const NAMES: [(&[&str], Charset); 3] = [
        (&["UTF-8", "UTF8"], Charset::Utf8),
        (&["ISO-8859-1", "ISO8859-1", "LATIN1", "LATIN-1"], Charset::Latin1),
        (&["US-ASCII", "ASCII"], Charset::Ascii),
    ];
    let is_one_of = |known: &[&str]| known.iter().any(|k| name.eq_ignore_ascii_case(k.as_bytes()));
    NAMES.iter().find(|(known, _)| is_one_of(known)).map(|(_, charset)| *charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_name_of_a_list() {
        type Found = Option<(&'static [u8], Charset)>;
        let table: [(&[u8], Found); 7] = [
            (b";utf-8;US-ASCII", Some((b"utf-8", Charset::Utf8))),
            (b" KOI8-R LATIN1", Some((b"LATIN1", Charset::Latin1))),
            (b"[TTABLE]\x01;X;US-ASCII", Some((b"US-ASCII", Charset::Ascii))),
            (b";KOI8-R", None),
            (b"[TTABLE]", None),
            (b";", None),
            (b"", None),
        ];
        for (list, expected) in table {
            assert_eq!(first_known(list, false), expected, "{}", list.escape_ascii());
        }
        let utf8 = Some((&b"UTF-8"[..], Charset::Utf8));
        assert_eq!(first_known(b";US-ASCII;UTF-8", true), utf8);
        assert_eq!(first_known(b";US-ASCII", true), None);
    }
}
