//! Accounts by the thousand, written into a server's database while no server runs on it, for loads that log in.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use rusqlite::{Connection, params};
use serde_json::json;

/// The password of all of them.
pub(crate) const PASSWORD: &str = "correct horse";
/// When they were made, so that nobody takes them for newcomers. Milliseconds since 1970.
const MADE_MS: i64 = 1_700_000_000_000;
/// Names differ in so many letters, of these: none that spell a word.
const NAME_LETTERS: u32 = 5;
const LETTERS: &[u8; 16] = b"bdghjlmnprstvwxz";

/// What their password costs to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Hash {
    /// As for everybody: OWASP's parameters.
    Owasp,
    /// Next to nothing, where something else than logins is measured.
    Cheap,
}

impl Hash {
    /// Argon2id of the password, as a PHC string.
    fn text(self) -> &'static str {
        match self {
            Self::Owasp => OWASP,
            Self::Cheap => CHEAP,
        }
    }
}

const OWASP: &str = "$argon2id$v=19$m=19456,t=2,p=1$aGVhcnNheS1sb2FkLTAxeA$egzWOfZnsi+Bsqdo5ibYtdElnAYniryWS/KFOaJArPs";
const CHEAP: &str =
    "$argon2id$v=19$m=8,t=1,p=1$aGVhcnNheS1sb2FkLTAxeA$H7qawTdHRaf0gbLfxgyROLOe16DctiIdDCrc27b7B0w";

/// A name for each number.
pub(crate) fn name(number: u32) -> String {
    let letter = |place: u32| char::from(LETTERS[(number >> (4 * place) & 15) as usize]);
    std::iter::once('P').chain((0..NAME_LETTERS).rev().map(letter)).collect()
}

/// Writes so many accounts, each with a character of the same name, who stands in the room of this id.
pub(crate) fn write(
    database: &Path,
    count: u32,
    hash: Hash,
    room: impl Fn(u32) -> String,
) -> Result<()> {
    ensure!(database.exists(), "{}: start the server once to make it", database.display());
    let mut database = Connection::open(database)?;
    let writing = database.transaction()?;
    let next = "SELECT COALESCE(MAX(id), 0) + 1 FROM accounts";
    let first: i64 = writing.query_row(next, [], |row| row.get(0))?;
    {
        let mut account = writing.prepare(
            "INSERT INTO accounts (id, name, folded, skeleton, password_hash, rank, created_at_ms)
             VALUES (?1, ?2, ?3, ?3, ?4, 'player', ?5)",
        )?;
        let next = "SELECT COALESCE(MAX(id), 0) + 1 FROM characters";
        let first_character: i64 = writing.query_row(next, [], |row| row.get(0))?;
        let mut character = writing.prepare(
            "INSERT INTO characters (id, account, name, folded, skeleton, created_at_ms, state)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        )?;
        for number in 0..count {
            let (name, at) = (name(number), i64::from(number));
            let folded = name.to_lowercase();
            account.execute(params![first + at, name, folded, hash.text(), MADE_MS])?;
            let (id, state) = (first_character + at, json!({"room": room(number)}).to_string());
            character.execute(params![id, first + at, name, folded, MADE_MS, state])?;
        }
    }
    writing.commit().context("writing the accounts")
}
