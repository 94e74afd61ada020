//! What goes over NATS and how it is read again: publications, their stamps, and the check of what was heard.
//!
//! Talk is the plain JSON of a message, for anyone. What only our own gateways need of it, its number and the rank that
//! hears it, rides in headers.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_nats::HeaderMap;
use bytes::Bytes;
use serde::Serialize;
use smol_str::SmolStr;
use uuid::Uuid;

use super::super::subject::{Subject, SubjectSuffix};
use crate::vocab::{
    Audience, ChannelName, Event, Fact, Input, LineId, Message, Rank, WIRE_VERSION,
};

/// The header with the publisher's run and the publication's numbers in it.
const LINK: &str = "Hearsay-Link";
/// The header with the lowest rank that hears a message without an audience.
const HEAR: &str = "Hearsay-Hear";
/// The header by which NATS knows a message again.
const NAME: &str = "Nats-Msg-Id";

/// Says what follows a channel in the subject of its talk.
pub type SuffixOf = Arc<dyn Fn(&ChannelName) -> SubjectSuffix + Send + Sync>;

/// One thing to publish.
#[derive(Debug, Clone)]
pub(super) struct Publication {
    pub(super) subject: String,
    pub(super) payload: Bytes,
    /// The message's name, if it is talk: what a stream keeps.
    pub(super) id: Option<String>,
    stamp: Stamp,
    hear: Option<Rank>,
}

impl Publication {
    /// Its place in everything this link publishes.
    pub(super) fn order(&self) -> u64 {
        self.stamp.order
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, self.stamp.to_string().as_str());
        if let Some(hear) = self.hear {
            headers.insert(HEAR, hear.as_str());
        }
        if let Some(id) = &self.id {
            headers.insert(NAME, id.as_str());
        }
        headers
    }
}

/// Where a publication stands: `{run}.{order}.{count}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp {
    /// Names one life of the publishing link.
    pub(super) run: SmolStr,
    /// The number among all that the run published.
    pub(super) order: u64,
    /// The number among what goes to the same hearers, without holes unless something was lost.
    pub(super) count: u64,
}

impl Stamp {
    /// The stamp of a message that was heard, if one of our links sent it.
    pub(super) fn of(message: &async_nats::Message) -> Option<Self> {
        message.headers.as_ref()?.get(LINK)?.as_str().parse().ok()
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.run, self.order, self.count)
    }
}

/// A header that is no stamp.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadStamp;

impl FromStr for Stamp {
    type Err = BadStamp;

    fn from_str(text: &str) -> Result<Self, BadStamp> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(BadStamp);
        let run = SmolStr::new(part()?);
        let order = part()?.parse().map_err(|_| BadStamp)?;
        let count = part()?.parse().map_err(|_| BadStamp)?;
        Ok(Self { run, order, count })
    }
}

/// What listeners learn of a line that was taken back or put back.
#[derive(Serialize)]
struct Withdrawn {
    v: u8,
    act: &'static str,
    #[serde(flatten)]
    line: LineId,
}

/// Makes publications and numbers them.
pub(super) struct Writer {
    run: SmolStr,
    order: u64,
    to_all: u64,
    to_one: HashMap<u16, u64>,
    redactions: u64,
}

impl Writer {
    /// A writer whose run is named after this moment.
    pub(super) fn new() -> Self {
        let run = SmolStr::new(Uuid::now_v7().simple().to_string());
        Self { run, order: 0, to_all: 0, to_one: HashMap::new(), redactions: 0 }
    }

    /// A message, for everyone who may hear that channel's subject.
    pub(super) fn talk(
        &mut self,
        event: &Event,
        message: &Message,
        suffix: &SuffixOf,
    ) -> Publication {
        let hear = match event.to {
            Audience::Rank(rank) => Some(rank),
            _ => None,
        };
        let subject = Subject::of(message, suffix(&message.channel));
        let id = Some(message.id.to_string());
        Publication { id, hear, ..self.for_all(&subject, message) }
    }

    /// An event that is not talk, for the gateways that may have listeners for it.
    pub(super) fn told(&mut self, event: &Event) -> Publication {
        match event.to {
            Audience::Session(session) => {
                let gateway = session.gateway();
                self.for_one(&Subject::Told(gateway), gateway, event)
            }
            _ => self.for_all(&Subject::ToldAll, event),
        }
    }

