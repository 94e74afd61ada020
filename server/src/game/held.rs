//! Lines that wait for staff: how they come to wait, what staff are shown, and what becomes of them.

use std::sync::Arc;

use chrono::TimeDelta;

use super::actor::Actor;
use super::call_staff::Awaited;
use super::step::{Game, Stage};
use super::{Outcome, Request, StaffAct};
use crate::bus::{Spoken, StaffDone};
use crate::channels::Speaker;
use crate::channels::funnel::{Origin, Passed, SocialText, Utterance};
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{
    ActId, Audience, Blocked, ChannelName, Fact, FilterAction, FilterHit, HeldBy, HeldLine, List,
    PlayerId, Prose, Rank, Role, SenderKind, Settling, Verdict, clean_line, lasting,
};

/// A line that is offered to the store, or the reason why it cannot wait.
pub type Offered = Result<Box<HeldLine>, String>;

/// A verdict and what became of it: nothing, or why it does not count.
#[derive(Debug)]
pub struct Settled {
    /// The verdict.
    pub settling: Settling,
    /// Why it does not count, if it does not.
    pub outcome: Result<(), String>,
}

impl Game {
    /// What somebody wants to say has to wait.
    pub(super) fn hold_back(
        &self,
        speaker: &Speaker,
        channel: &ChannelName,
        origin: Origin,
        (said, by): (Utterance, HeldBy),
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player(speaker.id) else { return };
        let lasts = TimeDelta::from_std(self.rules.held_lasts).unwrap_or(TimeDelta::MAX);
        let line = HeldLine {
            number: 0,
            at: clock.at,
            until: clock.at.checked_add_signed(lasts).unwrap_or(clock.at),
            speaker: speaker.id,
            name: speaker.name.clone(),
            rank: speaker.rank,
            account: origin.account,
            account_made: player.account_made,
            via: player.via,
            channel: channel.clone(),
            room: speaker.room.clone(),
            party: speaker.party,
            target: said.target,
            content: clean_line(&said.content),
            social: said.social.map(|social| (social.to_sender, social.to_target)),
            held_by: Some(by),
        };
        out.ask(Request::Hold { line: Box::new(line), limits: self.rules.held });
    }

    /// What holds back words in which the content filter found this.
    pub(super) fn held_by(
        &self,
        rule: &'static str,
        channel: &ChannelName,
        hits: &[FilterHit],
    ) -> HeldBy {
        let filter = self.moderation.content_filter();
        let holds = |hit: &&FilterHit| {
            rule == "filter" && filter.action(channel, hit.severity) == FilterAction::Hold
        };
        let mut found: Vec<_> = hits.iter().filter(holds).map(|hit| hit.rule.clone()).collect();
        found.sort();
        found.dedup();
        HeldBy { rule: rule.into(), found }
    }

    /// A line waits now, or could not.
    pub(super) fn held(
        &mut self,
        player: PlayerId,
        offered: Offered,
        clock: Clock,
        out: &mut Outcome,
    ) {
        match offered {
            Ok(line) => {
                let told = format!("What you say has to wait for staff: {}", shown(&line));
                out.tell(player, Prose::new().span(Role::Warning, told));
                out.emit(Audience::Rank(MODERATES), Fact::Told(for_staff(&line)));
                self.held.add(*line, clock.at, clock.now);
            }
            Err(why) => out.tell(player, Prose::new().span(Role::Warning, why)),
        }
        self.show_prompt(player, out);
    }

    /// Shows staff what waits.
    pub(super) fn list_held(&self, asker: PlayerId, clock: Clock, out: &mut Outcome) {
        if self.held.all().len() == 0 {
            return out.tell(asker, "No line waits for approval.");
        }
        let lines = self.held.all().map(|line| {
            let ago = (clock.at - line.at).to_std().unwrap_or_default();
            let by = line.held_by.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
            Prose::text(format!("{} ({}, {} ago{by})", shown(line), line.name, lasting(ago)))
        });
        let title = Prose::new().span(Role::Title, "Lines that wait for approval");
        out.tell(asker, title.list(List::of(lines)));
    }

