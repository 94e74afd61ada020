//! What a turn brings about: events for the bus, and requests for slow work. The loop waits for neither.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use super::{Away, Filing};
use crate::bus::{PresenceNews, Reply};
use crate::channels::Table;
use crate::moderation::Tally;
use crate::moderation::filter::Filter;
use crate::vocab::{
    AccountId, ActId, Audience, CaseOrder, ChannelName, Character, Event, Fact, FilterAction,
    FilterHit, HeldLimits, HeldLine, Input, Message, MessageId, PartyId, Person, Placed, PlayerId,
    Prose, Rank, Resume, RoomId, SessionId, Settling, Target, Transport, Withdrawal,
};
use crate::world::Ground;

/// What a turn brings about, in order.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What happened.
    pub events: Vec<Arc<Event>>,
    /// What shall be done elsewhere.
    pub requests: Vec<Request>,
}

impl Outcome {
    /// Adds an event.
    pub(super) fn emit(&mut self, to: Audience, fact: Fact) {
        self.events.push(Arc::new(Event { to, fact }));
    }

    /// Adds a text for one player.
    pub(super) fn tell(&mut self, player: PlayerId, prose: impl Into<Prose>) {
        self.emit(Audience::player(player), Fact::Told(prose.into()));
    }

    /// Adds a request.
    pub(super) fn ask(&mut self, request: Request) {
        self.requests.push(request);
    }
}

/// Work that leaves the loop; where there is a result, it comes back as a turn.
#[derive(Debug)]
pub enum Request {
    /// Let this connection in, or tell it why not.
    LogIn(Input),
    /// Keep a message for history.
    Keep(Arc<Message>),
    /// Put a line that was not said on record.
    Blocked(Box<BlockedLine>),
    /// Put an act of staff on record.
    Act(StaffAct),
    /// Put on record what a rule of the server did by itself.
    RuleAct(Box<RuleAct>),
    /// Let programs know that somebody came or went.
    Noticed(Arc<PresenceNews>),
    /// Show what became of all that was to be said.
    Tallied(Box<Tally>),
    /// Draw a word by which a player comes back.
    DrawToken(PlayerId),
    /// Store a character when there is time.
    SaveLater(Box<Character>),
    /// Store a character now and tell its player.
    Save(Box<Character>),
    /// Tell a player about somebody who is not in the world.
    AskAbout {
        /// Who asks.
        asker: PlayerId,
        /// The whole name.
        name: String,
        /// What the asker reads when nobody has it.
        otherwise: Prose,
    },
    /// See whether a code makes an account the owner.
    Claim {
        /// Who enters it.
        player: PlayerId,
        /// Their account.
        account: AccountId,
        /// The code.
        code: String,
    },
    /// Tell a player which characters an account holds.
    ListCharacters {
        /// Who asks.
        player: PlayerId,
        /// Their account.
        account: AccountId,
    },
    /// Make another character.
    MakeCharacter {
        /// Who asks.
        player: PlayerId,
        /// Their account.
        account: AccountId,
        /// Its name.
        name: String,
    },
    /// Give an account a rank.
    SetRank {
        /// The account.
        account: AccountId,
        /// The rank.
        rank: Rank,
        /// Who asked for it.
        by: PlayerId,
    },
    /// Put on record what the content filter found.
    Flagged(Box<Flagged>),
    /// Look up what a client missed.
    LookUpMissed(Missing),
    /// Read world and configuration again.
    Reload {
        /// Who asked for it.
        by: PlayerId,
    },
    /// Carry an order out, if ranks allow it.
    Order(Box<Placed>),
    /// Look for a message that memory does not hold, and for what was said around it.
    FindReported(Box<Filing>),
    /// Look at the queue of cases, or change it.
    Case(Box<CaseOrder>),
    /// Tell a player what waits for them.
    Notices {
        /// The player.
        player: PlayerId,
        /// The same, whatever they play.
        who: Person,
    },
    /// Look whether somebody who is not in the world has whispers pushed.
    SeekAway(PlayerId, Box<Away>),
    /// Put a report on record that is in the queue.
    Reported(Box<CaseOrder>),
    /// These notices were read.
    NoticesRead(Vec<i64>),
    /// Let a line wait for staff.
    Hold {
        /// The line.
        line: Box<HeldLine>,
        /// How many may wait.
        limits: HeldLimits,
    },
    /// Put on record what staff say to a line that waits, if ranks allow it.
    Settle(Box<Settling>),
    /// Put on record that nobody came to these lines in time.
    ExpireHeld {
        /// Their numbers.
        numbers: Vec<u64>,
        /// When that was found.
        at: DateTime<Utc>,
    },
    /// Take a line back or put it back, if ranks allow it.
    Withdraw(Box<Withdrawal>),
    /// Put on record that somebody has read these warnings.
    Acknowledge {
        /// The player who says so.
        player: PlayerId,
        /// The one whom the warnings concern.
        who: Person,
        /// The warnings.
        ids: Vec<ActId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Remember over restarts how many points an account has on the ladder.
    KeepPoints {
        /// The account.
        account: AccountId,
        /// The points; 0 forgets them.
        points: f64,
        /// When it had so many.
        at: DateTime<Utc>,
    },
    /// Put on record that another of the staff was told of these.
    NoteTold {
        /// The remarks.
        ids: Vec<ActId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Look up what is on record about somebody.
    ReadRecord(Box<Reading>),
    /// Answer a program.
    Reply(Reply),
    /// Drop what counts no more, away from the loop.
    Discard(Box<Discarded>),
    /// Stop the process.
    Stop,
}

/// What was in force until a reload.
#[derive(Debug)]
pub struct Discarded {
    /// The ground.
    pub ground: Ground,
    /// The channels.
    pub table: Table,
    /// The content filter.
    pub filter: Arc<Filter>,
}

impl Request {
    /// Whether whoever asked reads an answer, good or bad, once it is done.
    pub(super) fn is_answered_to_the_actor(&self) -> bool {
        match self {
            // A rule that ordered something reads nothing.
            Self::Order(placed) => placed.issuer.account.is_some(),
            Self::Save(_)
            | Self::DrawToken(_)
            | Self::AskAbout { .. }
            | Self::Claim { .. }
            | Self::ListCharacters { .. }
            | Self::MakeCharacter { .. }
            | Self::FindReported(_)
            | Self::SeekAway(..)
            | Self::Case(_)
            | Self::Hold { .. }
            | Self::Settle(_)
            | Self::Withdraw(_)
            | Self::Acknowledge { .. }
            | Self::ReadRecord(_) => true,
            Self::LogIn(_)
            | Self::Keep(_)
            | Self::Blocked(_)
            | Self::Act(_)
            | Self::Notices { .. }
            | Self::NoticesRead(_)
            | Self::Reported(_)
            | Self::Flagged(_)
            | Self::RuleAct(_)
            | Self::Tallied(_)
            | Self::Noticed(_)
            | Self::SaveLater(_)
            | Self::ExpireHeld { .. }
            | Self::NoteTold { .. }
            | Self::KeepPoints { .. }
            | Self::SetRank { .. }
            | Self::LookUpMissed(_)
            | Self::Reload { .. }
            | Self::Reply(_)
            | Self::Discard(_)
            | Self::Stop => false,
        }
    }
}

/// Somebody wants to know what is on record about somebody.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What comes of it will have this name.
    pub id: ActId,
    /// Who asks.
    pub asker: PlayerId,
    /// The same, whatever they play.
    pub reader: Person,
    /// About whom.
    pub name: String,
    /// The one of that name, if they are in the world.
    pub here: Option<Person>,
    /// Whether it is the asker's own, which leaves out what is for staff.
    pub is_own: bool,
}

/// What a client missed and memory does not hold.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The session.
    pub session: SessionId,
    /// What it saw last, of the channels it may hear and that are kept.
    pub resume: Resume,
    /// The last line of each channel when the session entered; what came later it has heard.
    pub heads: BTreeMap<ChannelName, (SmolStr, u64)>,
    /// Whether it is known already that something cannot be had.
    pub gap: bool,
}

