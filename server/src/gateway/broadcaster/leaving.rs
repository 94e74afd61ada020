//! Who is sent away from here while they play elsewhere: their connection is closed in order, and their session is the
//! world's, which waits for them.

use std::sync::Arc;

use super::Broadcaster;
use super::slot::Slot;
use crate::gateway::session::Notice;
use crate::vocab::{Audience, Delivered, Event, Fact, Prose, Rank};

/// Who is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Those who play nobody yet.
    Strangers,
    /// So many of those whose clients come back by themselves and miss nothing.
    Returning(usize),
    /// Everybody.
    All,
}

impl<R: FnMut(Delivered)> Broadcaster<R> {
    /// Tells everybody who plays here something of this process alone.
    pub(super) fn announce(&mut self, prose: Prose) {
        self.take(vec![Arc::new(Event { to: Audience::EVERYONE, fact: Fact::Told(prose) })]);
    }

    /// Sends some away: each connection's task closes it when all that waits is written.
    pub(super) fn send_away(&mut self, leaving: Leaving) {
        let mut left = match leaving {
            Leaving::Returning(most) => most,
            Leaving::Strangers | Leaving::All => usize::MAX,
        };
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let Some(slot) = slot else { continue };
            if left > 0 && slot.is_among(leaving) && slot.send_away() {
                left -= 1;
                slot.mark_dirty(at, &mut self.dirty);
            }
        }
    }
}

impl Slot {
    fn is_among(&self, leaving: Leaving) -> bool {
        match leaving {
            Leaving::All => true,
            Leaving::Strangers => !self.is_playing(),
            // A guest is gone when their connection is: they stay as long as they may.
            Leaving::Returning(_) => {
                let listens = self.listener.as_ref();
                self.door.comes_back()
                    && listens.is_some_and(|listener| listener.rank > Rank::Guest)
            }
        }
    }

    /// Whether it is sent away by this: not who has gone, and not twice.
    fn send_away(&mut self) -> bool {
        let goes = self.has_wire() && !std::mem::replace(&mut self.moved, true);
        if goes {
            self.end_with(Notice::Moved);
        }
        goes
    }
}
