//! Which lines of talk a reason points at: they become evidence of the act that it is the reason of.

use super::step::Game;
use crate::channels::Table;
use crate::commands::message_ref;
use crate::vocab::{MessageId, MessageRef, OrderedAct};

/// The most lines that one act has as its evidence.
pub(super) const CITED_MAX: usize = 20;

impl Game {
    /// These lines and those that a reason names, each once.
    pub(super) fn cited(
        &self,
        act: &OrderedAct,
        reason: &str,
        lines: &[MessageId],
    ) -> Vec<MessageRef> {
        match act {
            OrderedAct::Lift(_) | OrderedAct::LiftOn(..) => Vec::new(),
            OrderedAct::Restrict(_) | OrderedAct::Remark(_) | OrderedAct::Clear(_) => {
                cited(&self.table, reason, lines)
            }
        }
    }
}

/// A word with a number sign is only meant as a line where there is such a channel: `rule#3` is none.
fn cited(table: &Table, reason: &str, named: &[MessageId]) -> Vec<MessageRef> {
    let mut lines: Vec<MessageRef> = Vec::new();
    for line in named.iter().copied().map(MessageRef::Id) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    for word in reason.split(|c: char| c.is_whitespace() || c == ',') {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let line = match message_ref(word) {
            Some(MessageRef::Numbered(verb, seq)) => {
                table.by_verb(verb.as_str()).map(|row| MessageRef::Numbered(row.name.clone(), seq))
            }
            line => line,
        };
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Chat;

    fn read(reason: &str) -> Vec<String> {
        let table = Table::new(&Chat::default()).unwrap();
        cited(&table, reason, &[]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_reason_may_point_at_lines_anywhere_in_it() {
        assert_eq!(read("say#12,Say#13 insults (gossip#4)."), ["say#12", "say#13", "global#4"]);
        assert_eq!(read("see say#12; say#12"), ["say#12"]);
        let id = "01931b9e-8f00-7000-8000-000000000001";
        assert_eq!(read(&format!("insults: {id}.")), [id]);
    }

    #[test]
    fn what_looks_like_one_is_a_word() {
        assert!(read("breaking rule#3, say # 3, say#x, #12, c# and 12").is_empty());
    }
}
