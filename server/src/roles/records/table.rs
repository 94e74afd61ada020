//! Lines of the logs as a table for people: one line each, in columns, and nothing in it that acts on the terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthChar;

use crate::journal::Log;
use crate::journal::read::{Record, acts_on_its_reader};

/// The widths of the columns before the last, which takes what is left.
const WIDTHS: [usize; 4] = [19, 10, 14, 14];

/// Bold, red, and back again (ECMA-48, "SGR").
const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const PLAIN: &str = "\u{1b}[0m";

/// How lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A table, with colours or without.
    Table {
        /// Whether somebody looks at a terminal.
        is_coloured: bool,
    },
    /// A JSON object to a line.
    Json,
}

impl Form {
    /// What stands above the lines.
    pub(super) fn heading(self, log: Log, out: &mut dyn Write) -> io::Result<()> {
        let Self::Table { is_coloured } = self else { return Ok(()) };
        let titles = match log {
            Log::Chat => ["time (UTC)", "channel", "who", "to", "words"],
            Log::Moderation => ["time (UTC)", "what", "who", "whom", "particulars"],
            Log::System => ["time (UTC)", "level", "part", "", "what"],
        };
        row(&titles.map(str::to_owned), is_coloured.then_some(BOLD), out)
    }

    /// One line of a log.
    pub(super) fn line(self, log: Log, record: &Record, out: &mut dyn Write) -> io::Result<()> {
        let Self::Table { is_coloured } = self else {
            return writeln!(out, "{}", record.to_line());
        };
        let (cells, is_refusal) = match log {
            Log::Chat => chat(record),
            Log::Moderation => moderation(record),
            Log::System => system(record),
        };
        row(&cells, (is_coloured && is_refusal).then_some(RED), out)
    }
}

fn row(cells: &[String; 5], colour: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        line.push_str(&fitted(cell, width));
        line.push_str("  ");
    }
    line.push_str(&safe(&cells[4]));
    let line = line.trim_end();
    match colour {
        Some(colour) => writeln!(out, "{colour}{line}{PLAIN}"),
        None => writeln!(out, "{line}"),
    }
}

/// A text as it may be shown.
pub(super) fn safe(text: &str) -> String {
    text.chars().flat_map(harmless).collect()
}

/// A text in exactly so many columns.
fn fitted(text: &str, width: usize) -> String {
    let shown = safe(text);
    let all: usize = shown.chars().map(columns).sum();
    if all <= width {
        return format!("{shown}{}", " ".repeat(width - all));
    }
    let mut fitted = String::new();
    let mut taken = 0;
    for c in shown.chars() {
        if taken + columns(c) > width - 1 {
            break;
        }
        taken += columns(c);
        fitted.push(c);
    }
    format!("{fitted}…{}", " ".repeat(width - 1 - taken))
}

fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// A character as it may be shown: what acts on a terminal or turns text around is written as its number.
fn harmless(c: char) -> impl Iterator<Item = char> {
    let acts = c.is_control() || acts_on_its_reader(c);
    let escape = acts.then(|| format!("\\u{{{:x}}}", u32::from(c)));
    let plain = (!acts).then_some(c);
    escape.unwrap_or_default().chars().collect::<Vec<_>>().into_iter().chain(plain)
}

/// `2026-11-21T10:15:02.000Z` as `2026-11-21 10:15:02`.
fn time(record: &Record, field: &str) -> String {
    let at = record.text(field).unwrap_or_default();
    at.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// The first of these fields that says something.
fn first(record: &Record, fields: &[&str]) -> String {
    fields.iter().map(|field| record.shown(field)).find(|text| !text.is_empty()).unwrap_or_default()
}

fn chat(record: &Record) -> ([String; 5], bool) {
    let blocked = record.text("blocked_by");
    let words = match blocked {
        Some(rule) => format!("[not said: {rule}] {}", record.shown("content")),
        None => record.shown("content"),
    };
    let who = first(record, &["sender_name", "sender_id"]);
    let to = first(record, &["target_name", "target_id", "party"]);
    ([time(record, "at"), first(record, &["channel", "kind"]), who, to, words], blocked.is_some())
}

fn moderation(record: &Record) -> ([String; 5], bool) {
    let is_refusal = record.text("refused").is_some();
    let what = first(record, &["act", "kind"]);
    let who = first(
        record,
        &["actor_name", "speaker_name", "reporter_name", "reader_name", "rule", "actor_id"],
    );
    let whom = first(
        record,
        &["target", "subject_name", "reported_name", "subject", "channel", "through"],
    );
    ([time(record, "at"), what, who, whom, particulars(record)], is_refusal)
}

/// What else a line of the moderation log has to say.
fn particulars(record: &Record) -> String {
    let some = |before: &str, field: &str| {
        Some(record.shown(field)).filter(|text| !text.is_empty()).map(|it| format!("{before}{it}"))
    };
    let parts: Vec<Option<String>> = match record.kind() {
        "act" => vec![some("", "detail"), some("until ", "until"), some("refused: ", "refused")],
        "hit" => vec![
            some("", "rule"),
            some("", "severity"),
            some("", "category"),
            some("-> ", "action"),
            some("in: ", "content"),
        ],
        "automatic" => vec![
            some("", "what"),
            some("version ", "version"),
            some("", "detail"),
            some("until ", "until"),
        ],
        "report" => vec![some("", "reason"), some("report ", "report")],
        "read" => vec![some("", "what")],
        "dropped" => vec![some("records missing: ", "count")],
        "cut" => vec![some("lines cut off by a crash: ", "lines")],
        "swept" => vec![some("files removed: ", "files")],
        _ => Vec::new(),
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn system(record: &Record) -> ([String; 5], bool) {
    let fields = record.to_json()["fields"].clone();
    let message = fields["message"].as_str().unwrap_or_default().to_owned();
    let rest: Vec<String> = fields.as_object().map_or_else(Vec::new, |fields| {
        let others = fields.iter().filter(|(key, _)| *key != "message");
        others.map(|(key, value)| format!("{key}={value}")).collect()
    });
    let level = record.shown("level");
    let is_error = level == "ERROR";
    let what = format!("{message} {}", rest.join(" "));
    ([time(record, "timestamp"), level, record.shown("target"), String::new(), what], is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(log: Log, line: &str) -> String {
        let mut out = Vec::new();
        let record = Record::read(line.as_bytes(), None).unwrap();
        let form = Form::Table { is_coloured: false };
        form.heading(log, &mut out).unwrap();
        form.line(log, &record, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_stand_below_each_other_whatever_is_in_them() {
        let act = r#"{"seq":1,"kind":"act","act":"mute","at":"2026-11-21T10:15:02.000Z","actor_name":"Wörden漢漢漢漢漢漢漢","target":"Bob","detail":"on trade: spam","refused":null,"until":null}"#;
        let table = shown(Log::Moderation, act);
        expect_test::expect![[r#"
            time (UTC)           what        who             whom            particulars
            2026-11-21 10:15:02  mute        Wörden漢漢漢…   Bob             on trade: spam
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn nothing_that_was_typed_acts_on_the_terminal() {
        let line = r#"{"at":"2026-11-21T10:15:02.000Z","channel":"say","sender_name":"Eve\u001b[2J","content":"a\nb\u202ec\u009b31m"}"#;
        let table = shown(Log::Chat, line);
        assert_eq!(table.lines().count(), 2, "{table}");
        assert!(table.contains(r"a\u{a}b\u{202e}c\u{9b}31m"), "{table}");
        assert!(!table.contains('\u{1b}'), "{table}");
    }
}
