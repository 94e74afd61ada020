//! Ids for accounts and characters: random, so that they tell nothing, and short enough for a JSON number.

use rand::RngExt;
use rusqlite::Connection;

/// Below this; JavaScript holds such numbers exactly.
const ID_LIMIT: u64 = 1 << 48;

/// Which ids must differ.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Accounts,
    Characters,
}

/// A random id; never 0.
pub(super) fn random() -> u64 {
    rand::rng().random_range(1..ID_LIMIT)
}

/// Draws until an id is free. Among 2^48, the second draw is all but never needed.
pub(super) fn draw(
    connection: &Connection,
    table: Table,
    random: &mut impl FnMut() -> u64,
) -> rusqlite::Result<u64> {
    let sql = match table {
        Table::Accounts => "SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?1)",
        Table::Characters => "SELECT EXISTS (SELECT 1 FROM characters WHERE id = ?1)",
    };
    let mut statement = connection.prepare_cached(sql)?;
    loop {
        let id = random();
        if !statement.query_row([id.cast_signed()], |row| row.get::<_, bool>(0))? {
            return Ok(id);
        }
    }
}
