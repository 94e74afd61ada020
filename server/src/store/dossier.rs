//! Whatever is stored about one account, over all tables: found for those who want a copy of it, and for those who want it
//! gone.

use std::io;

use chrono::{DateTime, Utc};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use serde_json::{Map, Value};

use super::error::Problem;
use super::names::Name;
use super::parts::{STORED, Whom, pushes_that_name_them};
use super::time;
use super::unname::unname;
use crate::vocab::{AccountId, Person, PlayerId};

/// The account that is meant by an id, by its name or by that of one of its characters.
pub(super) fn account_named(
    connection: &Connection,
    name: &str,
) -> Result<Option<AccountId>, Problem> {
    let id: Option<AccountId> = name.parse().ok();
    let folded = Name::new(name).folded;
    let found = connection
        .prepare(
            "SELECT id FROM accounts WHERE id = ?1 OR folded = ?2
             UNION SELECT account FROM characters WHERE folded = ?2",
        )?
        .query_row((id.map(|id| id.0.cast_signed()), folded), |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(found.map(|id| AccountId(id.cast_unsigned())))
}

/// The characters of an account.
pub(super) fn characters_of(
    connection: &Connection,
    account: AccountId,
) -> Result<Vec<PlayerId>, Problem> {
    let mut statement =
        connection.prepare("SELECT id FROM characters WHERE account = ?1 ORDER BY id")?;
    let rows = statement.query_map([account.0.cast_signed()], |row| row.get::<_, i64>(0))?;
    rows.map(|id| Ok(PlayerId(id?.cast_unsigned()))).collect()
}

/// Columns that hold JSON, by whatever name they are asked for.
const JSON: [&str; 2] = ["evidence", "except_for"];

/// Gives all that is stored about an account, a row at a time, with the title of its part. Of a column that ends in `_json`,
/// what it holds is JSON itself; so it is of those in [`JSON`].
pub(super) fn tell(
    connection: &Connection,
    account: AccountId,
    each: &mut dyn FnMut(&'static str, Value) -> io::Result<()>,
) -> Result<io::Result<()>, Problem> {
    for part in STORED {
        let mut statement = connection.prepare(&part.all())?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let whom = Whom::of(Person::Account(account));
        let mut rows = statement.query(whom.asked(&part.all()).as_slice())?;
        while let Some(row) = rows.next()? {
            if let Err(why) = each(part.title, object(row, &names)?) {
                return Ok(Err(why));
            }
        }
    }
    Ok(Ok(()))
}

fn object(row: &Row<'_>, names: &[String]) -> rusqlite::Result<Value> {
    let mut fields = Map::new();
    for (at, name) in names.iter().enumerate() {
        let value = match row.get_ref(at)? {
            ValueRef::Integer(number) => Value::from(number),
            ValueRef::Real(number) => Value::from(number),
            ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text)),
            ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        };
        let known = JSON.contains(&name.as_str()).then_some(name.as_str());
        match name.strip_suffix("_json").or(known) {
            Some(name) => {
                let inner = value.as_str().and_then(|text| serde_json::from_str(text).ok());
                fields.insert(name.to_owned(), inner.unwrap_or(value));
            }
            None => {
                fields.insert(name.clone(), value);
            }
        }
    }
    Ok(Value::Object(fields))
}

