//! What a client reads of what it missed, between two words about it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::deliver::{Rendered, show_to};
use super::feed::Common;
use super::slot::Slot;
use crate::gateway::json;
use crate::gateway::render::Dialect;
use crate::vocab::{Event, Message, Prose, Role};

/// What a client missed, the word that this is all, and then what was said while it was looked up.
pub(super) fn show_replayed(slot: &mut Slot, lines: &[Arc<Message>], gap: bool, common: &Common) {
    if !slot.has_wire() {
        // It is gone again, and will ask again.
        return;
    }
    let is_read = slot.look.dialect == Dialect::Telnet && (gap || !lines.is_empty());
    if is_read {
        say_gone(slot, if gap { " (not all of it can be had)" } else { "" });
    }
    for message in lines {
        Rendered::new(message, common).tell(slot);
    }
    if is_read {
        say_all(slot);
    }
    let (held_back, too_many) = slot.take_held_back();
    if slot.look.dialect == Dialect::Json {
        slot.push_raw(&json::resumed(lines.len(), gap || too_many));
    }
    for event in &held_back {
        show_to(slot, &event.fact, common);
    }
    slot.excuse_what_waits();
}

pub(super) fn show_missed(
    slot: &mut Slot,
    missed: &VecDeque<Arc<Event>>,
    too_many: bool,
    common: &Common,
) {
    let how = if too_many { " (only the latest)" } else { "" };
    say_gone(slot, how);
    for event in missed {
        show_to(slot, &event.fact, common);
    }
    say_all(slot);
    slot.excuse_what_waits();
}

fn say_gone(slot: &mut Slot, how: &str) {
    slot.say(&Prose::new().span(Role::Dim, format!("While you were gone{how}:")));
}

fn say_all(slot: &mut Slot) {
    slot.say(&Prose::new().span(Role::Dim, "That is all you missed."));
}
