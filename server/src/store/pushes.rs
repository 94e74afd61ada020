//! What is to be pushed to other systems: `pushes`, an outbox for each hook, and the letters of it that were given up. Whoever
//! offers something relies on it once it is committed here.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use smol_str::SmolStr;
use uuid::Uuid;

use super::error::{Problem, StoreError};
use super::{Store, time};

/// Something to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPush {
    /// Its name, the same at every attempt.
    pub id: Uuid,
    /// The body, as JSON.
    pub body: String,
}

/// Something that waits to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Its place in the outbox.
    pub number: i64,
    /// Its name.
    pub id: Uuid,
    /// The body, as JSON.
    pub body: String,
    /// When it was offered.
    pub at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is to be tried next.
    pub next: DateTime<Utc>,
}

/// Something that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadPush {
    /// Its place.
    pub number: i64,
    /// Its name.
    pub id: Uuid,
    /// What it tells of: the `type` of the body.
    pub kind: String,
    /// When it was offered.
    pub at: DateTime<Utc>,
    /// When it was given up.
    pub dead_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: u32,
    /// What was wrong last.
    pub error: Option<String>,
}

/// How much an outbox holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PushCounts {
    /// What waits.
    pub waiting: u64,
    /// What was given up.
    pub dead: u64,
}

/// What became of an outbox that was held to its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounded {
    /// What it holds now.
    pub counts: PushCounts,
    /// How many were given up.
    pub given_up: u64,
}

/// How much an outbox may hold.
#[derive(Debug, Clone, Copy)]
pub struct PushBounds {
    /// What may wait, and as many that were given up.
    pub rows_max: u32,
    /// What was offered before this is given up, and what was given up before it is deleted.
    pub before: DateTime<Utc>,
}

impl Store {
    /// Puts something into a hook's outbox.
    ///
    /// # Errors
    /// A fault of the storage; nothing of it is in the outbox then.
    pub async fn offer_pushes(
        &self,
        hook: SmolStr,
        pushes: Vec<NewPush>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(move |connection| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO pushes (hook, id, body, at_ms) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for push in &pushes {
                let id = push.id.to_string();
                insert.execute(params![hook.as_str(), id, push.body, time::to_ms(at)])?;
            }
            Ok(())
        })
        .await
    }

    /// The oldest that waits in a hook's outbox.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn next_push(&self, hook: SmolStr) -> Result<Option<Push>, StoreError> {
        self.question(move |connection| {
            let row = connection
                .prepare_cached(
                    "SELECT number, id, body, at_ms, attempts, next_ms FROM pushes
                     WHERE hook = ?1 AND dead_ms IS NULL ORDER BY number LIMIT 1",
                )?
                .query_row([hook.as_str()], read_push)
                .optional()?;
            row.transpose()
        })
        .await
    }

    /// Takes out what has arrived.
    ///
    /// # Errors
    /// A fault of the storage: it will be pushed again.
    pub async fn pushed(&self, number: i64) -> Result<(), StoreError> {
        self.act(move |connection| {
            connection.prepare_cached("DELETE FROM pushes WHERE number = ?1")?.execute([number])?;
            Ok(())
        })
        .await
    }

    /// Puts on record that an attempt failed, and when the next is; none is that it is given up. Whether it still waited: what
    /// was given up meanwhile stays so.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn push_failed(
        &self,
        number: i64,
        error: String,
        next: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.act(move |connection| {
            let dead = next.is_none().then(|| time::to_ms(at));
            let changed = connection
                .prepare_cached(
                    "UPDATE pushes SET attempts = attempts + 1, error = ?2, next_ms = ?3, dead_ms = ?4
                     WHERE number = ?1 AND dead_ms IS NULL",
                )?
                .execute(params![number, error, next.map_or(0, time::to_ms), dead])?;
            Ok(changed > 0)
        })
        .await
    }

    /// Holds a hook's outbox to its bounds: the oldest go first.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn bound_pushes(
        &self,
        hook: SmolStr,
        bounds: PushBounds,
        at: DateTime<Utc>,
    ) -> Result<Bounded, StoreError> {
        self.act(move |connection| Ok(bound(connection, &hook, bounds, at)?)).await
    }

    /// How much a hook's outbox holds.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn push_counts(&self, hook: SmolStr) -> Result<PushCounts, StoreError> {
        self.question(move |connection| Ok(counts(connection, &hook)?)).await
    }

    /// What was given up of a hook's outbox before a place, newest first.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn dead_pushes(
        &self,
        hook: SmolStr,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeadPush>, StoreError> {
        self.question(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT number, id, iif(json_valid(body), body ->> '$.type', ''), at_ms, dead_ms,
                     attempts, error
                 FROM pushes WHERE hook = ?1 AND dead_ms IS NOT NULL AND number < ?2
                 ORDER BY number DESC LIMIT ?3",
            )?;
            let before = before.unwrap_or(i64::MAX);
            let rows = statement.query_map(params![hook.as_str(), before, limit], read_dead)?;
            rows.map(|row| row?).collect()
        })
        .await
    }

    /// Has something that was given up wait again, as if it was offered only now. Whether there is such a thing.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn retry_push(
        &self,
        hook: SmolStr,
        id: Uuid,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.act(move |connection| {
            let changed = connection
                .prepare_cached(
                    "UPDATE pushes SET dead_ms = NULL, attempts = 0, next_ms = 0, at_ms = ?3
                     WHERE hook = ?1 AND id = ?2 AND dead_ms IS NOT NULL",
                )?
                .execute(params![hook.as_str(), id.to_string(), time::to_ms(at)])?;
            Ok(changed > 0)
        })
        .await
    }
}