/// What takes the content out of the rows about an account. `:account` is its number, `:id` its id as a text, `:at` the
/// moment, `:gone` what stands where something was typed. Numbers and ids stay, so that what restricts it still does and
/// what refers to it still finds it.
const ERASING: [&str; 31] = [
    "DELETE FROM grants WHERE account = :account",
    "DELETE FROM push_topics WHERE account = :account",
    concat!("DELETE FROM ", pushes_that_name_them!()),
    "DELETE FROM notices WHERE person = :id OR EXISTS (SELECT 1 FROM characters
         WHERE account = :account
             AND ' ' || notices.text || ' ' GLOB '*[^A-Za-z]' || characters.name || '[^A-Za-z]*')",
    "UPDATE readings SET target = :id WHERE EXISTS (SELECT 1 FROM
         (SELECT name FROM characters WHERE account = :account
          UNION SELECT name FROM accounts WHERE id = :account) AS known
         WHERE known.name = readings.target COLLATE NOCASE)",
    // What a subquery hands out is a text, so `json` makes it a list again.
    "UPDATE reports SET evidence = json_set(evidence, '$.lines', json((
         SELECT json_group_array(json(iif(
             line.value ->> '$.sender' IN
                 (SELECT printf('p_%04x', id) FROM characters WHERE account = :account),
             json_set(line.value, '$.text', :gone), line.value)))
         FROM json_each(evidence, '$.lines') AS line)))
     WHERE json_valid(evidence)",
    "UPDATE reports SET reporter_name = 'erased', reason = :gone WHERE reporter = :id",
    "UPDATE reports SET reason = :gone
     WHERE case_number IN (SELECT number FROM cases WHERE subject = :id)",
    "UPDATE cases SET subject_name = 'erased', what = iif(what IS NULL, NULL, :gone),
         decided_why = iif(decided_why IS NULL, NULL, '')
     WHERE subject = :id",
    "UPDATE cases SET issuer_name = 'erased' WHERE issuer = :id",
    "UPDATE cases SET claimed_by_name = 'erased' WHERE claimed_by = :id",
    "UPDATE cases SET decided_by_name = 'erased' WHERE decided_by = :id",
    "UPDATE messages SET body = json_remove(json_set(body, '$.content', :gone,
         '$.sender.name', printf('erased-%x', sender)), '$.to_sender', '$.to_target',
         '$.masks')
     WHERE sender IN (SELECT id FROM characters WHERE account = :account) AND json_valid(body)",
    "UPDATE messages SET body = json_set(body, '$.target.name',
         'erased-' || substr(json_extract(body, '$.target.id'), 3))
     WHERE json_valid(body) AND json_extract(body, '$.target.id') IN
         (SELECT printf('p_%04x', id) FROM characters WHERE account = :account)",
    "UPDATE characters SET state = json_set(state, '$.ignores.\"' || gone.id || '\"', 'erased')
     FROM (SELECT printf('p_%04x', id) AS id FROM characters WHERE account = :account) AS gone
     WHERE json_extract(state, '$.ignores.\"' || gone.id || '\"') IS NOT NULL",
    "UPDATE characters SET name = printf('erased-%x', id), folded = printf('erased-%x', id),
         skeleton = printf('erased-%x', id), state = '{}', last_seen_at_ms = NULL
     WHERE account = :account",
    "UPDATE accounts SET name = printf('erased-%x', id), folded = printf('erased-%x', id),
         skeleton = printf('erased-%x', id), password_hash = '!', rank = 'player'
     WHERE id = :account",
    "UPDATE restrictions SET subject_name = 'erased', reason = :gone,
         lifted_why = iif(lifted_why IS NULL, NULL, '')
     WHERE subject = :id",
    "UPDATE restrictions SET except_for = (
         SELECT json_group_array(json(iif(value ->> '$.account' = :id,
             json_set(value, '$.name', 'erased'), value))) FROM json_each(except_for))
     WHERE instr(except_for, :id) > 0",
    "UPDATE restrictions SET issuer_name = 'erased' WHERE issuer = :id",
    "UPDATE restrictions SET lifted_by_name = 'erased' WHERE lifted_by = :id",
    "UPDATE remarks SET subject_name = 'erased', text = :gone WHERE subject = :id",
    "UPDATE remarks SET issuer_name = 'erased' WHERE issuer = :id",
    "UPDATE redactions SET subject_name = 'erased', reason = :gone,
         undone_why = iif(undone_why IS NULL, NULL, '')
     WHERE subject = :id",
    "UPDATE redactions SET by_name = 'erased' WHERE by = :id",
    "UPDATE redactions SET undone_by_name = 'erased' WHERE undone_by = :id",
    "DELETE FROM scores WHERE account = :account",
    "DELETE FROM held WHERE person = :id",
    "UPDATE held SET settled_by_name = 'erased' WHERE settled_by = :id",
    "UPDATE account_keys SET key = NULL, destroyed_at_ms = :at
     WHERE account = :account AND key IS NOT NULL",
    "INSERT INTO readings (at_ms, reader, what, target) VALUES (:at, :reader, 'erase', :id)",
];

/// What stands where something was typed.
const GONE: &str = "[erased]";

