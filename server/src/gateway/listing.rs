//! What lists of games are told: what the operator wrote, and how the server is at this moment.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use smol_str::SmolStr;

use super::broadcaster::Counters;
use super::telnet::Variable;

/// What lists of games are told.
pub struct Listing {
    /// The name of the game.
    pub name: String,
    /// What does not change while the server runs.
    pub fixed: Vec<Variable>,
    /// Since when it runs.
    pub started: SystemTime,
    /// Knows how many play.
    pub counters: Arc<Counters>,
}

impl Listing {
    /// All variables, as of now.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let players = self.counters.playing.load(Ordering::Relaxed);
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut variables = vec![
            variable("NAME", &self.name),
            variable("PLAYERS", &players.to_string()),
            variable("UPTIME", &started.as_secs().to_string()),
        ];
        variables.extend(self.fixed.iter().cloned());
        variables
    }
}

fn variable(name: &'static str, value: &str) -> Variable {
    (SmolStr::new_static(name), vec![value.to_owned()])
}
