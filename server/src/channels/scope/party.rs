//! Scope party: the members of the speaker's party, wherever they are.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope = Scope { name: ScopeName::Party, heard_by: "your party", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    let party = question.speaker.party.and_then(|id| question.world.party(id));
    let party = party.ok_or_else(|| Refusal::new("You are not in a party."))?;
    Ok(Audience::Witnesses(party.members.as_slice().into()))
}
