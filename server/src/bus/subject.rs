//! Every NATS subject, built and taken apart here and nowhere else.
//!
//! Tokens come only from checked ids, so nothing a client typed can reach a subject. Two roots carry what the world says
//! (`chat`, `told`), one what gateways say (`input`).

use std::fmt;
use std::str::FromStr;

use crate::vocab::{ChannelName, Message, PartyId, PlayerId, RoomId};

/// All talk, for whoever may hear everything.
pub const ALL_CHAT: &str = "chat.>";

/// What every gateway says; one token, so that nothing below a gateway's own subject is heard.
pub(super) const ALL_INPUT: &str = "input.*";

/// What follows the channel in the subject of its talk; decided by the channel's scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectSuffix {
    /// The room the speaker stood in.
    Room,
    /// The party it was said to.
    Party,
    /// The player it was said to.
    Player,
    /// Nothing: one subject for the channel.
    None,
}

/// What talk is about, as far as its subject tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Said in a room.
    Room(RoomId),
    /// Said to a party.
    Party(PartyId),
    /// Said to a player.
    Player(PlayerId),
    /// Said to all who hear the channel.
    Everywhere,
}

/// An address on the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `chat.{channel}`, `chat.{channel}.{room}`, `chat.{channel}.{party}` or `chat.{channel}.{player}`: talk.
    Chat(ChannelName, Place),
    /// `redaction.{channel}`: that a line of talk was taken back, or put back.
    Redaction(ChannelName),
    /// `input.{gateway}`: what a gateway says to the world.
    Input(u16),
    /// `told.{gateway}`: events for the sessions of one gateway.
    Told(u16),
    /// `told.all`: events other than talk that any gateway may have listeners for.
    ToldAll,
}

impl Subject {
    /// The subject of a message on a channel with this suffix. A message that lacks what the suffix names is addressed
    /// to the channel alone.
    #[must_use]
    pub fn of(message: &Message, suffix: SubjectSuffix) -> Self {
        let place = match suffix {
            SubjectSuffix::Room => message.room.clone().map(Place::Room),
            SubjectSuffix::Party => message.party.map(Place::Party),
            SubjectSuffix::Player => message.target.as_ref().map(|to| Place::Player(to.id)),
            SubjectSuffix::None => None,
        };
        Self::Chat(message.channel.clone(), place.unwrap_or(Place::Everywhere))
    }

    /// A subject below this one that nobody listens to: asking there is answered only after all that was said before
    /// has been heard by the server.
    pub(super) fn nobody(&self) -> String {
        format!("{self}.nobody")
    }
}

impl SubjectSuffix {
    /// The suffix of the channels that every server has; channels it does not know have none.
    #[must_use]
    pub fn usual(channel: &ChannelName) -> Self {
        match channel.as_str() {
            "say" | "local" | "shout" | "emote" => Self::Room,
            "party" => Self::Party,
            "whisper" => Self::Player,
            _ => Self::None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => write!(f, ".{room}"),
            Self::Party(party) => write!(f, ".{party}"),
            Self::Player(player) => write!(f, ".{player}"),
            Self::Everywhere => Ok(()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chat(channel, place) => write!(f, "chat.{channel}{place}"),
            Self::Redaction(channel) => write!(f, "redaction.{channel}"),
            Self::Input(gateway) => write!(f, "input.{gateway}"),
            Self::Told(gateway) => write!(f, "told.{gateway}"),
            Self::ToldAll => f.write_str("told.all"),
        }
    }
}

/// A text that is none of our subjects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a subject of this bus")]
pub struct UnknownSubject(String);

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        take_apart(text)
            // Numbers have other spellings (`007`, `p_00AB`); only the one that we write is ours.
            .filter(|subject| subject.to_string() == text)
            .ok_or_else(|| UnknownSubject(text.chars().take(80).collect()))
    }
}

fn take_apart(text: &str) -> Option<Subject> {
    let (root, rest) = text.split_once('.')?;
    match (root, rest) {
        ("chat", _) => {
            let (channel, place) = rest.split_once('.').map_or((rest, None), |(c, p)| (c, Some(p)));
            Some(Subject::Chat(
                channel.parse().ok()?,
                place.map_or(Some(Place::Everywhere), place_of)?,
            ))
        }
        ("redaction", _) => rest.parse().ok().map(Subject::Redaction),
        ("input", _) => rest.parse().ok().map(Subject::Input),
        ("told", "all") => Some(Subject::ToldAll),
        ("told", _) => rest.parse().ok().map(Subject::Told),
        _ => None,
    }
}

fn place_of(text: &str) -> Option<Place> {
    let room = || text.parse().ok().map(Place::Room);
    let party = || text.parse().ok().map(Place::Party);
    let player = || text.parse().ok().map(Place::Player);
    room().or_else(party).or_else(player)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn subjects() -> impl Strategy<Value = Subject> {
        let part = "[a-z0-9_-]{1,40}";
        let room = (part, part, part, part)
            .prop_map(|(p, z, s, r)| Place::Room(RoomId::new(&p, &z, &s, &r).unwrap()));
        let place = prop_oneof![
            room,
            any::<u64>().prop_map(|n| Place::Party(PartyId(n))),
            any::<u64>().prop_map(|n| Place::Player(PlayerId(n))),
            Just(Place::Everywhere),
        ];
        let channel = part.prop_map(|c| Subject::Redaction(c.parse().unwrap()));
        prop_oneof![
            channel,
            (part, place).prop_map(|(c, place)| Subject::Chat(c.parse().unwrap(), place)),
            any::<u16>().prop_map(Subject::Input),
            any::<u16>().prop_map(Subject::Told),
            Just(Subject::ToldAll),
        ]
    }

    proptest! {
        /// Whatever the ids, a subject is plain tokens without a wildcard, and parses back to itself.
        #[test]
        fn every_subject_is_plain_and_parses_back(subject in subjects()) {
            let text = subject.to_string();
            prop_assert!(text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.')));
            prop_assert!(text.split('.').all(|token| !token.is_empty()));
            prop_assert_eq!(text.parse(), Ok(subject));
        }

        /// No text is taken for a subject unless we would have written it so.
        #[test]
        fn only_our_own_spelling_is_parsed(text in "(chat|input|told|x)?[.]?[a-zA-Z0-9_*>. \u{e9}-]{0,30}") {
            if let Ok(subject) = text.parse::<Subject>() {
                prop_assert_eq!(subject.to_string(), text);
            }
        }
    }

    #[test]
    fn wildcards_and_other_roots_are_refused() {
        for bad in [
            "chat",
            "chat.",
            "chat.>",
            "chat.*",
            "chat.say.a.b.c",
            "chat.say.a.b.c.*",
            "input.-1",
            "input.65536",
            "input.+7",
            "told.ALL",
            "told.all.x",
            "$JS.API.INFO",
            "",
            "chat.say.p_00AB",
        ] {
            assert!(bad.parse::<Subject>().is_err(), "{bad:?} was taken for a subject");
        }
    }

    #[test]
    fn a_party_is_not_a_player() {
        assert_eq!(
            "chat.party.party_001f".parse(),
            Ok(Subject::Chat("party".parse().unwrap(), Place::Party(PartyId(0x1f))))
        );
        assert_eq!(
            "chat.whisper.p_7f3a".parse(),
            Ok(Subject::Chat("whisper".parse().unwrap(), Place::Player(PlayerId(0x7f3a))))
        );
    }
}
