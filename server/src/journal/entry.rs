//! How a moderation record reads as one line of JSON, and under whose keys its texts are sealed.
//!
//! What staff write about somebody belongs to the one whom it is about; what concerns nobody, to whoever wrote it. What a
//! player reports belongs to both. As in `line.rs`, a field is never left out.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::chain::Link;
use super::line::{json, millis, some_millis};
use super::moderation::{Act, Automatic, Hit, ModerationRecord, Read, Report, account_of};
use super::seal::{Sealed, Seals, seal};
use crate::vocab::{AccountId, ActId, ChannelName, Digest, MessageId, Person, PlayerId, Rank};

/// The version of every line's form in the moderation log.
const SCHEMA: u8 = 2;

/// What every line begins with.
#[derive(Serialize)]
struct Head {
    schema: u8,
    seq: u64,
    #[serde(serialize_with = "as_text")]
    prev: Digest,
    kind: &'static str,
    #[serde(serialize_with = "millis")]
    at: DateTime<Utc>,
}

/// A text as it is, or sealed.
#[derive(Serialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Sealed(Sealed),
}

#[derive(Serialize)]
struct ActLine<'a> {
    #[serde(flatten)]
    head: Head,
    actor_id: Option<PlayerId>,
    actor_account: Option<AccountId>,
    actor_name: Option<Text>,
    rank: Rank,
    act: &'a str,
    subject: Option<String>,
    target: Option<Text>,
    detail: Option<Text>,
    refused: Option<Text>,
    restriction: Option<ActId>,
    #[serde(serialize_with = "some_millis")]
    until: Option<DateTime<Utc>>,
    node: &'a str,
}

#[derive(Serialize)]
struct HitLine<'a> {
    #[serde(flatten)]
    head: Head,
    message: Option<MessageId>,
    channel: &'a ChannelName,
    rule: &'a str,
    list_version: &'a str,
    severity: &'a str,
    category: &'a str,
    action: &'a str,
    speaker_id: PlayerId,
    speaker_account: Option<AccountId>,
    speaker_name: Option<Text>,
    content: Option<Text>,
    node: &'a str,
}

#[derive(Serialize)]
struct AutomaticLine<'a> {
    #[serde(flatten)]
    head: Head,
    rule: &'a str,
    version: &'a str,
    what: &'a str,
    subject: Option<String>,
    subject_name: Option<Text>,
    detail: Option<Text>,
    restriction: Option<ActId>,
    #[serde(serialize_with = "some_millis")]
    until: Option<DateTime<Utc>>,
    node: &'a str,
}

#[derive(Serialize)]
struct ReportLine<'a> {
    #[serde(flatten)]
    head: Head,
    report: &'a str,
    reporter: String,
    reporter_name: Option<Text>,
    reported: Option<String>,
    reported_name: Option<Text>,
    messages: &'a [MessageId],
    reason: Option<Text>,
    node: &'a str,
}

#[derive(Serialize)]
struct ReadLine<'a> {
    #[serde(flatten)]
    head: Head,
    reader_id: Option<PlayerId>,
    reader_account: Option<AccountId>,
    reader_name: Option<Text>,
    rank: Option<Rank>,
    what: &'a str,
    subject: Option<String>,
    target: Option<Text>,
    node: &'a str,
}

/// Words of one line, each to be sealed for its place in it.
struct Texts<'a> {
    seq: u64,
    seals: &'a Seals,
}

impl Texts<'_> {
    /// The text under the keys of its owners; as it is when it has none, or when nothing is sealed. A text whose key is
    /// missing is left out rather than shown.
    fn of(&self, field: &str, text: &str, owners: &[Option<AccountId>]) -> Option<Text> {
        let mut owners: Vec<AccountId> = owners.iter().copied().flatten().collect();
        owners.sort_unstable();
        owners.dedup();
        if owners.is_empty() || matches!(self.seals, Seals::Plain) {
            return Some(Text::Plain(text.to_owned()));
        }
        let place = place(self.seq, field);
        self.seals.of(&owners).map(|keys| Text::Sealed(seal(text, &place, &keys)))
    }

    fn some(&self, field: &str, text: Option<&str>, owners: &[Option<AccountId>]) -> Option<Text> {
        text.and_then(|text| self.of(field, text, owners))
    }
}

/// Where a sealed text stands.
pub(super) fn place(seq: u64, field: &str) -> String {
    format!("{seq}/{field}")
}

/// One line of the moderation log, without its end.
pub(super) fn entry(record: &ModerationRecord, seals: &Seals, link: Link, node: &str) -> Vec<u8> {
    let texts = Texts { seq: link.seq, seals };
    match record {
        ModerationRecord::Act(act) => json(&act_line(act, link, &texts, node)),
        ModerationRecord::Hit(hit) => json(&hit_line(hit, link, &texts, node)),
        ModerationRecord::Automatic(it) => json(&automatic_line(it, link, &texts, node)),
        ModerationRecord::Report(report) => json(&report_line(report, link, &texts, node)),
        ModerationRecord::Read(read) => json(&read_line(read, link, &texts, node)),
    }
}

fn head(kind: &'static str, at: DateTime<Utc>, link: Link) -> Head {
    Head { schema: SCHEMA, seq: link.seq, prev: link.prev, kind, at }
}

