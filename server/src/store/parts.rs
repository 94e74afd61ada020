//! Where in the database something about one person stands. Whoever wants all of it (a copy for them) and whoever wants the
//! newest of it (the record that staff read) ask at the same places.

use rusqlite::{Connection, Row, ToSql};

use super::error::Problem;
use super::restrictions::person_key;
use crate::vocab::Person;

/// The most rows of a part that are read of the newest: one more than a list shows, so that it can say that there are more.
const NEWEST_MAX: i64 = 101;

/// Rows of one table that have to do with a person. `:account` is the number of their account, `:id` what they are called in
/// columns that hold people.
pub(super) struct Part {
    /// What it is called in a copy.
    pub(super) title: &'static str,
    /// What a copy has of each row.
    columns: &'static str,
    /// The table, and which rows.
    from: &'static str,
    /// What puts them in order, oldest first.
    order: &'static str,
}

/// A person, as statements ask for one.
pub(super) struct Whom {
    account: Option<i64>,
    id: String,
}

impl Whom {
    pub(super) fn of(person: Person) -> Self {
        let account = match person {
            Person::Account(account) => Some(account.0.cast_signed()),
            Person::Guest(_) => None,
        };
        Self { account, id: person_key(person) }
    }

    /// What a statement has to be given of it.
    pub(super) fn asked(&self, sql: &str) -> Vec<(&'static str, &dyn ToSql)> {
        let known: [(&str, &dyn ToSql); 2] = [(":account", &self.account), (":id", &self.id)];
        known.into_iter().filter(|(name, _)| sql.contains(name)).collect()
    }
}

impl Part {
    const fn new(
        title: &'static str,
        columns: &'static str,
        from: &'static str,
        order: &'static str,
    ) -> Self {
        Self { title, columns, from, order }
    }

    /// The statement that reads all of it for a copy, oldest first.
    pub(super) fn all(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", self.columns, self.from, self.order)
    }

