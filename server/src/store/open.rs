//! Opens a database file: alone, whole, known, and set up. Everything here happens before the first job.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::StoreOptions;
use super::backup::{create_private, with_suffix};
use super::error::StoreError;
use super::migrate;

/// How often a server that starts looks whether its predecessor has gone.
const LOCK_POLL: Duration = Duration::from_millis(20);

/// A database that this process alone may serve.
#[derive(Debug)]
pub(super) struct OpenDatabase {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Held for as long as the connection lives.
    pub(super) lock: File,
}

pub(super) fn open(options: &StoreOptions, steps: &[&str]) -> Result<OpenDatabase, StoreError> {
    let path = resolve(&options.path)?;
    let patience = Duration::from_millis(options.busy_timeout_ms);
    let lock = lock(&path, patience)?;
    match fs::metadata(&path) {
        Ok(file) if file.len() > 0 => {}
        Ok(_) => {
            tracing::warn!(database = %path.display(), "the database is empty; starting afresh");
        }
        Err(error) if error.kind() == ErrorKind::NotFound => create_private(&path)?,
        Err(error) => return Err(StoreError::from_io(&path, &error)),
    }
    let mut connection = connect(&path, patience)?;
    migrate::check_identity(&connection, &path, steps)?;
    check_whole(&connection, &path)?;
    migrate::migrate(&mut connection, &path, steps)?;
    set_up(&connection).map_err(|error| StoreError::from_sqlite(&path, &error))?;
    Ok(OpenDatabase { connection, path, lock })
}

/// The path without links, so that two names of one file share one lock. Creates the folder.
fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    let fail = |error| StoreError::from_io(path, &error);
    if path.is_dir() {
        return Err(StoreError::Unopenable {
            path: path.to_owned(),
            detail: "it is a folder".to_owned(),
        });
    }
    if path.exists() {
        return path.canonicalize().map_err(fail);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let name = path.file_name().ok_or_else(|| StoreError::Unopenable {
        path: path.to_owned(),
        detail: "it names no file".to_owned(),
    })?;
    Ok(folder.canonicalize().map_err(fail)?.join(name))
}

/// Takes the lock of a file beside the database. The database itself stays open to `sqlite3` and to backup programs,
/// and the system lets go of the lock however the process ends.
fn lock(path: &Path, patience: Duration) -> Result<File, StoreError> {
    let fail = |error| StoreError::from_io(path, &error);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(with_suffix(path, ".lock")).map_err(fail)?;
    let deadline = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(LOCK_POLL),
            Err(TryLockError::WouldBlock) => {
                let process = holder(&mut file);
                return Err(StoreError::InUse { path: path.to_owned(), process });
            }
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
    }
    sign(&mut file).map_err(fail)?;
    Ok(file)
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn connect(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(patience)?;
        let read_only = connection.is_readonly("main")?;
        Ok((connection, read_only))
    };
    let (connection, read_only) = open().map_err(|error| StoreError::from_sqlite(path, &error))?;
    if read_only {
        return Err(StoreError::ReadOnly { path: path.to_owned() });
    }
    Ok(connection)
}

/// Reads every page once: a damaged file is found now and not when someone needs the page.
fn check_whole(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| StoreError::from_sqlite(path, &error))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { path: path.to_owned(), detail: verdict.replace('\n', ", ") })
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // Every commit reaches the disk, so that a power cut loses no more than a killed process does.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Nothing is written before a commit: with a full disk, reads still see the lines that wait.
    connection.pragma_update(None, "cache_spill", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
