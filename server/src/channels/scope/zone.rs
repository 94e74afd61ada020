//! Scope zone: those anywhere in the speaker's zone.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope =
    Scope { name: ScopeName::Zone, heard_by: "those in your zone", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Witnesses(question.world.within(question.speaker.room.zone())))
}