fn act_line<'a>(act: &'a Act, link: Link, texts: &Texts, node: &'a str) -> ActLine<'a> {
    let subject = act.subject.and_then(account_of);
    let owner = [subject.or(act.actor_account)];
    ActLine {
        head: head("act", act.at, link),
        actor_id: act.actor_id,
        actor_account: act.actor_account,
        actor_name: texts.of("actor_name", &act.actor_name, &[act.actor_account]),
        rank: act.rank,
        act: &act.act,
        subject: act.subject.map(person_id),
        target: texts.some("target", act.target.as_deref(), &owner),
        detail: texts.some("detail", act.detail.as_deref(), &owner),
        refused: texts.some("refused", act.refused.as_deref(), &owner),
        restriction: act.restriction,
        until: act.until,
        node,
    }
}

fn hit_line<'a>(hit: &'a Hit, link: Link, texts: &Texts, node: &'a str) -> HitLine<'a> {
    HitLine {
        head: head("hit", hit.at, link),
        message: hit.message,
        channel: &hit.channel,
        rule: &hit.rule,
        list_version: &hit.list_version,
        severity: &hit.severity,
        category: &hit.category,
        action: &hit.action,
        speaker_id: hit.speaker,
        speaker_account: hit.account,
        speaker_name: texts.of("speaker_name", &hit.name, &[hit.account]),
        content: texts.of("content", &hit.content, &[hit.account]),
        node,
    }
}

fn automatic_line<'a>(
    it: &'a Automatic,
    link: Link,
    texts: &Texts,
    node: &'a str,
) -> AutomaticLine<'a> {
    let owner = [it.subject.and_then(account_of)];
    AutomaticLine {
        head: head("automatic", it.at, link),
        rule: &it.rule,
        version: &it.version,
        what: &it.what,
        subject: it.subject.map(person_id),
        subject_name: texts.some("subject_name", it.name.as_deref(), &owner),
        detail: texts.some("detail", it.detail.as_deref(), &owner),
        restriction: it.restriction,
        until: it.until,
        node,
    }
}

fn report_line<'a>(report: &'a Report, link: Link, texts: &Texts, node: &'a str) -> ReportLine<'a> {
    let reporter = account_of(report.reporter);
    let reported = report.reported.and_then(account_of);
    let reported_name = report.reported_name.as_deref();
    ReportLine {
        head: head("report", report.at, link),
        report: &report.id,
        reporter: person_id(report.reporter),
        reporter_name: texts.of("reporter_name", &report.reporter_name, &[reporter]),
        reported: report.reported.map(person_id),
        reported_name: texts.some("reported_name", reported_name, &[reported]),
        messages: &report.messages,
        reason: texts.of("reason", &report.reason, &[reporter, reported]),
        node,
    }
}

fn read_line<'a>(read: &'a Read, link: Link, texts: &Texts, node: &'a str) -> ReadLine<'a> {
    let subject = read.subject.and_then(account_of);
    let owner = [subject.or(read.reader_account)];
    ReadLine {
        head: head("read", read.at, link),
        reader_id: read.reader_id,
        reader_account: read.reader_account,
        reader_name: texts.of("reader_name", &read.reader_name, &[read.reader_account]),
        rank: read.rank,
        what: &read.what,
        subject: read.subject.map(person_id),
        target: texts.some("target", read.target.as_deref(), &owner),
        node,
    }
}

/// What the log itself has to say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Note {
    /// So many records are in no file.
    Dropped {
        /// How many.
        count: u64,
    },
    /// What stands between this line and the last whole one was cut off, by a kill or a power cut.
    Cut {
        /// The digest of the last whole line.
        whole: Digest,
        /// How many lines stand between, whole or in part.
        lines: u64,
        /// The digest of what stands between, its lines joined by newlines.
        digest: Digest,
    },
    /// The files of days long past were removed.
    Swept {
        /// The number of the last line that went.
        through: u64,
        /// Its digest.
        hash: Digest,
        /// How many files went.
        files: u64,
    },
}

#[derive(Serialize)]
struct DroppedLine<'a> {
    #[serde(flatten)]
    head: Head,
    count: u64,
    node: &'a str,
}

#[derive(Serialize)]
struct CutLine<'a> {
    #[serde(flatten)]
    head: Head,
    #[serde(serialize_with = "as_text")]
    whole: Digest,
    lines: u64,
    #[serde(serialize_with = "as_text")]
    digest: Digest,
    node: &'a str,
}

#[derive(Serialize)]
struct SweptLine<'a> {
    #[serde(flatten)]
    head: Head,
    through: u64,
    #[serde(serialize_with = "as_text")]
    hash: Digest,
    files: u64,
    node: &'a str,
}

/// One of the log's own lines, without its end.
pub(super) fn note(note: Note, at: DateTime<Utc>, link: Link, node: &str) -> Vec<u8> {
    match note {
        Note::Dropped { count } => {
            json(&DroppedLine { head: head("dropped", at, link), count, node })
        }
        Note::Cut { whole, lines, digest } => {
            json(&CutLine { head: head("cut", at, link), whole, lines, digest, node })
        }
        Note::Swept { through, hash, files } => {
            json(&SweptLine { head: head("swept", at, link), through, hash, files, node })
        }
    }
}

/// A person's id: those of accounts and of guests differ in their first letter.
fn person_id(person: Person) -> String {
    match person {
        Person::Account(account) => account.to_string(),
        Person::Guest(player) => player.to_string(),
    }
}

fn as_text<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(digest)
}
