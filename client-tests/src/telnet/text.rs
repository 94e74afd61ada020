//! Text bytes as lines that can be compared: colours taken out, line ends of any kind.

/// Begins an escape sequence, such as `ESC [ 31 m`.
const ESCAPE: char = '\u{1b}';

/// Text that has come in, cut into lines.
#[derive(Debug, Default)]
pub(super) struct LineBuffer {
    whole: Vec<String>,
    unfinished: Vec<u8>,
}

impl LineBuffer {
    pub(super) fn push(&mut self, text: &[u8]) {
        for &byte in text {
            match byte {
                b'\n' => self.end_line(),
                b'\r' | 0 => {}
                _ => self.unfinished.push(byte),
            }
        }
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.unfinished);
        self.whole.push(plain(&String::from_utf8_lossy(&bytes)));
    }

    /// The server marked the end of a prompt: what stands open is a line of its own.
    pub(super) fn end_prompt(&mut self) {
        if !self.unfinished.is_empty() {
            self.end_line();
        }
    }

    pub(super) fn take_whole(&mut self) -> Vec<String> {
        std::mem::take(&mut self.whole)
    }

    pub(super) fn take_unfinished(&mut self, text: &str) -> Option<String> {
        let line = plain(&String::from_utf8_lossy(&self.unfinished));
        let taken = !line.is_empty() && line.contains(text);
        taken.then(|| {
            self.unfinished.clear();
            line
        })
    }
}

/// A line without its escape sequences (`ESC [` up to a letter).
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != ESCAPE {
            text.push(c);
        } else if chars.next() == Some('[') {
            chars.by_ref().find(|c| ('@'..='~').contains(c));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_of_lines() {
        let mut lines = LineBuffer::default();
        lines.push("\u{1b}[38;5;12mAda says, \"h\u{ef}\"\u{1b}[0m\r\n> ".as_bytes());
        assert_eq!(lines.take_whole(), ["Ada says, \"h\u{ef}\""]);
        assert_eq!(lines.take_unfinished("?"), None);
        assert_eq!(lines.take_unfinished(">").as_deref(), Some("> "));
        assert_eq!(lines.take_unfinished(""), None, "it was taken");
    }

    #[test]
    fn a_marked_prompt_is_a_line() {
        let mut lines = LineBuffer::default();
        lines.push(b"Name: ");
        lines.end_prompt();
        assert_eq!(lines.take_whole(), ["Name: "]);
    }
}
