//! The moderation log over HTTP: who of the staff did what, and what rules did by themselves, the newest first.
//!
//! The log is read by whoever keeps it ([`Books`]). What is left out is decided here: nobody reads what was done about
//! themselves, and of cases only those that they may see.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::player_name;
use crate::api::problem::Problem;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Asked;
use crate::api::v1::{Api, cursors};
use crate::bus::{Looked, StaffQuestion};
use crate::store::LinePlace;
use crate::vocab::AccountId;

/// How many read the log at once: a day of it is a long file.
const READERS_MAX: usize = 2;
/// The longest word for an act. Characters.
const ACT_CHARS_MAX: usize = 40;

/// Reads a page of the moderation log, on a thread that may wait.
pub type Books = Arc<dyn Fn(&AuditQuery) -> anyhow::Result<AuditPage> + Send + Sync>;

/// The log, and how many may read it at once.
pub(in crate::api::v1) struct Audits {
    books: Books,
    readers: Arc<Semaphore>,
}

/// A day and a line of it.
pub type AuditPlace = (NaiveDate, u64);

/// What is looked for in the log. People are named by their names and by their ids, in lower case.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Who did it.
    pub actor: Option<Vec<String>>,
    /// To whom or to what.
    pub target: Option<Vec<String>>,
    /// What was done, as the log has it.
    pub act: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Not at or after.
    pub until: Option<DateTime<Utc>>,
    /// Lines before this one.
    pub before: Option<AuditPlace>,
    /// How many at most.
    pub limit: usize,
    /// Whoever asks: what was done about them is not for them.
    pub asker: Vec<String>,
    /// Those whose cases are not for whoever asks.
    pub above: Vec<String>,
}

/// Lines of the log, newest first.
#[derive(Debug, Default)]
pub struct AuditPage {
    /// The lines.
    pub entries: Vec<AuditEntry>,
    /// Where to go on; none when there is nothing more.
    pub next: Option<AuditPlace>,
}

/// A line of the log.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct AuditEntry {
    /// When.
    pub at: String,
    /// `act`, `read` (somebody looked at a record) or `automatic` (a rule did it by itself).
    #[schema(example = "act")]
    pub kind: String,
    /// Who did it: a name, or the rule.
    pub actor: String,
    /// Their rank at that time.
    pub rank: Option<String>,
    /// What they did or looked at.
    #[schema(example = "mute")]
    pub act: String,
    /// To whom or to what.
    pub target: Option<String>,
    /// Particulars.
    pub detail: Option<String>,
    /// Why nothing was done, if nothing was.
    pub refused: Option<String>,
    /// The name of what was put on record by it, or taken back.
    pub restriction: Option<String>,
    /// When what was done ends by itself.
    pub until: Option<String>,
}

/// Lines of the moderation log, and where to go on.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Audit {
    entries: Vec<AuditEntry>,
    /// Hand this back as `before` for what came earlier. Null at the beginning. A page may be short, or empty, and still have it.
    before: Option<String>,
}

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct Wanted {
    /// Who did it; all characters of the account are meant.
    #[param(example = "Mara", min_length = 1, max_length = 80)]
    actor: Option<String>,
    /// To whom or to what it was done.
    #[param(example = "Bob", min_length = 1, max_length = 80)]
    target: Option<String>,
    /// What was done: the name of the command.
    #[param(example = "mute", min_length = 1, max_length = 40)]
    act: Option<String>,
    /// Not before.
    since: Option<DateTime<Utc>>,
    /// Not at or after.
    until: Option<DateTime<Utc>>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// What is before this cursor.
    before: Option<String>,
}

