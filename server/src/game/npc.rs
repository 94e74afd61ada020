//! NPCs: they greet who comes, answer words they know, and murmur when nobody asks.

use std::time::Duration;

use rand::RngExt;
use rand::seq::IndexedRandom;

use super::Outcome;
use super::step::{Game, Stage};
use crate::commands::Clock;
use crate::vocab::{Message, RoomId};
use crate::world::{Murmur, Npc};

/// How long an NPC is silent between two answers.
const ANSWER_REST: Duration = Duration::from_secs(2);
/// How long an NPC is silent before it speaks unasked.
const MURMUR_REST: Duration = Duration::from_secs(90);
/// How likely it then is to do so within a second.
const MURMURS: f64 = 0.05;
/// How long an NPC is silent before it greets again.
const GREETING_REST: Duration = Duration::from_secs(30);

impl Game {
    /// NPCs in the room hear what a player said there and may answer. Only words that were said to all count, not gestures.
    pub(super) fn npcs_hear(
        &mut self,
        stage: &Stage,
        message: &Message,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if message.channel.as_str() != "say" {
            return;
        }
        let atlas = self.world.atlas.clone();
        if atlas.npcs_in(&stage.room).next().is_none() {
            return;
        }
        let words = heard_words(&message.content);
        let answers = atlas.npcs_in(&stage.room).find_map(|npc| {
            npc.reply_to(words.iter().map(String::as_str)).map(|reply| (npc, reply))
        });
        if let Some((npc, reply)) = answers
            && self.may_speak(npc, ANSWER_REST, clock)
        {
            // An answer that others heard would tell them that something was said.
            let only_for = message.is_shadowed().then_some(stage.actor);
            self.npc_speaks(npc, "say", &reply.says, only_for, clock, out);
        }
    }

    /// An NPC may greet somebody who has just come in.
    pub(super) fn npcs_greet(&mut self, room: &RoomId, clock: Clock, out: &mut Outcome) {
        let atlas = self.world.atlas.clone();
        let is_night = clock.game_time(atlas.day_minutes).is_night();
        for npc in atlas.npcs_in(room) {
            let Some(greeting) = &npc.unasked_at(is_night).greets else { continue };
            if self.dice.random_bool(0.5) && self.may_speak(npc, GREETING_REST, clock) {
                self.npc_says_or_does(npc, greeting, clock, out);
                return;
            }
        }
    }

    /// Where somebody could hear it, an NPC says or does something of its own.
    pub(super) fn npcs_murmur(&mut self, clock: Clock, out: &mut Outcome) {
        let atlas = self.world.atlas.clone();
        let is_night = clock.game_time(atlas.day_minutes).is_night();
        let mut at = self.next_to_murmur(0);
        while let Some(npc) = atlas.npcs.get(at) {
            at = self.next_to_murmur(at + 1);
            let murmurs = &npc.unasked_at(is_night).murmurs;
            let alone = self.world.room(&npc.room).is_none_or(|room| room.players.is_empty());
            if alone || murmurs.is_empty() {
                continue;
            }
            if !self.may_speak(npc, MURMUR_REST, clock) {
                continue;
            }
            if let Some(murmur) = murmurs.choose(&mut self.dice) {
                self.npc_says_or_does(npc, murmur, clock, out);
            }
        }
    }

    /// The first NPC, from a place in the list on, that feels like it: each does with the same chance, and the dice tell how
    /// many do not before one does, so that nobody asks thousands of them in turn.
    fn next_to_murmur(&mut self, from: usize) -> usize {
        let silent = self.dice.random::<f64>().max(f64::MIN_POSITIVE).ln() / (1.0 - MURMURS).ln();
        from.saturating_add(silent as usize)
    }

    fn npc_says_or_does(&mut self, npc: &Npc, murmur: &Murmur, clock: Clock, out: &mut Outcome) {
        match murmur {
            Murmur::Says(words) => self.npc_speaks(npc, "say", words, None, clock, out),
            Murmur::Does(deed) => self.npc_speaks(npc, "emote", deed, None, clock, out),
        }
    }

    fn may_speak(&mut self, npc: &Npc, rest: Duration, clock: Clock) -> bool {
        let spoke = self.npc_spoke.get(&npc.id);
        let rested = spoke.is_none_or(|at| clock.now.saturating_sub(*at) >= rest);
        if rested {
            self.npc_spoke.insert(npc.id, clock.now);
        }
        rested
    }
}

fn heard_words(content: &str) -> Vec<String> {
    let words = content.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
