//! A room as one player sees it, and how it reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Link, List, Prose, Role, RoomId, Thing, capital};

/// A room as one player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// The zone's name.
    pub zone: String,
    /// The subzone's name.
    pub subzone: String,
    /// What there is to see; none when the player walks in brief mode.
    pub text: Option<Prose>,
    /// The ways out that show.
    pub exits: Vec<SeenExit>,
    /// Who else is here.
    pub players: Vec<SmolStr>,
    /// Why some of them may not answer: `link-dead`, `idle 5 min`.
    pub absent: BTreeMap<SmolStr, String>,
    /// The NPCs here.
    pub npcs: Vec<Thing>,
    /// What lies here.
    pub items: Vec<Thing>,
    /// Whether neither daylight nor weather comes in.
    pub indoors: bool,
    /// Where it lies on the map of its zone.
    pub spot: Spot,
}

/// Where a room lies on the map of its zone. One step is 1; holds until the world is loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Spot {
    /// To the east.
    pub x: i32,
    /// To the north.
    pub y: i32,
    /// Up.
    pub z: i32,
}

/// A way out that shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenExit {
    /// What to type: a direction or a word.
    pub way: SmolStr,
    /// Where it leads.
    pub to: RoomId,
}

impl RoomView {
    /// The room in reading order: name, text, exits, things, people. The exits line has the form that mapping clients know.
    #[must_use]
    pub fn prose(&self) -> Prose {
        let mut prose = Prose::new().span(Role::Title, &self.name);
        if let Some(text) = &self.text {
            prose = prose.line().then(text.clone());
        }
        prose = prose.line().then(self.exits_line());
        let is = |role, thing: &Thing, is: &str| {
            let prose = Prose::new().link(role, capital(&thing.name), examine(&thing.word));
            prose.plain(is)
        };
        let items = self.items.iter().map(|item| is(Role::Item, item, " lies here."));
        let npcs = self.npcs.iter().map(|npc| is(Role::Npc, npc, " is here."));
        let players = Some(self.players_line()).filter(|line| !line.is_empty());
        prose.list(List::of_sentences(items.chain(npcs).chain(players)))
    }

    fn exits_line(&self) -> Prose {
        if self.exits.is_empty() {
            return Prose::text("There are no obvious exits.");
        }
        let mut prose = Prose::text("Exits: ");
        for (at, exit) in self.exits.iter().enumerate() {
            let way = exit.way.as_str();
            prose = prose.plain(if at == 0 { "" } else { ", " });
            prose = prose.link(Role::Exit, way, Link::send(way));
        }
        prose.plain(".")
    }

    fn players_line(&self) -> Prose {
        let mut prose = Prose::new();
        let last = self.players.len().saturating_sub(1);
        for (at, name) in self.players.iter().take(PLAYERS_SHOWN_MAX).enumerate() {
            let joint = match at {
                0 => "",
                at if at == last => " and ",
                _ => ", ",
            };
            prose = prose.plain(joint).link(Role::Name, name.as_str(), examine(name));
            if let Some(why) = self.absent.get(name) {
                prose = prose.plain(format!(" ({why})"));
            }
        }
        match self.players.len() {
            0 => prose,
            1 => prose.plain(" is here."),
            count if count > PLAYERS_SHOWN_MAX => {
                prose.plain(format!(" and {} others are here.", count - PLAYERS_SHOWN_MAX))
            }
            _ => prose.plain(" are here."),
        }
    }
}

fn examine(word: &str) -> Option<Link> {
    Link::send(&format!("examine {word}"))
}

/// The most names that a room lists.
const PLAYERS_SHOWN_MAX: usize = 40;
