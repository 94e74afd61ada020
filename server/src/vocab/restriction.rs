//! What staff do to those who misbehave, as it is on record: restrictions, warnings, notes, kicks.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use uuid::Uuid;

use super::{
    AccountId, AddressRange, Case, ChannelName, HeldRecord, MessageId, NamePattern, PlayerId, Rank,
    Redaction, countdown,
};

/// The longest reason, warning or note. Characters.
pub const REASON_CHARS_MAX: usize = 512;

/// The name of one act of moderation: a UUID version 7, so that names sort by time (RFC 9562, section 5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActId(pub Uuid);

impl fmt::Display for ActId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ActId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// Something that somebody may not do for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Its name.
    pub id: ActId,
    /// What is restricted.
    pub kind: RestrictionKind,
    /// Whom it concerns.
    pub subject: Subject,
    /// On which channels; [`Scope::All`] for what is not about channels.
    pub scope: Scope,
    /// How much of it, where the kind has a measure ([`RestrictionKind`] says which); 0 elsewhere.
    pub measure: u64,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when; none is until it is lifted.
    pub until: Option<DateTime<Utc>>,
    /// Why: 1 to [`REASON_CHARS_MAX`] characters, cleaned.
    pub reason: String,
    /// Who imposed it.
    pub issuer: Issuer,
    /// What was said that led to it.
    pub evidence: Vec<MessageId>,
    /// Whom a ban of names or addresses lets in all the same.
    pub except: Vec<Spared>,
    /// The one whose place it took.
    pub supersedes: Option<ActId>,
    /// That it was lifted before its time.
    pub lifted: Option<Lifted>,
}

impl Restriction {
    /// What is restricted, with its measure and its channels: `mute on trade`, `slow mode of 10 s on trade`.
    #[must_use]
    pub fn particulars(&self) -> String {
        let (kind, scope) = (self.kind.as_str(), &self.scope);
        let time = || countdown(Duration::from_secs(self.measure));
        match self.kind {
            RestrictionKind::Age => format!("age limit of {} on {scope}", time()),
            RestrictionKind::Slow => format!("slow mode of {} on {scope}", time()),
            RestrictionKind::Mute
            | RestrictionKind::Hold
            | RestrictionKind::Shadow
            | RestrictionKind::Lock => format!("{kind} on {scope}"),
            RestrictionKind::Defcon => format!("{kind} {}", self.measure),
            RestrictionKind::Timeout | RestrictionKind::Freeze => kind.to_owned(),
            RestrictionKind::Ban if self.except.is_empty() => kind.to_owned(),
            RestrictionKind::Ban => {
                let names: Vec<&str> = self.except.iter().map(|it| it.name.as_str()).collect();
                format!("{kind} except {}", names.join(", "))
            }
        }
    }
}

/// Somebody whom a ban of many does not concern: an account, with all its characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spared {
    /// The account.
    pub account: AccountId,
    /// What its player was called when it was spared.
    pub name: SmolStr,
}

/// What is restricted, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RestrictionKind {
    /// Speaking with an account that is younger than the measure, in seconds.
    Age,
    /// Speaking again before the measure, in seconds, has passed.
    Slow,
    /// Being heard before staff have approved of each line.
    Hold,
    /// Being heard by anyone but staff, without knowing.
    Shadow,
    /// Speaking on a channel by those without a rank.
    Lock,
    /// Speaking, on some channels or on all.
    Mute,
    /// Speaking at all, for a time that is counted down in each refusal.
    Timeout,
    /// Doing anything but reading help and the own record, and leaving.
    Freeze,
    /// Logging in.
    Ban,
    /// What everyone without a rank may do while the server is under attack: the measure is the level, 4 to 1.
    Defcon,
}

impl RestrictionKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Age,
        Self::Slow,
        Self::Hold,
        Self::Shadow,
        Self::Lock,
        Self::Mute,
        Self::Timeout,
        Self::Freeze,
        Self::Ban,
        Self::Defcon,
    ];

    /// A list of this kind and no other.
    #[must_use]
    pub fn alone(self) -> &'static [Self] {
        const KINDS: &[RestrictionKind] = &RestrictionKind::ALL;
        KINDS.chunks(1).find(|kind| kind.contains(&self)).unwrap_or_default()
    }

    /// The kind as a word: also the command's name, and the rule's in the chat log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Slow => "slow",
            Self::Hold => "hold",
            Self::Shadow => "shadow",
            Self::Lock => "lock",
            Self::Mute => "mute",
            Self::Timeout => "timeout",
            Self::Freeze => "freeze",
            Self::Ban => "ban",
            Self::Defcon => "defcon",
        }
    }

    /// What somebody is by it: `muted`.
    #[must_use]
    pub fn participle(self) -> &'static str {
        match self {
            Self::Age => "closed to young accounts",
            Self::Slow => "slowed down",
            Self::Hold => "held for approval",
            Self::Shadow => "shadowed",
            Self::Lock => "locked",
            Self::Mute => "muted",
            Self::Timeout => "in a timeout",
            Self::Freeze => "frozen",
            Self::Ban => "banned",
            Self::Defcon => "under defcon",
        }
    }

    /// Whether it concerns everyone without a rank, and never somebody alone.
    #[must_use]
    pub fn is_for_everyone(self) -> bool {
        matches!(self, Self::Age | Self::Lock | Self::Defcon)
    }

    /// Whether the one whom it concerns must not learn of it.
    #[must_use]
    pub fn is_secret(self) -> bool {
        self == Self::Shadow
    }

    /// Whether it keeps somebody from speaking altogether.
    #[must_use]
    pub fn silences(self) -> bool {
        matches!(self, Self::Lock | Self::Mute | Self::Timeout | Self::Freeze)
    }
}

