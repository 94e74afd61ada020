//! Brings a database to the schema of this version, one step after the other, and refuses those it does not know.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::backup;
use super::error::StoreError;

/// `application_id` of our files, "Hear", so that no other program's database is taken for one.
const APPLICATION_ID: i64 = 0x4865_6172;

/// The schema, step by step. A step that was released never changes; a new one is added below it.
pub(super) const STEPS: &[&str] = &[
    "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        skeleton TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        rank TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE characters (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES accounts (id),
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        skeleton TEXT NOT NULL UNIQUE,
        created_at_ms INTEGER NOT NULL,
        last_seen_at_ms INTEGER,
        state TEXT NOT NULL
    ) STRICT;
    CREATE INDEX characters_account ON characters (account);
    CREATE TABLE epochs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        begun_at_ms INTEGER NOT NULL,
        clean INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX epochs_unclean ON epochs (number) WHERE clean = 0;
    CREATE TABLE messages (
        channel TEXT NOT NULL,
        epoch INTEGER NOT NULL REFERENCES epochs (number),
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        sender INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (channel, epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pruned (
        channel TEXT PRIMARY KEY,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE restrictions (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject_kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        subject_name TEXT NOT NULL,
        scope TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER,
        reason TEXT NOT NULL,
        issuer TEXT NOT NULL,
        issuer_name TEXT NOT NULL,
        issuer_rank TEXT NOT NULL,
        evidence TEXT NOT NULL,
        supersedes TEXT,
        lifted_at_ms INTEGER,
        lifted_by TEXT,
        lifted_by_name TEXT,
        lifted_by_rank TEXT,
        lifted_why TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX restrictions_subject ON restrictions (subject, id);
    CREATE INDEX restrictions_issuer ON restrictions (issuer, id);
    CREATE INDEX restrictions_standing ON restrictions (until_ms) WHERE lifted_at_ms IS NULL;
    CREATE TABLE remarks (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        subject_name TEXT NOT NULL,
        text TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        issuer TEXT NOT NULL,
        issuer_name TEXT NOT NULL,
        issuer_rank TEXT NOT NULL,
        acknowledged_at_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX remarks_subject ON remarks (subject, id);
    CREATE INDEX remarks_issuer ON remarks (issuer, id);
    CREATE INDEX remarks_pending ON remarks (id)
        WHERE kind = 'warning' AND acknowledged_at_ms IS NULL;
",
    "
    ALTER TABLE restrictions ADD COLUMN measure INTEGER NOT NULL DEFAULT 0;
",
    "
    CREATE TABLE log_heads (
        day TEXT NOT NULL,
        run TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (day, run)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE account_keys (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL,
        key BLOB,
        created_at_ms INTEGER NOT NULL,
        destroyed_at_ms INTEGER
    ) STRICT;
    CREATE INDEX account_keys_account ON account_keys (account);
    CREATE TABLE readings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_ms INTEGER NOT NULL,
        reader TEXT NOT NULL,
        what TEXT NOT NULL,
        target TEXT
    ) STRICT;
",
    "
    ALTER TABLE restrictions ADD COLUMN except_for TEXT NOT NULL DEFAULT '[]';
    CREATE TABLE held (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        person TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        settled_at_ms INTEGER,
        settled_by TEXT,
        settled_by_name TEXT,
        settled_by_rank TEXT,
        settled_why TEXT
    ) STRICT;
    CREATE INDEX held_waiting ON held (person) WHERE state = 'waiting';
",
    "
    ALTER TABLE messages ADD COLUMN id TEXT;
    UPDATE messages SET id = body ->> '$.id' WHERE json_valid(body);
    CREATE INDEX messages_id ON messages (id);
    CREATE TABLE redactions (
        id TEXT PRIMARY KEY,
        message TEXT NOT NULL,
        channel TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        by TEXT NOT NULL,
        by_name TEXT NOT NULL,
        by_rank TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        reason TEXT NOT NULL,
        undone_at_ms INTEGER,
        undone_by TEXT,
        undone_by_name TEXT,
        undone_by_rank TEXT,
        undone_why TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX redactions_standing ON redactions (message) WHERE undone_at_ms IS NULL;
    ALTER TABLE remarks ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]';
    CREATE INDEX remarks_untold ON remarks (id)
        WHERE kind = 'snoop' AND acknowledged_at_ms IS NULL;
",
    "
    CREATE TABLE cases (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject_kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        subject_name TEXT NOT NULL,
        opened_at_ms INTEGER NOT NULL,
        severity INTEGER NOT NULL,
        restriction TEXT,
        what TEXT,
        issuer TEXT,
        issuer_name TEXT,
        issuer_rank TEXT,
        until_ms INTEGER,
        claimed_at_ms INTEGER,
        claimed_by TEXT,
        claimed_by_name TEXT,
        claimed_by_rank TEXT,
        decided_at_ms INTEGER,
        verdict TEXT,
        decided_by TEXT,
        decided_by_name TEXT,
        decided_by_rank TEXT,
        decided_why TEXT
    ) STRICT;
    CREATE INDEX cases_open ON cases (number) WHERE decided_at_ms IS NULL;
    CREATE TABLE reports (
        id TEXT PRIMARY KEY,
        case_number INTEGER NOT NULL,
        reporter TEXT NOT NULL,
        reporter_name TEXT NOT NULL,
        reason TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        message TEXT,
        evidence TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reports_case ON reports (case_number, id);
    CREATE TABLE notices (
        number INTEGER PRIMARY KEY,
        person TEXT NOT NULL,
        text TEXT NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX notices_person ON notices (person, number);
    CREATE INDEX accounts_staff ON accounts (rank) WHERE rank <> 'player';
    CREATE INDEX messages_at ON messages (at_ms);
",
    "
    CREATE TABLE scores (
        account INTEGER PRIMARY KEY,
        points REAL NOT NULL,
        at_ms INTEGER NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE redactions ADD COLUMN subject TEXT;
    ALTER TABLE redactions ADD COLUMN subject_name TEXT;
    UPDATE redactions SET
        subject = coalesce(body ->> '$.sender.account', body ->> '$.sender.id'),
        subject_name = body ->> '$.sender.name'
    FROM messages
    WHERE messages.id = redactions.message AND json_valid(body)
        AND body ->> '$.sender.kind' IN ('player', 'staff');
    CREATE INDEX redactions_subject ON redactions (subject, id);
    CREATE INDEX redactions_by ON redactions (by, id);
    CREATE INDEX redactions_undone ON redactions (undone_by, undone_at_ms);
    CREATE INDEX restrictions_lifted ON restrictions (lifted_by, lifted_at_ms);
    CREATE INDEX held_person ON held (person, number);
    CREATE INDEX held_settled ON held (settled_by, number);
    CREATE INDEX cases_subject ON cases (subject, number);
",
    "
    CREATE TABLE audiences (
        number INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        members TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audiences_at ON audiences (at_ms);
    DROP INDEX messages_at;
    ALTER TABLE messages ADD COLUMN audience INTEGER;
",
    "
    CREATE TABLE grants (
        id TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts (id),
        service TEXT,
        scopes TEXT NOT NULL,
        refresh BLOB,
        spent BLOB,
        made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX grants_account ON grants (account);
    CREATE INDEX grants_end ON grants (expires_at_ms);
",
    // Numbers as `numbers.rs` gives them. A name's first twelve digits are its time; rows without a name come first.
    "
    CREATE TABLE lines (
        number INTEGER PRIMARY KEY,
        channel TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        sender INTEGER NOT NULL,
        body TEXT NOT NULL,
        id TEXT,
        audience INTEGER
    ) STRICT;
    INSERT INTO lines
        WITH timed AS (
            SELECT *, iif(length(digits) = 12 AND digits NOT GLOB '*[^0-9a-f]*',
                    ('0x' || digits) ->> '$', 0) % (1 << 42) << 21 AS first
            FROM (SELECT *, substr(id, 1, 8) || substr(id, 10, 4) AS digits FROM messages)
        ), placed AS (
            SELECT *, row_number() OVER (ORDER BY first, id, channel, epoch, seq) AS place
            FROM timed
        )
        SELECT max(first - place) OVER (ORDER BY place) + place,
            channel, epoch, seq, at_ms, sender, body, id, audience
        FROM placed;
    DROP TABLE messages;
    ALTER TABLE lines RENAME TO messages;
    CREATE UNIQUE INDEX messages_place ON messages (channel, epoch, seq);
",
    "
    CREATE TABLE pushes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        hook TEXT NOT NULL,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_ms INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        dead_ms INTEGER
    ) STRICT;
    CREATE INDEX pushes_waiting ON pushes (hook, number) WHERE dead_ms IS NULL;
    CREATE INDEX pushes_dead ON pushes (hook, number) WHERE dead_ms IS NOT NULL;
    CREATE TABLE push_topics (
        account INTEGER PRIMARY KEY REFERENCES accounts (id),
        topic TEXT NOT NULL UNIQUE,
        made_at_ms INTEGER NOT NULL
    ) STRICT;
",
    "
    UPDATE reports SET evidence = json_set(evidence, '$.lines', json(evidence ->> '$.lines'))
    WHERE json_valid(evidence) AND json_type(evidence, '$.lines') = 'text';
",
    "
    ALTER TABLE grants ADD COLUMN renewed_at_ms INTEGER NOT NULL DEFAULT 0;
",
];

/// Refuses a database that is not ours or that a later version wrote. Changes nothing.
pub(super) fn check_identity(
    connection: &Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), StoreError> {
    let fail = |error| StoreError::from_sqlite(path, &error);
    let found = version(connection).map_err(fail)?;
    if !is_ours(connection).map_err(fail)? && !is_empty(connection).map_err(fail)? {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > steps.len() {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: steps.len() });
    }
    Ok(())
}

/// Refuses a database that has not seen every step yet: only its server brings it up to date.
pub(super) fn check_current(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(connection).map_err(|error| StoreError::from_sqlite(path, &error))?;
    if found == STEPS.len() {
        return Ok(());
    }
    let detail = "it is of an earlier version: start the server once".to_owned();
    Err(StoreError::Unopenable { path: path.to_owned(), detail })
}

/// Takes the steps that the database has not seen, all of them or none. A database that holds something is first copied
/// aside, to [`copy_path`].
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), StoreError> {
    let found = version(connection).map_err(|error| StoreError::from_sqlite(path, &error))?;
    if found >= steps.len() {
        return Ok(());
    }
    if found > 0 {
        let copy = copy_path(path, found);
        backup::copy(connection, &copy)?;
        tracing::info!(database = %path.display(), copy = %copy.display(), "copied the database aside before changing its schema");
    }
    advance(connection, steps, found).map_err(|error| StoreError::from_sqlite(path, &error))
}

/// Where a database of this schema is copied before it is changed.
pub(super) fn copy_path(path: &Path, schema: usize) -> PathBuf {
    backup::with_suffix(path, &format!(".schema-{schema}"))
}

fn advance(connection: &mut Connection, steps: &[&str], found: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in &steps[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", steps.len().cast_signed())?;
    transaction.commit()
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    // A negative version is nobody's; it counts as later than any.
    connection
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))
        .map(|id| id == APPLICATION_ID)
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))
}

/// A database of today with nothing in it, in memory.
#[cfg(test)]
pub(super) fn fresh() -> Connection {
    let connection = Connection::open_in_memory().expect("there is memory");
    for step in STEPS {
        connection.execute_batch(step).expect("every step can be made");
    }
    connection
}
