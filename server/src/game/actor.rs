//! Who of the staff does something: a player who types, or an account that calls by a program. What follows is the same.

use super::step::Game;
use super::{Outcome, Request, StaffAct};
use crate::bus::Staff;
use crate::commands::Clock;
use crate::vocab::{Issuer, Person, PlayerId, clean_line};

/// Whoever does something.
#[derive(Debug, Clone)]
pub(super) struct Actor {
    /// Their character; it reads what comes of it if it is in the world.
    pub(super) id: PlayerId,
    /// The same, whatever they play.
    pub(super) who: Person,
    /// The same, for the record.
    pub(super) issuer: Issuer,
}

impl From<&Staff> for Actor {
    fn from(staff: &Staff) -> Self {
        let account = Some(staff.account);
        Self {
            id: staff.player,
            who: Person::Account(staff.account),
            issuer: Issuer { account, name: staff.name.clone(), rank: staff.rank },
        }
    }
}

impl Game {
    /// A player as the one who acts; none when they are not in the world.
    pub(super) fn actor(&self, id: PlayerId) -> Option<Actor> {
        let player = self.world.player(id)?;
        let account = player.account;
        Some(Actor {
            id,
            who: Person::of(account, id),
            issuer: Issuer { account, name: player.name.clone(), rank: player.rank },
        })
    }
}

impl Actor {
    /// Puts on record what they did or looked at, or with `refused` why they could not.
    pub(super) fn put_on_record(
        &self,
        act: &'static str,
        (target, detail): (&str, &str),
        refused: Option<String>,
        clock: Clock,
        out: &mut Outcome,
    ) {
        out.ask(Request::Act(StaffAct {
            at: clock.at,
            actor: self.id,
            name: self.issuer.name.clone(),
            rank: self.issuer.rank,
            act,
            subject: None,
            target: clean_line(target),
            detail: clean_line(detail),
            refused,
            restriction: None,
            until: None,
        }));
    }
}
