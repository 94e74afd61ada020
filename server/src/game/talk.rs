//! Speech in the loop: from a player's or an NPC's words through the funnel to everyone who hears.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use uuid::Uuid;

use super::step::{Game, Stage};
use super::{BlockedLine, Outcome, Request};
use crate::channels::funnel::{self, Moment, Origin, Passed, Spoken, Utterance};
use crate::channels::{Channel, Readable, Speaker};
use crate::commands::Clock;
use crate::config::ScopeName;
use crate::moderation::{Rules, is_not_yet};
use crate::vocab::{
    Audience, Blocked, ChannelName, Draft, Fact, FilterHit, Message, MessageId, PlayerId, Prose,
    Rank, Redaction, Role, Ruling, SHADOW, SHADOW_MARK, SOCIAL, SenderKind, Target, View,
};
use crate::world::Npc;

impl Game {
    /// A player speaks on a channel.
    pub(super) fn speak(
        &mut self,
        stage: &Stage,
        channel: &ChannelName,
        utterance: Utterance,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some((speaker, origin)) = self.voice(stage, clock) else { return };
        let said = utterance.clone();
        let (passed, hits) = self.funnel(&speaker, channel, origin, utterance, clock, Rules::judge);
        self.tally.hit(&hits);
        self.flag(&speaker, origin, &said, (channel, &hits, &passed), clock, out);
        match passed {
            Ok(Passed::Said(spoken)) => {
                let message = Arc::clone(&spoken.message);
                self.tally.said(channel, is_amended(&message));
                self.publish(spoken, out);
                self.after_speech(stage, &message, clock, out);
                self.tell_allowance(stage.actor, channel, None, clock, out);
            }
            Ok(Passed::Held(rule)) => {
                self.blocked(&speaker, channel, origin, said.clone(), rule, clock, out);
                let by = self.held_by(rule, channel, &hits);
                self.hold_back(&speaker, channel, origin, (said, by), clock, out);
                self.tell_allowance(stage.actor, channel, None, clock, out);
            }
            Err(blocked) => {
                let rule = blocked.rule;
                self.refuse(&speaker, channel, origin, said, blocked, clock, out);
                self.refused_by_rule(speaker.id, rule, &hits, clock, out);
            }
        }
    }

    /// Who an actor is when they speak.
    fn voice(&self, stage: &Stage, clock: Clock) -> Option<(Speaker, Origin)> {
        let player = self.world.player(stage.actor)?;
        let kind = if player.rank.is_staff() { SenderKind::Staff } else { SenderKind::Player };
        let account_age = player.account_age(clock.at);
        let origin = Origin { kind, account: player.account, account_age, via: Some(player.via) };
        let speaker = Speaker {
            id: player.id,
            name: player.name.clone(),
            rank: player.rank,
            room: stage.room.clone(),
            party: player.party,
        };
        Some((speaker, origin))
    }

    /// Words of an actor that do not even reach the funnel are refused.
    pub(super) fn refuse_line(
        &mut self,
        stage: &Stage,
        channel: &ChannelName,
        said: Utterance,
        blocked: Blocked,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some((speaker, origin)) = self.voice(stage, clock) {
            self.refuse(&speaker, channel, origin, said, blocked, clock, out);
        }
    }

    /// An NPC says something in its room; or only to somebody who is shadowed, and to staff.
    pub(super) fn npc_speaks(
        &mut self,
        npc: &Npc,
        channel: &str,
        words: &str,
        only_for: Option<PlayerId>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let speaker = Speaker {
            id: npc.id,
            name: npc.name.clone(),
            rank: Rank::Helper,
            room: npc.room.clone(),
            party: None,
        };
        let origin = Origin { kind: SenderKind::Npc, account: None, account_age: None, via: None };
        let channel = channel.parse().expect("NPCs speak on built-in channels");
        let said = Utterance::plain(words);
        let judge = |rules: &mut Rules, draft: &mut Draft, now| {
            let ruling = rules.judge(draft, now)?;
            Ok(if only_for.is_some() { Ruling::Shadow } else { ruling })
        };
        let (spoken, _) = self.funnel(&speaker, &channel, origin, said, clock, judge);
        match spoken {
            Ok(Passed::Said(spoken)) => self.publish(spoken.heard_by(only_for), out),
            Ok(Passed::Held(rule)) => tracing::warn!(npc = %npc.key, rule, "an NPC was held"),
            Err(blocked) => {
                tracing::warn!(npc = %npc.key, rule = blocked.rule, "an NPC was not heard");
            }
        }
    }

    /// Takes an approved line through the funnel: its rules are those that count all the same.
    pub(super) fn funnel_approved(
        &mut self,
        speaker: &Speaker,
        channel: &ChannelName,
        origin: Origin,
        utterance: Utterance,
        clock: Clock,
    ) -> Result<Passed, Blocked> {
        let rules = |rules: &mut Rules, draft: &mut Draft, now| rules.judge_approved(draft, now);
        self.funnel(speaker, channel, origin, utterance, clock, rules).0
    }

