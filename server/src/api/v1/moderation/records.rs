//! What is on record about somebody, over HTTP: what was done to them, and what they did as staff.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::remarks::Remarked;
use super::restraints::Restrained;
use super::{player_name, unexpected};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Named;
use crate::bus::{StaffDone, StaffRecord, StaffWish};
use crate::vocab::{self, Account, HeldRecord, Person, Redaction, Restriction};

/// What is on record about somebody. Of each part the newest 101, newest first.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Record {
    #[schema(example = "Bob")]
    player: String,
    /// Null for guests.
    account: Option<RecordedAccount>,
    /// Points on the ladder; null without one.
    points: Option<f64>,
    restrictions: Vec<Recorded>,
    /// Warnings, notes, kicks and the like.
    remarks: Vec<Remarked>,
    /// Lines of theirs that were taken back.
    redactions: Vec<TakenBack>,
    /// Lines of theirs that had to wait.
    held: Vec<HeldOnRecord>,
    /// Cases about them that you may see.
    reports: Vec<CaseOnRecord>,
    /// What they did as staff.
    by_them: ByThem,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct RecordedAccount {
    #[schema(example = "a_1f")]
    id: String,
    name: String,
    #[schema(example = "player")]
    rank: &'static str,
    created_at: DateTime<Utc>,
    /// All its characters.
    characters: Vec<String>,
}

/// A restriction, and what became of it.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Recorded {
    #[serde(flatten)]
    restriction: Restrained,
    /// `counts`, `lifted` or `over`.
    state: &'static str,
    lifted_at: Option<DateTime<Utc>>,
    lifted_by: Option<String>,
    lifted_why: Option<String>,
    /// The lines that led to it.
    evidence: Vec<Uuid>,
}

/// A line that was taken back.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct TakenBack {
    /// The name of the line.
    line: Uuid,
    channel: String,
    /// Who said it.
    sender: Option<String>,
    at: DateTime<Utc>,
    by: String,
    reason: String,
    undone_at: Option<DateTime<Utc>>,
    undone_by: Option<String>,
}

/// A line that had to wait.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct HeldOnRecord {
    number: u64,
    at: DateTime<Utc>,
    channel: String,
    content: String,
    /// `approved` or `denied`; null while it waits, and when nobody came to it in time.
    verdict: Option<&'static str>,
    settled_at: Option<DateTime<Utc>>,
    settled_by: Option<String>,
    why: Option<String>,
}

/// A case in short.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct CaseOnRecord {
    number: u64,
    kind: &'static str,
    subject: String,
    opened_at: DateTime<Utc>,
    verdict: Option<&'static str>,
    verdict_reason: Option<String>,
    closed_by: Option<String>,
    closed_at: Option<DateTime<Utc>>,
}

/// What somebody did as staff.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct ByThem {
    restrictions: Vec<Recorded>,
    /// What they lifted of what others had imposed.
    lifted: Vec<Recorded>,
    remarks: Vec<Remarked>,
    redactions: Vec<TakenBack>,
    /// Cases that they had to do with.
    reports: Vec<CaseOnRecord>,
}

