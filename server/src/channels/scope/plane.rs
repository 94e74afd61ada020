//! Scope plane: those anywhere in the speaker's plane.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope =
    Scope { name: ScopeName::Plane, heard_by: "those on your plane", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Witnesses(question.world.within(question.speaker.room.plane())))
}
