//! Who is on the stage: Ada, who speaks; Bob and Gil, who listen in two ways; Olga, who owns the server.

use hearsay::config::ScopeName;
use hearsay::gateway::Dialect;
use hearsay::vocab::Rank;

use super::support::rehearsal::{Arrival, Rehearsal};
use super::support::verbs::{channels, stage};

/// A word that nobody says unless it is typed here.
pub(crate) const WORD: &str = "zebra";

/// Who speaks.
pub(crate) const ADA: usize = 0;
/// Who reads lines.
pub(crate) const BOB: usize = 1;
/// Who reads JSON.
pub(crate) const GIL: usize = 2;
/// Who owns the server.
pub(crate) const OLGA: usize = 3;

/// The stage and those on it.
pub(crate) struct Cast {
    pub(crate) stage: Rehearsal,
}

impl Cast {
    /// Ada has a rank. She leads a party with Bob and Gil; all stand in one room and are on every channel; she and Bob have
    /// whispered; she holds the lantern; `zz` is her word for a verb.
    pub(crate) fn acquainted(rank: Rank, verb: &str) -> Self {
        let mut stage = stage();
        stage.enter("Ada", rank);
        stage.enter("Bob", Rank::Player);
        stage.arrive(Arrival { dialect: Dialect::Json, ..Arrival::of("Gil", Rank::Player) });
        stage.enter("Olga", Rank::Owner);
        let mut cast = Self { stage };
        let members = channels().rows().iter().filter(|row| row.scope.name == ScopeName::Members);
        for row in members {
            for client in [ADA, BOB, GIL, OLGA] {
                cast.stage.types(client, &format!("channels join {}", row.name));
            }
        }
        let alias = format!("alias zz {verb}");
        for (client, line) in [
            (ADA, "get lantern"),
            (ADA, "party invite bob"),
            (BOB, "accept"),
            (ADA, "party invite gil"),
            (GIL, "accept"),
            (ADA, "whisper bob hello"),
            (BOB, "whisper ada hello"),
            (ADA, alias.as_str()),
        ] {
            cast.stage.types(client, line);
        }
        cast.forget();
        cast
    }

    /// Everything that anyone has read so far is of no interest.
    pub(crate) fn forget(&mut self) {
        for client in [ADA, BOB, GIL, OLGA] {
            self.stage.clients[client].read();
        }
    }

    /// What a listener has read since this was last asked: lines, or whole frames.
    pub(crate) fn read(&mut self, client: usize) -> Vec<String> {
        match self.stage.clients[client].dialect {
            Dialect::Telnet => self.stage.heard(client),
            Dialect::Json => {
                let frames = self.stage.clients[client].frames();
                frames.iter().map(ToString::to_string).collect()
            }
        }
    }

    /// What a listener finds who looks for it everywhere.
    pub(crate) fn finds(&mut self, client: usize) -> Vec<String> {
        for look in ["who", "finger ada", "look", "look ada", "examine lantern", "where ada"] {
            self.stage.types(client, look);
        }
        for row in channels().rows() {
            self.stage.types(client, &format!("history {} 200", row.name));
        }
        self.read(client)
    }

    /// Whether Ada is in the world.
    pub(crate) fn has_ada(&self) -> bool {
        self.stage.game.world().named("Ada").is_some()
    }
}