/// Somebody who can be held to account: an account, whatever character it plays, or a guest while they are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// All characters of an account.
    Account(AccountId),
    /// A guest, who is somebody else the next time.
    Guest(PlayerId),
}

impl Person {
    /// The one behind a player.
    #[must_use]
    pub fn of(account: Option<AccountId>, player: PlayerId) -> Self {
        account.map_or(Self::Guest(player), Self::Account)
    }
}

/// Whom an act concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Somebody, and what they were called when it was done.
    Person(Person, SmolStr),
    /// Every character whose name is like this; bans only.
    Names(NamePattern),
    /// Everyone who comes from there; bans only.
    Addresses(AddressRange),
    /// Everyone without a rank: what concerns channels, or the whole server.
    Everyone,
}

impl Subject {
    /// The person, if it is one.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        match self {
            Self::Person(person, _) => Some(*person),
            Self::Names(_) | Self::Addresses(_) | Self::Everyone => None,
        }
    }

    /// Whether both concern the same, whatever it was called then.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Person(one, _), Self::Person(other, _)) => one == other,
            _ => self == other,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(_, name) => f.write_str(name),
            Self::Names(pattern) => pattern.fmt(f),
            Self::Addresses(range) => range.fmt(f),
            Self::Everyone => f.write_str("everyone"),
        }
    }
}

/// Which channels a restriction covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every channel.
    All,
    /// These.
    Channels(BTreeSet<ChannelName>),
}

impl Scope {
    /// Whether it covers a channel.
    #[must_use]
    pub fn covers(&self, channel: &ChannelName) -> bool {
        match self {
            Self::All => true,
            Self::Channels(channels) => channels.contains(channel),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all channels"),
            Self::Channels(channels) => {
                let names: Vec<&str> = channels.iter().map(ChannelName::as_str).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// Who did something, as they were then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Their account; none when a rule of the server did it by itself.
    pub account: Option<AccountId>,
    /// The character they played, or the rule and its version.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
}

impl Issuer {
    /// Whether a rule of the server did it by itself.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        self.account.is_none()
    }
}

/// That something was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// Who did.
    pub by: Issuer,
    /// When.
    pub at: DateTime<Utc>,
    /// Why; may be empty.
    pub why: String,
}

/// Something on record that restricts nobody for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its name.
    pub id: ActId,
    /// What it is.
    pub kind: RemarkKind,
    /// About whom.
    pub subject: Subject,
    /// What it says: 1 to [`REASON_CHARS_MAX`] characters, cleaned.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub issuer: Issuer,
    /// What was said that led to it.
    pub evidence: Vec<MessageId>,
    /// When the one whom it concerns said that they have read it; for warnings.
    pub acknowledged: Option<DateTime<Utc>>,
}

/// The kinds of remarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemarkKind {
    /// A word to somebody that they must acknowledge before they speak again.
    Warning,
    /// A word among staff.
    Note,
    /// That somebody was put out of the world, and why.
    Kick,
    /// That a text was taken away that somebody showed; which one, and why.
    Cleared,
    /// That staff took their points on the ladder away, and why.
    Pardon,
    /// That somebody of the staff read along with them, and why; acknowledged when another of the staff was told.
    Snoop,
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Warning, Self::Note, Self::Kick, Self::Cleared, Self::Pardon, Self::Snoop];

    /// Whether whom it concerns never learns of it.
    #[must_use]
    pub fn is_for_staff(self) -> bool {
        matches!(self, Self::Note | Self::Pardon | Self::Snoop)
    }

    /// The kind as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Kick => "kick",
            Self::Cleared => "cleared",
            Self::Pardon => "pardon",
            Self::Snoop => "snoop",
        }
    }
}

/// Everything on record about somebody, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// What restricted them.
    pub restrictions: Vec<Restriction>,
    /// What was remarked about them.
    pub remarks: Vec<Remark>,
    /// What they restricted others by.
    pub imposed: Vec<Restriction>,
    /// What they lifted of what others had imposed.
    pub lifted: Vec<Restriction>,
    /// What they remarked about others.
    pub made: Vec<Remark>,
    /// Lines of theirs that were taken back.
    pub taken_back: Vec<Redaction>,
    /// Lines that they took back.
    pub took_back: Vec<Redaction>,
    /// Lines that they put back after others had taken them back.
    pub put_back: Vec<Redaction>,
    /// Lines of theirs that had to wait.
    pub held: Vec<HeldRecord>,
    /// Lines of others that they approved or denied.
    pub settled: Vec<HeldRecord>,
    /// Cases about them; without what was brought forward.
    pub cases: Vec<Case>,
    /// Cases about what they ordered, that they looked into, or that they decided; the same.
    pub handled: Vec<Case>,
}

/// Somebody who wants to come in.
#[derive(Debug, Clone, Copy)]
pub struct Applicant<'a> {
    /// Their account, once it is known.
    pub account: Option<AccountId>,
    /// The account's rank; that of a new account, or of a guest.
    pub rank: Rank,
    /// The character.
    pub name: &'a str,
    /// Where they come from.
    pub address: IpAddr,
}
