//! A JSON object, written field by field into a buffer. What a line costs to be put on record is to a good part its JSON; here
//! no name is looked at for escapes, and each text once.

use super::ids::HexText;

/// An object that is being written. What writes a field is put where it is called, so that the names, which are known there,
/// are copied as numbers are. Names of fields are taken as they are: they must need no escapes.
pub(crate) struct Fields<'a> {
    to: &'a mut Vec<u8>,
}

impl<'a> Fields<'a> {
    /// Writes an object to the end of the buffer.
    #[inline]
    pub(crate) fn object(to: &'a mut Vec<u8>, write: impl FnOnce(&mut Fields<'_>)) {
        let start = to.len();
        write(&mut Fields { to });
        // A comma is before every field; the first one's is where the object begins.
        match to.get_mut(start) {
            Some(comma) => *comma = b'{',
            None => to.push(b'{'),
        }
        to.push(b'}');
    }

    /// An object as a field.
    #[inline]
    pub(crate) fn within(&mut self, name: &str, write: impl FnOnce(&mut Fields<'_>)) {
        self.name(name);
        Fields::object(self.to, write);
    }

    /// A text, or null, as [`harmless`] has it.
    #[inline(always)]
    pub(crate) fn text<'t>(&mut self, name: &str, text: impl Into<Option<&'t str>>) {
        self.name(name);
        match text.into() {
            Some(text) => quote(text, self.to),
            None => self.null(),
        }
    }

    /// A text that cannot hold anything but letters, digits and plain signs, such as an id; or null.
    #[inline(always)]
    pub(crate) fn plain<'t>(&mut self, name: &str, text: impl Into<Option<&'t str>>) {
        self.name(name);
        match text.into() {
            Some(text) => quote_plain(text.as_bytes(), self.to),
            None => self.null(),
        }
    }

    /// A text, if there is one.
    #[inline(always)]
    pub(crate) fn text_if_any<'t>(&mut self, name: &str, text: impl Into<Option<&'t str>>) {
        if let Some(text) = text.into() {
            self.text(name, text);
        }
    }

    /// A text as in [`plain`](Self::plain), if there is one.
    #[inline(always)]
    pub(crate) fn plain_if_any<'t>(&mut self, name: &str, text: impl Into<Option<&'t str>>) {
        if let Some(text) = text.into() {
            self.plain(name, text);
        }
    }

    /// A list of texts.
    #[inline]
    pub(crate) fn texts<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t str>) {
        self.name(name);
        self.list(texts, quote);
    }

    /// An id, or null.
    #[inline(always)]
    pub(crate) fn id(&mut self, name: &str, id: impl Into<Option<HexText>>) {
        self.name(name);
        match id.into() {
            Some(id) => quote_plain(id.as_bytes(), self.to),
            None => self.null(),
        }
    }

    /// An id, if there is one.
    #[inline(always)]
    pub(crate) fn id_if_any(&mut self, name: &str, id: Option<HexText>) {
        if let Some(id) = id {
            self.id(name, id);
        }
    }

    /// A list of ids.
    #[inline]
    pub(crate) fn ids(&mut self, name: &str, ids: impl IntoIterator<Item = HexText>) {
        self.name(name);
        self.list(ids, |id, to| quote_plain(id.as_bytes(), to));
    }

    /// A number, or null.
    #[inline]
    pub(crate) fn number(&mut self, name: &str, number: impl Into<Option<u64>>) {
        self.name(name);
        match number.into() {
            Some(number) => digits(number, self.to),
            None => self.null(),
        }
    }

    #[inline]
    fn list<T>(&mut self, of: impl IntoIterator<Item = T>, write: impl Fn(T, &mut Vec<u8>)) {
        self.to.push(b'[');
        for (place, one) in of.into_iter().enumerate() {
            if place > 0 {
                self.to.push(b',');
            }
            write(one, self.to);
        }
        self.to.push(b']');
    }

    #[inline(always)]
    fn name(&mut self, name: &str) {
        self.to.extend_from_slice(b",\"");
        self.to.extend_from_slice(name.as_bytes());
        self.to.extend_from_slice(b"\":");
    }

    #[inline]
    fn null(&mut self) {
        self.to.extend_from_slice(b"null");
    }
}

fn quote(text: &str, to: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        quote_plain(text.as_bytes(), to);
    } else {
        let text = serde_json::to_string(text).expect("a text is always JSON");
        to.extend_from_slice(harmless(text).as_bytes());
    }
}

