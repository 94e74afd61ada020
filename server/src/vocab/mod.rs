//! The words both halves share. Plain data: no clock, no dice, no input or output.
//!
//! The gateway half and the world half know each other only through these types and the bus.

mod allowed;
mod block;
mod capability;
mod case;
mod chain;
mod contrast;
mod draft;
mod durations;
mod event;
mod evidence;
mod filter;
mod grant;
mod held;
mod hindrance;
mod ids;
mod input;
mod json;
mod ladder;
mod layout;
mod link;
mod mask;
mod message;
mod message_ref;
mod network;
mod node;
mod order;
mod pattern;
mod prose;
mod rank;
mod record;
mod redaction;
mod refusal;
mod restriction;
mod room_view;
mod shown;
mod style;
mod text;
mod things;
mod time;
mod token;

pub use allowed::Allowed;
pub use block::{Column, List, Meter, Table};
pub use capability::{Background, Capability, Charset, ColourDepth, LinkMarks, Transport};
pub use case::{
    Case, CaseAct, CaseDone, CaseKind, CaseOrder, CaseVerdict, Contested, Decided, Evidence,
    EvidenceLine, Filed, Listed, Notice, Report,
};
pub use chain::{ChainHead, Digest, NoDigest, TextKey};
pub use contrast::CONTRAST_MIN;
pub use draft::{Blocked, Draft, Reach, Ruling};
pub use durations::{DurationCounts, Durations};
pub use event::{
    Audience, Delivered, Entered, Event, Fact, Farewell, Heads, Listener, Presence, PresenceKind,
    Typing,
};
pub use evidence::{evidence_line, is_intact, sealed};
pub use filter::{
    ActionRow, FilterAction, FilterHit, FilterLists, FilterSummary, Fit, OWN_WORDS,
    PATTERN_CHARS_MAX, PatternRule, Severity, TrialFinds, TrialRule, WordGroup, WordsOf,
};
pub use grant::{Grant, GrantId, Holder, TokenScope, TokenScopes, UnknownTokenScope};
pub use held::{HeldBy, HeldLimits, HeldLine, HeldRecord, Settling, Verdict};
pub use hindrance::Hindrance;
pub use ids::{
    AccountId, ChannelName, IdError, MessageId, PartyId, PlayerId, RoomId, SessionId, is_id_part,
    number,
};
pub use input::{Input, LoginReply, LoginRequest, Question, Resume, Screen, Secret};
pub use json::acts_on_its_reader;
pub(crate) use json::{Fields, harmless};
pub use ladder::{AUTOMATIC_MAX, Ladder, Offence, Rung, Step};
pub use layout::Form;
pub use link::{Link, Press, find_address};
pub use mask::{MaskLevel, UnknownMask};
pub(crate) use message::rfc3339_millis;
pub use message::{
    Masks, Message, SHADOW, SHADOW_MARK, SOCIAL, Sender, SenderKind, Target, WIRE_VERSION,
};
pub use message_ref::MessageRef;
pub use network::network;
pub use node::{DrainOrder, Draining, NodeReport};
pub use order::{Cited, Done, Order, OrderedAct, Placed, Present, Wanted, Whom};
pub use pattern::{AddressRange, NamePattern};
pub use prose::{Piece, Prose, Role, Span};
pub use rank::{Rank, UnknownRank};
pub use record::{
    Account, Admission, Character, CharacterState, HeldItem, LinkChoice, Paging, Returning,
    Settings,
};
pub use redaction::{LineId, Redaction, Withdrawal};
pub use refusal::Refusal;
pub use restriction::{
    ActId, Applicant, Dossier, Issuer, Lifted, Person, REASON_CHARS_MAX, Remark, RemarkKind,
    Restriction, RestrictionKind, Scope, Spared, Subject,
};
pub use room_view::{RoomView, SeenExit, Spot};
pub use shown::ShownText;
pub use style::{ChannelStyle, Colour, Styles, UnknownColour, View};
pub use text::{capital, clean, clean_line, countdown, lasting, skeleton};
pub use things::{Group, Hearer, Member, Place, Thing};
pub use time::{seconds_written, written_time};
pub use token::{ResumeToken, TokenHash, WayBack};
