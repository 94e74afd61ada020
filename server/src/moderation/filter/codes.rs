//! Step 1: colour codes and other marks that never show as letters. Says which parts of a text remain; changes nothing.

use std::ops::Range;

/// Letters that MUDs use after a code's first character: the colours, bright ones as capitals, and `x`, `n`, `d` for none.
const COLOURS: &[u8] = b"rgybmcwxdnkopulsvzRGYBMCWXDNKOPULSVZ";

/// Which bytes begin a code.
const BEGINS: [bool; 256] = {
    let (marks, mut begins, mut at) = (b"\x1b[{}&@^|%$#`<\\~", [false; 256], 0);
    while at < marks.len() {
        begins[marks[at] as usize] = true;
        at += 1;
    }
    begins
};

/// The longest code that is looked for. Bytes.
const CODE_BYTES_MAX: usize = 40;

/// What remains of a text without its codes; none when there are no codes in it.
pub(super) fn without(text: &str) -> Option<Vec<Range<usize>>> {
    if !text.bytes().any(|byte| BEGINS[usize::from(byte)]) {
        return None;
    }
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        match code_length(&text.as_bytes()[at..]) {
            Some(length) if text.is_char_boundary(at + length) => {
                parts.push(from..at);
                at += length;
                from = at;
            }
            _ => at += 1,
        }
    }
    if from == 0 {
        return None;
    }
    parts.push(from..text.len());
    Some(parts)
}

/// How long the code is that stands at the beginning, if there is one.
fn code_length(rest: &[u8]) -> Option<usize> {
    let rest = &rest[..rest.len().min(CODE_BYTES_MAX)];
    match *rest.first()? {
        b'\x1b' => Some(1 + bracketed(&rest[1..]).unwrap_or(0)),
        b'[' => bracketed(rest),
        b'%' => percent(rest),
        b'<' => tag(rest),
        b'|' => wide(rest).or_else(|| one_letter(rest)),
        b'@' => terminal_number(rest).or_else(|| one_letter(rest)),
        b'{' | b'}' | b'&' | b'^' | b'$' | b'#' | b'`' | b'~' => one_letter(rest),
        b'\\' => rest.starts_with(b"\\e").then(|| 2 + bracketed(&rest[2..]).unwrap_or(0)),
        _ => None,
    }
}

/// `[1;31m`, with or without the escape that clients may have lost on the way.
fn bracketed(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"[")?;
    let digits = inner.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
    (digits > 0 && inner.get(digits)? == &b'm').then_some(digits + 2)
}

/// `%^RED%^`, and a lone `%^`.
fn percent(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"%^")?;
    let name = inner.iter().take_while(|b| b.is_ascii_uppercase() || b"_0123456789".contains(b));
    let name = name.count();
    Some(if inner[name..].starts_with(b"%^") { name + 4 } else { 2 })
}

/// A tag such as `<red>`, `</c>`, `<color #ff0000>` or `<send href="look">`: a name at once, and an end.
fn tag(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().position(|b| *b == b'>')?;
    let name = rest.get(1..end)?;
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let is_name = name.first().is_some_and(|b| b.is_ascii_alphabetic() || b"#!".contains(b));
    (is_name && !name.contains(&b'<')).then_some(end + 1)
}

/// `|500`, `|[r`, `|=a`, `|cffff0000`.
fn wide(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"|")?;
    let is_hex = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    if inner.first() == Some(&b'c') && inner.get(1..9).is_some_and(is_hex) {
        return Some(10);
    }
    if matches!(inner.first(), Some(b'[' | b'=')) && inner.get(1)?.is_ascii_alphanumeric() {
        return Some(3);
    }
    inner.get(..3).is_some_and(|three| three.iter().all(u8::is_ascii_digit)).then_some(4)
}

/// `@x196`.
fn terminal_number(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"@x")?;
    let digits = inner.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    (digits > 0).then_some(digits + 2)
}

/// `{r`, `&R`, `@r`, `^r`, `|r`, `$r`, `#r`, `` `r``, also with a number.
fn one_letter(rest: &[u8]) -> Option<usize> {
    let letter = rest.get(1)?;
    let is_code = COLOURS.contains(letter) || (letter.is_ascii_digit() && rest[0] != b'$');
    if is_code && matches!(rest[0], b'{') && rest.get(2) == Some(&b'}') {
        return Some(3);
    }
    is_code.then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        without(text).map_or_else(
            || text.to_owned(),
            |parts| parts.into_iter().map(|part| &text[part]).collect(),
        )
    }

    #[test]
    fn codes_of_many_muds_go() {
        for coded in [
            "da\x1b[1;31mrn",
            "da[0mrn",
            "da{rrn",
            "da{R}rn",
            "da&Rrn",
            "da@rrn",
            "da@x196rn",
            "da^rrn",
            "da|rrn",
            "da|500rn",
            "da|[rrn",
            "da|cffff0000rn",
            "da%^RED%^rn",
            "da$rrn",
            "da`rrn",
            "da<red>rn",
            "da</c>rn",
            "da<send href='look'>rn",
            "da\\e[31mrn",
        ] {
            assert_eq!(stripped(coded), "darn", "{coded:?}");
        }
    }

    #[test]
    fn what_only_looks_like_a_code_stays() {
        for plain in ["5 < 6 and 7 > 6", "a [note] to all", "100 % sure", "é{", "1 & 2", "<3", "%"]
        {
            assert_eq!(stripped(plain), plain);
        }
    }
}