    /// Reads these columns of the newest rows about a person, newest first.
    pub(super) fn newest<T>(
        &self,
        connection: &Connection,
        columns: &str,
        person: Person,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Problem> {
        let sql =
            format!("SELECT {columns} FROM {} ORDER BY {} DESC LIMIT :most", self.from, self.order);
        let whom = Whom::of(person);
        let mut asked = whom.asked(&sql);
        asked.push((":most", &NEWEST_MAX));
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(asked.as_slice(), read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether it is of this table.
    #[cfg(test)]
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.from.split_whitespace().next() == Some(table)
    }
}

/// The logins of programs on their behalf.
pub(super) const GRANTS: Part = Part::new(
    "grants",
    "id, scopes, made_at_ms, expires_at_ms, revoked_at_ms",
    "grants WHERE account = :account",
    "made_at_ms",
);
/// What they are pushed to other systems under.
pub(super) const PUSH_TOPIC: Part = Part::new(
    "push_topic",
    "topic, made_at_ms",
    "push_topics WHERE account = :account",
    "made_at_ms",
);
/// What is pushed names people where it holds names and what somebody wrote, and nowhere else: no channel and no kind of act is
/// a person who happens to be called like it.
macro_rules! pushes_that_name_them {
    () => {
        "pushes WHERE EXISTS (SELECT 1
             FROM json_tree(iif(json_valid(pushes.body), pushes.body, '{}')) AS field, characters
             WHERE account = :account AND field.type = 'text' AND field.key IN ('name', 'target',
                 'content', 'actor', 'detail', 'player', 'title', 'body')
                 AND ' ' || lower(field.value) || ' '
                     GLOB '*[^a-z]' || lower(characters.name) || '[^a-z]*')"
    };
}
pub(super) use pushes_that_name_them;

/// What waits to be pushed to other systems and names them.
pub(super) const PUSHES: Part = Part::new(
    "pushes",
    "hook, at_ms, dead_ms, body AS push_json",
    pushes_that_name_them!(),
    "number",
);
/// What restricts or restricted them.
pub(super) const RESTRICTIONS: Part =
    Part::new("restrictions", "*", "restrictions WHERE subject = :id", "id");
/// What they restricted others by.
pub(super) const IMPOSED: Part =
    Part::new("restrictions_imposed", "*", "restrictions WHERE issuer = :id", "id");
/// What they lifted of what others had imposed.
pub(super) const LIFTED: Part = Part::new(
    "restrictions_lifted",
    "*",
    "restrictions WHERE lifted_by = :id AND issuer <> :id",
    "lifted_at_ms",
);
/// What was remarked about them.
pub(super) const REMARKS: Part = Part::new("remarks", "*", "remarks WHERE subject = :id", "id");
/// What they remarked about others.
pub(super) const REMARKS_MADE: Part =
    Part::new("remarks_made", "*", "remarks WHERE issuer = :id", "id");
/// Lines of theirs that were taken back.
pub(super) const REDACTIONS: Part =
    Part::new("redactions", "*", "redactions WHERE subject = :id", "id");
/// Lines that they took back.
pub(super) const REDACTIONS_MADE: Part =
    Part::new("redactions_made", "*", "redactions WHERE by = :id", "id");
/// Lines that they put back after others had taken them back.
pub(super) const REDACTIONS_UNDONE: Part = Part::new(
    "redactions_undone",
    "*",
    "redactions WHERE undone_by = :id AND by <> :id",
    "undone_at_ms",
);
/// Lines of theirs that had to wait.
pub(super) const HELD: Part = Part::new(
    "held",
    "number, at_ms, until_ms, state, settled_why, body AS line_json",
    "held WHERE person = :id",
    "number",
);
/// Lines of others that they approved or denied.
pub(super) const HELD_SETTLED: Part = Part::new(
    "held_settled",
    "number, state, settled_at_ms, settled_why",
    "held WHERE settled_by = :id",
    "number",
);
/// Cases about them.
pub(super) const CASES: Part = Part::new("cases", "*", "cases WHERE subject = :id", "number");
/// Cases that they had to do with as staff: about what they ordered, that they looked into, that they decided.
pub(super) const CASES_HANDLED: Part = Part::new(
    "cases_handled",
    "*",
    "cases WHERE :id IN (issuer, claimed_by, decided_by)",
    "number",
);

/// All that is stored about an account.
pub(super) const STORED: [Part; 24] = [
    Part::new(
        "account",
        ":id AS id, name, rank, created_at_ms",
        "accounts WHERE id = :account",
        "1",
    ),
    GRANTS,
    PUSH_TOPIC,
    PUSHES,
    Part::new(
        "characters",
        "printf('p_%04x', id) AS id, name, created_at_ms, last_seen_at_ms, state AS state_json",
        "characters WHERE account = :account",
        "characters.id",
    ),
    Part::new(
        "messages",
        "id, channel, seq, at_ms, body AS message_json",
        "messages WHERE sender IN (SELECT id FROM characters WHERE account = :account)",
        "at_ms, channel, seq",
    ),
    REDACTIONS,
    REDACTIONS_MADE,
    REDACTIONS_UNDONE,
    HELD,
    HELD_SETTLED,
    RESTRICTIONS,
    IMPOSED,
    LIFTED,
    Part::new(
        "restrictions_that_spare_them",
        "id, kind, subject, from_ms, until_ms",
        "restrictions WHERE EXISTS
             (SELECT 1 FROM json_each(except_for) WHERE value ->> '$.account' = :id)",
        "id",
    ),
    REMARKS,
    REMARKS_MADE,
    Part::new("points", "points, at_ms", "scores WHERE account = :account", "1"),
    CASES,
    CASES_HANDLED,
    Part::new(
        "reports",
        "*",
        "reports WHERE case_number IN (SELECT number FROM cases WHERE subject = :id)",
        "id",
    ),
    Part::new("reports_made", "*", "reports WHERE reporter = :id", "id"),
    Part::new("notices", "text, at_ms", "notices WHERE person = :id", "number"),
    // That there is a key; the key itself opens what is sealed, and leaves the database for nobody.
    Part::new(
        "keys",
        "id, created_at_ms, destroyed_at_ms",
        "account_keys WHERE account = :account",
        "id",
    ),
];
