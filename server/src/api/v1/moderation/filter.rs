//! The content filter over HTTP: what it is made of, and what it makes of a text.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Body, line};
use crate::bus::{FilterTest, StaffQuestion};
use crate::vocab::{self, ActionRow, FilterAction, FilterHit, FilterSummary};

/// The longest text that is tried. Characters.
const TEXT_CHARS_MAX: usize = 4_096;
/// What the filter is made of.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct FilterRules {
    /// The version of the lists: the same lists have the same one.
    version: String,
    /// What becomes of lines on most channels.
    actions: Actions,
    /// What becomes of lines on channels that have it otherwise.
    channels: Vec<ChannelActions>,
    /// How many words there are of each kind.
    words: Vec<Words>,
    patterns: Vec<Pattern>,
    /// How often something was found since the server started.
    found: Found,
}

/// What becomes of a line, by how bad it is: `note`, `mask`, `hold`, `refuse` or `escalate`.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Actions {
    #[schema(example = "mask")]
    mild: &'static str,
    #[schema(example = "mask")]
    moderate: &'static str,
    #[schema(example = "refuse")]
    severe: &'static str,
}

/// The same on one channel.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct ChannelActions {
    channel: String,
    actions: Actions,
}

/// Words that are alike in what they are about.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Words {
    #[schema(example = "slur")]
    category: String,
    #[schema(example = "severe")]
    severity: &'static str,
    /// Whether they count only where they are said to or about somebody.
    directed: bool,
    count: usize,
}

/// A pattern.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Pattern {
    #[schema(example = "pattern:threat")]
    rule: String,
    severity: &'static str,
    category: String,
}

/// How often something so bad was found.
#[derive(Default, Serialize, ToSchema)]
pub(in crate::api::v1) struct Found {
    mild: u64,
    moderate: u64,
    severe: u64,
}

/// A text to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct ToTest {
    #[schema(example = "what the h3ck", min_length = 1, max_length = 4096)]
    text: String,
    /// The channel that it is meant for; the first of them, when left out.
    #[schema(example = "global")]
    channel: Option<String>,
}

/// What the filter makes of a text.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Tested {
    /// What would become of it; null when nothing was found.
    action: Option<&'static str>,
    hits: Vec<TestedHit>,
    /// How it reads to everybody.
    result: String,
    /// How it reads to those who want much masked.
    masked: String,
    version: String,
    /// The text after each step.
    steps: Vec<TestedStep>,
}

/// Something that was found in a text.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct TestedHit {
    #[schema(example = "word:heck")]
    rule: String,
    severity: &'static str,
    category: String,
    /// What becomes of a line with it.
    action: &'static str,
    /// Where it begins. Characters.
    from: usize,
    /// Where it ends: the first character behind it.
    to: usize,
    /// The same as it was typed.
    typed: String,
}

/// A text after a step.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct TestedStep {
    name: &'static str,
    text: String,
}

/// Read what the filter is made of. Its words stay in the lists.
#[utoipa::path(get, path = "/moderation/filter", tag = "moderation", responses(
    (status = 200, description = "The rules in force", body = FilterRules),
))]
pub(in crate::api::v1) async fn rules(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<FilterRules>, Problem> {
    let summary = api.ask_as(&caller, StaffQuestion::FilterRules).await?;
    Ok(Json(FilterRules::of(summary)))
}

/// Read what every step of the filter makes of a text. Nothing happens to anyone; that you asked is on record.
#[utoipa::path(post, path = "/moderation/filter/test", tag = "moderation", request_body = ToTest, responses(
    (status = 200, description = "What was found", body = Tested),
    (status = 404, description = "No such channel for the caller"),
))]
pub(in crate::api::v1) async fn test(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<ToTest>,
) -> Result<Json<Tested>, Problem> {
    let text = line("text", &wanted.text, TEXT_CHARS_MAX)?;
    let channel = match &wanted.channel {
        Some(name) => Some(api.channel(&caller, name).await?.name),
        None => None,
    };
    let asked = text.clone();
    let test = api.ask_as(&caller, |reply| StaffQuestion::TestFilter(asked, channel, reply));
    let test = test.await?.ok_or_else(|| Problem::fault("there is no channel at all"))?;
    Ok(Json(Tested::of(test, &text)))
}

impl FilterRules {
    fn of(summary: FilterSummary) -> Self {
        let mut found = Found::default();
        for (severity, count) in summary.found {
            match severity {
                vocab::Severity::Mild => found.mild = count,
                vocab::Severity::Moderate => found.moderate = count,
                vocab::Severity::Severe => found.severe = count,
            }
        }
        let channels = summary.channels.into_iter();
        let words = summary.words.into_iter();
        let patterns = summary.patterns.into_iter();
        Self {
            version: summary.version.to_string(),
            actions: Actions::of(summary.actions),
            channels: channels.map(|(channel, row)| ChannelActions::of(&channel, row)).collect(),
            words: words.map(Words::of).collect(),
            patterns: patterns.map(Pattern::of).collect(),
            found,
        }
    }
}

impl Actions {
    fn of(row: ActionRow) -> Self {
        use vocab::Severity as S;
        let [mild, moderate, severe] =
            [S::Mild, S::Moderate, S::Severe].map(|severity| row.of(severity).as_str());
        Self { mild, moderate, severe }
    }
}

impl ChannelActions {
    fn of(channel: &SmolStr, row: ActionRow) -> Self {
        Self { channel: channel.to_string(), actions: Actions::of(row) }
    }
}

impl Words {
    fn of(words: vocab::WordsOf) -> Self {
        Self {
            category: words.category.to_string(),
            severity: words.severity.as_str(),
            directed: words.is_directed,
            count: words.count,
        }
    }
}

impl Pattern {
    fn of((rule, severity, category): (SmolStr, vocab::Severity, SmolStr)) -> Self {
        Self { rule: rule.to_string(), severity: severity.as_str(), category: category.to_string() }
    }
}

impl Tested {
    fn of(test: FilterTest, text: &str) -> Self {
        let result = test.for_all.unwrap_or_else(|| text.to_owned());
        let action = test.hits.iter().map(|(_, action)| *action).max();
        Self {
            action: action.map(FilterAction::as_str),
            hits: test.hits.iter().map(|(hit, action)| TestedHit::of(hit, *action, text)).collect(),
            masked: test.masks.strict.unwrap_or_else(|| result.clone()),
            result,
            version: test.version.to_string(),
            steps: test.steps.into_iter().map(|(name, text)| TestedStep { name, text }).collect(),
        }
    }
}

impl TestedHit {
    fn of(hit: &FilterHit, action: FilterAction, text: &str) -> Self {
        let chars = |end: usize| text.get(..end).map_or(0, |before| before.chars().count());
        Self {
            rule: hit.rule.to_string(),
            severity: hit.severity.as_str(),
            category: hit.category.to_string(),
            action: action.as_str(),
            from: chars(hit.span.start),
            to: chars(hit.span.end),
            typed: text.get(hit.span.clone()).unwrap_or_default().to_owned(),
        }
    }
}