    /// A member of staff says yes or no to a line.
    pub(super) fn settle(
        &mut self,
        stage: &Stage,
        (number, verdict, why): (u64, Verdict, String),
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(actor) = self.actor(stage.actor) else { return };
        if let Err(refused) = self.verdict_by(&actor, (number, verdict, why), clock, out) {
            out.tell(stage.actor, refused);
        }
    }

    /// The same of somebody in the world or not. What comes of it will have the name that is returned.
    ///
    /// # Errors
    /// When no such line waits, in a sentence for them.
    pub(super) fn verdict_by(
        &mut self,
        actor: &Actor,
        (number, verdict, why): (u64, Verdict, String),
        clock: Clock,
        out: &mut Outcome,
    ) -> Result<ActId, String> {
        let Some(line) = self.held.get(number).cloned() else {
            let refused = format!("No line #{number} waits. `held` lists those that do.");
            let what = (&*format!("#{number}"), &*why);
            actor.put_on_record(verdict.act(), what, Some(refused.clone()), clock, out);
            return Err(refused);
        };
        let id = self.act_id(clock);
        let (by, issuer, at) = (actor.id, actor.issuer.clone(), clock.at);
        out.ask(Request::Settle(Box::new(Settling { id, line, verdict, by, issuer, at, why })));
        Ok(id)
    }

    /// What became of a verdict.
    pub(super) fn settled(&mut self, settled: Settled, clock: Clock, out: &mut Outcome) {
        let Settled { settling, outcome } = settled;
        let refused = outcome.err();
        journal(&settling, refused.clone(), out);
        let done = match refused {
            Some(why) => {
                out.tell(settling.by, why.as_str());
                Err(why)
            }
            None => Ok(self.conclude(&settling, clock, out)),
        };
        self.show_prompt(settling.by, out);
        let answer = || done.map(|said| StaffDone::Settled(Box::new(settling.line), said));
        self.answer_program(Awaited::Verdict, settling.id, answer, out);
    }

    /// What follows from a verdict; with what became of the words, if they were to be said.
    fn conclude(&mut self, settling: &Settling, clock: Clock, out: &mut Outcome) -> Option<Spoken> {
        let Settling { line, verdict, issuer, why, .. } = settling;
        self.held.remove(line.number);
        let what = verdict.participle();
        let told = format!("{} by {} is {what} by {}.", shown(line), line.name, issuer.name);
        out.emit(Audience::Rank(MODERATES), Fact::Told(Prose::new().span(Role::Dim, told)));
        match verdict {
            Verdict::Approved => Some(self.say_approved(settling, clock, out)),
            Verdict::Denied => {
                let reason = if why.is_empty() { String::new() } else { format!(": {why}") };
                let told = format!("Staff did not approve of {}{reason}", shown(line));
                self.tell_if_here(line.speaker, &told, out);
                None
            }
        }
    }

