//! Takes the name of somebody who is erased out of what the server itself wrote in evidence: `You whisper to Bob, "..."`.
//! What others said in their own words stays as they said it.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::error::Problem;
use super::numbers;
use crate::vocab::{AccountId, MessageId};

/// What stands where the name was.
const ERASED: &str = "erased";

/// Does it in all reports, for lines that were directed at a character of the account. Has to come before the messages
/// lose whom they were for.
pub(super) fn unname(connection: &Connection, account: AccountId) -> Result<(), Problem> {
    let mut statement =
        connection.prepare("SELECT id, evidence FROM reports WHERE json_valid(evidence)")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let reports: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    for (id, evidence) in reports {
        let mut evidence: Value = serde_json::from_str(&evidence)
            .map_err(|error| Problem::unreadable(format!("the report {id}"), error))?;
        if in_lines(connection, account, &mut evidence)? {
            connection
                .prepare_cached("UPDATE reports SET evidence = ?2 WHERE id = ?1")?
                .execute(params![id, evidence.to_string()])?;
        }
    }
    Ok(())
}

/// Whether any of the lines has changed.
fn in_lines(
    connection: &Connection,
    account: AccountId,
    evidence: &mut Value,
) -> Result<bool, Problem> {
    let mut has_changed = false;
    for line in evidence["lines"].as_array_mut().into_iter().flatten() {
        let Some(name) = directed_at(connection, account, line["id"].as_str())? else { continue };
        let written = line["text"].as_str().and_then(|text| without(text, &name));
        if let Some(text) = written {
            line["text"] = text.into();
            has_changed = true;
        }
    }
    Ok(has_changed)
}

/// What the character of the account was called whom a message was for.
fn directed_at(
    connection: &Connection,
    account: AccountId,
    message: Option<&str>,
) -> Result<Option<String>, Problem> {
    let Some(id) = message.and_then(|id| id.parse().ok()).map(MessageId) else { return Ok(None) };
    let (first, last) = numbers::of(id);
    let mut statement = connection.prepare_cached(
        "SELECT body ->> '$.target.name' FROM messages
         WHERE number BETWEEN ?1 AND ?2 AND id = ?3
             AND json_valid(body) AND body ->> '$.target.id' IN
             (SELECT printf('p_%04x', id) FROM characters WHERE account = ?4)",
    )?;
    let found = statement
        .query_row(params![first, last, message, account.0.cast_signed()], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// A text without the first of the words that is this name; none when it has none.
fn without(text: &str, name: &str) -> Option<String> {
    let mut starts = text.match_indices(name).map(|(start, _)| start);
    let start = starts.find(|start| {
        let before = text[..*start].chars().next_back();
        let after = text[start + name.len()..].chars().next();
        [before, after].into_iter().flatten().all(|next| !next.is_alphanumeric())
    })?;
    Some(format!("{}{ERASED}{}", &text[..start], &text[start + name.len()..]))
}

#[cfg(test)]
mod tests {
    use super::super::migrate::fresh;
    use super::*;

    #[test]
    fn the_first_whole_word_goes() {
        for (text, left) in [
            ("You whisper to Bob, \"hi Bob\"", Some("You whisper to erased, \"hi Bob\"")),
            ("Bobby waves at Bob.", Some("Bobby waves at erased.")),
            ("Bob's hat", Some("erased's hat")),
            ("Bobby waves.", None),
            ("", None),
        ] {
            assert_eq!(without(text, "Bob").as_deref(), left, "{text}");
        }
    }

    #[test]
    fn only_lines_that_were_for_them_change() {
        let connection = fresh();
        connection
            .execute_batch(
                r#"INSERT INTO accounts VALUES (1, 'Bob', 'bob', 'bob', '!', 'player', 0);
                INSERT INTO characters VALUES (7, 1, 'Bob', 'bob', 'bob', 0, NULL, '{}');
                INSERT INTO epochs (name, begun_at_ms) VALUES ('e', 0);
                INSERT INTO messages (number, channel, epoch, seq, at_ms, sender, body, id) VALUES
                    (0, 'whisper', 1, 1, 0, 8, '{"target":{"id":"p_0007","name":"Bob"}}',
                        '00000000-0000-7000-8000-00000000000a'),
                    (1, 'say', 1, 1, 0, 8, '{}', '00000000-0000-7000-8000-00000000000b'),
                    (2, 'say', 1, 2, 0, 8, 'odd', '00000000-0000-7000-8000-00000000000c');
                INSERT INTO reports VALUES
                    ('r', 1, 'a_0002', 'Ada', 'rude', 0, NULL, '{"lines":[
                        {"id":"00000000-0000-7000-8000-00000000000a","sender":"p_0008","text":"You whisper to Bob, \"x\""},
                        {"id":"00000000-0000-7000-8000-00000000000b","sender":"p_0008","text":"You say, \"Bob\""},
                        {"id":"00000000-0000-7000-8000-00000000000c","text":"odd Bob"}, {"text":7}],"hash":"x"}'),
                    ('s', 1, 'a_0002', 'Ada', 'rude', 0, NULL, 'odd');"#,
            )
            .unwrap();
        unname(&connection, AccountId(1)).unwrap();
        let sql = "SELECT value ->> '$.text' FROM reports, json_each(evidence, '$.lines')
            WHERE reports.id = 'r' AND key < 3";
        let mut statement = connection.prepare(sql).unwrap();
        let left = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let left: Vec<_> = left.map(Result::unwrap).collect();
        assert_eq!(left, ["You whisper to erased, \"x\"", "You say, \"Bob\"", "odd Bob"]);
    }
}
