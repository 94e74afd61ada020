//! That a player writes: shown to those for whom the words would be, and to nobody else. It is not talk: nothing of it is
//! numbered, kept, put on record or sent after anyone, and it is no sign that its player is there. What may not be shown is
//! passed over without a word.

use super::Outcome;
use super::step::Game;
use crate::channels::Channel;
use crate::commands::Clock;
use crate::config::ScopeName;
use crate::moderation::Speaking;
use crate::vocab::{Audience, ChannelName, Fact, Person, PlayerId, SessionId, Typing};
use crate::world::{Link, Player};

impl Game {
    /// A session's player writes on a channel, to a target where it has one: without a name, to the one whom `reply` answers.
    pub(super) fn show_typing(
        &self,
        session: SessionId,
        channel: ChannelName,
        target: Option<&str>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        let writer = self.world.seated(session).and_then(|id| self.world.player(id));
        let Some((writer, row)) = writer.zip(self.table.get(&channel)) else { return };
        let readers = self.readers_to_be(writer, row, target);
        let seen_by = self.who_sees(writer, row, readers, clock);
        if !seen_by.is_empty() {
            let typing = Typing { by: writer.as_target(), channel };
            out.emit(Audience::Witnesses(seen_by.into()), Fact::Typing(Box::new(typing)));
        }
    }

    /// Whom the words would be for. Only what is for one or for a party is shown as it is written; and to one alone, only where
    /// they have whispered to the writer: nobody is pestered by somebody who says nothing.
    fn readers_to_be(&self, writer: &Player, row: &Channel, target: Option<&str>) -> Vec<&Player> {
        match row.scope.name {
            ScopeName::Player => {
                let answered = || self.world.player(writer.reply_to.as_ref()?.id);
                let reader = target.map_or_else(answered, |name| self.world.named(name));
                reader.filter(|it| writer.heard_from.contains(&it.id)).into_iter().collect()
            }
            ScopeName::Party => {
                let party = writer.party.and_then(|id| self.world.party(id));
                let members = party.into_iter().flat_map(|party| &party.members);
                members.filter_map(|id| self.world.player(*id)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Who of them sees it: whoever would read the words at once if they were said now.
    fn who_sees(
        &self,
        writer: &Player,
        row: &Channel,
        readers: Vec<&Player>,
        clock: Clock,
    ) -> Vec<PlayerId> {
        let speaking = Speaking {
            who: Person::of(writer.account, writer.id),
            rank: writer.rank,
            account_age: writer.account_age(clock.at),
            channel: &row.name,
        };
        let may_speak = writer.rank >= row.speak && !writer.state.left.contains(&row.name);
        let restraint = self.moderation.restrictions.verdict(&speaking, clock.now).ok();
        let Some(restraint) = restraint.filter(|it| may_speak && !it.is_held) else {
            return Vec::new();
        };
        let sees = |reader: &&Player| {
            reader.id != writer.id
                && reader.link == Link::Live
                && !reader.ignores(writer.id)
                && !writer.ignores(reader.id)
                && (!restraint.is_shadowed || reader.rank.is_staff())
        };
        readers.into_iter().filter(sees).map(|reader| reader.id).collect()
    }
}

#[cfg(test)]
mod tests;