    /// That a line was taken back or put back, for whoever listens to talk beside our gateways; none for other events, and
    /// where one session is told again.
    pub(super) fn redaction(&mut self, event: &Event) -> Option<Publication> {
        let (act, line) = match &event.fact {
            _ if matches!(event.to, Audience::Session(_)) => return None,
            Fact::Redacted(line) => ("redacted", line.clone()),
            Fact::Restored(message) => ("restored", LineId::of(message)),
            _ => return None,
        };
        self.redactions += 1;
        let subject = Subject::Redaction(line.channel.clone());
        Some(self.publication(&subject, self.redactions, &Withdrawn { v: WIRE_VERSION, act, line }))
    }

    /// What a gateway says.
    pub(super) fn input(&mut self, gateway: u16, input: &Input) -> Publication {
        self.for_one(&Subject::Input(gateway), gateway, input)
    }

    fn for_all(&mut self, subject: &Subject, what: &impl Serialize) -> Publication {
        self.to_all += 1;
        self.publication(subject, self.to_all, what)
    }

    fn for_one(&mut self, subject: &Subject, gateway: u16, what: &impl Serialize) -> Publication {
        let count = self.to_one.entry(gateway).or_default();
        *count += 1;
        let count = *count;
        self.publication(subject, count, what)
    }

    fn publication(&mut self, subject: &Subject, count: u64, what: &impl Serialize) -> Publication {
        self.order += 1;
        let json = serde_json::to_vec(what).expect("the shared words have only string keys");
        Publication {
            subject: subject.to_string(),
            payload: Bytes::from(json),
            id: None,
            stamp: Stamp { run: self.run.clone(), order: self.order, count },
            hear: None,
        }
    }
}

/// The message of an event that is talk: said to those, and only those, whom the message itself names. Anything else
/// (words that are shadowed, say) is an event for our gateways and nobody else's business.
pub(super) fn talk_in(event: &Event) -> Option<&Message> {
    let Fact::Spoke(message) = &event.fact else { return None };
    if message.is_shadowed() {
        return None;
    }
    let public = match (&event.to, &message.audience) {
        (Audience::Witnesses(there), Some(named)) => there[..] == named[..],
        (Audience::Rank(_), None) => true,
        _ => false,
    };
    public.then_some(message)
}

/// The event that a heard message stands for; none if it cannot be read.
pub(super) fn read_event(message: &async_nats::Message) -> Option<Event> {
    match message.subject.parse().ok()? {
        Subject::Chat(..) => read_talk(message),
        Subject::Told(_) | Subject::ToldAll => serde_json::from_slice(&message.payload).ok(),
        Subject::Redaction(_) | Subject::Input(_) => None,
    }
}

/// Without an audience and without a rank in its headers, talk is for nobody: better a line lost than a line leaked.
fn read_talk(message: &async_nats::Message) -> Option<Event> {
    let spoken: Message = serde_json::from_slice(&message.payload).ok()?;
    let to = match &spoken.audience {
        Some(there) => Audience::Witnesses(there.clone()),
        None => Audience::Rank(message.headers.as_ref()?.get(HEAR)?.as_str().parse().ok()?),
    };
    Some(Event { to, fact: Fact::Spoke(Arc::new(spoken)) })
}

/// The input that a heard message stands for; none if it cannot be read or speaks for another gateway's session.
pub(super) fn read_input(message: &async_nats::Message) -> Option<Input> {
    let Subject::Input(gateway) = message.subject.parse().ok()? else { return None };
    let input: Input = serde_json::from_slice(&message.payload).ok()?;
    (input.session().gateway() == gateway).then_some(input)
}

/// What is to be done with something stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// Hand it on; so many before it never came.
    New {
        /// How many.
        missing: u64,
    },
    /// It came before, or from a run that has been succeeded.
    Old,
}

/// How many runs that have been succeeded are remembered, so that their stragglers are known as such.
const ENDED_RUNS_MAX: usize = 8;

