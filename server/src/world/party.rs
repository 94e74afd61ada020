//! Parties: players who talk and walk together.

use crate::vocab::{PartyId, PlayerId};

/// A party; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its id.
    pub id: PartyId,
    /// Who leads it.
    pub leader: PlayerId,
    /// All its members with the leader, in the order they joined.
    pub members: Vec<PlayerId>,
}

impl Party {
    /// The most members a party may have.
    pub const MEMBERS_MAX: usize = 50;
}
