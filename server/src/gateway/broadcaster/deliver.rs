//! From an event to the outboxes of those who perceive it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use chrono::Utc;

use super::Broadcaster;
use super::counters::Line;
use super::feed::Common;
use super::missed::{show_missed, show_replayed};
use super::slot::Slot;
use crate::bus::EventBatch;
use crate::gateway::gmcp;
use crate::gateway::json;
use crate::gateway::render::{Dialect, Look, Seen};
use crate::gateway::renderings::Renderings;
use crate::gateway::session::Notice;
use crate::vocab::{
    Audience, ColourDepth, Delivered, Entered, Event, Fact, Farewell, LineId, MaskLevel, Message,
    PlayerId, Prose, Role, RoomView, SessionId, View, WayBack,
};

/// A line of talk, rendered once for each way it looks.
pub(super) struct Rendered<'a> {
    message: &'a Message,
    common: &'a Common,
    done: Renderings<Seen>,
    beside: Vec<(ColourDepth, Seen, Beside)>,
}

/// What goes around a line of talk for those who are told more than the text.
#[derive(Debug, Clone)]
struct Beside {
    before: Bytes,
    after: Bytes,
}

impl<'a> Rendered<'a> {
    pub(super) fn new(message: &'a Message, common: &'a Common) -> Self {
        Self { message, common, done: Renderings::default(), beside: Vec::new() }
    }

    /// Tells it to one who hears it.
    pub(super) fn tell(&mut self, slot: &mut Slot) {
        let seen = seen_from(slot, self.message);
        let look = slot.look;
        let render = || look.message(self.message, seen, &self.common.styles);
        let line = self.done.of(look, seen, render);
        if slot.wants_talk() {
            let line = line.clone();
            let Beside { before, after } = self.beside(look, seen);
            slot.push_line(&before);
            slot.push_raw(&line);
            slot.push_raw(&after);
        } else {
            slot.push_line(line);
        }
        if seen.view != View::Sender {
            slot.sound(&self.message.channel, self.common);
        }
    }

    fn beside(&mut self, look: Look, seen: Seen) -> Beside {
        let colour = look.capability.colour;
        let known = self.beside.iter().find(|(depth, by, _)| *depth == colour && *by == seen);
        if let Some((.., beside)) = known {
            return beside.clone();
        }
        let line = look.unwrapped(self.message, seen, &self.common.styles);
        let beside = Beside::around(self.message, &line);
        self.beside.push((colour, seen, beside.clone()));
        beside
    }
}

impl Beside {
    fn around(message: &Message, line: &str) -> Self {
        let text = gmcp::text(message, line).framed();
        let start = gmcp::start(&message.channel).framed();
        let before = Bytes::from([text, start].concat());
        Self { before, after: gmcp::end(&message.channel).framed() }
    }
}

fn seen_from(slot: &Slot, message: &Message) -> Seen {
    let Some(listener) = &slot.listener else {
        return Seen {
            view: View::Other,
            colour: None,
            mask: MaskLevel::Strict,
            shows_shadow: false,
        };
    };
    let view = if message.sender.id == listener.player {
        View::Sender
    } else if message.target.as_ref().is_some_and(|target| target.id == listener.player) {
        View::Target
    } else {
        View::Other
    };
    Seen {
        view,
        colour: listener.colours.get(&message.channel).copied(),
        mask: message.mask_class(listener.mask),
        shows_shadow: message.shows_shadow_to(view, listener.rank),
    }
}

impl<R: FnMut(Delivered)> Broadcaster<R> {
    /// Takes what one turn of the world had to say.
    pub fn take(&mut self, batch: EventBatch) {
        for event in batch {
            match &event.fact {
                Fact::Spoke(message) => self.deliver(&event, message),
                Fact::Redacted(line) => self.take_back(&event, line),
                Fact::Styled(styles) => {
                    self.common.styles = Arc::clone(styles);
                    self.show(&event);
                }
                Fact::Entered(entered) => self.enter(&event, entered),
                Fact::Ended(farewell) => {
                    if let Audience::Session(session) = event.to {
                        self.end(session, *farewell);
                    }
                }
                Fact::SawRoom(view) => self.show_room(&event, view),
                _ => self.show(&event),
            }
        }
    }

    /// A room for one who sees it.
    fn show_room(&mut self, event: &Event, view: &Arc<RoomView>) {
        let common = self.common.clone();
        let mut views = std::mem::take(&mut self.views);
        self.each_listener(&event.to, |slot, _| {
            match slot.look.dialect {
                Dialect::Telnet => {
                    slot.tell_beside(&event.fact, &common);
                    if let Some(text) = views.of(slot.look, view) {
                        slot.push_text(&text);
                    }
                }
                Dialect::Json => show_to(slot, &event.fact, &common),
            }
            true
        });
        self.views = views;
    }

