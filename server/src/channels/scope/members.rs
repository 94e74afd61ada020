//! Scope members: those who joined the channel by their own choice.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope =
    Scope { name: ScopeName::Members, heard_by: "its members", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    let members = question.world.members(question.channel);
    if !members.contains(&question.speaker.id) {
        let how =
            format!("You are not on {0}; `channels join {0}` puts you there.", question.channel);
        return Err(Refusal::new(how));
    }
    Ok(Audience::Witnesses(members.into()))
}
