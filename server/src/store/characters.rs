//! Those whom accounts play: `characters`.

use std::sync::atomic::Ordering;
use std::time::Instant;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::names::{self, Name};
use super::queue::Job;
use super::{Store, accounts, ids, time};
use crate::vocab::{AccountId, Character, CharacterState, PlayerId, ShownText};

impl Store {
    /// Makes a further character of an account.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`], [`StoreError::NoSuchAccount`]; a fault of the storage.
    pub async fn create_character(
        &self,
        account: AccountId,
        name: &str,
        at: DateTime<Utc>,
    ) -> Result<Character, StoreError> {
        let name = Name::new(name);
        self.act(move |connection| {
            if !accounts::exists(connection, account)? {
                return Err(StoreError::NoSuchAccount.into());
            }
            names::check_free(connection, &name)?;
            insert(connection, account, &name, at)
        })
        .await
    }

    /// Stores a character; it is committed when the future resolves. It is offered at once: what is offered later replaces
    /// it, whenever the future is waited for.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCharacter`] for guests and for those who are gone; a fault of the storage.
    pub fn save(
        &self,
        character: Character,
    ) -> impl Future<Output = Result<(), StoreError>> + Send + use<> {
        self.act(move |connection| update(connection, &character).map(drop))
    }

    /// Offers a character to be stored within `group_ms`. Never waits; whether it was taken. Guests are not.
    pub fn save_later(&self, character: Character) -> bool {
        if character.account.is_none() {
            return false;
        }
        let taken = self.queue.offer(Job::Save(Box::new(character), Instant::now()));
        if !taken {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// The characters of an account, the first first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when one of them cannot be read.
    pub async fn characters_of(&self, account: AccountId) -> Result<Vec<Character>, StoreError> {
        self.question(move |connection| of_account(connection, account)).await
    }

    /// The character of a name, in whatever case it is written.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when it cannot be read.
    pub async fn find_character(&self, name: &str) -> Result<Option<Character>, StoreError> {
        let name = Name::new(name);
        self.question(move |connection| by_name(connection, &name)).await
    }

    /// A character.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when it cannot be read.
    pub async fn find_character_by_id(
        &self,
        id: PlayerId,
    ) -> Result<Option<Character>, StoreError> {
        self.question(move |connection| find(connection, "id = ?1", &id.0.cast_signed())).await
    }
}

/// Makes a character; that the name is free was checked in the same transaction.
pub(super) fn insert(
    connection: &Connection,
    account: AccountId,
    name: &Name,
    at: DateTime<Utc>,
) -> Result<Character, Problem> {
    let id = PlayerId(ids::draw(connection, ids::Table::Characters, &mut ids::random)?);
    let state = CharacterState::default();
    connection
        .prepare_cached(
            "INSERT INTO characters (id, account, name, folded, skeleton, created_at_ms, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0.cast_signed(),
            account.0.cast_signed(),
            name.chosen,
            name.folded,
            name.skeleton,
            time::to_ms(at),
            to_json(&state)?
        ])?;
    Ok(Character {
        id,
        account: Some(account),
        name: SmolStr::new(&name.chosen),
        created: time::rounded(at)?,
        last_seen: None,
        state,
    })
}

/// Stores what changes of a character. Fails, without spoiling the transaction, when there is none.
pub(super) fn update(connection: &Connection, character: &Character) -> Result<bool, Problem> {
    let changed = connection
        .prepare_cached("UPDATE characters SET last_seen_at_ms = ?2, state = ?3 WHERE id = ?1")?
        .execute(params![
            character.id.0.cast_signed(),
            character.last_seen.map(time::to_ms),
            to_json(&character.state)?
        ])?;
    if changed == 0 { Err(StoreError::NoSuchCharacter.into()) } else { Ok(true) }
}

/// Takes a text away from the character of a name; one that is stored nowhere loses nothing.
pub(super) fn clear_text(
    connection: &Connection,
    name: &Name,
    kind: ShownText,
) -> Result<(), Problem> {
    let Some(mut character) = by_name(connection, name)? else { return Ok(()) };
    character.state.clear_text(kind);
    update(connection, &character).map(drop)
}

/// The character of a name.
pub(super) fn by_name(connection: &Connection, name: &Name) -> Result<Option<Character>, Problem> {
    find(connection, "folded = ?1", &name.folded)
}

/// An account's characters, the first first.
pub(super) fn of_account(
    connection: &Connection,
    account: AccountId,
) -> Result<Vec<Character>, Problem> {
    let sql = select("account = ?1 ORDER BY created_at_ms, rowid");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([account.0.cast_signed()], Stored::read)?;
    rows.map(|stored| stored?.decode()).collect()
}

fn find(
    connection: &Connection,
    condition: &str,
    value: &dyn ToSql,
) -> Result<Option<Character>, Problem> {
    let mut statement = connection.prepare_cached(&select(condition))?;
    let stored = statement.query_row([value], Stored::read).optional()?;
    stored.map(Stored::decode).transpose()
}

fn select(condition: &str) -> String {
    format!(
        "SELECT id, account, name, created_at_ms, last_seen_at_ms, state FROM characters WHERE {condition}"
    )
}

/// A row as it is.
struct Stored {
    id: i64,
    account: i64,
    name: String,
    created_at_ms: i64,
    last_seen_at_ms: Option<i64>,
    state: String,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            account: row.get(1)?,
            name: row.get(2)?,
            created_at_ms: row.get(3)?,
            last_seen_at_ms: row.get(4)?,
            state: row.get(5)?,
        })
    }

    fn decode(self) -> Result<Character, Problem> {
        let state = serde_json::from_str(&self.state)
            .map_err(|error| Problem::unreadable(format!("the character {}", self.name), error))?;
        Ok(Character {
            id: PlayerId(self.id.cast_unsigned()),
            account: Some(AccountId(self.account.cast_unsigned())),
            name: SmolStr::new(&self.name),
            created: time::from_ms(self.created_at_ms)?,
            last_seen: self.last_seen_at_ms.map(time::from_ms).transpose()?,
            state,
        })
    }
}

fn to_json(state: &CharacterState) -> Result<String, Problem> {
    serde_json::to_string(state).map_err(|error| Problem::unreadable("a character to store", error))
}