    /// A line of talk reaches everyone it is for who does not ignore its author, and no one else.
    fn deliver(&mut self, event: &Arc<Event>, message: &Arc<Message>) {
        let common = self.common.clone();
        let mut rendered = Rendered::new(message, &common);
        let (mut considered, mut delivered) = (0, 0);
        self.each_listener(&event.to, |slot, limits| {
            considered += 1;
            if !slot.perceives(&event.fact) {
                return false;
            }
            if slot.hears_at_once() {
                rendered.tell(slot);
                slot.sent(event, limits);
            } else {
                slot.keep(event, limits);
            }
            delivered += u32::from(slot.has_wire());
            true
        });
        let (channel, at) = (message.channel.clone(), message.at);
        self.lines.push(Line { channel, at, considered, delivered });
        let message = Arc::clone(message);
        (self.reports)(Delivered { message, delivered, done: Utc::now() });
    }

    /// A line disappears from what waits for somebody. Those who may have it on their screens are told.
    fn take_back(&mut self, event: &Arc<Event>, line: &LineId) {
        let common = self.common.clone();
        let at_once = matches!(event.to, Audience::Session(_));
        self.each_listener(&event.to, |slot, limits| {
            if at_once || slot.hears_at_once() {
                slot.unkeep(line.id);
                show_to(slot, &event.fact, &common);
            } else if !slot.unkeep(line.id) {
                slot.keep(event, limits);
            }
            true
        });
    }

    /// Anything else that is for eyes.
    fn show(&mut self, event: &Arc<Event>) {
        if let Audience::Session(session) = event.to {
            let common = self.common.clone();
            return self.with(session, |slot| show_to(slot, &event.fact, &common));
        }
        let common = self.common.clone();
        let mut done = Renderings::default();
        self.each_listener(&event.to, |slot, limits| {
            if !slot.perceives(&event.fact) {
                return false;
            }
            let kept = matches!(event.fact, Fact::Told(_) | Fact::ToldOf(..) | Fact::Restored(_));
            if slot.hears_at_once() || !kept {
                show_shared(slot, &event.fact, &common, &mut done);
                if kept {
                    slot.sent(event, limits);
                }
            } else {
                slot.keep(event, limits);
            }
            true
        });
    }

    /// Does something with the slot of everyone in an audience; those for whom it says so are flushed.
    fn each_listener(
        &mut self,
        audience: &Audience,
        mut act: impl FnMut(&mut Slot, &super::Limits) -> bool,
    ) {
        let limits = self.limits;
        let mut visit = |at: usize, slots: &mut [Option<Slot>], dirty: &mut Vec<usize>| {
            if let Some(slot) = slots[at].as_mut()
                && act(slot, &limits)
            {
                slot.mark_dirty(at, dirty);
            }
        };
        match audience {
            Audience::Witnesses(players) => {
                for player in players.iter() {
                    if let Some(at) = self.by_player.get(player) {
                        visit(*at, &mut self.slots, &mut self.dirty);
                    }
                }
            }
            Audience::Rank(rank) => {
                for at in 0..self.slots.len() {
                    let hears =
                        |slot: &Slot| slot.listener.as_ref().is_some_and(|l| l.rank >= *rank);
                    if self.slots[at].as_ref().is_some_and(hears) {
                        visit(at, &mut self.slots, &mut self.dirty);
                    }
                }
            }
            Audience::Session(session) => {
                if let Some(at) = self.by_session.get(session) {
                    visit(*at, &mut self.slots, &mut self.dirty);
                }
            }
        }
    }

    /// A session plays somebody now. What another session of theirs missed comes first.
    fn enter(&mut self, event: &Event, entered: &Entered) {
        let Audience::Session(session) = event.to else { return };
        let Some(at) = self.by_session.get(&session).copied() else { return };
        let player = entered.listener.player;
        let (mut missed, too_many) = self.missed_by(player, entered.from);
        let common = self.common.clone();
        let Some(slot) = self.slots[at].as_mut() else { return };
        slot.tune(Box::new(entered.listener.clone()));
        // What was kept went by how the player heard when the connection broke, as far as this gateway had been told.
        missed.retain(|event| slot.perceives(&event.fact));
        slot.notify(Notice::Entered);
        if slot.look.dialect == Dialect::Json {
            slot.push_raw(&json::welcome(entered, &common.styles));
        }
        let by_gmcp = slot.tell_login(None);
        slot.tell_beside(&event.fact, &common);
        if entered.resumes {
            slot.resume();
        }
        if !missed.is_empty() {
            show_missed(slot, &missed, too_many, &common);
        }
        if let Some(way) = &entered.way_back
            && slot.look.dialect == Dialect::Telnet
            && !(by_gmcp && slot.wants_way_back())
        {
            show_way_back(slot, way);
        }
        slot.mark_dirty(at, &mut self.dirty);
        self.by_player.insert(player, at);
        self.counters.playing.fetch_add(1, Ordering::Relaxed);
    }

