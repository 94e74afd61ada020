//! The one funnel for speech: whatever puts a player's words in front of another goes through [`speak`].
//!
//! Shape, then the rules of moderation, then who hears, then the message. Nothing else makes a [`Message`].

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use super::scope::{Question, Speaker};
use super::{Channel, Sequences};
use crate::vocab::{
    AccountId, Audience, Blocked, Draft, Masks, Message, MessageId, PlayerId, Ruling, SHADOW,
    SOCIAL, Sender, SenderKind, Target, Transport, WIRE_VERSION, clean_line,
};
use crate::world::World;

/// What somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// The words.
    pub content: String,
    /// The one they are for.
    pub target: Option<Target>,
    /// How a social reads to its actor and to its target; the words are how it reads to others.
    pub social: Option<SocialText>,
}

/// How a social reads to those it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocialText {
    /// To its actor, where that differs from what others read.
    pub to_sender: Option<String>,
    /// To its target.
    pub to_target: Option<String>,
}

impl Utterance {
    /// Plain words to whoever the channel's scope says.
    #[must_use]
    pub fn plain(content: impl Into<String>) -> Self {
        Self { content: content.into(), target: None, social: None }
    }
}

/// What is known of the speaker beyond where they stand.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// What kind of speaker.
    pub kind: SenderKind,
    /// The account behind a player.
    pub account: Option<AccountId>,
    /// How long they have had it.
    pub account_age: Option<Duration>,
    /// What the line came in by.
    pub via: Option<Transport>,
}

/// What the funnel needs from the moment of speaking.
pub struct Moment<'a> {
    /// The world.
    pub world: &'a World,
    /// The numbers of messages.
    pub sequences: &'a mut Sequences,
    /// The rules, in order.
    pub rules: &'a mut dyn FnMut(&mut Draft) -> Result<Ruling, Blocked>,
    /// The wall clock.
    pub at: DateTime<Utc>,
    /// The message's name.
    pub id: MessageId,
    /// Whether the target has lately whispered to the speaker.
    pub answered: bool,
}

/// What became of words that no rule refused.
#[derive(Debug)]
pub enum Passed {
    /// They were said.
    Said(Spoken),
    /// Staff must approve of them first; the rule that says so.
    Held(&'static str),
}

/// Words that were said, and who hears them.
#[derive(Debug)]
pub struct Spoken {
    /// The message.
    pub message: Arc<Message>,
    /// Its audience.
    pub audience: Audience,
}

impl Spoken {
    /// The same words, said at another time; their name and number stay those of now.
    #[must_use]
    pub fn said_at(self, at: DateTime<Utc>) -> Self {
        let message = Arc::new(Message { at, ..(*self.message).clone() });
        Self { message, ..self }
    }

