//! A look at what was said, for those who only read: beside a server that runs, or without one.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::lines::{LINE_COLUMNS, StoredLine};
use crate::vocab::Message;

/// The newest messages of all channels, oldest first. Writes nothing, and creates nothing.
///
/// # Errors
/// When there is no database at this path, or it cannot be read.
pub fn newest_messages(path: &Path, limit: u32) -> Result<Vec<Message>, StoreError> {
    let fail = |error: rusqlite::Error| StoreError::from_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    newest(&connection, limit).map_err(fail)
}

fn newest(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Message>> {
    let mut asked = connection
        .prepare(&format!("SELECT {LINE_COLUMNS} FROM messages ORDER BY number DESC LIMIT ?1"))?;
    let lines = asked.query_map([limit], StoredLine::read)?;
    let mut messages: Vec<Message> = lines
        .filter_map(|line| line.map(|line| line.message).transpose())
        .collect::<Result<_, _>>()?;
    messages.reverse();
    Ok(messages)
}
