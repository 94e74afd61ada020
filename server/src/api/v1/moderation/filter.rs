//! The content filter over HTTP: what it is made of, what it makes of a text, and what it finds in what was said.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Body;
use crate::bus::{FilterTest, FilterTrial, StaffQuestion, TrialHit};
use crate::vocab::{
    self, ActionRow, FilterAction, FilterHit, FilterSummary, Fit, TrialFinds, TrialRule, clean_line,
};

/// The longest text that is tried. Characters.
const TEXT_CHARS_MAX: usize = 4_096;
/// The longest word of a rule that is tried. Characters.
const WORD_CHARS_MAX: usize = 80;
/// The most messages of a dry run, and how many when nothing is said.
const MESSAGES_MAX: usize = 1_000;
/// How many messages of a dry run are shown; all are counted.
const EXAMPLES_MAX: usize = 100;

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
    at: chrono::DateTime<chrono::Utc>,
    channel: String,
    sender: String,
    /// The words; null where they are not for you to read.
    content: Option<String>,
    action: &'static str,
    rules: Vec<String>,
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
    let text = clean_line(&wanted.text);
    if !(1..=TEXT_CHARS_MAX).contains(&text.chars().count()) {
        return Err(Problem::bad_request(format!("text: takes 1 to {TEXT_CHARS_MAX} characters")));
    }
    let channel = match &wanted.channel {
        Some(name) => Some(api.channel(&caller, name).await?.name),
        None => None,
    };
    let asked = text.clone();
    let test = api.ask_as(&caller, |reply| StaffQuestion::TestFilter(asked, channel, reply));
    let test = test.await?.ok_or_else(|| Problem::fault("there is no channel at all"))?;
    Ok(Json(Tested::of(test, &text)))
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

impl Rule {
    fn trial(self) -> Result<TrialRule, Problem> {
        let finds = match (self.word, self.pattern, self.fit) {
            (Some(word), None, fit) => {
                let word = clean_line(&word).to_lowercase();
                if !(1..=WORD_CHARS_MAX).contains(&word.chars().count()) {
                    let what = format!("rule.word: takes 1 to {WORD_CHARS_MAX} characters");
                    return Err(Problem::bad_request(what));
                }
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
            at: message.at,
            channel: message.channel.to_string(),
            sender: message.sender.name.to_string(),
            content: hit.may_read.then(|| message.content.clone()),
            action: hit.action.as_str(),
            rules: hit.rules.iter().map(ToString::to_string).collect(),
        }
    }
}
