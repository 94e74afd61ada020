//! Staff who read along with one player: begun once it is committed, told to another of the staff, ended in time. What they
//! read goes to their session and nowhere else. Decides nothing: who may, was decided when it was ordered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::step::{Game, Stage};
use super::watch::is_in;
use super::{BlockedLine, Outcome, Request};
use crate::commands::Clock;
use crate::moderation::MODERATES;
use crate::vocab::{
    Audience, Event, Fact, MaskLevel, Person, Placed, PlayerId, Prose, Remark, Role, lasting,
};
use crate::world::Player;

/// Who reads along.
#[derive(Debug, Default)]
pub(super) struct Snoops {
    /// With whom each member of staff does.
    by: BTreeMap<PlayerId, Snoop>,
    /// What no other moderator has been told yet, oldest first.
    untold: Vec<Arc<Remark>>,
}

/// Somebody reads along with somebody.
#[derive(Debug)]
struct Snoop {
    on: PlayerId,
    name: String,
    /// Monotonic, since the start of the process.
    until: Duration,
}

impl Game {
    /// It is committed that a member of staff reads along with a player.
    pub(super) fn snooped(
        &mut self,
        placed: &Placed,
        remark: &Arc<Remark>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(person) = remark.subject.person() else { return };
        let is = |player: &&Player| Person::of(player.account, player.id) == person;
        let Some(target) = self.world.players().find(is) else {
            return out.tell(placed.by, format!("{} is not in the world.", remark.subject));
        };
        let (on, name) = (target.id, target.name.to_string());
        self.end_snoop(placed.by, "another begins", clock, out);
        let lasts = self.rules.snoop_max;
        let told =
            format!("For {} you read what {name} says and hears: {}", lasting(lasts), remark.text);
        out.tell(placed.by, told);
        self.snoops.by.insert(placed.by, Snoop { on, name, until: clock.now + lasts });
        self.tell_of_snoop(remark, on, out);
    }

    /// Tells every other moderator; if there is none, whoever comes next.
    fn tell_of_snoop(&mut self, remark: &Arc<Remark>, on: PlayerId, out: &mut Outcome) {
        let others = self.world.players().filter(|other| other.id != on && is_other(other, remark));
        let others: Vec<PlayerId> = others.map(|other| other.id).collect();
        if others.is_empty() {
            self.snoops.untold.push(Arc::clone(remark));
            return;
        }
        for other in others {
            out.tell(other, notice(remark));
            self.show_prompt(other, out);
        }
        let ids = vec![remark.id];
        out.ask(Request::NoteTold { ids, at: remark.at });
    }

    /// Takes in what no other moderator was told before the server started.
    pub fn remember_untold(&mut self, remarks: impl IntoIterator<Item = Remark>) {
        self.snoops.untold.extend(remarks.into_iter().map(Arc::new));
    }

    /// Somebody comes in who may have to be told who read along with whom.
    pub(super) fn tell_of_snoops(&mut self, id: PlayerId, clock: Clock, out: &mut Outcome) {
        let Some(player) = self.world.player(id) else { return };
        let (told, untold) = std::mem::take(&mut self.snoops.untold)
            .into_iter()
            .partition(|remark| is_other(player, remark));
        self.snoops.untold = untold;
        let told: Vec<Arc<Remark>> = told;
        if told.is_empty() {
            return;
        }
        for remark in &told {
            out.tell(id, notice(remark));
        }
        let ids = told.iter().map(|remark| remark.id).collect();
        out.ask(Request::NoteTold { ids, at: clock.at });
    }

    /// A member of staff no longer wants to read along.
    pub(super) fn leave_snoop(&mut self, stage: &Stage, clock: Clock, out: &mut Outcome) {
        if !self.end_snoop(stage.actor, "ended", clock, out) {
            out.tell(stage.actor, "You read along with nobody.");
        }
    }