fn bound(
    connection: &Connection,
    hook: &str,
    bounds: PushBounds,
    at: DateTime<Utc>,
) -> rusqlite::Result<Bounded> {
    let (max, before, at) = (bounds.rows_max, time::to_ms(bounds.before), time::to_ms(at));
    let given_up = connection
        .prepare_cached(
            "UPDATE pushes SET dead_ms = ?4,
                 error = coalesce(error || '; ', '') || 'it waited too long, or too many waited'
             WHERE hook = ?1 AND dead_ms IS NULL AND (at_ms < ?3 OR number IN (SELECT number
                 FROM pushes WHERE hook = ?1 AND dead_ms IS NULL ORDER BY at_ms DESC, number DESC
                 LIMIT -1 OFFSET ?2))",
        )?
        .execute(params![hook, max, before, at])?;
    connection
        .prepare_cached(
            "DELETE FROM pushes
             WHERE hook = ?1 AND dead_ms IS NOT NULL AND (dead_ms < ?3 OR number <= coalesce((SELECT
                 number FROM pushes WHERE hook = ?1 AND dead_ms IS NOT NULL ORDER BY number DESC
                 LIMIT 1 OFFSET ?2), -1))",
        )?
        .execute(params![hook, max, before])?;
    Ok(Bounded { counts: counts(connection, hook)?, given_up: given_up as u64 })
}

fn counts(connection: &Connection, hook: &str) -> rusqlite::Result<PushCounts> {
    let count = |sql: &str| -> rusqlite::Result<u64> {
        let count: i64 = connection.prepare_cached(sql)?.query_row([hook], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    };
    Ok(PushCounts {
        waiting: count("SELECT count(*) FROM pushes WHERE hook = ?1 AND dead_ms IS NULL")?,
        dead: count("SELECT count(*) FROM pushes WHERE hook = ?1 AND dead_ms IS NOT NULL")?,
    })
}

fn read_push(row: &Row<'_>) -> rusqlite::Result<Result<Push, Problem>> {
    let (number, id, body): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (at, attempts, next): (i64, u32, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
    Ok((|| {
        let (id, at, next) = (named(number, &id)?, time::from_ms(at)?, time::from_ms(next)?);
        Ok(Push { number, id, body, at, attempts, next })
    })())
}

fn read_dead(row: &Row<'_>) -> rusqlite::Result<Result<DeadPush, Problem>> {
    let (number, id): (i64, String) = (row.get(0)?, row.get(1)?);
    let kind: Option<String> = row.get(2)?;
    let (at, dead_at, attempts): (i64, i64, u32) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let error: Option<String> = row.get(6)?;
    Ok((|| {
        let (id, kind) = (named(number, &id)?, kind.unwrap_or_default());
        let (at, dead_at) = (time::from_ms(at)?, time::from_ms(dead_at)?);
        Ok(DeadPush { number, id, kind, at, dead_at, attempts, error })
    })())
}

fn named(number: i64, id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|error| Problem::unreadable(format!("the push {number}"), error))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::StoreOptions;
    use super::*;

    fn push(number: u128) -> NewPush {
        NewPush { id: Uuid::from_u128(number), body: r#"{"type":"message"}"#.to_owned() }
    }

    #[tokio::test]
    async fn an_outbox_is_in_order_and_outlives_the_process_and_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions::at(folder.path().join("hearsay.db"));
        let (hook, now) = (SmolStr::new("tide"), Utc::now());
        let store = Store::open(&options).unwrap();
        store.offer_pushes(hook.clone(), (1..=4).map(push).collect(), now).await.unwrap();
        store.close().await.unwrap();
        let store = Store::open(&options).unwrap();
        let first = store.next_push(hook.clone()).await.unwrap().unwrap();
        assert_eq!((first.id, first.attempts), (Uuid::from_u128(1), 0));
        store.push_failed(first.number, "no".to_owned(), Some(now), now).await.unwrap();
        let again = store.next_push(hook.clone()).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempts), (first.id, 1));
        store.push_failed(first.number, "no".to_owned(), None, now).await.unwrap();
        let second = store.next_push(hook.clone()).await.unwrap().unwrap();
        assert_eq!(second.id, Uuid::from_u128(2));
        store.pushed(second.number).await.unwrap();
        let before = now - TimeDelta::hours(1);
        let bounds = PushBounds { rows_max: 1, before };
        let bounded = store.bound_pushes(hook.clone(), bounds, now).await.unwrap();
        let counts = PushCounts { waiting: 1, dead: 1 };
        assert_eq!(
            bounded,
            Bounded { counts, given_up: 1 },
            "what was given up before is not counted"
        );
        let late = store.push_failed(second.number + 1, "no".to_owned(), Some(now), now).await;
        assert!(!late.unwrap(), "it stays given up");
        let dead = store.dead_pushes(hook.clone(), None, 10).await.unwrap();
        assert_eq!((dead[0].id, dead[0].kind.as_str()), (Uuid::from_u128(3), "message"));
        let later = now + TimeDelta::hours(1);
        assert!(store.retry_push(hook.clone(), dead[0].id, later).await.unwrap());
        assert!(!store.retry_push("other".into(), Uuid::from_u128(4), now).await.unwrap());
        let bounds = PushBounds { rows_max: 1, before };
        store.bound_pushes(hook.clone(), bounds, later).await.unwrap();
        let next = store.next_push(hook.clone()).await.unwrap().unwrap();
        assert_eq!((next.id, next.attempts), (Uuid::from_u128(3), 0));
        let bounds = PushBounds { rows_max: 10, before: now + TimeDelta::hours(2) };
        let bounded = store.bound_pushes(hook, bounds, now).await.unwrap();
        let counts = PushCounts::default();
        assert_eq!(bounded, Bounded { counts, given_up: 1 }, "what is too old goes");
        store.close().await.unwrap();
    }
}
