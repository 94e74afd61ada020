//! What may be written in world files: names, words, prose and speech. Never decides where each is wanted.

use smol_str::SmolStr;

use super::page;
use super::problem::Place;
use super::reader::{Fields, Reader, quoted};
use super::yaml::Node;
use crate::vocab::{Prose, clean};

impl Reader<'_> {
    /// A name under a key that must be there: one line, no markup.
    pub(super) fn name(&mut self, fields: &Fields<'_>) -> String {
        let chars_max = self.limits.name_chars_max;
        self.line(fields, "name", chars_max)
    }

    /// A plain text under a key that must be there: one line, no markup.
    pub(super) fn line(&mut self, fields: &Fields<'_>, key: &str, chars_max: usize) -> String {
        let node = self.required(fields, key);
        node.and_then(|node| self.plain(node, key, chars_max)).unwrap_or_default()
    }

    /// A plain text: one line, no markup. `what` names it in messages.
    pub(super) fn plain(&mut self, node: &Node, what: &str, chars_max: usize) -> Option<String> {
        let text = self.checked(node, what, chars_max, Lines::One)?;
        if text.contains(['{', '}']) {
            self.warning(node, format!("{what}: markup is not read here, braces show as they are"));
        }
        Some(text.to_owned())
    }

    /// Prose under a key that must be there: one paragraph with markup.
    pub(super) fn prose(&mut self, fields: &Fields<'_>, key: &str) -> Prose {
        let chars_max = self.limits.text_chars_max;
        let node = self.required(fields, key);
        node.map(|node| self.marked_up(node, key, chars_max, Lines::One)).unwrap_or_default()
    }

    /// Prose, with markup. `what` names it in messages.
    pub(super) fn marked_up(
        &mut self,
        node: &Node,
        what: &str,
        chars_max: usize,
        lines: Lines,
    ) -> Prose {
        let Some(text) = self.checked(node, what, chars_max, lines) else { return Prose::new() };
        Prose::markup(text).unwrap_or_else(|error| {
            let place = self.tag_place(node, braces_before_culprit(text));
            self.error_at(place, format!("{what}: {error}"));
            Prose::new()
        })
    }

    /// A page of prose, with markup. `what` names it in messages.
    pub(super) fn page(&mut self, node: &Node, what: &str, chars_max: usize) -> Prose {
        let prose = self.marked_up(node, what, chars_max, Lines::Many);
        if prose.is_empty() {
            return prose;
        }
        page::read(self.text(node).unwrap_or_default()).unwrap_or_else(|error| {
            self.error(node, format!("{what}: {error}, in one paragraph or item"));
            prose
        })
    }

    /// The words under `words`, which must be there: each lower case and without blanks.
    pub(super) fn words(&mut self, fields: &Fields<'_>) -> Vec<SmolStr> {
        let Some(node) = self.required(fields, "words") else { return Vec::new() };
        let Some(items) = self.items(node) else { return Vec::new() };
        let words_max = self.limits.words_max;
        if items.is_empty() || items.len() > words_max {
            self.error(node, format!("words: {} of them; 1 to {words_max} can be", items.len()));
        }
        items.iter().filter_map(|item| self.word(item)).collect()
    }

    fn word(&mut self, node: &Node) -> Option<SmolStr> {
        let word = self.checked(node, "words", self.limits.word_chars_max, Lines::One)?;
        if word.contains(char::is_whitespace) || word.to_lowercase() != word {
            self.error(node, format!("words: {} must be one word in lower case", quoted(word)));
            return None;
        }
        Some(word.into())
    }

    fn checked<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        chars_max: usize,
        lines: Lines,
    ) -> Option<&'n str> {
        let text = self.within(what, |reader| reader.text(node))?.trim();
        let fault = fault(text, chars_max, lines);
        if let Some(fault) = &fault {
            self.error(node, format!("{what} {fault}"));
        }
        fault.is_none().then_some(text)
    }

    /// Where the n-th brace of a text stands in the file; where the text begins if that cannot be told.
    fn tag_place(&self, node: &Node, braces_before: usize) -> Place {
        let place = self.place(node);
        let Some(bytes) = node.bytes.clone() else { return place };
        let written = self.source.get(bytes.clone()).unwrap_or_default();
        let Some((at, _)) = written.match_indices('{').nth(braces_before) else { return place };
        let before = self.source.get(..bytes.start + at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let lines = before.matches('\n').count();
        let columns = before[line_start..].trim_start_matches('\u{feff}').chars().count();
        Place { line: counted(lines), column: counted(columns), ..place }
    }
}

/// Whether a text may go over several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// One line, which clients wrap.
    One,
    /// As many as there are.
    Many,
}

/// What is wrong with a text, as a sentence that begins with what it is.
fn fault(text: &str, chars_max: usize, lines: Lines) -> Option<String> {
    let count = text.chars().count();
    let without_breaks = text.replace('\n', " ");
    if text.is_empty() {
        Some("is blank".to_owned())
    } else if count > chars_max {
        Some(format!("has {count} characters; {chars_max} can be"))
    } else if clean(&without_breaks) != without_breaks {
        Some("has control characters".to_owned())
    } else if lines == Lines::One && text.contains('\n') {
        Some("has a line break; fold it with >- and leave no blank line in it".to_owned())
    } else {
        None
    }
}

/// How many braces stand before the tag that makes a text bad markup.
///
/// A text up to and with a good tag is good as it stands, or once an open tag is ended; up to the culprit it is
/// neither. If no tag is, the last one was left open.
fn braces_before_culprit(text: &str) -> usize {
    let ends = text.match_indices('}').map(|(at, _)| at + 1);
    let is_bad = |end: &usize| {
        let so_far = &text[..*end];
        Prose::markup(so_far).is_err() && Prose::markup(&format!("{so_far}{{/}}")).is_err()
    };
    let end = ends.into_iter().find(is_bad).unwrap_or(text.len());
    text[..end].matches('{').count().saturating_sub(1)
}

fn counted(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