#[inline(always)]
fn quote_plain(text: &[u8], to: &mut Vec<u8>) {
    debug_assert!(is_plain(text), "{text:?} is not plain");
    to.push(b'"');
    to.extend_from_slice(text);
    to.push(b'"');
}

/// Whether a text stands in JSON as it is. Looks at eight bytes at a time, and at all of them, which is faster than to stop at the
/// first that does not.
fn is_plain(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks();
    let of_words = words.iter().fold(0, |odd, word| odd | odd_bytes(u64::from_le_bytes(*word)));
    let of_rest = rest.iter().fold(0, |odd, byte| odd | odd_bytes(LOW * u64::from(*byte)));
    (of_words | of_rest) & HIGH == 0
}

/// One in each byte.
const LOW: u64 = u64::from_le_bytes([0x01; 8]);
/// The highest bit of each byte.
const HIGH: u64 = LOW << 7;

/// Has one of [`HIGH`] set when one of eight bytes is a control character, a quote, a backslash or not ASCII.
fn odd_bytes(word: u64) -> u64 {
    let below = |limit: u8, word: u64| word.wrapping_sub(LOW * u64::from(limit)) & !word;
    let is = |byte: u8| below(1, word ^ (LOW * u64::from(byte)));
    word | below(0x20, word) | is(b'"') | is(b'\\') | is(0x7f)
}

fn digits(number: u64, to: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut left, mut from) = (number, digits.len());
    loop {
        from -= 1;
        digits[from] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[from..]);
}

/// Writes as `\u` escapes what JSON allows as it stands and readers trip over: what some take for the end of a line
/// (U+0085, U+2028, U+2029), and what acts on the terminal of someone who looks at the file (DEL, C1 and bidirectional
/// controls, the byte order mark). Such characters occur only inside strings, where both spellings mean the same.
pub(crate) fn harmless(json: String) -> String {
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        if acts_on_its_reader(c) {
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Whether a character acts on whoever looks at it, though JSON allows it as it stands.
#[must_use]
pub fn acts_on_its_reader(c: char) -> bool {
    matches!(
        c,
        '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn written(write: impl FnOnce(&mut Fields<'_>)) -> String {
        let mut line = Vec::new();
        Fields::object(&mut line, write);
        String::from_utf8(line).unwrap()
    }

    proptest! {
        /// Whatever is written is read back, and nothing in it acts on whoever looks at it.
        #[test]
        fn what_is_written_is_read_back(texts: Vec<String>, number: Option<u64>) {
            let first = texts.first().map(String::as_str);
            let line = written(|fields| {
                fields.within("inner", |inner| inner.text_if_any("first", first));
                fields.text("first", first);
                fields.number("number", number);
                fields.texts("all", texts.iter().map(String::as_str));
            });
            let read: Value = serde_json::from_str(&line).unwrap();
            let inner = first.map_or(json!({}), |first| json!({ "first": first }));
            let expected = json!({"inner": inner, "first": first, "number": number, "all": texts});
            prop_assert_eq!(read, expected);
            prop_assert!(!line.chars().any(|c| c.is_control() || acts_on_its_reader(c)), "{}", line);
        }
    }

    #[test]
    fn what_would_act_on_its_reader_is_escaped() {
        let line = written(|fields| fields.text("t", "a\u{7f}\u{2028}\"\\\n\u{e9}"));
        assert_eq!(line, "{\"t\":\"a\\u007f\\u2028\\\"\\\\\\n\u{e9}\"}");
    }

    #[test]
    fn every_byte_is_plain_or_not_wherever_it_stands() {
        for byte in 0..0x80_u8 {
            let expected = matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
            for place in 0..11 {
                let mut text = vec![b'~'; 11];
                text[place] = byte;
                let text = String::from_utf8(text).unwrap();
                assert_eq!(is_plain(text.as_bytes()), expected, "{text:?}");
            }
        }
        assert!(!is_plain("caf\u{e9}".as_bytes()));
        assert!(is_plain(b""));
    }

    #[test]
    fn an_object_may_be_empty() {
        assert_eq!(written(|fields| fields.within("inner", |_| {})), "{\"inner\":{}}");
        assert_eq!(written(|_| {}), "{}");
    }

    #[test]
    fn numbers_are_written_to_their_last_digit() {
        for number in [0, 9, 10, 99, u64::MAX - 1, u64::MAX] {
            let line = written(|fields| fields.number("n", number));
            assert_eq!(line, format!("{{\"n\":{number}}}"));
        }
    }
}
