//! Coming into the world, losing the connection, and leaving.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::step::Game;
use super::{Missing, Outcome, Request};
use crate::bus::PresenceState;
use crate::channels::Readable;
use crate::commands::Clock;
use crate::vocab::{
    Admission, Applicant, Audience, ChannelName, Character, Entered, Fact, Farewell, LoginReply,
    Message, PlayerId, PresenceKind, Prose, Rank, Resume, ResumeToken, Screen, SessionId,
    Transport,
};
use crate::world::{ItemKey, Link, Player};

/// How long it is remembered how those were who left.
const DEPARTED_KEPT: Duration = Duration::from_secs(60);
/// How long it is remembered what a login that is under way cannot know: that its connection has ended, that its account
/// was given another rank. No password takes longer to be checked.
const LOGIN_MAX: Duration = Duration::from_mins(10);

impl Game {
    /// Somebody may play: a new arrival, or a player of this world comes by another session.
    pub(super) fn admit(&mut self, admission: Admission, clock: Clock, out: &mut Outcome) {
        self.introduce_gateway(admission.session, out);
        if self.vanished.remove(&admission.session).is_some() {
            return;
        }
        if let Some(why) = self.bars(&admission, clock) {
            let reply = Fact::Answered(LoginReply::Barred(why));
            out.emit(Audience::Session(admission.session), reply);
        } else if self.world.seated(admission.session).is_some() {
            // It asked twice, and its first wish was granted: a session plays one character.
            let why = "You are in the world already.".to_owned();
            let reply = Fact::Answered(LoginReply::Refused(why));
            out.emit(Audience::Session(admission.session), reply);
        } else if self.world.player(admission.character.id).is_some() {
            self.take_over(admission, clock, out);
        } else if self.world.named(&admission.character.name).is_some() {
            let name = &admission.character.name;
            let why = format!(
                "Somebody called {name}, or nearly so, is in the world. Choose another name."
            );
            let reply = Fact::Answered(LoginReply::Refused(why));
            out.emit(Audience::Session(admission.session), reply);
        } else {
            self.arrive(admission, clock, out);
        }
    }

    /// Why somebody may not come in who was let in a moment ago: a ban may have come between.
    fn bars(&self, admission: &Admission, clock: Clock) -> Option<String> {
        let Admission { character, rank, address, .. } = admission;
        let (account, name) = (character.account, character.name.as_str());
        let applicant = Applicant { account, rank: *rank, name, address: *address };
        self.moderation.restrictions.barred(&applicant, clock.now)
    }

    /// Tells a gateway that was not heard of before how the channels look.
    pub(super) fn introduce_gateway(&mut self, session: SessionId, out: &mut Outcome) {
        if self.gateways.insert(session.gateway()) {
            out.emit(Audience::EVERYONE, Fact::Styled(Arc::new(self.table.styles())));
        }
    }

    fn arrive(&mut self, admission: Admission, clock: Clock, out: &mut Outcome) {
        let Admission { session, via, address, account_made, resume, is_new, token, .. } =
            admission;
        let Admission { mut character, mut rank, .. } = admission;
        if let Some((_, given)) = character.account.and_then(|account| self.ranked.get(&account)) {
            rank = *given;
        }
        if let Some((_, departed)) = self.departed.remove(&character.id) {
            character.state = departed.state;
        }
        let id = character.id;
        let room =
            character.state.room.clone().filter(|room| self.world.atlas.room(room).is_some());
        let room = room.unwrap_or_else(|| self.world.atlas.start.clone());
        let greeting = greeting(&character, is_new);
        let player = Player::entering(character, rank, session, via, room.clone(), clock.now);
        let player = Player { address: Some(address), account_made, ..player };
        self.watch_for_waves(&player, clock, out);
        self.agenda.enter(&player, &self.rules);
        self.world.enter(player);
        let seat = Seat { id, session, from: None, resumes: resume.is_some() };
        self.seat(seat, token, false, out);
        out.tell(id, greeting);
        self.announce(id, PresenceKind::Entered, "comes into the world", out);
        self.notice(id, PresenceState::Came, clock, out);
        self.show_room(id, &room, true, clock, out);
        self.catch_up(id, session, resume, out);
        self.npcs_greet(&room, clock, out);
        self.remind(id, clock, out);
        self.tell_of_snoops(id, clock, out);
        self.ask_for_notices(id, out);
        self.show_prompt(id, out);
    }

    fn take_over(&mut self, admission: Admission, clock: Clock, out: &mut Outcome) {
        let Admission { session, via, address, resume, token, .. } = admission;
        let id = admission.character.id;
        let successor = Successor { session, via, address, resume, token, by_token: false };
        self.succeed(id, successor, clock, out);
    }