    /// Takes words through the funnel; tells besides what the content filter found in them.
    pub(super) fn funnel(
        &mut self,
        speaker: &Speaker,
        channel: &ChannelName,
        origin: Origin,
        utterance: Utterance,
        clock: Clock,
        judge: impl Fn(&mut Rules, &mut Draft, Duration) -> Result<Ruling, Blocked>,
    ) -> (Result<Passed, Blocked>, Vec<FilterHit>) {
        self.world.prepare_witnesses(&speaker.room);
        let row = self.table.get(channel);
        let Some(row) = row else {
            let unknown = Blocked::new("channel", format!("There is no channel {channel}."));
            return (Err(unknown), Vec::new());
        };
        let answered = utterance.target.as_ref().is_some_and(|target| {
            self.world.player(speaker.id).is_some_and(|p| p.heard_from.contains(&target.id))
        });
        let id = next_message_id(&mut self.last_message, clock, &mut self.dice);
        let moderation = &mut self.moderation;
        let mut hits = Vec::new();
        let moment = Moment {
            world: &self.world,
            sequences: &mut self.sequences,
            rules: &mut |draft| {
                let ruling = judge(moderation, draft, clock.now);
                hits = std::mem::take(&mut draft.hits);
                ruling
            },
            at: clock.at,
            id,
            answered,
        };
        let passed = funnel::speak(moment, row, speaker, origin, utterance);
        (passed, hits)
    }

    pub(super) fn publish(&mut self, spoken: Spoken, out: &mut Outcome) {
        let Spoken { message, audience } = spoken;
        let keeps = self.table.get(&message.channel).is_some_and(|row| row.history);
        if keeps && self.rules.history {
            self.history.keep(Arc::clone(&message));
            out.ask(Request::Keep(Arc::clone(&message)));
        }
        out.emit(audience.clone(), Fact::Spoke(Arc::clone(&message)));
        self.show_watchers(&message, &audience, out);
    }

    fn after_speech(&mut self, stage: &Stage, message: &Message, clock: Clock, out: &mut Outcome) {
        if let Some(actor) = self.world.player_mut(stage.actor)
            && actor.afk.take().is_some()
        {
            out.tell(stage.actor, "You are no longer away.");
        }
        self.perceived(stage, message, clock, out);
    }

    /// What comes of it that something was said: whom one may answer, and what NPCs say to it.
    pub(super) fn perceived(
        &mut self,
        stage: &Stage,
        message: &Message,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let scope = self.table.get(&message.channel).map(|row| row.scope.name);
        match (scope, &message.target) {
            (Some(ScopeName::Player), Some(target)) => {
                self.note_whisper(stage.actor, target, message);
            }
            (Some(ScopeName::Room), _) => self.npcs_hear(stage, message, clock, out),
            _ => {}
        }
    }

    fn note_whisper(&mut self, actor: PlayerId, target: &Target, message: &Message) {
        if let Some(speaker) = self.world.player_mut(actor) {
            speaker.whispered_to = Some(target.clone());
        }
        if message.is_shadowed() {
            // Its target has not heard it; its speaker has to think so.
            return;
        }
        let from = Target { id: message.sender.id, name: message.sender.name.clone() };
        if let Some(listener) = self.world.player_mut(target.id)
            && !listener.ignores(from.id)
        {
            listener.note_whisper_from(from);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "it is the record of one refusal")]
    pub(super) fn refuse(
        &mut self,
        speaker: &Speaker,
        channel: &ChannelName,
        origin: Origin,
        said: Utterance,
        blocked: Blocked,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let why = blocked.refusal.prose();
        if is_not_yet(blocked.rule) {
            self.tell_allowance(speaker.id, channel, Some(&why), clock, out);
        }
        out.tell(speaker.id, why);
        self.blocked(speaker, channel, origin, said, blocked.rule, clock, out);
    }

    /// Puts on record that a line was not said.
    #[expect(clippy::too_many_arguments, reason = "it is the record of one refusal")]
    fn blocked(
        &mut self,
        speaker: &Speaker,
        channel: &ChannelName,
        origin: Origin,
        said: Utterance,
        rule: &'static str,
        clock: Clock,
        out: &mut Outcome,
    ) {
        self.tally.refused(channel, rule);
        out.ask(Request::Blocked(Box::new(BlockedLine {
            at: clock.at,
            channel: channel.clone(),
            sender: speaker.id,
            name: speaker.name.clone(),
            account: origin.account,
            via: origin.via,
            room: speaker.room.clone(),
            party: speaker.party,
            target: said.target,
            content: said.content,
            rule,
        })));
    }

