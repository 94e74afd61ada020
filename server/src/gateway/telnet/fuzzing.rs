//! What must hold of a telnet connection whatever its client sends. Sends nothing anywhere: bytes in, assertions.

mod lines;
mod msdp;

use std::time::Instant;

use bytes::BytesMut;

use super::options::OPTIONS;
use super::{Asked, Credentials, Heard, Telnet, TelnetLimits};
use crate::gateway::fuzzing::{Settings, split};
use crate::vocab::clean;

pub(crate) use lines::lines;
pub(crate) use msdp::msdp;

/// Small, so that short inputs reach the limits.
const TIGHT: TelnetLimits = TelnetLimits {
    line_bytes_max: 30,
    answers_per_10s_max: 12,
    answer_bytes_ahead_max: 64,
    switches_per_option_max: 6,
    commands_per_hour_max: 40,
    discarded_bytes_per_hour_max: 100,
};

/// Any bytes in any split: the same is heard and the same is answered, in bounded memory and not more than was sent, and
/// what is heard is safe to show.
pub(crate) fn telnet(settings: Settings, bytes: &[u8]) {
    let limits = if settings.is_tight { TIGHT } else { TelnetLimits::default() };
    Played::new(settings, limits, std::iter::once(bytes)).is_bounded(bytes.len());
    // Compressed bytes come out of the stream many at once, and which of them an answer is for cannot be told.
    let answer_bytes_ahead_max =
        if settings.offers_all { 0 } else { limits.answer_bytes_ahead_max };
    let limits = TelnetLimits { answer_bytes_ahead_max, ..limits };
    let whole = Played::new(settings, limits, std::iter::once(bytes));
    whole.heard.iter().for_each(|heard| is_safe(heard, limits));
    for other in [
        Played::new(settings, limits, split(bytes, settings.seed)),
        Played::new(settings, limits, bytes.chunks(1)),
    ] {
        // How much may come out of compressed bytes is reckoned by the read.
        if !whole.met_a_bomb() && !other.met_a_bomb() {
            assert_eq!(other.heard, whole.heard);
            assert_eq!(other.out.escape_ascii().to_string(), whole.out.escape_ascii().to_string());
        }
    }
}

/// A connection after all its bytes.
struct Played {
    limits: TelnetLimits,
    telnet: Telnet,
    out: BytesMut,
    heard: Vec<Heard>,
}

impl Played {
    fn new<'a>(
        settings: Settings,
        limits: TelnetLimits,
        segments: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        let (telnet, _) = Telnet::new(limits, settings.offers());
        let mut played = Self { limits, telnet, out: BytesMut::new(), heard: Vec::new() };
        if settings.hides_input {
            played.telnet.hide_input(&mut BytesMut::new());
        }
        let now = Instant::now();
        for segment in segments {
            let heard = &mut played.heard;
            played.telnet.receive(segment, now, &mut played.out, &mut |one| heard.push(one));
            played.holds_little();
        }
        played
    }

    fn holds_little(&self) {
        let payload_max = OPTIONS.iter().map(|row| row.payload.bytes_max).max().unwrap_or_default();
        let Telnet { lines, parser, .. } = &self.telnet;
        assert!(lines.bytes_held() <= 2 * self.limits.line_bytes_max, "{}", lines.bytes_held());
        assert!(parser.bytes_held() <= 2 * payload_max, "{}", parser.bytes_held());
    }

    fn is_bounded(&self, bytes_in: usize) {
        let ahead = self.out.len().saturating_sub(bytes_in);
        assert!(ahead as u64 <= self.limits.answer_bytes_ahead_max, "{ahead} more than came in");
        let is_last = |heard: &Heard| matches!(heard, Heard::Hostile(_) | Heard::WrongDoor(_));
        let end = self.heard.iter().position(is_last);
        assert!(end.is_none_or(|end| end + 1 == self.heard.len()), "something was heard after it");
        let told = [self.telnet.client_name().unwrap_or_default(), self.telnet.client_version()];
        assert!(told.into_iter().all(is_printable), "{told:?}");
    }

    fn met_a_bomb(&self) -> bool {
        matches!(self.heard.last(), Some(Heard::Hostile(why)) if why.contains("swells"))
    }
}

/// Whether others may be shown what was heard, and whether it keeps to the limits.
pub(in crate::gateway) fn is_safe(heard: &Heard, limits: TelnetLimits) {
    match heard {
        Heard::Line(line) => {
            assert_eq!(*line, clean(line), "it is not clean");
            // What is not UTF-8 becomes a character of three bytes.
            assert!(line.len() <= 3 * limits.line_bytes_max, "{} bytes", line.len());
        }
        Heard::Screen(screen) => assert!(matches!(screen.width, 0 | 20..=500), "{screen:?}"),
        Heard::Capability(shown) => assert!(matches!(shown.width, 0 | 20..=500), "{shown:?}"),
        Heard::Asked(asked) => {
            if let Asked::LogIn(Credentials::Password { name, password }) = &**asked {
                let texts = [name.as_str(), password.expose()];
                assert!(texts.iter().all(|text| (1..=256).contains(&text.len())));
            }
        }
        _ => {}
    }
}

/// Whether what a client calls itself can be shown to staff.
fn is_printable(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| matches!(b, b' '..=b'~') && !b.is_ascii_lowercase())
}
