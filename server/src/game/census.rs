//! How many people are where, for those who run the server. Counts when it is asked and not before; names nobody.

use tokio::sync::oneshot;

use super::Game;
use crate::vocab::RoomId;
use crate::world::Link;

/// The most rooms that are named.
const ROOMS_MAX: usize = 50;

/// How many people are where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// In the world.
    pub players: usize,
    /// Of these, those whose connection is lost.
    pub linkdead: usize,
    /// The rooms with the most people, and how many those are.
    pub rooms: Vec<(RoomId, usize)>,
}

impl Game {
    /// Tells whoever asks, if they still want to know.
    pub(super) fn count_people(&self, asked: oneshot::Sender<Census>) {
        let _ = asked.send(self.census());
    }

    fn census(&self) -> Census {
        let mut rooms: Vec<(&RoomId, usize)> = self.world.crowded().collect();
        rooms.sort_unstable_by(|(one, few), (other, many)| many.cmp(few).then(one.cmp(other)));
        let rooms = rooms.into_iter().take(ROOMS_MAX);
        Census {
            players: self.world.population(),
            linkdead: self
                .world
                .players()
                .filter(|player| matches!(player.link, Link::Dead(_)))
                .count(),
            rooms: rooms.map(|(room, people)| (room.clone(), people)).collect(),
        }
    }
}
