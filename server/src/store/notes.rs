//! Small texts under a key: the claim code, what must be remembered between runs.

use rusqlite::OptionalExtension;

use super::Store;
use super::error::StoreError;

impl Store {
    /// The text under a key.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn get_note(&self, key: &'static str) -> Result<Option<String>, StoreError> {
        self.question(move |connection| {
            let value = connection
                .prepare_cached("SELECT value FROM notes WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?;
            Ok(value)
        })
        .await
    }

    /// Puts a text under a key, over what was there.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn set_note(
        &self,
        key: &'static str,
        value: impl Into<String>,
    ) -> Result<(), StoreError> {
        let value = value.into();
        self.act(move |connection| {
            connection
                .prepare_cached("REPLACE INTO notes (key, value) VALUES (?1, ?2)")?
                .execute([key, &value])?;
            Ok(())
        })
        .await
    }

    /// Removes the text under a key. Whether there was one: of two who do this at once, one is told so.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn clear_note(&self, key: &'static str) -> Result<bool, StoreError> {
        self.act(move |connection| {
            let removed =
                connection.prepare_cached("DELETE FROM notes WHERE key = ?1")?.execute([key])?;
            Ok(removed > 0)
        })
        .await
    }
}