    fn end_snoop(
        &mut self,
        by: PlayerId,
        why: &'static str,
        clock: Clock,
        out: &mut Outcome,
    ) -> bool {
        let Some(snoop) = self.snoops.by.remove(&by) else { return false };
        self.record(by, "snoop-end", snoop.name.clone(), why.to_owned(), clock, out);
        out.tell(by, format!("You no longer read what {} says and hears ({why}).", snoop.name));
        true
    }

    /// Ends what is over: the time, the presence of either, the difference in rank.
    pub(super) fn check_snoops(&mut self, clock: Clock, out: &mut Outcome) {
        let over = |(by, snoop): (&PlayerId, &Snoop)| {
            let rank = |id| self.world.player(id).map(|player| player.rank);
            let why = match (rank(*by), rank(snoop.on)) {
                _ if clock.now >= snoop.until => "the time is over",
                (Some(by), Some(on)) if by >= MODERATES && by > on => return None,
                (_, None) => "they have left",
                _ => "your rank does not allow it",
            };
            Some((*by, why))
        };
        let over: Vec<_> = self.snoops.by.iter().filter_map(over).collect();
        for (by, why) in over {
            self.end_snoop(by, why, clock, out);
            self.show_prompt(by, out);
        }
    }

    /// A player leaves the world; they still are in it.
    pub(super) fn end_oversight(&mut self, id: PlayerId, clock: Clock, out: &mut Outcome) {
        self.end_snoop(id, "you leave", clock, out);
        self.watches.remove(&id);
    }

    /// Shows those who read along with a player what a turn has brought that player, and what of their words was held up.
    pub(super) fn overhear(&self, events: usize, requests: usize, out: &mut Outcome) {
        if self.snoops.by.is_empty() {
            return;
        }
        let mut overheard = Vec::new();
        for (by, snoop) in &self.snoops.by {
            let Some((by, on)) = self.world.player(*by).zip(self.world.player(snoop.on)) else {
                continue;
            };
            let lines = out.events[events..].iter().filter_map(|event| self.heard_by(on, event));
            let held_up = out.requests[requests..].iter().filter_map(|it| not_said(on, it));
            for line in lines.chain(held_up) {
                let head = Prose::new().span(Role::Dim, format!("[snoop: {}] ", on.name));
                let to = Audience::Session(by.session);
                overheard.push(Event { to, fact: Fact::Told(head.then(line)) });
            }
        }
        out.events.extend(overheard.into_iter().map(Arc::new));
    }

    /// A line of talk as a player reads it, if they do.
    fn heard_by(&self, player: &Player, event: &Event) -> Option<Prose> {
        let Fact::Spoke(message) = &event.fact else { return None };
        let listener = self.listener(player.id)?;
        let hears = is_in(&event.to, player) && listener.hears(message);
        let view = super::talk::view_of(message, player.id);
        hears.then(|| self.table.styles().line(message, view, None, MaskLevel::Off))
    }
}

/// Words of a player that a rule kept from being said.
fn not_said(player: &Player, request: &Request) -> Option<Prose> {
    let Request::Blocked(line) = request else { return None };
    let BlockedLine { sender, channel, rule, content, .. } = line.as_ref();
    let text = format!("{channel}, not said ({rule}): {content}");
    (*sender == player.id).then(|| Prose::text(text))
}

/// Whether somebody is a second pair of eyes on it: a moderator, neither who did it nor whom it is about.
fn is_other(player: &Player, remark: &Remark) -> bool {
    let is_issuer = player.account.is_some() && player.account == remark.issuer.account;
    let is_subject = remark.subject.person() == Some(Person::of(player.account, player.id));
    player.rank >= MODERATES && !is_issuer && !is_subject
}

fn notice(remark: &Remark) -> Prose {
    let at = remark.at.format("%Y-%m-%d %H:%M UTC");
    let (by, subject, why) = (&remark.issuer.name, &remark.subject, &remark.text);
    let text = format!("Since {at} {by} reads what {subject} says and hears. The reason: {why}");
    Prose::new().span(Role::Warning, text)
}
