//! Copies a database while it is in use. A copy that could not be finished never looks like one.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;

/// Copies the database at `from` through a connection of its own, so that the writer goes on meanwhile.
pub(super) fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| StoreError::from_sqlite(from, &error))?;
    copy(&source, to)
}

/// Copies the whole database into the one file `to`, readable by this user alone; a file of that name is replaced.
pub(super) fn copy(source: &Connection, to: &Path) -> Result<(), StoreError> {
    let part = with_suffix(to, ".part");
    if fs::exists(&part).map_err(|error| StoreError::from_io(&part, &error))? {
        fs::remove_file(&part).map_err(|error| StoreError::from_io(&part, &error))?;
    }
    create_private(&part)?;
    let copied = fill(source, &part)
        .map_err(|error| StoreError::from_sqlite(to, &error))
        .and_then(|()| put_in_place(&part, to));
    if copied.is_err() {
        // The error that matters is already in hand.
        let _ = fs::remove_file(&part);
    }
    copied
}

fn fill(source: &Connection, part: &Path) -> rusqlite::Result<()> {
    let mut target = Connection::open(part)?;
    // All pages in one step: a single snapshot, which in WAL mode keeps no writer waiting.
    let step = Backup::new(source, &mut target)?.step(-1)?;
    if step != StepResult::Done {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
            None,
        ));
    }
    // The copy brings along WAL mode, which would make three files of it.
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    target.close().map_err(|(_, error)| error)
}

fn put_in_place(part: &Path, to: &Path) -> Result<(), StoreError> {
    let fail = |error| StoreError::from_io(to, &error);
    File::open(part).and_then(|file| file.sync_all()).map_err(fail)?;
    fs::rename(part, to).map_err(fail)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(fail)
}

/// Creates an empty file that only this user may read: it will hold password hashes.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| StoreError::from_io(path, &error))
}

/// A path with something appended to its last part.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
