//! What a value of the configuration must be besides of the right type and size.

use std::path::Path;

use smol_str::SmolStr;

use crate::vocab::is_id_part;

/// A file that is there or could be made.
pub(super) fn file_that_can_be(path: &Path, (): &()) -> garde::Result {
    if path.is_dir() {
        return Err(garde::Error::new(format!("{} is a folder, not a file", path.display())));
    }
    match path.parent() {
        Some(folder) => folder_that_can_be(folder, &()),
        None => Err(garde::Error::new("must name a file")),
    }
}

/// A folder that is there or could be made: what is there of its path is folders.
pub(super) fn folder_that_can_be(path: &Path, (): &()) -> garde::Result {
    let there = path.ancestors().find(|part| part.exists());
    match there.filter(|part| !part.is_dir()) {
        Some(file) => {
            let (path, file) = (path.display(), file.display());
            Err(garde::Error::new(format!("{path} cannot be a folder: {file} is a file")))
        }
        None => Ok(()),
    }
}

/// A folder that is there.
pub(super) fn folder_that_exists(path: &Path, (): &()) -> garde::Result {
    if path.is_dir() {
        return Ok(());
    }
    Err(garde::Error::new(format!("there is no folder {}", path.display())))
}

/// A word that may be one part of an id.
pub(super) fn id_part(text: &SmolStr, (): &()) -> garde::Result {
    if is_id_part(text) {
        return Ok(());
    }
    Err(garde::Error::new(format!("{text:?} is not a name of the form [a-z0-9_-]+")))
}
