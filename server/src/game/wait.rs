//! What players type goes on at once, unless they speak faster than the pace allows: then it waits its turn, in order.
//!
//! A line that waits is not decided: it is taken as if it were typed when it is due, so that what happened meanwhile counts.
//! Whatever a player types behind it waits, too. Lines belong to the player: they are said when the connection is lost, and
//! dropped when the player leaves the world.

use std::collections::VecDeque;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::alarms::Alarms;
use super::step::{Decision, Game, Stage};
use super::{Outcome, Request};
use crate::channels::funnel::Utterance;
use crate::commands::{self, Clock, Effect, Scene, Speech};
use crate::vocab::{Blocked, ChannelName, Person, PlayerId, SessionId};

/// What a player wants to do.
#[derive(Debug)]
pub(super) enum Wish {
    /// What a line says.
    Line(String),
    /// To speak on a channel.
    Say(Speech),
    /// No longer to hear a player.
    Ignore(String),
    /// To hear a player again.
    Unignore(String),
}

impl Wish {
    fn decide(&self, scene: &Scene) -> Decision {
        match self {
            Self::Line(text) => match text.trim() {
                "" => Ok(Vec::new()),
                line => commands::dispatch(scene, line),
            },
            Self::Say(speech) => commands::say_on(scene, speech),
            Self::Ignore(name) => commands::ignore(scene, name),
            Self::Unignore(name) => commands::unignore(scene, name),
        }
    }
}

/// The wishes that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    lines: FxHashMap<PlayerId, Line>,
    /// When the first wish of each is due.
    dues: Alarms,
}

/// What one player wants, in order; the first of it is speech.
type Line = VecDeque<Wish>;

impl Waiting {
    /// When the next wish is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.dues.next()
    }

    /// How many wishes of a player wait.
    pub(super) fn count(&self, player: PlayerId) -> usize {
        self.lines.get(&player).map_or(0, VecDeque::len)
    }

    /// Forgets what somebody wanted who leaves.
    pub(super) fn drop_of(&mut self, player: PlayerId) {
        self.lines.remove(&player);
        self.dues.drop_of(player);
    }

    fn push(&mut self, player: PlayerId, wish: Wish, due: Duration) {
        let line = self.lines.entry(player).or_default();
        if line.is_empty() {
            self.dues.set(player, due);
        }
        line.push_back(wish);
    }
}

impl Game {
    /// A session's player wants something.
    pub(super) fn wish(&mut self, session: SessionId, wish: Wish, clock: Clock, out: &mut Outcome) {
        if let Some(actor) = self.world.seated(session) {
            self.wish_of(actor, wish, clock, out);
        }
    }

    /// A player wants something, by whatever way.
    pub(super) fn wish_of(&mut self, actor: PlayerId, wish: Wish, clock: Clock, out: &mut Outcome) {
        let Some(player) = self.world.player_mut(actor) else { return };
        player.active = clock.now;
        let waiting = self.waiting.count(actor);
        if waiting > 0 {
            return self.wait(actor, wish, clock.now, clock, out);
        }
        if let Some((wish, due)) = self.grant(actor, wish, clock, out) {
            self.wait(actor, wish, due, clock, out);
        }
    }

    /// Does what a player wants; or, when it is speech that comes too soon, gives it back with the moment when it is due.
    pub(super) fn grant(
        &mut self,
        actor: PlayerId,
        wish: Wish,
        clock: Clock,
        out: &mut Outcome,
    ) -> Option<(Wish, Duration)> {
        let stage = self.stage(actor)?;
        let decided = self.decide(&stage, clock, |scene| wish.decide(scene));
        if speech(&decided).is_some()
            && let Some(due) = self.due(actor, clock.now)
        {
            return Some((wish, due));
        }
        let before = out.requests.len();
        self.carry_out(&stage, decided, clock, out);
        // An answer that is still to come brings its prompt along.
        if !out.requests[before..].iter().any(Request::is_answered_to_the_actor) {
            self.show_prompt(actor, out);
        }
        None
    }

    fn stage(&self, actor: PlayerId) -> Option<Stage> {
        self.world.player(actor).map(|player| Stage { actor, room: player.room.clone() })
    }

    fn due(&self, actor: PlayerId, now: Duration) -> Option<Duration> {
        let player = self.world.player(actor)?;
        let who = Person::of(player.account, actor);
        self.moderation.floods.due(who, player.rank, now)
    }

    /// A wish waits, unless too many do.
    fn wait(
        &mut self,
        actor: PlayerId,
        wish: Wish,
        due: Duration,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let most = self.moderation.floods.waiting_max();
        let Some(stage) = self.stage(actor) else { return };
        let decided = self.decide(&stage, clock, |scene| wish.decide(scene));
        let speech = speech(&decided);
        if self.waiting.count(actor) < most {
            if let Some((channel, _)) = speech {
                self.tally.delayed(channel);
            }
            return self.waiting.push(actor, wish, due);
        }
        let text = "Not so fast: this was dropped. `limits` tells how much you may say.";
        match speech {
            Some((channel, utterance)) => {
                let blocked = Blocked::new("pace", text);
                self.refuse_line(&stage, channel, utterance.clone(), blocked, clock, out);
            }
            None => out.tell(actor, text),
        }
        self.show_prompt(actor, out);
    }

    /// Does what is due.
    pub(super) fn say_due(&mut self, clock: Clock, out: &mut Outcome) {
        for actor in self.waiting.dues.take_due(clock.now) {
            self.go_on(actor, clock, out);
        }
    }

    /// Does what a player wants until something comes too soon. Whoever leaves by it wants nothing more.
    fn go_on(&mut self, actor: PlayerId, clock: Clock, out: &mut Outcome) {
        let Some(mut line) = self.waiting.lines.remove(&actor) else { return };
        while let Some(wish) = line.pop_front() {
            if let Some((wish, due)) = self.grant(actor, wish, clock, out) {
                line.push_front(wish);
                self.waiting.lines.insert(actor, line);
                self.waiting.dues.set(actor, due);
                return;
            }
        }
    }
}

/// What is said and where, if something is.
fn speech(decided: &Decision) -> Option<(&ChannelName, &Utterance)> {
    decided.as_ref().ok()?.iter().find_map(|effect| match effect {
        Effect::Speak(channel, utterance) => Some((channel, utterance)),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