impl Missing {
    /// Whether a line was said before the session entered.
    #[must_use]
    pub fn includes(&self, message: &Message) -> bool {
        let head = self.heads.get(&message.channel);
        head.is_none_or(|(epoch, seq)| *epoch != message.epoch || message.seq <= *seq)
    }
}

/// A line that a rule kept from being said.
#[derive(Debug, Clone)]
pub struct BlockedLine {
    /// When.
    pub at: DateTime<Utc>,
    /// The channel.
    pub channel: ChannelName,
    /// Who wanted to say it.
    pub sender: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their account.
    pub account: Option<AccountId>,
    /// What the line came in by.
    pub via: Option<Transport>,
    /// Where they stood.
    pub room: RoomId,
    /// Their party.
    pub party: Option<PartyId>,
    /// The one it was for.
    pub target: Option<Target>,
    /// The words.
    pub content: String,
    /// The rule.
    pub rule: &'static str,
}

/// What the content filter found in somebody's words.
#[derive(Debug, Clone)]
pub struct Flagged {
    /// When.
    pub at: DateTime<Utc>,
    /// Who said them, or wanted to.
    pub player: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their account.
    pub account: Option<AccountId>,
    /// The channel.
    pub channel: ChannelName,
    /// The message; none when it was not said.
    pub message: Option<MessageId>,
    /// What was found, and what was done about it.
    pub hits: Vec<(FilterHit, FilterAction)>,
    /// The words.
    pub content: String,
    /// The version of the filter's lists.
    pub version: SmolStr,
}

/// An act of staff.
#[derive(Debug, Clone)]
pub struct StaffAct {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// What they did.
    pub act: &'static str,
    /// Whom it concerned, where that is known without asking.
    pub subject: Option<Person>,
    /// To whom or what.
    pub target: String,
    /// Particulars.
    pub detail: String,
    /// Why nothing was done, if it was refused.
    pub refused: Option<String>,
    /// What was put on record by it, or taken back.
    pub restriction: Option<ActId>,
    /// When what was done ends by itself.
    pub until: Option<DateTime<Utc>>,
}

/// What a rule of the server did by itself.
#[derive(Debug, Clone)]
pub struct RuleAct {
    /// When.
    pub at: DateTime<Utc>,
    /// The rule and its version, with a blank between.
    pub rule: SmolStr,
    /// Whom it concerned, and their name; none for what concerned everybody.
    pub subject: Option<(Person, SmolStr)>,
    /// What it did.
    pub act: &'static str,
    /// Particulars.
    pub detail: String,
    /// What it put on record.
    pub restriction: Option<ActId>,
    /// When it ends by itself.
    pub until: Option<DateTime<Utc>>,
}
