//! What the writer knows of the database without asking: so that a line costs one statement. It is forgotten whenever a
//! transaction comes to nothing, as some of it may not have been committed.

use rusqlite::Connection;
use smol_str::SmolStr;

use super::audiences::Audiences;
use super::epochs;
use super::numbers::Numbers;

/// Owned by the writer.
#[derive(Default)]
pub(super) struct Known {
    pub(super) audiences: Audiences,
    pub(super) numbers: Numbers,
    /// The epoch of the last line, and its number.
    epoch: Option<(SmolStr, i64)>,
}

impl Known {
    /// The number of an epoch; none when it was never begun.
    pub(super) fn epoch(
        &mut self,
        name: &SmolStr,
        connection: &Connection,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some((known, number)) = &self.epoch
            && known == name
        {
            return Ok(Some(*number));
        }
        let number = epochs::number(connection, name)?;
        self.epoch = number.map(|number| (name.clone(), number));
        Ok(number)
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