/// Takes the content out of all rows about an account, and destroys its keys.
pub(super) fn erase(
    connection: &Connection,
    account: AccountId,
    reader: &str,
    at: DateTime<Utc>,
) -> Result<(), Problem> {
    let (number, id, at_ms) = (account.0.cast_signed(), account.to_string(), time::to_ms(at));
    let known: [(&str, &dyn ToSql); 5] = [
        (":account", &number),
        (":id", &id),
        (":at", &at_ms),
        (":gone", &GONE),
        (":reader", &reader),
    ];
    unname(connection, account)?;
    for sql in ERASING {
        let mut statement = connection.prepare(sql)?;
        let asked: Vec<_> = known.into_iter().filter(|(name, _)| sql.contains(name)).collect();
        statement.execute(asked.as_slice())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::migrate::fresh;
    use super::*;

    /// Tables that hold nothing about anybody, or no more than numbers of characters.
    const IMPERSONAL: [&str; 5] = ["epochs", "pruned", "notes", "log_heads", "audiences"];

    #[test]
    fn no_table_is_forgotten() {
        let connection = fresh();
        let mut tables = connection
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )
            .unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for table in tables.map(Result::unwrap) {
            let erased = ERASING.iter().any(|sql| sql.contains(&table));
            let told = STORED.iter().any(|part| part.is_of(&table));
            let impersonal = IMPERSONAL.contains(&table.as_str());
            assert!(impersonal || erased, "what erases an account knows nothing of {table}");
            // Who read is told by the log, which soon has it.
            assert!(impersonal || told || table == "readings", "a copy has nothing of {table}");
        }
    }

    /// A database in which Bob, `a_0001` with the character `p_0007`, has left a row in most tables.
    fn with_bob() -> Connection {
        let connection = fresh();
        connection
            .execute_batch(
                r#"INSERT INTO accounts VALUES (1, 'Bob', 'bob', 'bob', '!', 'player', 0);
                INSERT INTO characters VALUES (7, 1, 'Bob', 'bob', 'bob', 0, NULL, '{}');
                INSERT INTO epochs (name, begun_at_ms) VALUES ('e', 0);
                INSERT INTO messages (channel, epoch, seq, at_ms, sender, body, id)
                    VALUES ('say', 1, 1, 0, 7, '{}', 'm');
                INSERT INTO redactions
                    (id, message, channel, epoch, seq, by, by_name, by_rank, at_ms, reason,
                     subject, subject_name)
                    VALUES ('x', 'm', 'say', 'e', 1, 'a_0002', 'Mara', 'moderator', 0, 'rude',
                        'a_0001', 'Bob');
                INSERT INTO restrictions (id, kind, subject_kind, subject, subject_name, scope,
                    from_ms, reason, issuer, issuer_name, issuer_rank, evidence, except_for)
                    VALUES ('r', 'ban', 'network', '10.0.0.0/8', '10.0.0.0/8', 'all', 0, 'flood',
                        'a_0002', 'Mara', 'moderator', '[]',
                        '[{"account":"a_0001","name":"Bob"},{"account":"a_0003","name":"Gil"}]');
                INSERT INTO scores VALUES (1, 2.5, 0);
                INSERT INTO account_keys VALUES (1, 1, x'5eed', 0, NULL);
                INSERT INTO readings (at_ms, reader, what, target) VALUES
                    (0, 'root', 'search', 'BOB'), (0, 'root', 'search', 'Bobby');
                INSERT INTO notices (person, text, at_ms) VALUES
                    ('a_0002', 'What you reported about Bob is upheld.', 0),
                    ('a_0002', 'What you reported about Bobby is upheld.', 0);"#,
            )
            .unwrap();
        connection
    }

    fn texts(connection: &Connection, sql: &str) -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn a_copy_has_points_and_what_was_taken_back_and_no_key() {
        let mut copy = Map::new();
        let told = tell(&with_bob(), AccountId(1), &mut |part, row| {
            copy.insert(part.to_owned(), row);
            Ok(())
        });
        told.unwrap().unwrap();
        assert_eq!(copy["points"]["points"], 2.5);
        assert_eq!(copy["redactions"]["reason"], "rude");
        assert_eq!(copy["restrictions_that_spare_them"]["subject"], "10.0.0.0/8");
        assert_eq!(copy["keys"]["destroyed_at_ms"], Value::Null);
        assert!(copy["keys"].get("key").is_none(), "{copy:?}");
    }

    #[test]
    fn what_names_them_is_erased_and_what_names_others_stays() {
        let connection = with_bob();
        erase(&connection, AccountId(1), "root", DateTime::UNIX_EPOCH).unwrap();
        let notices = texts(&connection, "SELECT text FROM notices");
        assert_eq!(notices, ["What you reported about Bobby is upheld."]);
        let looked_for = texts(&connection, "SELECT target FROM readings ORDER BY id");
        assert_eq!(looked_for, ["a_0001", "Bobby", "a_0001"]);
        let taken_back = texts(&connection, "SELECT subject_name || reason FROM redactions");
        assert_eq!(taken_back, [format!("erased{GONE}")]);
        let spared = texts(&connection, "SELECT except_for FROM restrictions");
        assert!(spared[0].contains("Gil") && !spared[0].contains("Bob"), "{spared:?}");
        assert!(texts(&connection, "SELECT points || '' FROM scores").is_empty());
    }

    #[test]
    fn of_what_is_pushed_only_what_names_them_goes() {
        let connection = fresh();
        connection
            .execute_batch(
                r#"INSERT INTO accounts VALUES (1, 'Data', 'data', 'data', '!', 'player', 0);
                INSERT INTO characters VALUES
                    (7, 1, 'Data', 'data', 'data', 0, NULL, '{}'),
                    (8, 1, 'Message', 'message', 'message', 0, NULL, '{}'),
                    (9, 1, 'Global', 'global', 'global', 0, NULL, '{}');
                INSERT INTO pushes (hook, id, body, at_ms) VALUES
                    ('tide', 'of others', '{"type":"message","data":{"channel":"global",
                        "sender":{"name":"Bob"},"content":"the database"}}', 0),
                    ('tide', 'said', '{"type":"message","data":{"channel":"say",
                        "sender":{"name":"Data"},"content":"psst"}}', 0),
                    ('tide', 'spoken of', '{"type":"message","data":{"channel":"say",
                        "sender":{"name":"Bob"},"content":"where is\nDATA?"}}', 0),
                    ('tide', 'came', '{"type":"presence","data":{"player":"Message"}}', 0),
                    ('tide', 'broken', 'no data', 0);"#,
            )
            .unwrap();
        erase(&connection, AccountId(1), "root", DateTime::UNIX_EPOCH).unwrap();
        let left = texts(&connection, "SELECT id FROM pushes ORDER BY number");
        assert_eq!(left, ["of others", "broken"]);
    }

    #[test]
    fn of_a_case_only_the_bare_fact_is_left() {
        let connection = fresh();
        connection
            .execute_batch(
                r#"INSERT INTO accounts VALUES (1, 'Bob', 'bob', 'bob', '!', 'player', 0);
                INSERT INTO characters VALUES (7, 1, 'Bob', 'bob', 'bob', 0, NULL, '{}');
                INSERT INTO cases (number, kind, subject_kind, subject, subject_name, opened_at_ms,
                    severity, decided_at_ms, decided_why)
                    VALUES (1, 'report', 'person', 'a_0001', 'Bob', 0, 1, 5, 'Bob was rude');
                INSERT INTO reports VALUES ('r', 1, 'a_0002', 'Ada', 'Bob insults me', 0, NULL,
                    '{"lines":[{"sender":"p_0007","text":"Bob says"},
                               {"sender":"p_0008","text":"Ada says"}],"hash":"x"}');
                INSERT INTO notices (person, text, at_ms) VALUES ('a_0002', 'about Bob', 0);"#,
            )
            .unwrap();
        erase(&connection, AccountId(1), "test", DateTime::UNIX_EPOCH).unwrap();
        let left: String = connection
            .query_row(
                "SELECT concat_ws('|', subject_name, decided_why, reason, evidence,
                     (SELECT count(*) FROM notices))
                 FROM cases JOIN reports ON case_number = number",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert!(!left.contains("Bob") && left.contains("Ada says"), "{left}");
        assert!(left.starts_with("erased||[erased]|") && left.ends_with("|0"), "{left}");
    }
}
