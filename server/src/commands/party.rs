//! `party`: players who talk and walk together.

use super::scene::heading;
use super::{Command, Effect, PartyEffect, Scene, accept, speak};
use crate::vocab::{List, Prose, Rank, Refusal};
use crate::world::{Link, Party, Player};

pub(super) const PARTY: Command = Command {
    name: "party",
    aliases: &[],
    usage: "party <words>\nparty talk <words>\nparty create\nparty invite <player>\nparty accept [leader]\n\
            party list\nparty leave\nparty kick <player>\nparty lead <player>\nparty disband",
    help: "Talk to your party, wherever its members are, and look after it: found one, invite \
           players to it, put them out of it, hand it over, end it.",
    rank: Rank::Guest,
    run: party,
};

fn party(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (word, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let more = more.trim();
    match word {
        "" | "list" => Effect::answer(list(scene, mine(scene)?)),
        "create" if scene.actor.party.is_some() => Err(Refusal::new("You are in a party already.")),
        "create" => Ok(vec![Effect::Party(PartyEffect::Found)]),
        "invite" => invite(scene, more),
        "accept" => accept::accept(scene, more),
        "leave" => mine(scene).map(|_| vec![Effect::Party(PartyEffect::Leave)]),
        "kick" => Ok(vec![Effect::Party(PartyEffect::Expel(member(scene, more)?.id))]),
        "lead" => Ok(vec![Effect::Party(PartyEffect::HandOver(member(scene, more)?.id))]),
        "disband" => led(scene).map(|_| vec![Effect::Party(PartyEffect::Disband)]),
        "talk" => talk(scene, more),
        _ => talk(scene, rest),
    }
}

fn talk(scene: &Scene, words: &str) -> Result<Vec<Effect>, Refusal> {
    mine(scene)?;
    let row = scene.channels.by_verb("party").expect("the built-in channel is in the table");
    speak::speak(scene, row, words)
}

fn mine<'a>(scene: &'a Scene) -> Result<&'a Party, Refusal> {
    let party = scene.actor.party.and_then(|id| scene.world.party(id));
    party.ok_or_else(|| Refusal::new("You are not in a party. (`party create` starts one.)"))
}

fn led<'a>(scene: &'a Scene) -> Result<&'a Party, Refusal> {
    let party = mine(scene)?;
    if party.leader == scene.actor.id {
        return Ok(party);
    }
    let leader = scene.world.player(party.leader).map_or("its leader", |p| p.name.as_str());
    Err(Refusal::new(format!("Only {leader} may do that.")))
}

/// Another member of the party that the actor leads.
fn member<'a>(scene: &'a Scene, name: &str) -> Result<&'a Player, Refusal> {
    let party = led(scene)?;
    let player = scene.find_player(name)?;
    if player.id == scene.actor.id {
        return Err(Refusal::new("That is you."));
    }
    if !party.members.contains(&player.id) {
        return Err(Refusal::new(format!("{} is not in your party.", player.name)));
    }
    Ok(player)
}

fn invite(scene: &Scene, name: &str) -> Result<Vec<Effect>, Refusal> {
    let guest = scene.find_player(name)?;
    if scene.actor.party.is_some() {
        led(scene)?;
    }
    if guest.id == scene.actor.id {
        return Err(Refusal::new("You are where you are already."));
    }
    if guest.party.is_some() {
        return Err(Refusal::new(format!("{} is in a party already.", guest.name)));
    }
    if guest.ignores(scene.actor.id) {
        return Err(Refusal::new(format!("{} ignores you.", guest.name)));
    }
    if scene.actor.party.is_some_and(|party| guest.invitations.contains(&party)) {
        return Err(Refusal::new(format!("You have invited {} already.", guest.name)));
    }
    let mut effects = Vec::new();
    if scene.actor.party.is_none() {
        effects.push(Effect::Party(PartyEffect::Found));
    }
    effects.push(Effect::Party(PartyEffect::Invite(guest.id)));
    Ok(effects)
}

fn list(scene: &Scene, party: &Party) -> Prose {
    let mut lines = Vec::new();
    for member in party.members.iter().filter_map(|id| scene.world.player(*id)) {
        let mut notes = Vec::new();
        if member.id == party.leader {
            notes.push("leads");
        }
        if member.link != Link::Live {
            notes.push("link-dead");
        }
        let room = scene.atlas().room(&member.room).map_or("nowhere", |room| room.name.as_str());
        notes.push(room);
        let name = Prose::new().name(member.name.as_str());
        lines.push(name.plain(format!(" ({})", notes.join(", "))));
    }
    heading("Your party").list(List::of(lines))
}
