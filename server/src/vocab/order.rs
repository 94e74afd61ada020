//! What staff order, on its way from the command to the record, and what became of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use super::{
    ActId, AddressRange, Issuer, MessageId, MessageRef, NamePattern, Person, PlayerId, Rank,
    Remark, RemarkKind, Restriction, RestrictionKind, Scope, ShownText, clean_line,
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

impl Whom {
    /// Whom a ban is meant for, as it is typed: an address or a range of them, names like `*troll*`, or a player. Names
    /// hold neither stars nor digits, colons or slashes, so what was meant shows.
    ///
    /// # Errors
    /// What is wrong with the address or the pattern.
    pub fn typed(what: &str) -> Result<Self, String> {
        if what.contains('/') || what.parse::<IpAddr>().is_ok() {
            return what.parse().map(Self::Addresses);
        }
        if what.contains(['*', '?']) {
            return what.parse().map(Self::Names);
        }
        Ok(Self::Player(clean_line(what)))
    }
}

/// What shall be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderedAct {
    /// Restrict them.
    Restrict(Wanted),
    /// Lift what stands against them of these kinds.
    Lift(&'static [RestrictionKind]),
    /// The same, only where it is for these channels and no others.
    LiftOn(&'static [RestrictionKind], Scope),
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
    /// The names of those whom a ban of names or addresses shall let in all the same.
    pub except: Vec<String>,
}

impl Wanted {
    /// A restriction without a measure.
    #[must_use]
    pub fn new(kind: RestrictionKind, scope: Scope, lasts: Option<Duration>) -> Self {
        Self { kind, scope, lasts, measure: 0, except: Vec::new() }
    }

    /// The same, with a measure.
    #[must_use]
    pub fn measured(self, measure: u64) -> Self {
        Self { measure, ..self }
    }
}

impl Order {
    /// The order as the moderation log has it: the command's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        use RestrictionKind as Kind;
        let to_all = self.whom == Whom::Everyone;
        match &self.act {
            OrderedAct::Restrict(Wanted { kind: Kind::Slow, .. }) if to_all => "slowmode",
            OrderedAct::Restrict(Wanted { kind: Kind::Age, .. }) => "agelimit",
            OrderedAct::Restrict(wanted) => wanted.kind.as_str(),
            OrderedAct::Lift(kinds) | OrderedAct::LiftOn(kinds, _) => match kinds {
                [Kind::Ban] => "unban",
                [Kind::Freeze] => "thaw",
                [Kind::Shadow] => "unshadow",
                [Kind::Hold] => "unhold",
                [Kind::Slow] if to_all => "slowmode",
                [Kind::Slow] => "unslow",
                [Kind::Lock] => "unlock",
                [Kind::Age] => "agelimit",
                [Kind::Defcon] => "defcon",
                _ => "unmute",
            },
            OrderedAct::Remark(RemarkKind::Warning) => "warn",
            OrderedAct::Remark(kind) => kind.as_str(),
            OrderedAct::Clear(_) => "cleartext",
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
    /// The lines that it points at, still to be looked up; they become its evidence.
    pub cited: Vec<Cited>,
}

/// A line that an order points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The line.
    pub line: MessageRef,
    /// Whether nothing is done if there is no such line; else it was only a word.
    pub is_meant: bool,
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
