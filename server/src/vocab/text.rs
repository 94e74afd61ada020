//! What is done to every text that a stranger typed, before anyone else sees it.

use std::time::Duration;

use unicode_normalization::UnicodeNormalization;

/// Removes what could act on another's terminal or turn their text around: C0 and C1 controls, DEL, the byte order mark
/// and bidirectional controls. A tab becomes a space; the rest of the text is kept as it was.
#[must_use]
pub fn clean(text: &str) -> String {
    // Nearly all that is typed is plain ASCII.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .filter_map(|c| match c {
            '\t' => Some(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => None,
            '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => None,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            '\u{2028}' | '\u{2029}' => Some(' '),
            _ => Some(c),
        })
        .collect()
}

/// [`clean`]s a line and takes the blanks off its ends.
#[must_use]
pub fn clean_line(text: &str) -> String {
    let text = clean(text);
    let trimmed = text.trim();
    if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
}

/// The text with its first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a name looks like, so that two that look alike can be told to be the same: NFKC, the skeleton of Unicode
/// Technical Standard 39 for all but ASCII, lower case, marks dropped.
///
/// ASCII letters pass unchanged: the skeleton maps `m` to `rn` and `1` to `l`, which would turn ordinary names into twins.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let mut seen = String::new();
    for c in name.nfkc().flat_map(char::to_lowercase) {
        if c.is_ascii() {
            seen.push(c);
        } else {
            let one = c.to_string();
            seen.extend(unicode_security::skeleton(&one).flat_map(char::to_lowercase));
        }
    }
    seen.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
}

/// How long something lasts, to the two largest units: `2 h 5 min`.
#[must_use]
pub fn lasting(time: Duration) -> String {
    let seconds = time.as_secs();
    let (large, small) =
        match (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60) {
            (0, 0, 0, s) => return format!("{s} s"),
            (0, 0, m, s) => ((m, "min"), (s, "s")),
            (0, h, m, _) => ((h, "h"), (m, "min")),
            (d, h, ..) => ((d, "d"), (h, "h")),
        };
    match (large, small) {
        ((count, unit), (0, _)) => format!("{count} {unit}"),
        ((count, unit), (rest, smaller)) => format!("{count} {unit} {rest} {smaller}"),
    }
}

/// How long is left of something, to the second and never less: `1 d 2 h 3 min 4 s`.
#[must_use]
pub fn countdown(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let units = [(86_400, u64::MAX, "d"), (3_600, 24, "h"), (60, 60, "min"), (1, 60, "s")];
    let parts = units.iter().map(|(size, of, unit)| (seconds / size % of, unit));
    let parts: Vec<String> = parts
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_bidi_are_stripped() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\td\u{9b}\u{feff}\r\n"), "a[31mbc d");
        assert_eq!(clean_line("  say it \u{7}"), "say it");
    }

    #[test]
    fn look_alikes_share_a_skeleton() {
        for twin in ["ＡＤＭＩＮ", "Аdmin", "ADMIN", "ádmin"] {
            assert_eq!(skeleton(twin), "admin", "{twin}");
        }
        assert_ne!(skeleton("Ada"), skeleton("Adam"));
        assert_ne!(skeleton("Mara"), skeleton("Rnara"));
    }
}
