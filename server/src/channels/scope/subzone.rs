//! Scope subzone: those anywhere in the speaker's subzone.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope =
    Scope { name: ScopeName::Subzone, heard_by: "those nearby, in your part of town", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Witnesses(question.world.within(question.speaker.room.subzone())))
}
