//! Scope room: those who stand where the speaker stands.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope =
    Scope { name: ScopeName::Room, heard_by: "those in your room", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Witnesses(question.world.in_room(&question.speaker.room)))
}
