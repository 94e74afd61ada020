//! Whispers to those who are not in the world and have them pushed to where they are: said like any other, and read by them
//! when they come back besides.

use super::step::{Game, Stage};
use super::{Outcome, Request};
use crate::channels::funnel::Utterance;
use crate::commands::Clock;
use crate::vocab::{Character, Fact, PlayerId, Prose, Target};

/// Words for somebody who is not in the world.
#[derive(Debug, Clone)]
pub struct Away {
    /// The whole name.
    pub name: String,
    /// The words.
    pub words: String,
    /// What their speaker reads when they cannot reach anybody of this name.
    pub otherwise: Prose,
}

impl Game {
    /// A player whispers to somebody who is not here.
    pub(super) fn seek_away(&self, speaker: PlayerId, away: Away, out: &mut Outcome) {
        if self.rules.pushes {
            out.ask(Request::SeekAway(speaker, Box::new(away)));
        } else {
            out.tell(speaker, away.otherwise);
        }
    }

    /// The one whom they are for wants whispers to be pushed.
    pub(super) fn whisper_away(
        &mut self,
        speaker: PlayerId,
        away: &Away,
        to: &Character,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let Some(player) = self.world.player(speaker) else { return };
        let (name, target) = (&to.name, Target { id: to.id, name: to.name.clone() });
        if to.id == speaker || (to.state.ignores.contains_key(&speaker) && !player.rank.is_staff())
        {
            out.tell(speaker, format!("{name} ignores you."));
            return self.show_prompt(speaker, out);
        }
        let stage = Stage { actor: speaker, room: player.room.clone() };
        let utterance = Utterance { target: Some(target), ..Utterance::plain(&away.words) };
        let channel = "whisper".parse().expect("the built-in channel has a name");
        let before = out.events.len();
        self.speak(&stage, &channel, utterance, clock, out);
        let said = |fact: &Fact| matches!(fact, Fact::Spoke(line) if line.sender.id == speaker);
        if out.events[before..].iter().any(|event| said(&event.fact)) {
            out.tell(speaker, format!("{name} is not in the world; it is sent after them."));
        }
        self.show_prompt(speaker, out);
    }
}
