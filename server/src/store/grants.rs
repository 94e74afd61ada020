//! What programs may do on somebody's behalf: `grants`. A grant is looked at for every request, so one that is taken back
//! is good for nothing from then on.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::{Store, time};
use crate::vocab::{AccountId, Grant, GrantId, Holder, TokenHash};

/// The most grants of an account that count at once.
const OF_ACCOUNT_MAX: u32 = 50;

/// What became of a word by which a grant was to be used on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    /// It was the right one, and another counts now.
    Good(Grant),
    /// It was none of this grant; or the one before, and then the grant is taken back, since two have it.
    Wrong,
}

impl Store {
    /// Puts a grant on record, with the hash of the word by which it is used on, if it is used so.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn make_grant(
        &self,
        grant: Grant,
        refresh: Option<TokenHash>,
    ) -> Result<(), StoreError> {
        self.act(move |connection| {
            insert(connection, &grant, refresh)?;
            end_oldest(connection, &grant)
        })
        .await
    }

    /// A grant.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn find_grant(&self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        self.question(move |connection| find(connection, id)).await
    }

    /// Puts another word in the place of the one by which a grant is used on.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn renew_grant(
        &self,
        id: GrantId,
        shown: TokenHash,
        next: TokenHash,
        at: DateTime<Utc>,
    ) -> Result<Renewed, StoreError> {
        self.act(move |connection| renew(connection, id, shown, next, at)).await
    }

    /// Takes a grant back. Whether it was good until then.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn revoke_grant(&self, id: GrantId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.act(move |connection| Ok(revoke(connection, id, at)?)).await
    }

    /// Forgets grants that ended before a moment.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn forget_grants(&self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        self.act(move |connection| {
            let forgotten = connection
                .prepare_cached("DELETE FROM grants WHERE expires_at_ms < ?1")?
                .execute([time::to_ms(before)])?;
            Ok(forgotten)
        })
        .await
    }
}

pub(super) fn insert(
    connection: &Connection,
    grant: &Grant,
    refresh: Option<TokenHash>,
) -> Result<(), Problem> {
    let (account, service) = match &grant.holder {
        Holder::Account(account) => (Some(account.0.cast_signed()), None),
        Holder::Service(name) => (None, Some(name.as_str())),
    };
    connection
        .prepare_cached(
            "INSERT INTO grants (id, account, service, scopes, refresh, made_at_ms, expires_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            grant.id.to_string(),
            account,
            service,
            grant.scopes.to_string(),
            refresh.map(|hash| hash.as_bytes().to_vec()),
            time::to_ms(grant.made),
            time::to_ms(grant.expires),
        ])?;
    Ok(())
}

/// Of an account's grants, so many count at once; the oldest end first.
fn end_oldest(connection: &Connection, newest: &Grant) -> Result<(), Problem> {
    let Holder::Account(account) = newest.holder else { return Ok(()) };
    connection
        .prepare_cached(
            "UPDATE grants SET revoked_at_ms = ?2 WHERE account = ?1 AND revoked_at_ms IS NULL
                 AND id NOT IN (SELECT id FROM grants WHERE account = ?1 AND revoked_at_ms IS NULL
                     ORDER BY made_at_ms DESC, id DESC LIMIT ?3)",
        )?
        .execute(params![account.0.cast_signed(), time::to_ms(newest.made), OF_ACCOUNT_MAX])?;
    Ok(())
}

pub(super) fn find(connection: &Connection, id: GrantId) -> Result<Option<Grant>, Problem> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM grants WHERE id = ?1"))?
        .query_row([id.to_string()], read)
        .optional()?;
    row.transpose()
}

/// Every grant of a service, newest first.
pub(super) fn of_services(connection: &Connection) -> Result<Vec<Grant>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM grants WHERE service IS NOT NULL ORDER BY made_at_ms DESC, id"
    );
    let rows = connection.prepare(&sql)?.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect()
}

pub(super) fn revoke(
    connection: &Connection,
    id: GrantId,
    at: DateTime<Utc>,
) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached(
            "UPDATE grants SET revoked_at_ms = ?2
             WHERE id = ?1 AND revoked_at_ms IS NULL AND expires_at_ms > ?2",
        )?
        .execute(params![id.to_string(), time::to_ms(at)])?;
    Ok(changed > 0)
}

fn renew(
    connection: &Connection,
    id: GrantId,
    shown: TokenHash,
    next: TokenHash,
    at: DateTime<Utc>,
) -> Result<Renewed, Problem> {
    let changed = connection
        .prepare_cached(
            "UPDATE grants SET refresh = ?3, spent = refresh
             WHERE id = ?1 AND refresh = ?2 AND revoked_at_ms IS NULL AND expires_at_ms > ?4",
        )?
        .execute(params![
            id.to_string(),
            shown.as_bytes().as_slice(),
            next.as_bytes().as_slice(),
            time::to_ms(at)
        ])?;
    if changed == 0 {
        let was_shown = connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM grants WHERE id = ?1 AND spent = ?2)")?
            .query_row(params![id.to_string(), shown.as_bytes().as_slice()], |row| row.get(0))?;
        if was_shown {
            revoke(connection, id, at)?;
        }
        return Ok(Renewed::Wrong);
    }
    Ok(find(connection, id)?.map_or(Renewed::Wrong, Renewed::Good))
}

const COLUMNS: &str = "id, account, service, scopes, made_at_ms, expires_at_ms, revoked_at_ms";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Grant, Problem>> {
    let (id, scopes): (String, String) = (row.get(0)?, row.get(3)?);
    let account: Option<i64> = row.get(1)?;
    let service: Option<String> = row.get(2)?;
    let (made, expires): (i64, i64) = (row.get(4)?, row.get(5)?);
    let revoked: Option<i64> = row.get(6)?;
    let what = || format!("the grant {id}");
    Ok((|| {
        let holder = match account {
            Some(account) => Holder::Account(AccountId(account.cast_unsigned())),
            None => Holder::Service(SmolStr::new(service.unwrap_or_default())),
        };
        Ok(Grant {
            id: id.parse().map_err(|error| Problem::unreadable(what(), error))?,
            holder,
            scopes: scopes.parse().map_err(|error| Problem::unreadable(what(), error))?,
            made: time::from_ms(made)?,
            expires: time::from_ms(expires)?,
            revoked: revoked.map(time::from_ms).transpose()?,
        })
    })())
}
