//! Scope everyone: every session whose rank may hear the channel.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Refusal};

pub(super) const SCOPE: Scope = Scope { name: ScopeName::Everyone, heard_by: "everyone", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Rank(question.hear))
}
