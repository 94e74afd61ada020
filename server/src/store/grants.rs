//! What programs may do on somebody's behalf: `grants`. A grant is looked at for every request, so one that is taken back
//! is good for nothing from then on.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::{Store, time};
use crate::vocab::{AccountId, Grant, GrantId, Holder, TokenHash};

/// The most grants of an account that count at once.
const OF_ACCOUNT_MAX: u32 = 50;

/// How long a word that was used may be shown again, as long as the next one was not.
const AGAIN: TimeDelta = TimeDelta::seconds(30);

/// A word by which a grant is to be used on.
#[derive(Debug, Clone, Copy)]
pub struct Renewal {
    /// The grant.
    pub grant: GrantId,
    /// What is kept of the word that was shown.
    pub shown: TokenHash,
    /// What is kept of the one that takes its place; always the same for the same word.
    pub next: TokenHash,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a word by which a grant was to be used on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    /// It was the right one, and another counts now.
    Good(Grant),
    /// No such grant counts; or it was the one before, and then the grant is taken back, since two have it.
    Wrong,
    /// This one counts, and it was neither that nor the one before.
    Other(TokenHash),
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

    /// Puts another word in the place of the one by which a grant is used on. Shown again within half a minute, and before
    /// the other was used, the one before is answered as it was then: the answer may have been lost.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn renew_grant(&self, renewal: Renewal) -> Result<Renewed, StoreError> {
        self.act(move |connection| renew(connection, &renewal)).await
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

fn renew(connection: &Connection, renewal: &Renewal) -> Result<Renewed, Problem> {
    let Renewal { grant, shown, next, at } = renewal;
    let changed = connection
        .prepare_cached(
            "UPDATE grants SET refresh = ?3, spent = refresh, renewed_at_ms = ?4
             WHERE id = ?1 AND refresh = ?2 AND revoked_at_ms IS NULL AND expires_at_ms > ?4",
        )?
        .execute(params![grant.to_string(), bytes(shown), bytes(next), time::to_ms(*at)])?;
    if changed > 0 || is_again(connection, renewal)? {
        return Ok(find(connection, *grant)?.map_or(Renewed::Wrong, Renewed::Good));
    }
    let row = connection
        .prepare_cached(
            "SELECT refresh, spent IS ?2 FROM grants
             WHERE id = ?1 AND refresh IS NOT NULL AND revoked_at_ms IS NULL AND expires_at_ms > ?3",
        )?
        .query_row(params![grant.to_string(), bytes(shown), time::to_ms(*at)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((counts, was_spent)) = row else { return Ok(Renewed::Wrong) };
    if was_spent {
        revoke(connection, *grant, *at)?;
        return Ok(Renewed::Wrong);
    }
    Ok(Renewed::Other(TokenHash::of_bytes(counts)))
}

/// Whether a word is shown again whose answer may have been lost: shortly after, and before the next one was used.
fn is_again(connection: &Connection, renewal: &Renewal) -> rusqlite::Result<bool> {
    let Renewal { grant, shown, next, at } = renewal;
    let since = *at - AGAIN;
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM grants WHERE id = ?1 AND spent = ?2 AND refresh = ?3
                 AND renewed_at_ms > ?4 AND revoked_at_ms IS NULL AND expires_at_ms > ?5)",
        )?
        .query_row(
            params![
                grant.to_string(),
                bytes(shown),
                bytes(next),
                time::to_ms(since),
                time::to_ms(*at)
            ],
            |row| row.get(0),
        )
}

fn bytes(hash: &TokenHash) -> &[u8] {
    hash.as_bytes().as_slice()
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

#[cfg(test)]
mod tests {
    use super::super::migrate;
    use super::*;
    use crate::vocab::{ResumeToken, TokenScopes};

    fn hash(number: u8) -> TokenHash {
        ResumeToken::of([number; 32]).hash()
    }

    /// A grant that is used on by the word 0.
    fn granted(connection: &Connection, at: DateTime<Utc>) -> GrantId {
        let (id, holder) = (GrantId::now_v7(), Holder::Service("bridge".into()));
        let (scopes, expires) = (TokenScopes::all(), at + TimeDelta::days(1));
        let grant = Grant { id, holder, scopes, made: at, expires, revoked: None };
        insert(connection, &grant, Some(hash(0))).unwrap();
        id
    }

    /// What becomes of a word after so many seconds, where each is followed by the next number.
    fn shown(connection: &Connection, grant: GrantId, word: u8, at: DateTime<Utc>) -> Renewed {
        let renewal = Renewal { grant, shown: hash(word), next: hash(word + 1), at };
        renew(connection, &renewal).unwrap()
    }

    fn counts(connection: &Connection, grant: GrantId, at: DateTime<Utc>) -> bool {
        find(connection, grant).unwrap().is_some_and(|grant| grant.is_good(at))
    }

    #[test]
    fn a_word_whose_answer_was_lost_is_answered_again_for_a_while() {
        let (connection, at) = (migrate::fresh(), Utc::now());
        let grant = granted(&connection, at);
        for seconds in [0, 1, 29] {
            let renewed = shown(&connection, grant, 0, at + TimeDelta::seconds(seconds));
            assert!(matches!(renewed, Renewed::Good(_)), "{seconds}: {renewed:?}");
        }
        let next = shown(&connection, grant, 1, at + TimeDelta::seconds(29));
        assert!(matches!(next, Renewed::Good(_)), "what was answered again counts: {next:?}");
        assert!(counts(&connection, grant, at));
    }

    #[test]
    fn who_shows_the_one_before_later_ends_the_grant() {
        let (connection, at) = (migrate::fresh(), Utc::now());
        let grant = granted(&connection, at);
        assert!(matches!(shown(&connection, grant, 0, at), Renewed::Good(_)));
        let late = at + TimeDelta::seconds(30);
        assert_eq!(shown(&connection, grant, 0, late), Renewed::Wrong);
        assert!(!counts(&connection, grant, late));
        assert_eq!(shown(&connection, grant, 1, late), Renewed::Wrong, "it has ended for all");
    }

    #[test]
    fn once_the_next_was_used_the_one_before_is_not_answered_again() {
        let (connection, at) = (migrate::fresh(), Utc::now());
        let grant = granted(&connection, at);
        for word in [0, 1] {
            assert!(matches!(shown(&connection, grant, word, at), Renewed::Good(_)));
        }
        assert_eq!(shown(&connection, grant, 0, at), Renewed::Other(hash(2)));
        assert_eq!(shown(&connection, GrantId::now_v7(), 0, at), Renewed::Wrong);
    }

    #[test]
    fn what_does_not_follow_on_the_one_before_is_not_answered_again() {
        let (connection, at) = (migrate::fresh(), Utc::now());
        let grant = granted(&connection, at);
        assert!(matches!(shown(&connection, grant, 0, at), Renewed::Good(_)));
        let renewal = Renewal { grant, shown: hash(0), next: hash(9), at };
        assert_eq!(renew(&connection, &renewal).unwrap(), Renewed::Wrong);
        assert!(!counts(&connection, grant, at));
    }
}
