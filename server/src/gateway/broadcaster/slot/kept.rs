//! What a session keeps because it has not arrived, or may not have: what its player misses while the connection is gone, what
//! is said until a client that resumes has caught up, and the lines since the last mark that it came to.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use super::Slot;
use crate::gateway::broadcaster::Limits;
use crate::gateway::telnet::timing_mark::MARK;
use crate::vocab::{Event, Fact, MessageId};

impl Slot {
    /// A line was appended that counts as missed if it does not arrive.
    pub(in crate::gateway::broadcaster) fn sent(&mut self, event: &Arc<Event>, limits: &Limits) {
        if let Some(unsure) = &mut self.unsure {
            unsure.sent(event, limits.missed_lines_max);
        }
    }

    /// The client has come to a mark; from the first one on it is known to do so.
    pub(in crate::gateway::broadcaster) fn marked(&mut self) {
        self.unsure.get_or_insert_default().marked();
    }

    /// Appends a mark if there is something to learn by it; says whether.
    pub(in crate::gateway::broadcaster) fn set_mark(&mut self) -> bool {
        let wanted = self.unsure.as_mut().is_some_and(|unsure| unsure.set_mark());
        if wanted {
            self.push_raw(&Bytes::from_static(&MARK));
        }
        wanted
    }

    /// What may not have arrived was missed.
    pub(in crate::gateway::broadcaster) fn give_up_unsure(&mut self, limits: &Limits) {
        let Some(unsure) = self.unsure.take() else { return };
        let later = std::mem::take(&mut self.missed);
        for event in unsure.into_lines().iter().chain(&later) {
            self.keep(event, limits);
        }
    }

    /// Whether lines go to the client as they come.
    pub(in crate::gateway::broadcaster) fn hears_at_once(&self) -> bool {
        self.has_wire() && !self.resumes
    }

    /// Keeps lines back until what the client missed has been shown.
    pub(in crate::gateway::broadcaster) fn resume(&mut self) {
        self.resumes = true;
    }

    /// What was kept back, and whether there was more than could be kept; lines go to the client as they come again.
    pub(in crate::gateway::broadcaster) fn take_held_back(
        &mut self,
    ) -> (VecDeque<Arc<Event>>, bool) {
        self.resumes = false;
        self.take_missed()
    }

    /// Keeps what a link-dead player misses.
    pub(in crate::gateway::broadcaster) fn keep(&mut self, event: &Arc<Event>, limits: &Limits) {
        if self.missed.len() >= limits.missed_lines_max {
            self.missed.pop_front();
            self.missed_too_many = true;
        }
        self.missed.push_back(Arc::clone(event));
    }

    /// Drops a line of talk from what is kept; says whether it was there.
    pub(in crate::gateway::broadcaster) fn unkeep(&mut self, message: MessageId) -> bool {
        if let Some(unsure) = &mut self.unsure {
            unsure.take_back(message);
        }
        let before = self.missed.len();
        self.missed.retain(|event| !matches!(&event.fact, Fact::Spoke(kept) if kept.id == message));
        self.missed.len() < before
    }

    /// What was missed so far, and whether there was more than could be kept.
    pub(in crate::gateway::broadcaster) fn take_missed(&mut self) -> (VecDeque<Arc<Event>>, bool) {
        (std::mem::take(&mut self.missed), std::mem::take(&mut self.missed_too_many))
    }
}