    fn missed_by(
        &mut self,
        player: PlayerId,
        from: Option<SessionId>,
    ) -> (std::collections::VecDeque<Arc<Event>>, bool) {
        let at = from.and_then(|session| self.by_session.get(&session).copied());
        let slot = at.and_then(|at| self.slots[at].as_mut());
        let slot = slot.filter(|slot| slot.player() == Some(player));
        let Some(slot) = slot else { return Default::default() };
        slot.give_up_unsure(&self.limits);
        slot.take_missed()
    }

    /// A session is over. Its client is told; its slot is kept until the connection has closed.
    pub(super) fn end(&mut self, session: SessionId, farewell: Farewell) {
        let Some(at) = self.by_session.get(&session).copied() else { return };
        let Some(slot) = self.slots[at].as_mut() else { return };
        if slot.is_over() {
            return;
        }
        if !slot.has_wire() {
            return self.forget(session);
        }
        let text = farewell_text(farewell);
        slot.say_goodbye(text);
        match slot.look.dialect {
            Dialect::Telnet => slot.say(&Prose::new().span(Role::Dim, text)),
            Dialect::Json => slot.push_raw(&json::closing(farewell, text)),
        }
        if let Some(player) = slot.player() {
            if self.by_player.get(&player) == Some(&at) {
                self.by_player.remove(&player);
            }
            self.counters.playing.fetch_sub(1, Ordering::Relaxed);
        }
        let slot = self.slots[at].as_mut().expect("the slot was here a moment ago");
        slot.end(farewell);
        slot.mark_dirty(at, &mut self.dirty);
    }
}

pub(super) fn show_to(slot: &mut Slot, fact: &Fact, common: &Common) {
    show_shared(slot, fact, common, &mut Renderings::default());
}

/// Shows a fact to one of those who perceive it; what it looks like is shared with the others.
fn show_shared(slot: &mut Slot, fact: &Fact, common: &Common, done: &mut Renderings<()>) {
    if let Fact::Tuned(listener) = fact {
        slot.tune(listener.clone());
    }
    slot.tell_beside(fact, common);
    match fact {
        Fact::Prompted(prose) => slot.prompted(prose),
        Fact::Answered(reply) => {
            if slot.look.dialect == Dialect::Json {
                slot.push_raw(&json::login_reply(reply));
            }
            slot.reply(reply);
        }
        Fact::Handed(way) => match slot.look.dialect {
            Dialect::Telnet => show_way_back(slot, way),
            Dialect::Json => slot.push_line(&json::token(way)),
        },
        Fact::Replayed { lines, gap } => show_replayed(slot, lines, *gap, common),
        Fact::Recalled { channel, lines, more } if slot.look.dialect == Dialect::Json => {
            for message in lines {
                let seen = seen_from(slot, message);
                slot.push_line(&slot.look.older(message, seen, &common.styles));
            }
            slot.push_line(&json::recalled(channel, lines.len(), *more));
        }
        Fact::Spoke(message) => Rendered::new(message, common).tell(slot),
        Fact::Restored(message) => {
            let seen = seen_from(slot, message);
            if let Some(line) = slot.look.restored(message, seen, &common.styles) {
                slot.push_line(&line);
            }
            if slot.wants_talk() {
                let line = slot.look.unwrapped(message, seen, &common.styles);
                slot.push_raw(&gmcp::restored(message, &line).framed());
            }
        }
        fact => {
            let look = slot.look;
            if let Some(text) = done.of_some(look, (), || look.fact(fact)) {
                slot.push_text(text);
            }
        }
    }
}

/// On a terminal, only those are shown their word who asked for one, or came by one.
fn show_way_back(slot: &mut Slot, way: &WayBack) {
    if way.is_shown {
        let WayBack { token, seconds, .. } = way;
        let how = format!(
            "To come back within {seconds} seconds after your connection is lost, answer \
             `Name:` with this. It is good for one time; show it to nobody."
        );
        slot.say(&Prose::text(how).line().span(Role::Exit, format!("resume {}", token.expose())));
    }
}

fn farewell_text(farewell: Farewell) -> &'static str {
    match farewell {
        Farewell::Quit => "Until next time.",
        Farewell::TakenOver => {
            "Somebody has logged in as you from elsewhere; that session goes on."
        }
        Farewell::Idle => "You have done nothing for a long time; your place is kept for you.",
        Farewell::Removed => "Your session was ended by staff.",
        Farewell::Shutdown => "The server has stopped.",
    }
}
