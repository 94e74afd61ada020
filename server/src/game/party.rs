//! What becomes of parties, and who is told.

use super::Outcome;
use super::step::Game;
use crate::commands::PartyEffect;
use crate::vocab::{Audience, Fact, PartyId, PlayerId, Prose};

impl Game {
    /// Applies one thing that happens to parties.
    pub(super) fn apply_party(&mut self, actor: PlayerId, effect: &PartyEffect, out: &mut Outcome) {
        let Some(name) = self.world.player(actor).map(|player| player.name.clone()) else { return };
        let party = self.world.player(actor).and_then(|player| player.party);
        match effect {
            PartyEffect::Found => {
                self.world.make_party(actor);
                out.tell(actor, "You start a party. (`party invite <player>` asks others in.)");
            }
            PartyEffect::Invite(guest) => self.invite(actor, *guest, out),
            PartyEffect::Join(party) => {
                self.world.join_party(actor, *party);
                self.tell_party(*party, format!("{name} joins the party."), out);
            }
            PartyEffect::Leave => {
                self.world.leave_party(actor);
                out.tell(actor, "You leave the party.");
                self.tell_left(party, &format!("{name} leaves the party."), out);
            }
            PartyEffect::Expel(member) => {
                let expelled = self.name_of(*member);
                self.world.leave_party(*member);
                out.tell(*member, format!("{name} puts you out of the party."));
                self.tell_left(party, &format!("{name} puts {expelled} out of the party."), out);
            }
            PartyEffect::HandOver(leader) => {
                let Some(party) = party else { return };
                self.world.lead_party(party, *leader);
                let leads = self.name_of(*leader);
                self.tell_party(party, format!("{leads} leads the party now."), out);
            }
            PartyEffect::Disband => {
                let Some(party) = party else { return };
                self.tell_party(party, format!("{name} ends the party."), out);
                self.world.disband(party);
            }
        }
    }

    fn name_of(&self, player: PlayerId) -> String {
        self.world.player(player).map(|player| player.name.to_string()).unwrap_or_default()
    }

    fn invite(&mut self, actor: PlayerId, guest: PlayerId, out: &mut Outcome) {
        let inviter = self.world.player(actor).map(|player| (player.name.clone(), player.party));
        let Some((name, Some(party))) = inviter else { return };
        let Some(invited) = self.world.player(guest) else { return };
        let told = format!("You invite {}.", invited.name);
        self.world.invite(guest, party);
        out.tell(actor, told);
        let how = format!("{name} invites you to a party. (`accept {name}` joins it.)");
        out.tell(guest, how);
    }

    fn tell_party(&self, party: PartyId, text: impl Into<Prose>, out: &mut Outcome) {
        let Some(party) = self.world.party(party) else { return };
        let members = Audience::Witnesses(party.members.as_slice().into());
        out.emit(members, Fact::Told(text.into()));
    }

    /// Tells those who remain, and the new leader that they lead.
    pub(super) fn tell_left(&self, party: Option<PartyId>, text: &str, out: &mut Outcome) {
        let Some(party) = party.and_then(|id| self.world.party(id)) else { return };
        let leader = self.name_of(party.leader);
        self.tell_party(party.id, format!("{text} {leader} leads it."), out);
    }
}