    /// The same words, heard by one more, if there is one.
    #[must_use]
    pub fn heard_by(self, listener: Option<PlayerId>) -> Self {
        let (Some(listener), Audience::Witnesses(there)) = (listener, &self.audience) else {
            return self;
        };
        if there.contains(&listener) {
            return self;
        }
        let there: Arc<[PlayerId]> = there.iter().copied().chain([listener]).collect();
        let named = Some(Arc::clone(&there));
        let message = Arc::new(Message { audience: named, ..(*self.message).clone() });
        Self { message, audience: Audience::Witnesses(there) }
    }
}

/// Takes what somebody wants to say through shape, rules and scope.
///
/// # Errors
/// Which rule blocked it, with the sentence for the speaker; nothing else has happened then.
pub fn speak(
    moment: Moment,
    channel: &Channel,
    speaker: &Speaker,
    origin: Origin,
    utterance: Utterance,
) -> Result<Passed, Blocked> {
    let content = shape(channel, speaker, &utterance.content)?;
    let target = utterance.target.as_ref().map(|target| target.id);
    let audience = hearers(&moment, channel, speaker, target)?;
    let mut draft = draft(&moment, channel, speaker, origin, target, content);
    if utterance.social.is_some() {
        draft.flags.push(SmolStr::new_static(SOCIAL));
    }
    let audience = match (moment.rules)(&mut draft)? {
        Ruling::Say => audience,
        Ruling::Shadow => {
            draft.flags.push(SmolStr::new_static(SHADOW));
            shadowed(moment.world, speaker, channel, &audience)
        }
        Ruling::Hold(rule) => return Ok(Passed::Held(rule)),
    };
    let message = message(moment, channel, speaker, origin, utterance, draft, &audience);
    Ok(Passed::Said(Spoken { message: Arc::new(message), audience }))
}

fn message(
    moment: Moment,
    channel: &Channel,
    speaker: &Speaker,
    origin: Origin,
    utterance: Utterance,
    draft: Draft,
    audience: &Audience,
) -> Message {
    let (mut to_sender, mut to_target) = (None, None);
    if let Some(social) = utterance.social {
        to_sender = social.to_sender;
        to_target = social.to_target;
    }
    Message {
        v: WIRE_VERSION,
        id: moment.id,
        epoch: moment.sequences.epoch().clone(),
        seq: moment.sequences.next(&channel.name),
        channel: channel.name.clone(),
        at: moment.at,
        sender: sender(speaker, origin),
        content: draft.content,
        room: (origin.kind != SenderKind::System).then(|| speaker.room.clone()),
        party: speaker.party.filter(|_| channel.scope.name == crate::config::ScopeName::Party),
        target: utterance.target,
        audience: witnesses(audience),
        flags: draft.flags,
        masks: draft.masks,
        to_sender,
        to_target,
    }
}

/// Of those who would hear, the staff; and the speaker, who thinks that all do.
fn shadowed(world: &World, speaker: &Speaker, channel: &Channel, audience: &Audience) -> Audience {
    let is_staff = |id: &PlayerId| world.player(*id).is_some_and(|player| player.rank.is_staff());
    let staff: Vec<PlayerId> = match audience {
        Audience::Witnesses(there) => there.iter().copied().filter(is_staff).collect(),
        Audience::Rank(_) | Audience::Session(_) => {
            let hear =
                |id: &PlayerId| world.player(*id).is_some_and(|p| p.rank >= channel.style.hear);
            world.players().map(|player| player.id).filter(is_staff).filter(hear).collect()
        }
    };
    let others = staff.into_iter().filter(|id| *id != speaker.id);
    Audience::Witnesses(std::iter::once(speaker.id).chain(others).collect())
}

fn shape(channel: &Channel, speaker: &Speaker, content: &str) -> Result<String, Blocked> {
    if speaker.rank < channel.speak {
        return Err(Blocked::new("rank", not_allowed(channel, speaker)));
    }
    let content = clean_line(content);
    if content.is_empty() {
        return Err(Blocked::new("empty", "You open your mouth, but say nothing."));
    }
    let chars = content.chars().count();
    if chars > channel.chars {
        let most = channel.chars;
        let long = format!("That is {chars} characters; {} takes at most {most}.", channel.name);
        return Err(Blocked::new("length", long));
    }
    Ok(content)
}

fn not_allowed(channel: &Channel, speaker: &Speaker) -> String {
    if speaker.rank == crate::vocab::Rank::Guest {
        return format!("Guests are not heard on {}; with an account you would be.", channel.name);
    }
    format!("Only a {} or above may speak on {}.", channel.speak, channel.name)
}

fn hearers(
    moment: &Moment,
    channel: &Channel,
    speaker: &Speaker,
    target: Option<PlayerId>,
) -> Result<Audience, Blocked> {
    let question = Question {
        world: moment.world,
        speaker,
        channel: &channel.name,
        hear: channel.style.hear,
        target,
    };
    let audience = (channel.scope.hearers)(&question);
    let audience = audience.map_err(|refusal| Blocked { rule: "scope", refusal })?;
    Ok(with_speaker(moment.world, speaker, audience))
}

/// Staff who speak as if they stood elsewhere hear themselves, too.
fn with_speaker(world: &World, speaker: &Speaker, audience: Audience) -> Audience {
    let stands_there = world.player(speaker.id).is_none_or(|player| player.room == speaker.room);
    match audience {
        Audience::Witnesses(there) if !stands_there && !there.contains(&speaker.id) => {
            Audience::Witnesses(std::iter::once(speaker.id).chain(there.iter().copied()).collect())
        }
        audience => audience,
    }
}

fn draft(
    moment: &Moment,
    channel: &Channel,
    speaker: &Speaker,
    origin: Origin,
    target: Option<PlayerId>,
    content: String,
) -> Draft {
    let to_one = if moment.answered { 0 } else { channel.per_minute_unanswered };
    Draft {
        speaker: speaker.id,
        account: origin.account,
        rank: speaker.rank,
        account_age: origin.account_age,
        channel: channel.name.clone(),
        reach: channel.reach(),
        content,
        masks: Masks::default(),
        per_minute: channel.per_minute,
        target: target.map(|id| (id, to_one)),
        hits: Vec::new(),
        flags: Vec::new(),
    }
}

fn sender(speaker: &Speaker, origin: Origin) -> Sender {
    Sender {
        id: speaker.id,
        name: speaker.name.clone(),
        kind: origin.kind,
        account: origin.account,
        via: origin.via,
    }
}

/// Witnesses are named in the message; a wide channel's audience is whoever is there.
fn witnesses(audience: &Audience) -> Option<Arc<[PlayerId]>> {
    match audience {
        Audience::Witnesses(players) => Some(Arc::clone(players)),
        Audience::Rank(_) | Audience::Session(_) => None,
    }
}
