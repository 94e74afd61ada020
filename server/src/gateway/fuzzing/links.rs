//! How a client finds links of either kind in what it is sent, and what each of them must be.

use crate::gateway::{Dialect, Look};
use crate::vocab::LinkMarks;

/// What is sent of a prose of the game's own, without its links: each is of one command or address, and ends in its row.
pub(super) fn without_links(look: Look, bytes: &[u8]) -> Vec<u8> {
    if look.dialect == Dialect::Json {
        return bytes.to_vec();
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut is_open = false;
    let mut rest = bytes;
    while let Some(&byte) = rest.first() {
        let Some((target, after)) = link_mark(look.capability.links, rest) else {
            assert!(!(is_open && byte == b'\n'), "a link goes on over the end of its row");
            plain.push(byte);
            rest = &rest[1..];
            continue;
        };
        assert!(is_open == target.is_empty(), "{}", bytes.escape_ascii());
        (is_open, rest) = (!is_open, after);
    }
    assert!(!is_open);
    plain
}

/// What begins or ends a link here, if something does: its target, which is empty at the end, and what follows.
fn link_mark(marks: LinkMarks, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (begin, end) = match marks {
        LinkMarks::None => return None,
        LinkMarks::Osc8 { .. } => (&b"\x1b]8;;"[..], &b"\x1b\\"[..]),
        LinkMarks::Mxp => (&b"\x1b[4z<"[..], &b">\x1b[7z"[..]),
    };
    let rest = bytes.strip_prefix(begin)?;
    let length = rest.windows(end.len()).position(|part| part == end).expect("a mark ends");
    let (mark, after) = (&rest[..length], &rest[length + end.len()..]);
    assert!(!mark.iter().any(|byte| byte.is_ascii_control() || matches!(byte, b'<' | b'>')));
    if marks != LinkMarks::Mxp {
        assert!(mark.is_ascii() && !mark.contains(&b' '));
        return Some((mark, after));
    }
    let target = mark.strip_prefix(b"send href=\"").or_else(|| mark.strip_prefix(b"a href=\""));
    let Some(target) = target else {
        assert!(matches!(mark, b"/send" | b"/a"), "{}", mark.escape_ascii());
        return Some((b"", after));
    };
    let target = target.strip_suffix(b" prompt").unwrap_or(target);
    let target = target.strip_suffix(b"\"").expect("a target ends");
    assert!(!target.is_empty() && !target.contains(&b'"'), "{}", target.escape_ascii());
    Some((target, after))
}
