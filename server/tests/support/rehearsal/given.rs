//! What a stage is set with: the worlds and configurations of this repository.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearsay::config::{self, Config};
use hearsay::vocab::Ladder;
use hearsay::world::{Atlas, load};

/// The configuration of tests, where nothing limits how fast one talks, and settings over it: a dotted key, a value.
pub fn settings(own: &[(String, String)]) -> Config {
    let usual = [
        ("world.path".to_owned(), repository().display().to_string()),
        ("chat.rate_limiting.enabled".to_owned(), "false".to_owned()),
        ("moderation.ladder".to_owned(), "false".to_owned()),
    ];
    let all = usual.iter().chain(own);
    let environment = all.map(|(key, value)| {
        (format!("HEARSAY_{}", key.replace('.', "__").to_uppercase()), value.clone())
    });
    config::load(None, environment).expect("the settings of a test are sound")
}

/// The repository's own folder.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The world in which scenarios take place.
pub fn world_of_tests() -> Arc<Atlas> {
    world(&repository().join("client-tests/world"))
}

/// The configuration that is shipped.
pub fn shipped_settings() -> Config {
    let file = repository().join("server_config.yaml");
    let text = std::fs::read_to_string(file).expect("there is a configuration");
    serde_yaml::from_str(&text).expect("the shipped configuration is sound")
}

/// The world that is shipped.
pub fn shipped_world() -> Arc<Atlas> {
    world(&repository().join("world-data"))
}

/// The ladder of the world of the tests, where it is switched on.
pub fn ladder(config: &Config) -> Option<Arc<Ladder>> {
    let loaded = load::ladder(&repository().join("client-tests/world"));
    loaded.ladder.filter(|_| config.moderation.ladder).map(Arc::new)
}

fn world(folder: &Path) -> Arc<Atlas> {
    let loaded = Atlas::load(folder);
    Arc::new(loaded.atlas.unwrap_or_else(|| panic!("{}: {:?}", folder.display(), loaded.problems)))
}
