//! Names as they are compared: to find someone by case, to refuse a newcomer by looks.

use rusqlite::Connection;
use unicode_normalization::UnicodeNormalization;

use super::error::{Problem, StoreError};
use crate::vocab::skeleton;

/// A name and its two shadows.
pub(super) struct Name {
    /// As it was typed.
    pub(super) chosen: String,
    /// NFKC in lower case: the same for every way to write it. Stable between versions of Unicode, unlike the skeleton.
    pub(super) folded: String,
    /// What it looks like.
    pub(super) skeleton: String,
}

impl Name {
    pub(super) fn new(chosen: &str) -> Self {
        Self {
            chosen: chosen.to_owned(),
            folded: chosen.nfkc().flat_map(char::to_lowercase).collect(),
            skeleton: skeleton(chosen),
        }
    }
}

/// Whether a character or an account has the name, or looks as if.
pub(super) fn is_taken(connection: &Connection, name: &Name) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM characters WHERE skeleton = ?1)
                 OR EXISTS (SELECT 1 FROM characters WHERE folded = ?2)
                 OR EXISTS (SELECT 1 FROM accounts WHERE skeleton = ?1)
                 OR EXISTS (SELECT 1 FROM accounts WHERE folded = ?2)",
        )?
        .query_row([&name.skeleton, &name.folded], |row| row.get(0))
}

/// Refuses a name that is taken.
pub(super) fn check_free(connection: &Connection, name: &Name) -> Result<(), Problem> {
    if is_taken(connection, name)? {
        return Err(StoreError::NameTaken { name: name.chosen.clone() }.into());
    }
    Ok(())
}