    /// Shows a player the latest lines of a channel that they may read.
    pub(super) fn read_history(
        &self,
        player: PlayerId,
        channel: &ChannelName,
        count: usize,
        names: bool,
        out: &mut Outcome,
    ) {
        let Some((listener, row)) = self.listener(player).zip(self.table.get(channel)) else {
            return;
        };
        let readable = Readable { listener: &listener, hear: row.style.hear };
        let lines = self.history.newest(channel, count, &readable);
        if lines.is_empty() {
            out.tell(player, format!("Nothing that you may read has been said on {channel}."));
            return;
        }
        let styles = self.table.styles();
        let mut prose = Prose::new().span(Role::Title, format!("Lately on {channel}"));
        for message in &lines {
            let at = message.at.format("\n%d %b %H:%M ");
            let named = self.named(message, names);
            let taken_back = self.history.redaction(message.id).map(marked).unwrap_or_default();
            let colour = listener.colours.get(channel).copied();
            let view = view_of(message, player);
            prose = prose.span(Role::Dim, format!("{at}{named}")).span(Role::Warning, taken_back);
            if message.shows_shadow_to(view, listener.rank) {
                prose = prose.span(Role::Dim, SHADOW_MARK);
            }
            prose = prose.then(styles.line(message, view, colour, listener.mask));
        }
        out.tell(player, prose);
    }

    /// What was said on a channel before a line; nothing of one whose lines are not kept, or that the player may not hear.
    pub(super) fn older(
        &self,
        player: PlayerId,
        channel: &ChannelName,
        before: Option<MessageId>,
        count: usize,
    ) -> (Vec<Arc<Message>>, bool) {
        let Some((listener, row)) = self.listener(player).zip(self.table.get(channel)) else {
            return (Vec::new(), false);
        };
        if !row.history {
            return (Vec::new(), false);
        }
        let readable = Readable { listener: &listener, hear: row.style.hear };
        self.history.older(channel, before, count, &readable)
    }

    /// What a line is called, with the blank that follows: its number as long as that means this line alone.
    fn named(&self, message: &Message, names: bool) -> String {
        if names {
            return format!("{} ", message.id);
        }
        let is_of_this_run = message.epoch == *self.sequences.epoch();
        if is_of_this_run { format!("#{} ", message.seq) } else { String::new() }
    }

    /// The rows that a player may hear.
    pub(super) fn heard_rows(&self, rank: Rank) -> impl Iterator<Item = &Channel> {
        self.table.rows().iter().filter(move |row| rank >= row.style.hear)
    }
}

/// What staff read before a line that was taken back.
fn marked(redaction: &Redaction) -> String {
    format!("[taken back by {}: {}] ", redaction.by.name, redaction.reason)
}

/// Whether a rule has changed the words.
fn is_amended(message: &Message) -> bool {
    let is_known = |flag: &str| flag == SHADOW || flag == SOCIAL;
    message.flags.iter().any(|flag| !is_known(flag))
}

/// From where a player reads a message.
pub(super) fn view_of(message: &Message, player: PlayerId) -> View {
    if message.sender.id == player {
        View::Sender
    } else if message.target.as_ref().is_some_and(|target| target.id == player) {
        View::Target
    } else {
        View::Other
    }
}

/// Names the next message; names sort as the messages were said.
pub(super) fn next_message_id(
    last: &mut Option<MessageId>,
    clock: Clock,
    dice: &mut impl Rng,
) -> MessageId {
    let fresh = message_id(clock, dice);
    let id = match *last {
        Some(last) if fresh <= last => MessageId(Uuid::from_u128(last.0.as_u128() + 1)),
        _ => fresh,
    };
    *last = Some(id);
    id
}

/// A UUID version 7 of this moment (RFC 9562, section 5.7), with room for others of the same millisecond after it.
fn message_id(clock: Clock, dice: &mut impl Rng) -> MessageId {
    let millis = u64::try_from(clock.at.timestamp_millis()).unwrap_or_default();
    let mut random = [0; 10];
    dice.fill_bytes(&mut random);
    // The highest bit of the last eight bytes that the version does not take.
    random[2] &= 0b1101_1111;
    MessageId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

/// The audience of a text about a player that everyone in a room perceives.
pub(super) fn those_in_room(game: &Game, room: &crate::vocab::RoomId) -> Audience {
    Audience::Witnesses(game.world.in_room(room))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    #[test]
    fn names_of_messages_sort_as_they_were_said() {
        let (mut last, mut dice) = (None, SmallRng::seed_from_u64(1));
        let at = |millis| chrono::DateTime::from_timestamp_millis(millis).unwrap();
        // The clock stands still, goes back, and goes on.
        let ids: Vec<_> = [1_000, 1_000, 1_000, 900, 1_001]
            .map(|millis| Clock { at: at(millis), now: Duration::ZERO })
            .map(|clock| next_message_id(&mut last, clock, &mut dice))
            .into();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(ids.iter().all(|id| id.0.get_version_num() == 7), "{ids:?}");
    }
}
