//! Taking a line back, and putting it back: ordered here, committed elsewhere, and only then told to those who read it.

use std::sync::Arc;

use super::actor::Actor;
use super::call_staff::Awaited;
use super::step::{Game, Stage};
use super::{Outcome, Request, StaffAct, Withdrawn};
use crate::bus::StaffDone;
use crate::channels::Readable;
use crate::commands::Clock;
use crate::vocab::{
    ActId, Audience, Fact, Listener, Message, MessageRef, Rank, Redaction, SessionId, Withdrawal,
};

impl Game {
    /// A member of staff wants a line taken back, or put back.
    pub(super) fn withdraw(
        &mut self,
        stage: &Stage,
        (line, undo, reason): (MessageRef, bool, String),
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some(actor) = self.actor(stage.actor) {
            self.withdrawal_by(actor, (line, undo, reason), clock, out);
        }
    }

    /// The same of somebody in the world or not. What comes of it will have the name that is returned.
    pub(super) fn withdrawal_by(
        &mut self,
        actor: Actor,
        (line, undo, reason): (MessageRef, bool, String),
        clock: Clock,
        out: &mut Outcome,
    ) -> ActId {
        let id = self.act_id(clock);
        let Actor { id: by, issuer, .. } = actor;
        let at = clock.at;
        out.ask(Request::Withdraw(Box::new(Withdrawal { id, by, issuer, at, line, undo, reason })));
        id
    }

    /// What became of it.
    pub(super) fn withdrawn(&mut self, withdrawn: Withdrawn, out: &mut Outcome) {
        let Withdrawn { wanted, outcome } = withdrawn;
        let answer = || {
            let done = outcome.clone();
            done.map(|(message, redaction)| StaffDone::Withdrawn(message, Box::new(redaction)))
        };
        self.answer_program(Awaited::Withdrawal, wanted.id, answer, out);
        match outcome {
            Ok((message, redaction)) => {
                journal(&wanted, Some(&message), None, out);
                let (line, sender) = (&redaction.line, &message.sender.name);
                let what = if wanted.undo { "can be read again" } else { "is taken back" };
                let name = format!("{}#{}", line.channel, line.seq);
                let why = if wanted.reason.is_empty() { "" } else { ": " };
                let told = format!("{name} by {sender} {what}{why}{}", wanted.reason);
                out.tell(wanted.by, told);
                if wanted.undo {
                    self.put_back(&message, out);
                } else {
                    self.take_back(&message, redaction, out);
                }
            }
            Err(why) => {
                journal(&wanted, None, Some(why.clone()), out);
                out.tell(wanted.by, why);
            }
        }
        self.show_prompt(wanted.by, out);
    }

    fn take_back(&mut self, message: &Message, redaction: Redaction, out: &mut Outcome) {
        out.emit(self.readers_of(message), Fact::Redacted(redaction.line.clone()));
        self.history.redact(Arc::new(redaction));
    }

    fn put_back(&mut self, message: &Arc<Message>, out: &mut Outcome) {
        self.history.restore(message.id);
        out.emit(self.readers_of(message), Fact::Restored(Arc::clone(message)));
    }

    /// Who may have read a line.
    fn readers_of(&self, message: &Message) -> Audience {
        match &message.audience {
            Some(there) => Audience::Witnesses(Arc::clone(there)),
            None => {
                let row = self.table.get(&message.channel);
                Audience::Rank(row.map_or(Rank::Helper, |row| row.style.hear))
            }
        }
    }

    /// Tells a client that comes back what it may have on its screen and was taken back meanwhile.
    pub(super) fn recall(
        &self,
        session: SessionId,
        listener: &Listener,
        channels: &crate::vocab::Resume,
        out: &mut Outcome,
    ) {
        for message in self.history.redacted() {
            let row = self.table.get(&message.channel);
            let may_have_read = channels.0.contains_key(&message.channel)
                && row
                    .is_some_and(|row| Readable { listener, hear: row.style.hear }.allows(message));
            if may_have_read {
                let line = crate::vocab::LineId::of(message);
                out.emit(Audience::Session(session), Fact::Redacted(line));
            }
        }
    }

    /// Takes in what was taken back in earlier runs of the server.
    pub fn remember_redactions(&mut self, redactions: impl IntoIterator<Item = Redaction>) {
        for redaction in redactions {
            self.history.redact(Arc::new(redaction));
        }
        self.history.forget_redactions();
    }
}

fn journal(
    wanted: &Withdrawal,
    message: Option<&Message>,
    refused: Option<String>,
    out: &mut Outcome,
) {
    let target = message.map_or_else(|| wanted.line.to_string(), |message| message.id.to_string());
    let restriction = message.map(|_| wanted.id);
    out.ask(Request::Act(StaffAct {
        at: wanted.at,
        actor: wanted.by,
        name: wanted.issuer.name.clone(),
        rank: wanted.issuer.rank,
        act: wanted.act(),
        subject: None,
        target,
        detail: wanted.reason.clone(),
        refused,
        restriction,
        until: None,
    }));
}
