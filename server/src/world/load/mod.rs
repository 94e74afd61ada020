//! Loads the world from its folder of YAML files and tells everything that is wrong with them, in one go.
//!
//! The format is described in `docs/world.md`. A world with an error is never handed out; one with warnings is.

mod extras;
mod files;
mod grid;
mod ladder;
mod links;
mod lists;
mod manifest;
mod npc;
mod numbers;
mod page;
mod plan;
mod problem;
mod reader;
mod room;
mod suggest;
mod survey;
#[cfg(test)]
mod tests;
mod text;
mod yaml;
mod zone;

use std::path::Path;

use super::atlas::Atlas;
use files::ZoneFile;
pub use ladder::{LoadedLadder, ladder};
pub use lists::{LoadedLists, lists, lists_in};
use problem::{Place, Problems};
pub use problem::{Problem, Severity};
use reader::Reader;
use survey::Survey;
use yaml::Node;

/// How large a world and its parts may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Zone files.
    pub zones_max: usize,
    /// Bytes in one file.
    pub file_bytes_max: u64,
    /// Scalars, lists and mappings in one file. A room has 30 to 60.
    pub file_nodes_max: usize,
    /// Characters in a name.
    pub name_chars_max: usize,
    /// Characters in a text that is looked at.
    pub text_chars_max: usize,
    /// Characters in what an NPC says at once, and in a social's line.
    pub speech_chars_max: usize,
    /// Characters in a help topic.
    pub topic_chars_max: usize,
    /// Words for one thing.
    pub words_max: usize,
    /// Characters in a word.
    pub word_chars_max: usize,
    /// Words and phrases in all lists of the content filter, and in its allow-list.
    pub list_words_max: usize,
    /// Patterns of the content filter.
    pub patterns_max: usize,
    /// Problems that are told; further ones are counted.
    pub problems_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            zones_max: 1_000,
            file_bytes_max: 64 * 1024 * 1024,
            file_nodes_max: 2_000_000,
            name_chars_max: 60,
            text_chars_max: 2_000,
            speech_chars_max: 500,
            topic_chars_max: 8_000,
            words_max: 30,
            word_chars_max: 40,
            list_words_max: 50_000,
            patterns_max: 500,
            problems_max: 1_000,
        }
    }
}

/// What came of loading.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The world; none if any problem is an error.
    pub atlas: Option<Atlas>,
    /// All that is wrong, by file and line.
    pub problems: Vec<Problem>,
}

impl Atlas {
    /// Loads the world from its folder.
    #[must_use]
    pub fn load(dir: &Path) -> Loaded {
        Self::load_within(dir, &Limits::default())
    }

    /// Loads the world from its folder, within limits of one's own.
    #[must_use]
    pub fn load_within(dir: &Path, limits: &Limits) -> Loaded {
        let mut problems = Problems::new(limits.problems_max);
        let survey = survey(dir, limits, &mut problems);
        manifest::check_start(&survey, &mut problems);
        links::check(&survey, &mut problems);
        numbers::check(&survey, &mut problems);
        grid::check(&survey, &mut problems);
        let is_good = problems.errors() == 0;
        let atlas = is_good.then(|| survey.into_atlas()).flatten();
        Loaded { atlas, problems: problems.into_list() }
    }
}

fn survey(dir: &Path, limits: &Limits, problems: &mut Problems) -> Survey {
    let mut survey = Survey::default();
    let [world, socials, topics] = files::TOP_FILES.map(|name| dir.join(name));
    if read(&world, limits, problems, |reader, node| manifest::read(reader, node, &mut survey))
        .is_none()
    {
        survey.planes_unread = true;
    }
    let zones = files::zone_files(dir, limits, problems);
    for file in zones.iter().take(limits.zones_max) {
        read_zone(file, limits, problems, &mut survey);
    }
    survey.unread.extend(zones.iter().skip(limits.zones_max).map(ZoneFile::id));
    if socials.exists() {
        read(&socials, limits, problems, |reader, node| {
            extras::read_socials(reader, node, &mut survey);
        });
    }
    if topics.exists() {
        read(&topics, limits, problems, |reader, node| {
            extras::read_topics(reader, node, &mut survey);
        });
    }
    survey
}

fn read_zone(file: &ZoneFile, limits: &Limits, problems: &mut Problems, survey: &mut Survey) {
    let taken = read(&file.path, limits, problems, |reader, node| {
        zone::read(reader, node, file, survey);
    });
    if taken.is_none() {
        survey.unread.insert(file.id());
    }
}

/// Opens and parses a file and hands it on; none when it is no YAML.
fn read(
    path: &Path,
    limits: &Limits,
    problems: &mut Problems,
    take: impl FnOnce(&mut Reader<'_>, &Node),
) -> Option<()> {
    let (file, source) = files::open(path, limits, problems);
    let source = source?;
    match yaml::parse(&source, limits.file_nodes_max) {
        Ok(node) => {
            take(&mut Reader::new(limits, problems, file, &source), &node);
            Some(())
        }
        Err(error) => {
            let place = Place { line: error.line, column: error.column, ..Place::top(file) };
            problems.error(place, error.what);
            None
        }
    }
}