/// Read what is on record about a player. That somebody looked is on record.
#[utoipa::path(get, path = "/moderation/records/{player}", tag = "moderation",
    params(("player" = String, Path, description = "The player, in the world or not")), responses(
    (status = 200, description = "What is on record", body = Record),
    (status = 422, description = "There is nobody of that name"),
))]
pub(in crate::api::v1) async fn record(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<Json<Record>, Problem> {
    let record = match api.want(&caller, StaffWish::ReadRecord(player_name(&name)?)).await? {
        StaffDone::Record(record) => record,
        _ => return Err(unexpected()),
    };
    let account = match record.about.person() {
        Some(Person::Account(id)) => api.recorded_account(id).await?,
        _ => None,
    };
    Ok(Json(Record::of(&record, account, Utc::now())))
}

impl Api {
    async fn recorded_account(
        &self,
        id: vocab::AccountId,
    ) -> Result<Option<RecordedAccount>, Problem> {
        let account = self.store.find_account(id).await.map_err(Problem::fault)?;
        let characters = self.store.characters_of(id).await.map_err(Problem::fault)?;
        let names = characters.into_iter().map(|character| character.name.to_string());
        let names: Vec<String> = names.collect();
        Ok(account.map(|account| RecordedAccount::of(&account, names)))
    }
}

impl Record {
    fn of(record: &StaffRecord, account: Option<RecordedAccount>, now: DateTime<Utc>) -> Self {
        let dossier = &record.dossier;
        let recorded =
            |them: &[Restriction]| them.iter().map(|it| Recorded::of(it, now)).collect::<Vec<_>>();
        let cases = |them: &[vocab::Case]| them.iter().map(CaseOnRecord::of).collect::<Vec<_>>();
        Self {
            player: record.about.to_string(),
            account,
            points: record.points,
            restrictions: recorded(&dossier.restrictions),
            remarks: dossier.remarks.iter().map(Remarked::of).collect(),
            redactions: dossier.taken_back.iter().map(TakenBack::of).collect(),
            held: dossier.held.iter().map(HeldOnRecord::of).collect(),
            reports: cases(&dossier.cases),
            by_them: ByThem {
                restrictions: recorded(&dossier.imposed),
                lifted: recorded(&dossier.lifted),
                remarks: dossier.made.iter().map(Remarked::of).collect(),
                redactions: dossier.took_back.iter().map(TakenBack::of).collect(),
                reports: cases(&dossier.handled),
            },
        }
    }
}

impl RecordedAccount {
    fn of(account: &Account, characters: Vec<String>) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.to_string(),
            rank: account.rank.as_str(),
            created_at: account.created.trunc_subsecs(3),
            characters,
        }
    }
}

impl Recorded {
    fn of(it: &Restriction, now: DateTime<Utc>) -> Self {
        let lifted = it.lifted.as_ref();
        let state = match (lifted, it.until) {
            (Some(_), _) => "lifted",
            (None, Some(until)) if until <= now => "over",
            _ => "counts",
        };
        Self {
            restriction: Restrained::of(it),
            state,
            lifted_at: lifted.map(|lifted| lifted.at.trunc_subsecs(3)),
            lifted_by: lifted.map(|lifted| lifted.by.name.to_string()),
            lifted_why: lifted.map(|lifted| lifted.why.clone()),
            evidence: it.evidence.iter().map(|line| line.0).collect(),
        }
    }
}

impl TakenBack {
    fn of(it: &Redaction) -> Self {
        Self {
            line: it.line.id.0,
            channel: it.line.channel.to_string(),
            sender: it.speaker.as_ref().map(ToString::to_string),
            at: it.at.trunc_subsecs(3),
            by: it.by.name.to_string(),
            reason: it.reason.clone(),
            undone_at: it.undone.as_ref().map(|undone| undone.at.trunc_subsecs(3)),
            undone_by: it.undone.as_ref().map(|undone| undone.by.name.to_string()),
        }
    }
}

impl HeldOnRecord {
    fn of(record: &HeldRecord) -> Self {
        let line = &record.line;
        let settled = record.settled.as_ref();
        Self {
            number: line.number,
            at: line.at.trunc_subsecs(3),
            channel: line.channel.to_string(),
            content: line.content.clone(),
            verdict: settled.map(|(verdict, _)| verdict.participle()),
            settled_at: settled.map(|(_, lifted)| lifted.at.trunc_subsecs(3)),
            settled_by: settled.map(|(_, lifted)| lifted.by.name.to_string()),
            why: settled.map(|(_, lifted)| lifted.why.clone()),
        }
    }
}

impl CaseOnRecord {
    fn of(case: &vocab::Case) -> Self {
        let decided = case.decided.as_ref();
        Self {
            number: case.number,
            kind: case.kind.as_str(),
            subject: case.subject.to_string(),
            opened_at: case.opened.trunc_subsecs(3),
            verdict: decided.map(|decided| decided.verdict.as_str()),
            verdict_reason: decided.map(|decided| decided.reason.clone()),
            closed_by: decided.map(|decided| decided.by.name.to_string()),
            closed_at: decided.map(|decided| decided.at.trunc_subsecs(3)),
        }
    }
}
