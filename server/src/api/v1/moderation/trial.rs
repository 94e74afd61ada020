//! Dry runs of the content filter over HTTP: what it finds in what was said, or what a rule would find that is not in it yet.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Body, line};
use crate::bus::{FilterTrial, StaffQuestion, TrialHit};
use crate::vocab::{self, Fit, TrialFinds, TrialRule};

/// The longest word of a rule that is tried. Characters.
const WORD_CHARS_MAX: usize = 80;
/// The most messages of a dry run, and how many when nothing is said.
const MESSAGES_MAX: usize = 1_000;
/// How many messages of a dry run are shown; all are counted.
const EXAMPLES_MAX: usize = 100;

/// What to look for in what was said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct ToDryRun {
    /// How many of the newest messages in memory.
    #[schema(minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<usize>,
    /// A rule that is to be tried by itself; the filter as it is, when left out.
    rule: Option<Rule>,
}

/// A rule to be tried: a word or a pattern.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct Rule {
    severity: Severity,
    /// A word or a phrase.
    #[schema(example = "heck", min_length = 1, max_length = 80)]
    word: Option<String>,
    /// How much of what somebody wrote the word has to be; a whole word, when left out.
    fit: Option<RuleFit>,
    /// A regular expression over the words of a line: lower case, one blank between words, no punctuation.
    #[schema(example = "i will .{1,20} you", min_length = 1, max_length = 260)]
    pattern: Option<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RuleSeverity)]
pub(in crate::api::v1) enum Severity {
    Mild,
    Moderate,
    Severe,
}

/// How much of what somebody wrote a word has to be.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum RuleFit {
    /// A whole word.
    Word,
    /// A whole word, with an ending or without.
    Stem,
    /// Any part of a word.
    Part,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct DryRun {
    /// How many messages were looked at.
    read: usize,
    /// In how many of them something was found.
    hits: usize,
    /// The oldest hundred of them.
    examples: Vec<Example>,
}

/// A message in which something was found.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Example {
    id: Uuid,
    at: DateTime<Utc>,
    channel: String,
    sender: String,
    /// The words; null where they are not for you to read.
    content: Option<String>,
    action: &'static str,
    rules: Vec<String>,
}

/// Read what the filter finds in the newest messages, or what a rule would find that is not in it yet. Nothing happens to anyone; that
/// you asked is on record.
#[utoipa::path(post, path = "/moderation/filter/dry-run", tag = "moderation", request_body = ToDryRun, responses(
    (status = 200, description = "What was found", body = DryRun),
    (status = 422, description = "That is no rule; `detail` says why"),
))]
pub(in crate::api::v1) async fn dry_run(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<ToDryRun>,
) -> Result<Json<DryRun>, Problem> {
    let count = wanted.limit.unwrap_or(MESSAGES_MAX);
    if !(1..=MESSAGES_MAX).contains(&count) {
        return Err(Problem::bad_request(format!("limit: takes 1 to {MESSAGES_MAX}")));
    }
    let rule = wanted.rule.map(Rule::trial).transpose()?;
    let trial = api.ask_as(&caller, |reply| StaffQuestion::TryFilter(count, rule, reply)).await?;
    Ok(Json(DryRun::of(&trial.map_err(Problem::not_done)?)))
}

impl Rule {
    fn trial(self) -> Result<TrialRule, Problem> {
        let finds = match (self.word, self.pattern, self.fit) {
            (Some(word), None, fit) => {
                let word = line("rule.word", &word, WORD_CHARS_MAX)?.to_lowercase();
                TrialFinds::Word(word.into(), fit.map_or(Fit::Word, RuleFit::fit))
            }
            (None, Some(pattern), None) => TrialFinds::Pattern(pattern),
            (None, Some(_), Some(_)) => {
                return Err(Problem::bad_request("rule.fit: only of a word"));
            }
            _ => return Err(Problem::bad_request("rule: takes a word or a pattern, one of both")),
        };
        let severity = match self.severity {
            Severity::Mild => vocab::Severity::Mild,
            Severity::Moderate => vocab::Severity::Moderate,
            Severity::Severe => vocab::Severity::Severe,
        };
        Ok(TrialRule { severity, finds })
    }
}

impl RuleFit {
    fn fit(self) -> Fit {
        match self {
            Self::Word => Fit::Word,
            Self::Stem => Fit::Stem,
            Self::Part => Fit::Part,
        }
    }
}

impl DryRun {
    fn of(trial: &FilterTrial) -> Self {
        let examples = trial.found.iter().take(EXAMPLES_MAX);
        Self {
            read: trial.read,
            hits: trial.found.len(),
            examples: examples.map(Example::of).collect(),
        }
    }
}

impl Example {
    fn of(hit: &TrialHit) -> Self {
        let message = &hit.message;
        Self {
            id: message.id.0,
            at: message.at.trunc_subsecs(3),
            channel: message.channel.to_string(),
            sender: message.sender.name.to_string(),
            content: hit.may_read.then(|| message.content.clone()),
            action: hit.action.as_str(),
            rules: hit.rules.iter().map(ToString::to_string).collect(),
        }
    }
}
