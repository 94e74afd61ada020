//! Finds and opens the files of a world folder. Knows their places, not what is in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use smol_str::{SmolStr, format_smolstr};

use super::Limits;
use super::problem::{FileId, Place, Problems};

/// The files directly in the folder; all others lie in a folder named for a plane.
pub(super) const TOP_FILES: [&str; 3] = ["world.yaml", "socials.yaml", "topics.yaml"];

/// The folder of the content filter's lists, which is no plane.
pub(super) const LISTS_FOLDER: &str = "moderation";

/// A zone's file and what its path says it holds.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ZoneFile {
    pub(super) plane: String,
    pub(super) zone: String,
    pub(super) path: PathBuf,
}

impl ZoneFile {
    /// The zone's path, `plane.zone`.
    pub(super) fn id(&self) -> SmolStr {
        format_smolstr!("{}.{}", self.plane, self.zone)
    }
}

/// The zone files of a world folder, sorted by plane and zone. Whatever else has the looks of a world file is noted.
pub(super) fn zone_files(dir: &Path, limits: &Limits, problems: &mut Problems) -> Vec<ZoneFile> {
    let mut zones = Vec::new();
    for path in entries(dir, problems) {
        if path.is_dir() && file_name(&path) == LISTS_FOLDER {
            continue;
        }
        if path.is_dir() {
            zones.extend(
                entries(&path, problems).into_iter().filter_map(|f| zone_file(f, problems)),
            );
        } else if !TOP_FILES.contains(&&*file_name(&path)) {
            note_stray(&path, problems);
        }
    }
    zones.sort();
    if zones.len() > limits.zones_max {
        let what = format!("{} zone files; {} can be", zones.len(), limits.zones_max);
        let file = problems.file(dir);
        problems.error(Place::top(file), what);
    }
    zones
}

/// Reads a file; what stands in the way is noted.
pub(super) fn open(
    path: &Path,
    limits: &Limits,
    problems: &mut Problems,
) -> (FileId, Option<String>) {
    let file = problems.file(path);
    match read(path, limits) {
        Ok(bytes) => (file, utf8(bytes, file, problems)),
        Err(error) => {
            problems.error(Place::top(file), format!("cannot be read: {error}"));
            (file, None)
        }
    }
}

fn read(path: &Path, limits: &Limits) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > limits.file_bytes_max {
        let what = format!("it has {length} bytes; {} can be", limits.file_bytes_max);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    fs::read(path)
}

fn utf8(bytes: Vec<u8>, file: FileId, problems: &mut Problems) -> Option<String> {
    String::from_utf8(bytes)
        .map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let good = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
            problems.error(end_of(&good, file), "is not UTF-8 from here on");
        })
        .ok()
}

fn end_of(text: &str, file: FileId) -> Place {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let counted = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Place { file, line: counted(line), column: counted(column) }
}

/// What a folder holds, hidden files left out, sorted so that problems come in the same order everywhere.
fn entries(dir: &Path, problems: &mut Problems) -> Vec<PathBuf> {
    let listed = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()
    });
    let mut paths: Vec<PathBuf> = listed.unwrap_or_else(|error| {
        let file = problems.file(dir);
        problems.error(Place::top(file), format!("cannot be listed: {error}"));
        Vec::new()
    });
    paths.retain(|path| !file_name(path).starts_with('.'));
    paths.sort();
    paths
}

fn zone_file(path: PathBuf, problems: &mut Problems) -> Option<ZoneFile> {
    let name = file_name(&path);
    let Some(zone) = name.strip_suffix(".yaml").filter(|_| !path.is_dir()) else {
        note_stray(&path, problems);
        return None;
    };
    let plane = path.parent().map(file_name).unwrap_or_default();
    Some(ZoneFile { plane, zone: zone.to_owned(), path })
}

fn note_stray(path: &Path, problems: &mut Problems) {
    let is_meant = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    if is_meant || path.is_dir() {
        let file = problems.file(path);
        problems.warning(Place::top(file), "is not read: zones are <plane>/<zone>.yaml");
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Notes what lies in a folder besides these files.
pub(super) fn note_others(dir: &Path, known: &[&str], problems: &mut Problems) {
    for path in entries(dir, problems) {
        if !known.contains(&&*file_name(&path)) {
            let file = problems.file(&path);
            let names = known.join(", ");
            problems.warning(Place::top(file), format!("is not read: the lists are {names}"));
        }
    }
}
