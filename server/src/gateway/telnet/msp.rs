//! MSP (90): sounds as lines of text, for clients without GMCP. Off unless the operator has sounds, and then offered to those who
//! refuse GMCP.
//!
//! A client that agreed takes such a line from anybody, so what others write is made harmless for it: [`harmless`].

use std::borrow::Cow;

use bytes::Bytes;

use super::codes::OPTION_MSP;
use super::options::{Policy, Side, TelnetOption};
use super::q_method::Switch;
use crate::gateway::gmcp::Extras;
use crate::vocab::ChannelName;

/// The row of the table.
pub(super) const MSP: TelnetOption = TelnetOption {
    us: Policy::Accept,
    switched: |client, side, switch, _| {
        if side == Side::Us {
            client.plays_sounds = switch == Switch::On;
        }
    },
    switches_max: 32,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_MSP)
};

/// What plays something, behind `!!`.
const TRIGGERS: [&str; 2] = ["SOUND(", "MUSIC("];

/// The line that plays the sound of a channel, if it has one whose name and address can stand in such a line.
pub(in crate::gateway) fn trigger(extras: &Extras, channel: &ChannelName) -> Option<Bytes> {
    let (file, folder) = (extras.sounds.get(channel)?, extras.media.as_ref()?);
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b')');
    let line = || Bytes::from(format!("!!SOUND({file} T={channel} U={folder})\r\n"));
    (is_plain(file) && is_plain(folder)).then(line)
}

/// The text with a blank in all that would play something: `! !SOUND(`.
pub(in crate::gateway) fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("!!") {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        if c == '!' && out.ends_with('!') && begins_trigger(&text[at + 1..]) {
            out.push(' ');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

fn begins_trigger(rest: &str) -> bool {
    TRIGGERS.iter().any(|trigger| {
        rest.get(..trigger.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(trigger))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_plays_something_is_made_harmless() {
        let table = [
            ("!!SOUND(bell.wav)", "! !SOUND(bell.wav)"),
            ("!!!!music(a) !!SOUND(", "!!! !music(a) ! !SOUND("),
            ("Stop!! Sound (loud)!!", "Stop!! Sound (loud)!!"),
            ("!!SOUND", "!!SOUND"),
            ("!!é", "!!é"),
        ];
        for (text, expected) in table {
            assert_eq!(harmless(text.into()), expected);
        }
    }

    #[test]
    fn only_what_can_stand_in_the_line_is_played() {
        let bell = |file: &str, media: Option<&str>| {
            let sounds = [("whisper".parse().unwrap(), file.to_owned())].into();
            let extras = Extras { media: media.map(str::to_owned), sounds, ..Extras::default() };
            trigger(&extras, &"whisper".parse().unwrap())
        };
        let line = "!!SOUND(bell.ogg T=whisper U=https://a.example/)\r\n";
        assert_eq!(bell("bell.ogg", Some("https://a.example/")).unwrap(), line);
        assert_eq!(bell("bell.ogg", None), None);
        for bad in ["a b.ogg", "a).ogg", "a\r\n.ogg", "\u{1b}"] {
            assert_eq!(bell(bad, Some("https://a.example/")), None, "{bad:?}");
        }
        assert_eq!(trigger(&Extras::default(), &"say".parse().unwrap()), None);
    }

    proptest! {
        /// Whatever is written, nothing in it plays anything.
        #[test]
        fn nothing_is_left_that_plays(text in "(!|SOUND\\(|music\\(|MUSIC\\(|[a-z() ]|\\PC){0,30}") {
            let left = harmless(text.as_str().into()).to_uppercase();
            prop_assert!(TRIGGERS.iter().all(|trigger| !left.contains(&format!("!!{trigger}"))), "{left}");
        }
    }
}
