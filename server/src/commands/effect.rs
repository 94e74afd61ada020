//! What a command asks for. The loop applies it; nothing here does anything.

use smol_str::SmolStr;

use crate::channels::funnel::Utterance;
use crate::vocab::{
    Background, CaseAct, ChannelName, Charset, Colour, ColourDepth, LinkChoice, MaskLevel,
    MessageRef, Order, Paging, PartyId, PlayerId, Prose, Rank, RoomId, ShownText, Verdict,
};
use crate::world::{ItemKey, Way};

/// One thing that shall happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The actor reads this.
    Reply(Prose),
    /// Another player reads this.
    Tell(PlayerId, Prose),
    /// The actor speaks on a channel.
    Speak(ChannelName, Utterance),
    /// The actor sees their room.
    Look,
    /// The actor walks out by this exit.
    Walk(Way, RoomId),
    /// A player stands elsewhere without having walked.
    Place(PlayerId, RoomId),
    /// The actor picks an item up.
    Take(ItemKey),
    /// The actor puts an item down.
    Drop(ItemKey),
    /// The actor hands an item to somebody.
    Give(ItemKey, PlayerId),
    /// The actor shows a text to those who look, or to the room; or shows it no longer.
    Show(ShownText, Option<String>),
    /// The actor walks behind somebody, or no longer.
    Follow(Option<PlayerId>),
    /// Something about parties.
    Party(PartyEffect),
    /// The actor no longer hears a player.
    Ignore(PlayerId, SmolStr),
    /// The actor hears a player again.
    Unignore(PlayerId),
    /// Something the actor prefers.
    Prefer(Preference),
    /// The actor reads what was said on a channel.
    ReadHistory {
        /// The channel.
        channel: ChannelName,
        /// How many lines.
        count: usize,
        /// Whether each line stands with its name, not with its number.
        names: bool,
    },
    /// The actor asks about somebody who is not in the world.
    AskAbout {
        /// The whole name.
        name: String,
        /// What they read when nobody has it.
        otherwise: Prose,
    },
    /// The actor whispers to somebody who is not in the world.
    WhisperAway {
        /// The whole name.
        name: String,
        /// The words.
        words: String,
        /// What they read when it cannot reach anybody of this name.
        otherwise: Prose,
    },
    /// The actor's character is stored now, and they are told when it is.
    Save,
    /// Hand out another word by which the actor comes back.
    DrawToken,
    /// The actor leaves the world.
    Quit,
    /// The actor enters the one-time code.
    Claim(String),
    /// The actor asks which characters their account holds.
    ListCharacters,
    /// The actor makes another character.
    MakeCharacter(String),
    /// The actor does something as if they stood elsewhere.
    At(RoomId, String),
    /// A player's account gets a rank.
    SetRank(PlayerId, Rank),
    /// World and configuration are read again.
    Reload,
    /// The server stops in so many seconds; none calls it off.
    Shutdown(Option<u64>),
    /// Something is to be done to somebody, if the ranks allow it.
    Order(Box<Order>),
    /// The actor reads all that is said on a channel, or no longer.
    Watch(Option<ChannelName>),
    /// The actor no longer reads along with a player.
    EndSnoop,
    /// A line is to be taken back or put back, if the ranks allow it.
    Withdraw {
        /// Which.
        line: MessageRef,
        /// Whether it is put back.
        undo: bool,
        /// Why.
        reason: String,
    },
    /// The actor puts something that they have read before the staff.
    Report {
        /// What.
        about: About,
        /// Why.
        reason: String,
    },
    /// The actor wants something of the queue of cases.
    Case(CaseAct),
    /// The actor reads how much a player may say just now.
    ReadLimits(PlayerId),
    /// The actor has read what they were warned of.
    Acknowledge,
    /// The actor reads what is on record about a player of this name, or about themselves.
    ReadRecord(Option<String>),
    /// The actor reads what counts now.
    ListRestrictions {
        /// Bans, or else what keeps from speaking and acting.
        bans: bool,
        /// Only against the player of this name.
        of: Option<String>,
    },
    /// The actor reads who has points on the ladder, or how many the player of this name has.
    ReadPoints(Option<String>),
    /// The actor reads what the content filter makes of a text.
    TestFilter(String),
    /// The actor reads what the content filter finds in so many of the newest messages.
    TryFilter(usize),
    /// The actor reads which lines wait for approval.
    ListHeld,
    /// A line that waits is to be said, or not.
    Settle {
        /// Its number.
        number: u64,
        /// What shall become of it.
        verdict: Verdict,
        /// Why; may be empty.
        why: String,
    },
    /// The actor reads what is closed just now.
    ShowDefcon,
    /// A staff act goes on record.
    Record {
        /// What was done.
        act: &'static str,
        /// To whom or what.
        target: String,
        /// Particulars.
        detail: String,
    },
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// This message.
    Message(MessageRef),
    /// The last line that the actor has read of the player of this name.
    Player(String),
}

/// What happens to parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyEffect {
    /// The actor starts one.
    Found,
    /// The actor asks somebody into theirs.
    Invite(PlayerId),
    /// The actor joins one.
    Join(PartyId),
    /// The actor leaves theirs.
    Leave,
    /// The actor puts somebody out.
    Expel(PlayerId),
    /// The actor makes somebody the leader.
    HandOver(PlayerId),
    /// The actor ends it.
    Disband,
}

/// What a player may prefer; kept with the character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preference {
    /// Hear a channel that one has to join, or one that was left.
    Join(ChannelName),
    /// Hear a channel no longer.
    Leave(ChannelName),
    /// Read a channel in this colour, or in its own.
    Colour(ChannelName, Option<Colour>),
    /// A word that stands for a line.
    Alias(SmolStr, String),
    /// The word stands for nothing.
    Unalias(SmolStr),
    /// A prompt; none is the usual one.
    Prompt(Option<String>),
    /// Rooms without description when walking.
    Brief(bool),
    /// How many colours; none is what the client says.
    Depth(Option<ColourDepth>),
    /// Where lines wrap; none is what the client says, 0 never.
    Width(Option<u16>),
    /// Whether a screen reader reads; none is what the client says.
    ScreenReader(Option<bool>),
    /// The text encoding; none is what the client says.
    Charset(Option<Charset>),
    /// What their text stands on.
    Background(Background),
    /// Whether texts take few rows.
    Compact(bool),
    /// Whether long texts come page by page.
    Paging(Paging),
    /// Which words are masked; none is what the server says.
    Mask(Option<MaskLevel>),
    /// Whether what can be pressed is marked.
    Links(LinkChoice),
}

impl Effect {
    /// The actor reads this.
    #[must_use]
    pub fn reply(prose: impl Into<Prose>) -> Self {
        Self::Reply(prose.into())
    }

    /// The one answer of most commands: the actor reads this and nothing else happens.
    ///
    /// # Errors
    /// Never; it has the shape of a command's result.
    pub fn answer(prose: impl Into<Prose>) -> Result<Vec<Self>, crate::vocab::Refusal> {
        Ok(vec![Self::Reply(prose.into())])
    }
}