    /// An approved line is said as if its speaker still stood where they did.
    fn say_approved(&mut self, settling: &Settling, clock: Clock, out: &mut Outcome) -> Spoken {
        let line = &settling.line;
        let rank = self.world.player(line.speaker).map_or(line.rank, |player| player.rank);
        let speaker = Speaker {
            id: line.speaker,
            name: line.name.clone(),
            rank,
            room: line.room.clone(),
            party: line.party,
        };
        let kind = if rank.is_staff() { SenderKind::Staff } else { SenderKind::Player };
        let age = line.account_made.map(|made| (clock.at - made).to_std().unwrap_or_default());
        let origin = Origin { kind, account: line.account, account_age: age, via: Some(line.via) };
        let utterance = Utterance {
            content: line.content.clone(),
            target: line.target.clone(),
            social: line
                .social
                .clone()
                .map(|(to_sender, to_target)| SocialText { to_sender, to_target }),
        };
        match self.funnel_approved(&speaker, &line.channel, origin, utterance, clock) {
            Ok(Passed::Said(spoken)) => {
                let (message, stage) = (
                    Arc::clone(&spoken.message),
                    Stage { actor: line.speaker, room: line.room.clone() },
                );
                self.publish(spoken, out);
                self.show_prompt(line.speaker, out);
                self.perceived(&stage, &message, clock, out);
                Spoken::Said(message)
            }
            Ok(Passed::Held(rule)) => {
                self.not_said(settling, Blocked::new(rule, "It has to wait again."), out)
            }
            Err(blocked) => self.not_said(settling, blocked, out),
        }
    }

    /// Something came between: a mute, or nobody is there any more who could hear it.
    fn not_said(&self, settling: &Settling, blocked: Blocked, out: &mut Outcome) -> Spoken {
        let line = &settling.line;
        let Blocked { rule, refusal } = blocked;
        let why = refusal.prose().to_text();
        out.tell(settling.by, format!("It was not said all the same, by rule {rule}: {why}"));
        let told =
            format!("Staff approved of {}, and still it could not be said: {why}", shown(line));
        self.tell_if_here(line.speaker, &told, out);
        Spoken::Refused { rule: Some(rule), why }
    }

    /// Lines that nobody came to are given up.
    pub(super) fn expire_held(&mut self, clock: Clock, out: &mut Outcome) {
        let expired = self.held.take_expired(clock.now);
        if expired.is_empty() {
            return;
        }
        for line in &expired {
            let told = format!("Nobody came to it in time; it is not said: {}", shown(line));
            self.tell_if_here(line.speaker, &told, out);
        }
        let numbers = expired.iter().map(|line| line.number).collect();
        out.ask(Request::ExpireHeld { numbers, at: clock.at });
    }

    fn tell_if_here(&self, player: PlayerId, text: &str, out: &mut Outcome) {
        if self.world.player(player).is_some() {
            out.tell(player, Prose::new().span(Role::Warning, text));
            self.show_prompt(player, out);
        }
    }

    /// Takes in the lines that waited when the server stopped.
    pub fn await_staff(&mut self, lines: impl IntoIterator<Item = HeldLine>, clock: Clock) {
        for line in lines {
            self.held.add(line, clock.at, clock.now);
        }
    }
}

fn journal(settling: &Settling, refused: Option<String>, out: &mut Outcome) {
    let Settling { line, verdict, by, issuer, at, why, .. } = settling;
    let said = line.at.format("%Y-%m-%d %H:%M:%S UTC");
    let reason = if why.is_empty() { String::new() } else { format!(": {why}") };
    out.ask(Request::Act(StaffAct {
        at: *at,
        actor: *by,
        name: issuer.name.clone(),
        rank: issuer.rank,
        act: verdict.act(),
        subject: Some(line.who()),
        target: line.name.to_string(),
        detail: format!("#{} on {} of {said}{reason}", line.number, line.channel),
        refused,
        restriction: None,
        until: None,
    }));
}

/// `#12 on say: "the words"`.
pub(super) fn shown(line: &HeldLine) -> String {
    let to = line.target.as_ref().map(|target| format!(" to {}", target.name)).unwrap_or_default();
    format!("#{} on {}{to}: {:?}", line.number, line.channel, line.content)
}

fn for_staff(line: &HeldLine) -> Prose {
    let number = line.number;
    let is_guest = if line.rank == Rank::Guest { " (guest)" } else { "" };
    let by = line.held_by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
    Prose::new().span(
        Role::Warning,
        format!(
            "{}{is_guest} wants to say {}{by}\n`approve {number}`, or `deny {number} <reason>`",
            line.name,
            shown(line)
        ),
    )
}
