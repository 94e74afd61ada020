//! `hearsay check`: everything that is wrong with configuration and world, without starting anything.

use std::path::Path;

use tracing_subscriber::EnvFilter;

use super::certificates::Certificates;
use super::wiring;
use crate::channels::Table;
use crate::config::{self, Config};
use crate::world::Atlas;
use crate::world::load::{self, Loaded, Problem, Severity};

/// What a check found.
#[derive(Debug)]
pub struct Findings {
    /// One line a problem, with its place.
    pub problems: Vec<String>,
    /// How many of them are errors, which keep a server from starting.
    pub errors: usize,
    /// What there is, in a line, if it could be read.
    pub summary: Option<String>,
}

/// Reads configuration and world and says what is wrong with them.
pub fn check(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Findings {
    match config::load(file, environment) {
        Ok(config) => with_world(impossible(&config), &config.world.path),
        Err(problem) => {
            // Where the configuration is no guide, the world is looked for where it usually is.
            let problems = problem.to_string().lines().map(str::to_owned).collect();
            with_world(problems, &Config::default().world.path)
        }
    }
}

/// What is wrong with a configuration whose values are each of the right kind: one line a problem, with its key.
#[must_use]
pub fn impossible(config: &Config) -> Vec<String> {
    let channels = Table::new(&config.chat).err().map(|why| why.to_string());
    let nats = wiring::nats(config).err().map(|why| format!("{why:#}"));
    let hooks = wiring::hooks(config).err().map(|why| format!("{why:#}"));
    let level = EnvFilter::try_new(&config.logs.level).err();
    let level = level.map(|why| format!("logs.level: {:?}: {why}", config.logs.level));
    let tls = Certificates::open(config).err().map(|why| format!("{why:#}"));
    [channels, nats, hooks, level, tls].into_iter().flatten().collect()
}

/// What is wrong with the world besides these problems, if there is one.
fn with_world(mut problems: Vec<String>, world: &Path) -> Findings {
    let loaded = if world.is_dir() { Atlas::load(world) } else { Loaded::default() };
    let lists = load::lists(world);
    let ladder = load::ladder(world);
    let of_moderation = lists.problems.iter().chain(&ladder.problems);
    let found: Vec<&Problem> = loaded.problems.iter().chain(of_moderation).collect();
    let is_error = |problem: &&&Problem| problem.severity == Severity::Error;
    let errors = problems.len() + found.iter().filter(is_error).count();
    problems.extend(found.iter().map(ToString::to_string));
    Findings { problems, errors, summary: loaded.atlas.as_ref().map(summary) }
}

fn summary(atlas: &Atlas) -> String {
    format!(
        "{} planes, {} zones, {} subzones, {} rooms, {} NPCs, {} items, {} socials, {} topics",
        atlas.planes.len(),
        atlas.zones.len(),
        atlas.subzones.len(),
        atlas.rooms.len(),
        atlas.npcs.len(),
        atlas.items.len(),
        atlas.socials.len(),
        atlas.topics.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named_by_its_key() {
        let mut config = Config::default();
        assert_eq!(impossible(&config), Vec::<String>::new());
        config.logs.level = "hearsay=[".to_owned();
        config.nats.url = ":::".to_owned();
        config.telnet.tls_listen = Some(config.telnet.listen);
        let problems = impossible(&config);
        let keys: Vec<&str> = problems.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(keys, ["nats.url", "logs.level", "tls"]);
    }
}
