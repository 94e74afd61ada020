//! `accept [player]`: join the party that one was asked into.

use super::{Command, Effect, PartyEffect, Scene};
use crate::vocab::{PartyId, Rank, Refusal};
use crate::world::Party;

pub(super) const ACCEPT: Command = Command {
    name: "accept",
    aliases: &[],
    usage: "accept\naccept <leader>",
    help: "Join the party you were invited to; with several invitations, name its leader.",
    rank: Rank::Guest,
    run: accept,
};

pub(super) fn accept(scene: &Scene, leader: &str) -> Result<Vec<Effect>, Refusal> {
    if scene.actor.party.is_some() {
        return Err(Refusal::new("You are in a party already; `party leave` first."));
    }
    let party = invited_by(scene, leader)?;
    let full = scene.world.party(party).is_some_and(|p| p.members.len() >= Party::MEMBERS_MAX);
    if full {
        return Err(Refusal::new("That party is full."));
    }
    Ok(vec![Effect::Party(PartyEffect::Join(party))])
}

fn invited_by(scene: &Scene, leader: &str) -> Result<PartyId, Refusal> {
    let invitations = scene.actor.invitations.iter().copied();
    let invitations: Vec<PartyId> =
        invitations.filter(|party| scene.world.party(*party).is_some()).collect();
    match invitations.as_slice() {
        [] => Err(Refusal::new("Nobody has invited you to a party.")),
        [one] if leader.is_empty() => Ok(*one),
        _ if leader.is_empty() => Err(Refusal::new("Whose invitation? (`accept <leader>`)")),
        many => {
            let leader = scene.find_player(leader)?;
            many.iter().copied().find(|id| Some(*id) == leader.party).ok_or_else(|| {
                Refusal::new(format!("{} has not invited you to a party.", leader.name))
            })
        }
    }
}