    /// Another session plays a player of this world from here on.
    pub(super) fn succeed(
        &mut self,
        id: PlayerId,
        successor: Successor,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Successor { session, via, address, resume, token, by_token } = successor;
        let Some(before) = self.world.reseat(id, session) else { return };
        let Some(player) = self.world.player_mut(id) else { return };
        let was = std::mem::replace(&mut player.link, Link::Live);
        // The rank stays as it is: the one that a login read may be older.
        player.via = via;
        player.address = Some(address);
        player.screen = Screen::default();
        player.active = clock.now;
        let room = player.room.clone();
        let from = resume.is_none().then_some(before);
        self.seat(Seat { id, session, from, resumes: resume.is_some() }, token, by_token, out);
        out.emit(Audience::Session(before), Fact::Ended(Farewell::TakenOver));
        if was == Link::Live {
            out.tell(id, "You go on here; your other session is over.");
            self.announce(id, PresenceKind::TakenOver, "goes on by another connection", out);
        } else {
            out.tell(id, "You have a connection again.");
            self.announce(id, PresenceKind::Returned, "has a connection again", out);
            self.notice(id, PresenceState::Back, clock, out);
        }
        self.show_room(id, &room, true, clock, out);
        self.catch_up(id, session, resume, out);
        self.remind(id, clock, out);
        self.show_prompt(id, out);
    }

    fn seat(&mut self, seat: Seat, token: Option<ResumeToken>, is_shown: bool, out: &mut Outcome) {
        let Seat { id, session, from, resumes } = seat;
        let way_back = self.keep_token(id, token, is_shown);
        let Some(listener) = self.listener(id) else { return };
        let rows = self.heard_rows(listener.rank).map(|row| &row.name);
        let heads = self.sequences.heads(rows);
        let kept = self.world.player(id).and_then(|player| player.state.settings.kept.clone());
        let entered = Entered { listener, from, resumes, heads, way_back, kept };
        out.emit(Audience::Session(session), Fact::Entered(Box::new(entered)));
        self.tell_inventory(id, out);
        self.tell_group(id, session, out);
    }

    /// Sees to it that a client gets what it missed since what it saw last.
    fn catch_up(
        &self,
        id: PlayerId,
        session: SessionId,
        resume: Option<Resume>,
        out: &mut Outcome,
    ) {
        let Some((player, resume)) = self.world.player(id).zip(resume) else { return };
        let missing = self.missing(player.rank, session, resume);
        match self.remembered(&missing) {
            Some(lines) => self.replay(&missing, lines, false, out),
            None => out.ask(Request::LookUpMissed(missing)),
        }
    }

    /// What a client may have missed: the channels that it may hear, and whether lines are gone that nobody kept.
    fn missing(&self, rank: Rank, session: SessionId, resume: Resume) -> Missing {
        let heads = self.sequences.heads(self.heard_rows(rank).map(|row| &row.name));
        let (mut kept, mut gap) = (Resume::default(), false);
        for (channel, last) in resume.0 {
            let Some(head) = heads.get(&channel) else { continue };
            if self.rules.history && self.table.get(&channel).is_some_and(|row| row.history) {
                kept.0.insert(channel, last);
            } else {
                gap |= *head != last;
            }
        }
        Missing { session, resume: kept, heads, gap }
    }

    /// What memory knows of it, if that is all. What was said before this epoch is a matter for the store, which knows
    /// whether lines were lost when it ended.
    fn remembered(&self, missing: &Missing) -> Option<Vec<Arc<Message>>> {
        let mut lines = Vec::new();
        for (channel, (epoch, seq)) in &missing.resume.0 {
            if epoch != self.sequences.epoch() {
                return None;
            }
            if *seq < missing.heads.get(channel).map_or(0, |(_, seq)| *seq) {
                lines.extend(self.history.since(channel, epoch, *seq)?);
            }
        }
        Some(lines)
    }

    /// Sends a client what it missed and may read.
    pub(super) fn replay(
        &self,
        missing: &Missing,
        mut lines: Vec<Arc<Message>>,
        gap: bool,
        out: &mut Outcome,
    ) {
        let session = missing.session;
        let mut gap = gap || missing.gap;
        let listener = self.world.seated(session).and_then(|id| self.listener(id));
        let Some(listener) = listener else { return };
        lines.retain(|message| {
            if !missing.includes(message) || self.history.redaction(message.id).is_some() {
                return false;
            }
            let row = self.table.get(&message.channel);
            row.is_some_and(|row| {
                let readable = Readable { listener: &listener, hear: row.style.hear };
                readable.allows(message) && listener.hears(message)
            })
        });
        let mut lines = by_time(lines);
        if lines.len() > self.rules.resume_lines_max {
            lines.drain(..lines.len() - self.rules.resume_lines_max);
            gap = true;
        }
        self.recall(session, &listener, &missing.resume, out);
        out.emit(Audience::Session(session), Fact::Replayed { lines, gap });
    }

