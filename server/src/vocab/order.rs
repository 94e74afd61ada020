//! What staff order, on its way from the command to the record, and what became of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use super::{
    ActId, AddressRange, Issuer, MessageId, NamePattern, Person, PlayerId, Rank, Remark,
    RemarkKind, Restriction, RestrictionKind, Scope, ShownText,
};

/// What a member of staff wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// To whom.
    pub whom: Whom,
    /// What.
    pub act: OrderedAct,
    /// Why; 1 to [`REASON_CHARS_MAX`](super::REASON_CHARS_MAX) characters, cleaned; may be empty when something is lifted.
    pub reason: String,
    /// What was said that led to it.
    pub evidence: Vec<MessageId>,
}

/// To whom something shall be done, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// The player of this name, in the world or not.
    Player(String),
    /// Names like this.
    Names(NamePattern),
    /// Those who come from there.
    Addresses(AddressRange),
    /// Everyone without a rank.
    Everyone,
}

/// What shall be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderedAct {
    /// Restrict them.
    Restrict(Wanted),
    /// Lift what stands against them of these kinds.
    Lift(&'static [RestrictionKind]),
    /// Put something on record, and see to it that it is read or followed.
    Remark(RemarkKind),
    /// Take away a text that they show.
    Clear(ShownText),
}

/// A restriction that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What is to be restricted.
    pub kind: RestrictionKind,
    /// On which channels.
    pub scope: Scope,
    /// For how long; none is until it is lifted.
    pub lasts: Option<Duration>,
    /// How much of it, as in [`Restriction::measure`].
    pub measure: u64,
}

impl Wanted {
    /// A restriction without a measure.
    #[must_use]
    pub fn new(kind: RestrictionKind, scope: Scope, lasts: Option<Duration>) -> Self {
        Self { kind, scope, lasts, measure: 0 }
    }
}

impl OrderedAct {
    /// The act as the moderation log has it: the command's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Restrict(wanted) => wanted.kind.as_str(),
            Self::Lift([RestrictionKind::Ban]) => "unban",
            Self::Lift([RestrictionKind::Freeze]) => "thaw",
            Self::Lift(_) => "unmute",
            Self::Remark(RemarkKind::Warning) => "warn",
            Self::Remark(kind) => kind.as_str(),
            Self::Clear(_) => "cleartext",
        }
    }
}

/// An order with all that is known when it is given.
#[derive(Debug, Clone)]
pub struct Placed {
    /// What comes of it will have this name.
    pub id: ActId,
    /// Who gave it.
    pub by: PlayerId,
    /// The same, for the record.
    pub issuer: Issuer,
    /// The one it is about, if they are in the world.
    pub here: Option<Present>,
    /// When, by the wall clock.
    pub at: DateTime<Utc>,
    /// When, since the start of the process.
    pub now: Duration,
    /// The order.
    pub order: Order,
}

/// Somebody who is in the world.
#[derive(Debug, Clone)]
pub struct Present {
    /// Who they are, whatever they play.
    pub person: Person,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// Where their connection comes from.
    pub address: Option<IpAddr>,
}

/// What was done, and is committed.
#[derive(Debug, Clone)]
pub enum Done {
    /// Somebody is restricted.
    Restricted(Arc<Restriction>),
    /// These no longer count.
    Lifted(Vec<Arc<Restriction>>),
    /// Something is on record.
    Remarked(Arc<Remark>),
}
