//! After every turn: everyone is in exactly the one room, and in the party, that the model says.

use hearsay::vocab::{PlayerId, RoomId};

use crate::model::{CAST, Party, ROOMS};
use crate::play::Play;

impl Play {
    /// Everyone is in exactly the one room, and in the party, that the model says.
    pub(super) fn check_world(&self) {
        let world = self.stage.game.world();
        let id = |who: usize| world.named(CAST[who].0).map(|player| player.id);
        for (room, (path, _)) in ROOMS.iter().enumerate() {
            let path: RoomId = path.parse().expect("a room's id");
            let mut there: Vec<PlayerId> =
                world.room(&path).map(|room| room.players.clone()).unwrap_or_default();
            let stand =
                |who: &usize| self.model.is_here(*who) && self.model.souls[*who].room == room;
            let mut expected: Vec<PlayerId> =
                (0..CAST.len()).filter(stand).filter_map(id).collect();
            there.sort_unstable();
            expected.sort_unstable();
            assert_eq!(there, expected, "those in {path}");
            assert!(there.iter().all(|id| world.player(*id).is_some_and(|p| p.room == path)));
        }
        assert_eq!(
            world.population(),
            (0..CAST.len()).filter(|who| self.model.is_here(*who)).count()
        );
        let mut parties: Vec<_> = world.parties().map(|p| (p.leader, p.members.clone())).collect();
        let live = self.model.parties.iter().filter(|party| !party.members.is_empty());
        let ids = |party: &Party| {
            let members: Option<Vec<PlayerId>> = party.members.iter().map(|who| id(*who)).collect();
            id(party.leader).zip(members)
        };
        let mut expected: Vec<_> =
            live.map(|party| ids(party).expect("members are here")).collect();
        parties.sort();
        expected.sort();
        assert_eq!(parties, expected, "parties");
        for party in world.parties() {
            let is_in =
                |id: &PlayerId| world.player(*id).is_some_and(|p| p.party == Some(party.id));
            assert!(party.members.iter().all(is_in));
        }
    }
}
