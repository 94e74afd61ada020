//! What a client was sent and may not have: the lines since the last mark that it came to. When its connection is lost, they
//! count as missed. Kept only for clients that have shown that they answer marks.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::vocab::{Event, Fact, MessageId};

/// The lines of one session.
#[derive(Debug, Default)]
pub(super) struct Unsure {
    lines: VecDeque<Arc<Event>>,
    /// How many of them stand before the mark that is under way.
    before_mark: Option<usize>,
}

impl Unsure {
    /// A line was sent; of too many the oldest is taken for arrived.
    pub(super) fn sent(&mut self, event: &Arc<Event>, lines_max: usize) {
        if self.lines.len() >= lines_max {
            self.lines.pop_front();
            self.before_mark = self.before_mark.map(|before| before.saturating_sub(1));
        }
        self.lines.push_back(Arc::clone(event));
    }

    /// Whether a mark is to be sent now: there is something to learn, and none is under way.
    pub(super) fn set_mark(&mut self) -> bool {
        let wanted = self.before_mark.is_none() && !self.lines.is_empty();
        if wanted {
            self.before_mark = Some(self.lines.len());
        }
        wanted
    }

    /// The client has come to the mark.
    pub(super) fn marked(&mut self) {
        let arrived = self.before_mark.take().unwrap_or_default();
        self.lines.drain(..arrived.min(self.lines.len()));
        if self.lines.is_empty() {
            self.lines.shrink_to(16);
        }
    }

    /// A line was taken back: nobody gets it again.
    pub(super) fn take_back(&mut self, message: MessageId) {
        let is_it = |event: &Event| matches!(&event.fact, Fact::Spoke(line) if line.id == message);
        if let Some(at) = self.lines.iter().position(|event| is_it(event)) {
            self.lines.remove(at);
            self.before_mark = self.before_mark.map(|before| before - usize::from(at < before));
        }
    }

    /// What may not have arrived, oldest first.
    pub(super) fn into_lines(self) -> VecDeque<Arc<Event>> {
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Audience, Prose};

    fn line(text: &str) -> Arc<Event> {
        let fact = Fact::Told(Prose::text(text));
        Arc::new(Event { to: Audience::EVERYONE, fact })
    }

    #[test]
    fn only_what_stands_before_a_mark_has_arrived() {
        let mut unsure = Unsure::default();
        assert!(!unsure.set_mark(), "there is nothing to learn");
        unsure.sent(&line("one"), 10);
        unsure.sent(&line("two"), 10);
        assert!(unsure.set_mark());
        unsure.sent(&line("three"), 10);
        assert!(!unsure.set_mark(), "one at a time");
        unsure.marked();
        unsure.marked();
        assert_eq!(unsure.into_lines(), [line("three")]);
    }

    #[test]
    fn it_holds_no_more_than_it_may() {
        let mut unsure = Unsure::default();
        for text in ["one", "two", "three"] {
            unsure.sent(&line(text), 2);
            unsure.set_mark();
        }
        unsure.marked();
        assert_eq!(unsure.into_lines(), [line("two"), line("three")]);
    }
}