/// What has been heard of one publisher and those that succeeded it.
#[derive(Debug, Default)]
pub(super) struct Track {
    run: SmolStr,
    order: u64,
    to_all: Option<u64>,
    to_one: Option<u64>,
    ended: VecDeque<SmolStr>,
}

impl Track {
    /// Takes note of a stamp. `to_all` tells which of the two counts it carries.
    pub(super) fn admit(&mut self, stamp: &Stamp, to_all: bool) -> Admission {
        if stamp.run != self.run {
            if self.ended.contains(&stamp.run) {
                return Admission::Old;
            }
            self.succeed(stamp.run.clone());
        }
        if stamp.order <= self.order {
            return Admission::Old;
        }
        self.order = stamp.order;
        let last = if to_all { &mut self.to_all } else { &mut self.to_one };
        let before = last.replace(stamp.count);
        let missing = before.map_or(0, |before| stamp.count.saturating_sub(before + 1));
        Admission::New { missing }
    }

    fn succeed(&mut self, run: SmolStr) {
        let mut ended = std::mem::take(&mut self.ended);
        ended.push_back(std::mem::take(&mut self.run));
        if ended.len() > ENDED_RUNS_MAX {
            ended.pop_front();
        }
        *self = Self { run, ended, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::PlayerId;

    fn stamp(text: &str) -> Stamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_shadowed_is_no_talk_for_all() {
        let there: Arc<[PlayerId]> = [PlayerId(1), PlayerId(2)].into();
        let said = |flags: Vec<smol_str::SmolStr>| {
            let message = Message {
                v: crate::vocab::WIRE_VERSION,
                id: crate::vocab::MessageId(uuid::Uuid::nil()),
                epoch: "a".into(),
                seq: 1,
                channel: "say".parse().unwrap(),
                at: chrono::DateTime::UNIX_EPOCH,
                sender: crate::vocab::Sender {
                    id: PlayerId(1),
                    name: "Bob".into(),
                    kind: crate::vocab::SenderKind::Player,
                    account: None,
                    via: None,
                },
                content: "zebra".to_owned(),
                room: None,
                party: None,
                target: None,
                audience: Some(Arc::clone(&there)),
                flags,
                masks: crate::vocab::Masks::default(),
                to_sender: None,
                to_target: None,
            };
            let to = Audience::Witnesses(Arc::clone(&there));
            Event { to, fact: Fact::Spoke(Arc::new(message)) }
        };
        assert!(talk_in(&said(Vec::new())).is_some());
        assert!(talk_in(&said(vec![crate::vocab::SHADOW.into()])).is_none());
    }

    #[test]
    fn a_stamp_survives_its_text() {
        let text = "0199c0ffee.4711.42";
        assert_eq!(stamp(text).to_string(), text);
        for bad in ["", "run", "run.1", "run.x.1", "run.1.1.1", "run.1.-1"] {
            assert_eq!(bad.parse::<Stamp>(), Err(BadStamp), "{bad:?}");
        }
    }

    #[test]
    fn what_is_missing_is_counted_and_what_is_old_is_not_handed_on() {
        let mut track = Track::default();
        let mut admit = |text, to_all| track.admit(&stamp(text), to_all);
        // Whoever joins late has missed nothing that was meant for them.
        assert_eq!(admit("a.10.8", true), Admission::New { missing: 0 });
        assert_eq!(admit("a.11.1", false), Admission::New { missing: 0 });
        assert_eq!(admit("a.15.11", true), Admission::New { missing: 2 });
        assert_eq!(admit("a.15.11", true), Admission::Old);
        assert_eq!(admit("a.12.9", true), Admission::Old);
        assert_eq!(admit("a.16.2", false), Admission::New { missing: 0 });
    }

    #[test]
    fn a_new_run_counts_anew_and_stragglers_of_the_old_are_known() {
        let mut track = Track::default();
        let mut admit = |text| track.admit(&stamp(text), true);
        assert_eq!(admit("b.5.5"), Admission::New { missing: 0 });
        assert_eq!(admit("a.1.1"), Admission::New { missing: 0 });
        assert_eq!(admit("b.6.6"), Admission::Old);
        assert_eq!(admit("a.2.2"), Admission::New { missing: 0 });
    }
}