/// Search the moderation log, the newest first. What was done about yourself is left out, and so is what came of cases that you may not
/// see, and reports that came to nothing. That somebody looked is on record.
#[utoipa::path(get, path = "/moderation/audit", tag = "moderation", params(Wanted), responses(
    (status = 200, description = "A page of the log, newest first; it may be short and still have a `before`", body = Audit),
))]
pub(in crate::api::v1) async fn audit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Audit>, Problem> {
    let query = api.audit_query(&caller, &wanted).await?;
    let target = wanted.target.or(wanted.actor).unwrap_or_default();
    let looked = Looked { what: "audit", target, detail: String::new() };
    api.ask_as(&caller, |reply| StaffQuestion::Look(looked, reply)).await?;
    let page = api.audits.read(query).await?;
    let next = page.next.map(written);
    Ok(Json(Audit { entries: page.entries, before: next }))
}

impl Audits {
    pub(in crate::api::v1) fn of(books: Books) -> Self {
        Self { books, readers: Arc::new(Semaphore::new(READERS_MAX)) }
    }

    async fn read(&self, query: AuditQuery) -> Result<AuditPage, Problem> {
        let readers = Arc::clone(&self.readers);
        let busy = |_| Problem::unavailable("Others read the log just now.");
        let reading = readers.try_acquire_owned().map_err(busy)?;
        let books = Arc::clone(&self.books);
        let page = tokio::task::spawn_blocking(move || {
            // Whoever gave up waiting has not made room: the file is still being read.
            let _reading = reading;
            books(&query)
        });
        page.await.map_err(Problem::fault)?.map_err(|why| Problem::fault(format!("{why:#}")))
    }
}

impl Api {
    async fn audit_query(&self, caller: &Caller, wanted: &Wanted) -> Result<AuditQuery, Problem> {
        let account = caller.account()?;
        if wanted.act.as_ref().is_some_and(|act| !is_word(act)) {
            let what = format!("act: takes a word of 1 to {ACT_CHARS_MAX} characters");
            return Err(Problem::bad_request(what));
        }
        let mut query = AuditQuery {
            act: wanted.act.as_ref().map(|act| act.to_lowercase()),
            since: wanted.since,
            until: wanted.until,
            before: wanted.before.as_deref().map(read).transpose()?,
            limit: cursors::page_size(wanted.limit)?,
            asker: self.known_as(account.id).await?,
            ..AuditQuery::default()
        };
        if let Some(name) = &wanted.actor {
            query.actor = Some(self.meant(name).await?);
        }
        if let Some(name) = &wanted.target {
            query.target = Some(self.meant(name).await?);
        }
        for (other, rank) in self.store.staff().await.map_err(Problem::fault)? {
            if rank >= account.rank {
                query.above.extend(self.known_as(other).await?);
            }
        }
        Ok(query)
    }

    /// Who may be meant by a name: all characters of an account, or what is called so in the log.
    async fn meant(&self, name: &str) -> Result<Vec<String>, Problem> {
        let name = player_name(name)?;
        let found = self.store.find_character(&name).await.map_err(Problem::fault)?;
        let mut names = match found.and_then(|character| character.account) {
            Some(account) => self.known_as(account).await?,
            None => Vec::new(),
        };
        names.push(name.to_lowercase());
        Ok(names)
    }

    /// The ids and the names of an account and its characters.
    async fn known_as(&self, account: AccountId) -> Result<Vec<String>, Problem> {
        let characters = self.store.characters_of(account).await.map_err(Problem::fault)?;
        let names = characters.iter();
        let names = names.flat_map(|it| [it.id.to_string(), it.name.to_lowercase()]);
        Ok(std::iter::once(account.to_string()).chain(names).collect())
    }
}

fn is_word(text: &str) -> bool {
    (1..=ACT_CHARS_MAX).contains(&text.chars().count()) && !text.contains(char::is_whitespace)
}

fn written((day, line): AuditPlace) -> String {
    let epoch = i64::from(day.num_days_from_ce());
    cursors::written(LinePlace { epoch, seq: line.cast_signed() })
}

fn read(cursor: &str) -> Result<AuditPlace, Problem> {
    let place = cursors::read("before", cursor)?;
    let day = i32::try_from(place.epoch).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    let none = || Problem::bad_request("before: this is no cursor of an earlier answer");
    Ok((day.ok_or_else(none)?, place.seq.cast_unsigned()))
}