    /// A session's connection is gone; its player stays for a while.
    pub(super) fn hang_up(&mut self, session: SessionId, clock: Clock, out: &mut Outcome) {
        let Some(id) = self.world.seated(session) else {
            self.vanished.insert(session, clock.now);
            return;
        };
        let Some(player) = self.world.player_mut(id) else { return };
        if player.link != Link::Live {
            return;
        }
        player.link = Link::Dead(clock.now);
        let character = player.character(clock.at, clock.now);
        if player.is_guest() || self.rules.linkdead.is_zero() {
            self.depart(id, None, clock, out);
            return;
        }
        self.agenda.change(player, &self.rules, clock.now);
        out.ask(Request::SaveLater(Box::new(character)));
        self.announce(
            id,
            PresenceKind::LinkDead,
            "stares into nothing: the connection is lost",
            out,
        );
        self.notice(id, PresenceState::Lost, clock, out);
    }

    /// A player leaves the world; their session ends if they have one.
    pub(super) fn depart(
        &mut self,
        id: PlayerId,
        farewell: Option<Farewell>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        self.end_oversight(id, clock, out);
        self.announce(id, PresenceKind::Left, "leaves the world", out);
        self.notice(id, PresenceState::Left, clock, out);
        let party = self.world.player(id).and_then(|player| player.party);
        let Some(player) = self.world.leave(id) else { return };
        self.waiting.drop_of(id);
        self.agenda.leave(id);
        self.tell_left(party, &format!("{} leaves the party.", player.name), out);
        let session = player.session;
        out.emit(Audience::Session(session), Fact::Ended(farewell.unwrap_or(Farewell::Idle)));
        if player.is_guest() {
            // A guest is stored nowhere, but the things of the world stay in it.
            let things = player.state.inventory.into_iter().map(ItemKey::from);
            self.world.items_mut(&player.room).extend(things);
            self.tell_things(&player.room, out);
            return;
        }
        let character = Box::new(player.character(clock.at, clock.now));
        self.departed.insert(id, (clock.now, character.clone()));
        out.ask(Request::SaveLater(character));
    }

    /// Forgets those who left long ago.
    pub(super) fn forget_departed(&mut self, clock: Clock) {
        self.departed.retain(|_, (at, _)| clock.now.saturating_sub(*at) < DEPARTED_KEPT);
    }

    /// Forgets what every login that is under way has learnt by now.
    pub(super) fn forget_vanished(&mut self, clock: Clock) {
        let recent = |at: Duration| clock.now.saturating_sub(at) < LOGIN_MAX;
        self.vanished.retain(|_, at| recent(*at));
        self.ranked.retain(|_, (at, _)| recent(*at));
    }
}

/// A session that takes the place of another.
#[derive(Debug)]
pub(super) struct Successor {
    pub(super) session: SessionId,
    pub(super) via: Transport,
    pub(super) address: IpAddr,
    /// What its client saw last, if it knows.
    pub(super) resume: Option<Resume>,
    /// What it may come back by in its turn.
    pub(super) token: Option<ResumeToken>,
    /// Whether it came by one.
    pub(super) by_token: bool,
}

/// Who plays whom.
struct Seat {
    id: PlayerId,
    session: SessionId,
    /// The session that played until now, if what it missed is to come.
    from: Option<SessionId>,
    /// Whether the client says itself what it missed.
    resumes: bool,
}

/// Lines of several channels, channel by channel, merged by time. Each channel keeps its order, whatever the clock did.
fn by_time(lines: Vec<Arc<Message>>) -> Vec<Arc<Message>> {
    let mut latest: HashMap<ChannelName, DateTime<Utc>> = HashMap::new();
    let mut timed: Vec<(DateTime<Utc>, Arc<Message>)> = Vec::with_capacity(lines.len());
    for message in lines {
        let at = latest.entry(message.channel.clone()).or_insert(message.at);
        *at = message.at.max(*at);
        timed.push((*at, message));
    }
    timed.sort_by_key(|(at, message)| (*at, message.id));
    timed.into_iter().map(|(_, message)| message).collect()
}

fn greeting(character: &Character, is_new: bool) -> Prose {
    let name = character.name.as_str();
    let prose = Prose::text("Welcome").plain(if is_new { ", " } else { " back, " }).name(name);
    let prose = prose.plain(".");
    if character.account.is_none() {
        return prose.plain(
            " You are a guest: you are gone when you leave. Type `help` to learn your way around.",
        );
    }
    if is_new {
        return prose.plain(" Type `help newcomers` for your first ten minutes.");
    }
    match character.last_seen {
        Some(at) => {
            prose.plain(format!(" You were here last on {}.", at.format("%d %B %Y, %H:%M UTC")))
        }
        None => prose,
    }
}

#[cfg(test)]
mod tests;
