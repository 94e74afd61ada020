//! Under which topic somebody has it pushed to them that they are spoken to while they are away: `push_topics`.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::{Store, time};
use crate::vocab::AccountId;

impl Store {
    /// The topic of an account; none while it wants nothing pushed.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn push_topic(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        self.question(move |connection| {
            let topic = connection
                .prepare_cached("SELECT topic FROM push_topics WHERE account = ?1")?
                .query_row([account.0.cast_signed()], |row| row.get(0))
                .optional()?;
            Ok(topic)
        })
        .await
    }

    /// Gives an account a topic, in place of the one it may have.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn set_push_topic(
        &self,
        account: AccountId,
        topic: String,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO push_topics (account, topic, made_at_ms) VALUES (?1, ?2, ?3)
                     ON CONFLICT (account) DO UPDATE SET topic = ?2, made_at_ms = ?3",
                )?
                .execute(params![account.0.cast_signed(), topic, time::to_ms(at)])?;
            Ok(())
        })
        .await
    }

    /// Takes an account's topic away. Whether it had one.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn end_push_topic(&self, account: AccountId) -> Result<bool, StoreError> {
        self.act(move |connection| {
            let mut statement =
                connection.prepare_cached("DELETE FROM push_topics WHERE account = ?1")?;
            Ok(statement.execute([account.0.cast_signed()])? > 0)
        })
        .await
    }
}
