//! How many points accounts have on the ladder: `scores`. A row is replaced when points are added, and goes with them.

use chrono::{DateTime, Utc};
use rusqlite::params;
use smol_str::SmolStr;

use super::error::StoreError;
use super::{Store, time};
use crate::vocab::AccountId;

/// The most rows that are read, the newest first.
const ROWS_MAX: u32 = 100_000;

/// An account's points as they were at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPoints {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: SmolStr,
    /// The points.
    pub points: f64,
    /// The moment.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Keeps how many points an account has; with none, nothing is kept. Offered at once, whenever the answer is waited
    /// for.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn keep_points(
        &self,
        account: AccountId,
        points: f64,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send + use<> {
        self.act(move |connection| {
            let account = account.0.cast_signed();
            if points <= 0.0 {
                let mut delete =
                    connection.prepare_cached("DELETE FROM scores WHERE account = ?1")?;
                delete.execute([account])?;
                return Ok(());
            }
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO scores (account, points, at_ms) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![account, points, time::to_ms(at)])?;
            Ok(())
        })
    }

    /// The points of all accounts that have any.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn all_points(&self) -> Result<Vec<StoredPoints>, StoreError> {
        self.question(|connection| {
            let mut statement = connection.prepare(
                "SELECT account, name, points, at_ms FROM scores JOIN accounts ON id = account
                 ORDER BY at_ms DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([ROWS_MAX], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
            })?;
            rows.map(|row| {
                let (account, name, points, at_ms) = row?;
                let account = AccountId(account.cast_unsigned());
                Ok(StoredPoints { account, name: name.into(), points, at: time::from_ms(at_ms)? })
            })
            .collect()
        })
        .await
    }
}
