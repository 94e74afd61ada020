//! Which lines of talk a reason points at: they become evidence of the act that it is the reason of.

use super::step::Game;
use crate::channels::Table;
use crate::commands::message_ref;
use crate::vocab::{Cited, MessageId, MessageRef, OrderedAct};

/// The most lines that one act has as its evidence.
pub(super) const CITED_MAX: usize = 20;

/// How whoever orders something points at lines.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pointing<'a> {
    /// In the reason, as it was typed: what looks like a line has to be one.
    Typed,
    /// Apart from the reason, by a program. What looks like a line in the reason is evidence if it is one, else words.
    Apart(&'a [MessageId]),
}

impl Game {
    /// These lines and those that a reason names, each once.
    pub(super) fn cited(
        &self,
        act: &OrderedAct,
        reason: &str,
        pointing: Pointing<'_>,
    ) -> Vec<Cited> {
        match act {
            OrderedAct::Lift(_) | OrderedAct::LiftOn(..) => Vec::new(),
            OrderedAct::Restrict(_) | OrderedAct::Remark(_) | OrderedAct::Clear(_) => {
                cited(&self.table, reason, pointing)
            }
        }
    }
}

fn cited(table: &Table, reason: &str, pointing: Pointing<'_>) -> Vec<Cited> {
    let mut lines: Vec<Cited> = Vec::new();
    let mut add = |line: MessageRef, is_meant: bool| {
        // Of what may be words, there is as much as there is room for.
        let has_room = is_meant || lines.len() < CITED_MAX;
        if has_room && !lines.iter().any(|known| known.line == line) {
            lines.push(Cited { line, is_meant });
        }
    };
    let (named, is_typed) = match pointing {
        Pointing::Typed => (&[][..], true),
        Pointing::Apart(named) => (named, false),
    };
    named.iter().for_each(|line| add(MessageRef::Id(*line), true));
    named_in(table, reason).for_each(|line| add(line, is_typed));
    lines
}

/// A word with a number sign is only meant as a line where there is such a channel: `rule#3` is none.
fn named_in(table: &Table, reason: &str) -> impl Iterator<Item = MessageRef> {
    let words = reason.split(|c: char| c.is_whitespace() || c == ',');
    words.filter_map(|word| match message_ref(word.trim_matches(|c: char| !c.is_alphanumeric()))? {
        MessageRef::Numbered(verb, seq) => {
            let row = table.by_verb(verb.as_str())?;
            Some(MessageRef::Numbered(row.name.clone(), seq))
        }
        line => Some(line),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Chat;

    fn read(reason: &str) -> Vec<String> {
        let table = Table::new(&Chat::default()).unwrap();
        let cited = cited(&table, reason, Pointing::Typed);
        assert!(cited.iter().all(|cited| cited.is_meant));
        cited.iter().map(|cited| cited.line.to_string()).collect()
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

    #[test]
    fn what_a_program_names_apart_is_meant_and_what_stands_in_its_words_may_be_words() {
        let table = Table::new(&Chat::default()).unwrap();
        let named = [MessageId(uuid::Uuid::from_u128(7))];
        let reason = format!("see say#1 and {}", named[0]);
        let found = cited(&table, &reason, Pointing::Apart(&named));
        assert_eq!(found.iter().map(|cited| cited.is_meant).collect::<Vec<_>>(), [true, false]);
        let many: Vec<String> = (1..50).map(|number| format!("say#{number}")).collect();
        assert_eq!(cited(&table, &many.join(" "), Pointing::Apart(&named)).len(), CITED_MAX);
        assert_eq!(cited(&table, &many.join(" "), Pointing::Typed).len(), 49);
    }
}
