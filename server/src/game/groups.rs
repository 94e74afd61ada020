//! What clients that list a party are told of it: who is in it, and where. Once a second at most, and only what has changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Outcome;
use super::step::Game;
use crate::vocab::{Audience, Fact, Group, Member, PartyId, PlayerId, SessionId};
use crate::world::{Party, World};

/// All parties, as their members were told of them last.
pub(super) type Groups = BTreeMap<PartyId, Arc<Group>>;

impl Game {
    /// Tells the members of each party that is not as it was, and those who are in none any more.
    pub(super) fn tell_groups(&mut self, out: &mut Outcome) {
        let changed = self.world.take_changed_parties();
        for before in changed.iter().filter_map(|id| self.groups.get(id)) {
            let members = before.members.iter().map(|member| member.player);
            let left = members.filter(|player| is_alone(&self.world, *player));
            tell(left.collect(), None, out);
        }
        for id in changed {
            let Some(party) = self.world.party(id) else {
                self.groups.remove(&id);
                continue;
            };
            let now = group(&self.world, party);
            if self.groups.get(&id) != Some(&now) {
                let members = now.members.iter().map(|member| member.player);
                tell(members.collect(), Some(Arc::clone(&now)), out);
                self.groups.insert(id, now);
            }
        }
    }

    /// Tells a session that has just begun to play.
    pub(super) fn tell_group(&self, player: PlayerId, session: SessionId, out: &mut Outcome) {
        let party = self.world.player(player).and_then(|player| player.party);
        if let Some(party) = party.and_then(|id| self.world.party(id)) {
            let group = Some(group(&self.world, party));
            out.emit(Audience::Session(session), Fact::Grouped(group));
        }
    }
}

fn is_alone(world: &World, player: PlayerId) -> bool {
    world.player(player).is_some_and(|player| player.party.is_none())
}

fn tell(members: Vec<PlayerId>, group: Option<Arc<Group>>, out: &mut Outcome) {
    if !members.is_empty() {
        out.emit(Audience::Witnesses(members.into()), Fact::Grouped(group));
    }
}

fn group(world: &World, party: &Party) -> Arc<Group> {
    let leader = world.player(party.leader).map(|leader| leader.name.clone()).unwrap_or_default();
    let member = |id: &PlayerId| {
        let player = world.player(*id)?;
        Some(Member { player: *id, name: player.name.clone(), room: player.room.clone() })
    };
    Arc::new(Group { leader, members: party.members.iter().filter_map(member).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::Turn;
    use crate::rehearsal::Rehearsal;
    use crate::vocab::Rank;

    /// What a second brings: who is told, and of how many members.
    fn second(stage: &mut Rehearsal) -> Vec<(usize, usize)> {
        let mut out = Outcome::default();
        stage.game.step(Turn::Tick, stage.clock, &mut out);
        let told = out.events.iter().filter_map(|event| match (&event.to, &event.fact) {
            (Audience::Witnesses(to), Fact::Grouped(group)) => {
                Some((to.len(), group.as_ref().map_or(0, |group| group.members.len())))
            }
            _ => None,
        });
        told.collect()
    }

    #[test]
    fn changes_are_told_once_a_second() {
        let mut stage = Rehearsal::new();
        let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
        assert_eq!(second(&mut stage), []);
        stage.types(ada, "party invite bob");
        stage.types(bob, "accept ada");
        assert_eq!(second(&mut stage), [(2, 2)]);
        assert_eq!(second(&mut stage), []);
        stage.types(bob, "north");
        stage.types(bob, "south");
        assert_eq!(second(&mut stage), [], "they are where they were");
        stage.types(bob, "north");
        assert_eq!(second(&mut stage), [(2, 2)]);
        stage.types(bob, "party leave");
        assert_eq!(second(&mut stage), [(1, 0), (1, 1)]);
        stage.types(ada, "party disband");
        assert_eq!(second(&mut stage), [(1, 0)]);
        assert_eq!(second(&mut stage), []);
    }
}
