//! Scope player: one listener, and the speaker.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope = Scope { name: ScopeName::Player, heard_by: "one player", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    let target = question.target.ok_or_else(|| Refusal::new("Whisper to whom?"))?;
    if target == question.speaker.id {
        return Err(Refusal::new("You talk to yourself in silence."));
    }
    Ok(Audience::Witnesses([question.speaker.id, target].into()))
}
