//! How a client is told that a text can be pressed: OSC 8, or a tag of MXP. Costs no column, and ends where the text does.

use std::fmt::Write;

use crate::vocab::{Link, LinkMarks, Press};

/// Ends a link of OSC 8.
const OSC8_END: &str = "\x1b]8;;\x1b\\";
/// A tag of MXP is believed only right behind this.
const MXP_TAG: &str = "\x1b[4z";
/// Nothing is a tag from here on.
pub(super) const MXP_LOCKED: &str = "\x1b[7z";

/// Appends what begins a link, if this client knows its kind; returns what ends it.
pub(super) fn begin(link: Option<&Link>, marks: LinkMarks, out: &mut String) -> &'static str {
    let Some(link) = link else { return "" };
    match (marks, link.press()) {
        (LinkMarks::Osc8 { opens: true, .. }, Press::Open) => osc8("", link, out),
        (LinkMarks::Osc8 { sends: true, .. }, Press::Send) => osc8("send:", link, out),
        (LinkMarks::Osc8 { prompts: true, .. }, Press::Prompt) => osc8("prompt:", link, out),
        (LinkMarks::Mxp, press) => mxp(press, link, out),
        (LinkMarks::None | LinkMarks::Osc8 { .. }, _) => "",
    }
}

fn osc8(scheme: &str, link: &Link, out: &mut String) -> &'static str {
    out.push_str("\x1b]8;;");
    out.push_str(scheme);
    match link.press() {
        // An address is written in the letters of addresses already.
        Press::Open => out.push_str(link.target()),
        Press::Send | Press::Prompt => escape(link.target(), out),
    }
    out.push_str("\x1b\\");
    OSC8_END
}

/// Everything but unreserved characters as `%XX` (RFC 3986, 2.1 to 2.3).
fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
}

fn mxp(press: Press, link: &Link, out: &mut String) -> &'static str {
    let (before, after, end) = match press {
        Press::Send => ("<send href=\"", "\">", "\x1b[4z</send>\x1b[7z"),
        Press::Prompt => ("<send href=\"", "\" prompt>", "\x1b[4z</send>\x1b[7z"),
        Press::Open => ("<a href=\"", "\">", "\x1b[4z</a>\x1b[7z"),
    };
    out.push_str(MXP_TAG);
    out.push_str(before);
    // Quotes are in no link, and brackets in none either.
    out.push_str(&link.target().replace('&', "&amp;"));
    out.push_str(after);
    out.push_str(MXP_LOCKED);
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(link: Option<Link>, marks: LinkMarks) -> String {
        let mut out = String::new();
        let end = begin(link.as_ref(), marks, &mut out);
        format!("{out}text{end}")
    }

    #[test]
    fn each_kind_is_marked_for_those_who_know_it() {
        use LinkMarks::{Mxp, None};
        let send = || Link::send("examine Zoë");
        let prompt = || Link::prompt("say ");
        let open = || Link::open("https://a.example/?a=1&b=2");
        let osc8 = LinkMarks::OSC8;
        let opens = LinkMarks::osc8(true, false, false);
        let sends = LinkMarks::osc8(false, true, false);
        let table = [
            (send(), osc8, "\x1b]8;;send:examine%20Zo%C3%AB\x1b\\text\x1b]8;;\x1b\\"),
            (prompt(), osc8, "\x1b]8;;prompt:say%20\x1b\\text\x1b]8;;\x1b\\"),
            (open(), osc8, "\x1b]8;;https://a.example/?a=1&b=2\x1b\\text\x1b]8;;\x1b\\"),
            (open(), opens, "\x1b]8;;https://a.example/?a=1&b=2\x1b\\text\x1b]8;;\x1b\\"),
            (send(), opens, "text"),
            (prompt(), sends, "text"),
            (open(), sends, "text"),
            (send(), Mxp, "\x1b[4z<send href=\"examine Zoë\">\x1b[7ztext\x1b[4z</send>\x1b[7z"),
            (prompt(), Mxp, "\x1b[4z<send href=\"say \" prompt>\x1b[7ztext\x1b[4z</send>\x1b[7z"),
            (
                open(),
                Mxp,
                "\x1b[4z<a href=\"https://a.example/?a=1&amp;b=2\">\x1b[7ztext\x1b[4z</a>\x1b[7z",
            ),
            (send(), None, "text"),
            (Option::None, osc8, "text"),
        ];
        for (link, marks, expected) in table {
            assert_eq!(shown(link.clone(), marks), expected, "{link:?} {marks:?}");
        }
    }

    proptest! {
        /// Whatever somebody or something is called, all that stands in a link is one command and no more.
        #[test]
        fn no_name_gets_out_of_its_link(name in "([\\PC\\x00-\\x1f\\x7f-\\u{9f}]|[a-z;\"%<>&|\\x1b])*") {
            let link = Link::send(&format!("examine x{name}"));
            let osc8 = shown(link.clone(), LinkMarks::OSC8);
            if link.is_none() {
                prop_assert_eq!(osc8, "text");
                return Ok(());
            }
            let target = osc8.strip_prefix("\x1b]8;;send:examine%20x");
            let target = target.and_then(|rest| rest.strip_suffix("\x1b\\text\x1b]8;;\x1b\\"));
            let is_escaped = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
            prop_assert!(target.is_some_and(|target| target.chars().all(is_escaped)), "{:?}", osc8);
            let mxp = shown(link, LinkMarks::Mxp);
            prop_assert_eq!(mxp.matches(['"', '<', '>', '\x1b']).count(), 2 + 4 + 4, "{:?}", mxp);
        }
    }
}
