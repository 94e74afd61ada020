//! What can go wrong with the database, in sentences for the operator: which file, and what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another server has the file.
    #[error(
        "the database {} is in use by another server{}: stop that one, or give this one a database of its own",
        path.display(), process.map(|id| format!(" (process {id})")).unwrap_or_default()
    )]
    InUse {
        /// The file.
        path: PathBuf,
        /// The other's process id, if it said so.
        process: Option<u32>,
    },
    /// A program that is no server holds SQLite's lock for longer than `busy_timeout_ms`.
    #[error("the database {} is locked by another program: close what has it open", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error(
        "the database {} cannot be written: let this user write the file and its folder, on a file system that is not mounted read-only",
        path.display()
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// There is something in the way, or no way there.
    #[error("the database {} cannot be opened ({detail}): check the path and its folder", path.display())]
    Unopenable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Written by a later version of this program.
    #[error(
        "the database {} was written by a newer version of this server (schema {found}, this version knows {known}): run that version, or restore a backup from before",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema.
        found: usize,
        /// The newest schema this program knows.
        known: usize,
    },
    /// No SQLite database at all.
    #[error("{} is not a database: restore a backup, or move the file away to start afresh", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A sound database of some other program.
    #[error("the database {} belongs to another program: give this server a path of its own", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Truncated, or overwritten in part.
    #[error(
        "the database {} is damaged ({detail}): restore a backup, or keep a copy and see what the sqlite3 command .recover can save",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the check found first.
        detail: String,
    },
    /// No room left.
    #[error("no room is left on the disk of the database {}: make room, and it goes on by itself", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or what stands for it, failed.
    #[error("the disk of the database {} fails ({detail}): see the system's log", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// SQLite refused a statement: a fault of this program.
    #[error("the database {} refused a statement ({detail}): please report this", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// A row holds what this version cannot read.
    #[error(
        "{what} in the database cannot be read ({detail}): restore a backup, or correct the row"
    )]
    Unreadable {
        /// Which row.
        what: String,
        /// Why not.
        detail: String,
    },
    /// Somebody has the name, or one that looks like it.
    #[error("the name {name:?}, or one that looks like it, is taken")]
    NameTaken {
        /// The name asked for.
        name: String,
    },
    /// No such account.
    #[error("there is no such account")]
    NoSuchAccount,
    /// No such character.
    #[error("there is no such character")]
    NoSuchCharacter,
    /// An epoch of this name was begun before.
    #[error("there was an epoch {name:?} before")]
    EpochUsed {
        /// The name asked for.
        name: String,
    },
    /// Too much is waiting already.
    #[error("the database has too much to do: try again in a moment")]
    Overloaded,
    /// The store is closed, or closing.
    #[error("the database is closed")]
    Closed,
}

impl StoreError {
    /// Whether the storage is at fault, so that the same thing may succeed later; all other errors are final.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::Locked { .. }
                | Self::ReadOnly { .. }
                | Self::DiskFull { .. }
                | Self::Disk { .. }
                | Self::Damaged { .. }
                | Self::NotADatabase { .. }
        )
    }

    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, detail },
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Disk { path, detail },
            _ => Self::Refused { path, detail },
        }
    }

    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Unopenable { path, detail: error.to_string() },
        }
    }
}

/// An error inside a job, where the path of the database does not matter yet.
#[derive(Debug)]
pub(super) enum Problem {
    /// Says it all.
    Known(StoreError),
    /// What SQLite said.
    Sqlite(rusqlite::Error),
}

impl Problem {
    pub(super) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Known(error) => error,
            Self::Sqlite(error) => StoreError::from_sqlite(path, &error),
        }
    }

    /// As [`StoreError::is_fault`].
    pub(super) fn is_fault(&self) -> bool {
        match self {
            Self::Known(error) => error.is_fault(),
            Self::Sqlite(error) => StoreError::from_sqlite(Path::new(""), error).is_fault(),
        }
    }

    pub(super) fn unreadable(what: impl Into<String>, why: impl ToString) -> Self {
        Self::Known(StoreError::Unreadable { what: what.into(), detail: why.to_string() })
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Known(error)
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}
