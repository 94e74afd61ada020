//! Reports on their way to the queue: which message is meant, whether the reporter has received it, and what was said around
//! it as they read it. The one whom it is about perceives nothing of it.

use std::sync::Arc;

use super::actor::Actor;
use super::step::{Game, Stage};
use super::talk::view_of;
use super::{Outcome, Request};
use crate::channels::{Receiver, Unwanted, is_meant};
use crate::commands::{About, Clock, Preference};
use crate::vocab::{
    ActId, CaseAct, CaseOrder, Evidence, Filed, Listener, MaskLevel, Message, MessageId,
    MessageRef, Person, PlayerId, SenderKind, Subject, evidence_line, sealed,
};

/// What a reporter reads about a message that there is not, and about one that they have not received.
const NOT_RECEIVED: &str = "You have received no message like that.";

/// A report whose message memory does not hold, while it is looked for.
#[derive(Debug, Clone)]
pub struct Filing {
    /// Who reports.
    pub reporter: PlayerId,
    /// What.
    pub wanted: MessageRef,
    /// Why.
    pub reason: String,
    /// The run of the server in which numbers count.
    pub epoch: String,
    /// How many lines before and after it are wanted.
    pub each_side: u32,
}

impl Game {
    /// Somebody reports a message, or the last line of a player.
    pub(super) fn report(
        &mut self,
        stage: &Stage,
        about: About,
        reason: String,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let wanted = match about {
            About::Message(wanted) => wanted,
            About::Player(name) => match self.last_received_of(stage.actor, &name) {
                Some(id) => MessageRef::Id(id),
                None => {
                    let text = format!("You have received nothing from {name} lately.");
                    return self.not_reported(stage.actor, name, &text, clock, out);
                }
            },
        };
        let filing = Filing {
            reporter: stage.actor,
            reason,
            epoch: self.sequences.epoch().to_string(),
            each_side: u32::try_from(self.rules.context_lines).unwrap_or(u32::MAX),
            wanted,
        };
        let channel = self.history.channel_of(&filing.wanted, &filing.epoch);
        let lines = channel.map(|channel| self.history.lines(channel)).unwrap_or_default();
        match self.file(&filing, &lines) {
            Some(filed) => self.bring_forward(&filing, filed, clock, out),
            // What is there and was not received takes the same way as what is not there.
            None => out.ask(Request::FindReported(Box::new(filing))),
        }
    }

    /// The store was asked for what memory does not hold.
    pub(super) fn found_reported(
        &mut self,
        filing: &Filing,
        lines: Vec<Message>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let lines: Vec<Arc<Message>> = lines.into_iter().map(Arc::new).collect();
        match self.file(filing, &lines) {
            Some(filed) => self.bring_forward(filing, filed, clock, out),
            None => {
                let what = filing.wanted.to_string();
                self.not_reported(filing.reporter, what, NOT_RECEIVED, clock, out);
                self.show_prompt(filing.reporter, out);
            }
        }
    }

    fn bring_forward(
        &mut self,
        filing: &Filing,
        filed: Option<Filed>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        match filed {
            Some(filed) => {
                self.want_of_queue(filing.reporter, CaseAct::Report(Box::new(filed)), clock, out);
            }
            None => {
                let what = filing.wanted.to_string();
                let text = "No player said that.";
                self.not_reported(filing.reporter, what, text, clock, out);
                self.show_prompt(filing.reporter, out);
            }
        }
    }

    fn not_reported(
        &self,
        reporter: PlayerId,
        what: String,
        why: &str,
        clock: Clock,
        out: &mut Outcome,
    ) {
        out.tell(reporter, why);
        self.record_refused(reporter, "report", what, why.to_owned(), clock, out);
    }

    /// Somebody wants something of the queue of cases.
    pub(super) fn want_of_queue(
        &mut self,
        actor: PlayerId,
        act: CaseAct,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some(actor) = self.actor(actor) {
            self.queue_asked_by(actor, act, clock, out);
        }
    }

    /// Somebody, in the world or not, wants something of the queue. What comes of it will have the name that is returned.
    pub(super) fn queue_asked_by(
        &mut self,
        actor: Actor,
        act: CaseAct,
        clock: Clock,
        out: &mut Outcome,
    ) -> ActId {
        let id = self.act_id(clock);
        let Actor { id: by, who, issuer } = actor;
        let order = CaseOrder { id, by, who, issuer, at: clock.at, now: clock.now, act };
        out.ask(Request::Case(Box::new(order)));
        id
    }

    /// The actor no longer hears something; what came before that, they have received.
    pub(super) fn turn_away(&mut self, actor: PlayerId, from: Unwanted, clock: Clock) {
        let mark = super::talk::next_message_id(&mut self.last_message, clock, &mut self.dice);
        self.turned_away.note(actor, from, mark, clock.at);
    }

    /// The same for channels.
    pub(super) fn turn_from_channel(
        &mut self,
        actor: PlayerId,
        preference: &Preference,
        clock: Clock,
    ) {
        match preference {
            Preference::Leave(channel) => {
                self.turn_away(actor, Unwanted::Channel(channel.clone()), clock);
            }
            Preference::Join(channel) => {
                self.turned_away.forget(actor, Unwanted::Channel(channel.clone()));
            }
            _ => {}
        }
    }

    fn receiver<'a>(&'a self, listener: &'a Listener) -> Receiver<'a> {
        Receiver { listener, channels: &self.table, turned_away: &self.turned_away }
    }

    fn last_received_of(&self, reader: PlayerId, name: &str) -> Option<MessageId> {
        let listener = self.listener(reader)?;
        let receiver = self.receiver(&listener);
        self.history.latest_of(name, &receiver).map(|message| message.id)
    }

    /// The report, if the message is among these lines of its channel and the reporter has received it; none inside when
    /// no player said it.
    fn file(&self, filing: &Filing, lines: &[Arc<Message>]) -> Option<Option<Filed>> {
        let listener = self.listener(filing.reporter)?;
        let receiver = self.receiver(&listener);
        let is_it = |message: &Message| is_meant(&filing.wanted, &filing.epoch, message);
        let (message, context) = receiver.around(lines, is_it, self.rules.context_lines)?;
        if !matches!(message.sender.kind, SenderKind::Player | SenderKind::Staff) {
            return Some(None);
        }
        let person = Person::of(message.sender.account, message.sender.id);
        Some(Some(Filed {
            subject: Subject::Person(person, message.sender.name.clone()),
            severity: severity(&message),
            reason: filing.reason.clone(),
            message: message.id,
            evidence: self.as_read_by(filing.reporter, &context),
        }))
    }

    fn as_read_by(&self, reader: PlayerId, lines: &[Arc<Message>]) -> Evidence {
        let styles = self.table.styles();
        let mask = self.listener(reader).map_or(MaskLevel::Strict, |listener| listener.mask);
        let sealed_line = |message: &Arc<Message>| {
            let line = styles.line(message, view_of(message, reader), None, mask);
            evidence_line(message, line.to_text())
        };
        sealed(lines.iter().map(sealed_line).collect())
    }
}

/// How grave a message looks: what has to be masked even for those who want little masked is the gravest.
fn severity(message: &Message) -> u8 {
    if message.masks.mild.is_some() {
        3
    } else if message.masks.strict.is_some() || message.flags.iter().any(|flag| flag == "masked") {
        2
    } else {
        1
    }
}
