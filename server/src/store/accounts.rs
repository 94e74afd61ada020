//! Those who log in: `accounts`. Only here does a password's hash leave the database.

use std::fmt;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::names::{self, Name};
use super::{Store, characters, ids, time};
use crate::vocab::{Account, AccountId, Character, Rank};

/// An account to be made, with a first character of the same name.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The name, checked by the rules for names.
    pub name: String,
    /// The password's hash, as a PHC string.
    pub password_hash: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a login is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub account: Account,
    /// Its password's hash, as a PHC string.
    pub password_hash: String,
    /// The character to play.
    pub character: Character,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let character = &self.character.name;
        f.debug_struct("Login")
            .field("account", &self.account)
            .field("character", character)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// What a login under this name is checked against: the character of that name or the account's first, in whatever
    /// case the name is written.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when the rows cannot be read.
    pub async fn find_login(&self, name: &str) -> Result<Option<Login>, StoreError> {
        let name = Name::new(name);
        self.question(move |connection| match characters::by_name(connection, &name)? {
            Some(character) => login_as(connection, character),
            None => login_to(connection, &name),
        })
        .await
    }

    /// Whether a character or an account has this name, or one that looks like it.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn name_taken(&self, name: &str) -> Result<bool, StoreError> {
        let name = Name::new(name);
        self.question(move |connection| Ok(names::is_taken(connection, &name)?)).await
    }

    /// Makes an account and its first character.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`]: of two who ask for one name at the same instant, exactly one gets it. A fault of the
    /// storage.
    pub async fn create_account(
        &self,
        new: NewAccount,
    ) -> Result<(Account, Character), StoreError> {
        let name = Name::new(&new.name);
        self.act(move |connection| {
            names::check_free(connection, &name)?;
            let account = insert(connection, &new, &name)?;
            let character = characters::insert(connection, account.id, &name, new.at)?;
            Ok((account, character))
        })
        .await
    }

    /// An account.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when it cannot be read.
    pub async fn find_account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.question(move |connection| by_id(connection, id)).await
    }

    /// Changes what an account may do. Whether it did: the last owner stays the owner, whoever asks and whenever they
    /// became it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`]; a fault of the storage.
    pub async fn set_rank(&self, account: AccountId, rank: Rank) -> Result<bool, StoreError> {
        self.act(move |connection| {
            if rank < Rank::Owner && is_last_owner(connection, account)? {
                return Ok(false);
            }
            update(connection, account, "rank", rank.as_str()).map(|()| true)
        })
        .await
    }

    /// Replaces an account's password.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`]; a fault of the storage.
    pub async fn set_password(
        &self,
        account: AccountId,
        password_hash: String,
    ) -> Result<(), StoreError> {
        self.act(move |connection| update(connection, account, "password_hash", &password_hash))
            .await
    }

    /// Whether someone has claimed the server.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn owner_exists(&self) -> Result<bool, StoreError> {
        self.question(move |connection| Ok(has_owner(connection)?)).await
    }

    /// Makes an account the owner if there is none yet. Whether it is now: of two who claim at once, exactly one wins.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAccount`]; a fault of the storage.
    pub async fn claim_ownership(&self, account: AccountId) -> Result<bool, StoreError> {
        self.act(move |connection| {
            if has_owner(connection)? {
                return Ok(false);
            }
            update(connection, account, "rank", Rank::Owner.as_str()).map(|()| true)
        })
        .await
    }
}

/// Whether there is such an account.
pub(super) fn exists(connection: &Connection, id: AccountId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?1)")?
        .query_row([id.0.cast_signed()], |row| row.get(0))
}

fn has_owner(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM accounts WHERE rank = ?1)")?
        .query_row([Rank::Owner.as_str()], |row| row.get(0))
}

fn is_last_owner(connection: &Connection, account: AccountId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?1 AND rank = ?2)
                AND NOT EXISTS (SELECT 1 FROM accounts WHERE id <> ?1 AND rank = ?2)",
        )?
        .query_row(params![account.0.cast_signed(), Rank::Owner.as_str()], |row| row.get(0))
}

fn login_as(connection: &Connection, character: Character) -> Result<Option<Login>, Problem> {
    let Some(id) = character.account else { return Ok(None) };
    let found = find(connection, "id = ?1", &id.0.cast_signed())?;
    Ok(found.map(|(account, password_hash)| Login { account, password_hash, character }))
}

/// An account.
pub(super) fn by_id(connection: &Connection, id: AccountId) -> Result<Option<Account>, Problem> {
    Ok(find(connection, "id = ?1", &id.0.cast_signed())?.map(|(it, _)| it))
}

fn login_to(connection: &Connection, name: &Name) -> Result<Option<Login>, Problem> {
    let Some((account, password_hash)) = find(connection, "folded = ?1", &name.folded)? else {
        return Ok(None);
    };
    let first = characters::of_account(connection, account.id)?.into_iter().next();
    Ok(first.map(|character| Login { account, password_hash, character }))
}

fn insert(connection: &Connection, new: &NewAccount, name: &Name) -> Result<Account, Problem> {
    let id = AccountId(ids::draw(connection, ids::Table::Accounts, &mut ids::random)?);
    let rank = Rank::Player;
    connection
        .prepare_cached(
            "INSERT INTO accounts (id, name, folded, skeleton, password_hash, rank, created_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0.cast_signed(),
            name.chosen,
            name.folded,
            name.skeleton,
            new.password_hash,
            rank.as_str(),
            time::to_ms(new.at)
        ])?;
    Ok(Account { id, name: SmolStr::new(&name.chosen), rank, created: time::rounded(new.at)? })
}

fn update(
    connection: &Connection,
    account: AccountId,
    column: &'static str,
    value: &str,
) -> Result<(), Problem> {
    let changed = connection
        .prepare_cached(&format!("UPDATE accounts SET {column} = ?2 WHERE id = ?1"))?
        .execute(params![account.0.cast_signed(), value])?;
    if changed == 0 { Err(StoreError::NoSuchAccount.into()) } else { Ok(()) }
}

/// An account and its password's hash.
fn find(
    connection: &Connection,
    condition: &'static str,
    value: &dyn ToSql,
) -> Result<Option<(Account, String)>, Problem> {
    let sql = format!(
        "SELECT id, name, rank, created_at_ms, password_hash FROM accounts WHERE {condition}"
    );
    let row = connection.prepare_cached(&sql)?.query_row([value], read).optional()?;
    row.map(|(id, name, rank, created_at_ms, hash)| {
        let rank = rank
            .parse()
            .map_err(|error| Problem::unreadable(format!("the account {name}"), error))?;
        let created = time::from_ms(created_at_ms)?;
        Ok((
            Account { id: AccountId(id.cast_unsigned()), name: SmolStr::new(&name), rank, created },
            hash,
        ))
    })
    .transpose()
}

type Columns = (i64, String, String, i64, String);

fn read(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}
