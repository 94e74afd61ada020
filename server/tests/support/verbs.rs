//! Everything that can be typed first in a line, of a small world with the commands, channels and gestures that are shipped.

use std::sync::{Arc, OnceLock};

use hearsay::channels::{Channel, Table};
use hearsay::commands::ALL;
use hearsay::config::Config;
use hearsay::world::{Atlas, Direction};

use super::rehearsal::given::{shipped_settings, shipped_world, world_of_tests};
use super::rehearsal::{ROOMY, Rehearsal};

/// The shipped configuration, unhurried.
pub(crate) fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let mut config = shipped_settings();
        config.chat.rate_limiting.enabled = false;
        config
    })
}

/// The channels that are shipped.
pub(crate) fn channels() -> &'static Table {
    static CHANNELS: OnceLock<Table> = OnceLock::new();
    CHANNELS.get_or_init(|| Table::new(&config().chat).unwrap())
}

/// The small world of the tests with the gestures and topics that are shipped.
pub(crate) fn small_world() -> Arc<Atlas> {
    static WORLD: OnceLock<Arc<Atlas>> = OnceLock::new();
    let world = WORLD.get_or_init(|| {
        let (mut small, shipped) = ((*world_of_tests()).clone(), shipped_world());
        small.socials.clone_from(&shipped.socials);
        small.topics.clone_from(&shipped.topics);
        Arc::new(small)
    });
    Arc::clone(world)
}

/// A stage in it where nothing limits how fast one talks.
pub(crate) fn stage() -> Rehearsal {
    Rehearsal::within(config(), small_world(), &[ROOMY], 1)
}

/// Every verb there is, and whose it is.
pub(crate) fn verbs(atlas: &Atlas) -> Vec<(String, String)> {
    let mut verbs = Vec::new();
    for command in ALL {
        for verb in std::iter::once(&command.name).chain(command.aliases) {
            verbs.push(((*verb).to_owned(), format!("command {}", command.name)));
        }
    }
    for row in channels().rows() {
        for verb in channel_verbs(row) {
            verbs.push((verb, format!("channel {}", row.name)));
        }
    }
    for direction in Direction::ALL {
        for verb in [direction.name(), direction.short()] {
            verbs.push((verb.to_owned(), format!("direction {direction}")));
        }
    }
    let socials = atlas.socials.keys();
    verbs.extend(socials.map(|verb| (verb.to_string(), format!("social {verb}"))));
    verbs
}

/// What speaks on a channel.
pub(crate) fn channel_verbs(row: &Channel) -> Vec<String> {
    let aliases = row.aliases.iter().map(ToString::to_string);
    std::iter::once(row.name.to_string()).chain(aliases).collect()
}
