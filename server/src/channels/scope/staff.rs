//! Scope staff: every session of staff rank.

use super::{Question, Scope};
use crate::config::ScopeName;
use crate::vocab::{Audience, Rank, Refusal};

pub(super) const SCOPE: Scope = Scope { name: ScopeName::Staff, heard_by: "the staff", hearers };

fn hearers(question: &Question) -> Result<Audience, Refusal> {
    Ok(Audience::Rank(question.hear.max(Rank::Helper)))
}
