//! Every kind of line is what `docs/schemas/` says, whatever was typed.

use std::fs;
use std::time::Duration;

use jsonschema::Validator;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{Logs, act, acted, ada, bob, lines, refused, said};

const CLOSE_WAIT: Duration = Duration::from_secs(10);

/// What someone would type to forge a line, or to act on whoever reads the log.
pub(crate) const HOSTILE: &str = "a\"}\n{\"schema\":1,\"content\":\"forged\"}\r\n\u{1b}[2J\\ \\u0041 \u{0}\u{7f}\u{85}\u{9b}31m\
    \u{2028}\u{2029}\u{202e}\u{2066}\u{feff}é漢😀";

pub(crate) fn schema(name: &str) -> Validator {
    let path = format!("{}/../docs/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

pub(crate) fn check(schema: &Validator, lines: &[Value]) {
    for line in lines {
        let errors: Vec<_> = schema.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
    }
}

/// One of each kind of line of talk.
fn chat_lines() -> Vec<Value> {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    journal.delivered(said(&logs.clock, 1, "Anyone here?"));
    let mut whisper = said(&logs.clock, 2, HOSTILE);
    let message = std::sync::Arc::make_mut(&mut whisper.message);
    message.target = Some(bob());
    message.sender.via = None;
    message.flags = vec!["social".into()];
    journal.delivered(whisper);
    journal.blocked(refused(&logs.clock, HOSTILE));
    guard.close(CLOSE_WAIT).unwrap();
    lines(&logs.today("chat"))
}

#[test]
fn every_line_of_talk_keeps_its_promise() {
    let lines = chat_lines();
    assert_eq!(lines.len(), 3);
    check(&schema("chat-log"), &lines);
    let first = &lines[0];
    assert_eq!(first["at"], "2026-11-21T23:59:58.000Z");
    assert_eq!(first["zone"], "earth.harbour");
    assert_eq!((&first["delivered"], &first["blocked_by"]), (&json!(2), &json!(null)));
    assert_eq!((&first["latency_us"], &first["node"]), (&json!(1500), &json!("node-1")));
    assert_eq!(lines[1]["target_id"], bob().id.to_string());
    assert_eq!(lines[1]["transport"], Value::Null);
    assert_eq!((&lines[2]["blocked_by"], &lines[2]["id"]), (&json!("rate"), &json!(null)));
    assert_eq!((&lines[2]["delivered"], &lines[2]["seq"]), (&json!(0), &json!(null)));
}

#[test]
fn what_was_typed_stays_inside_its_line() {
    for line in &chat_lines()[1..] {
        assert_eq!(line["content"], HOSTILE);
    }
}

#[test]
fn nothing_in_a_file_acts_on_its_reader() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    journal.delivered(said(&logs.clock, 1, HOSTILE));
    act(&journal, acted(&logs.clock, HOSTILE));
    let layer = hearsay::journal::system_layer(&journal, EnvFilter::new("info"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info!(name = HOSTILE, "{HOSTILE}");
    });
    guard.close(CLOSE_WAIT).unwrap();
    for log in ["chat", "moderation", "system"] {
        let text = fs::read_to_string(logs.today(log)).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let harmless = |c: char| c == '\n' || c.is_ascii_graphic() || " é漢😀".contains(c);
        assert!(text.chars().all(harmless), "{text:?}");
    }
}

#[test]
fn every_act_of_staff_keeps_its_promise() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    act(&journal, acted(&logs.clock, HOSTILE));
    let mut shutdown = acted(&logs.clock, "");
    (shutdown.actor_id, shutdown.act) = (None, "shutdown".into());
    (shutdown.target, shutdown.detail) = (None, None);
    act(&journal, shutdown);
    guard.close(CLOSE_WAIT).unwrap();

    let lines = lines(&logs.today("moderation"));
    assert_eq!(lines.len(), 2);
    check(&schema("moderation-log"), &lines);
    assert_eq!(lines[0]["actor_id"], ada().id.to_string());
    assert_eq!((&lines[0]["rank"], &lines[0]["detail"]), (&json!("admin"), &json!(HOSTILE)));
}

#[test]
fn every_line_of_the_system_log_keeps_its_promise() {
    let logs = Logs::new();
    let (journal, guard) = logs.start();
    let layer = hearsay::journal::system_layer(&journal, EnvFilter::new("info"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info!("listening");
        let session = tracing::info_span!("session", id = "s_0001").entered();
        tracing::warn!(player = %ada().id, bytes = 17, "the outbox is full");
        tracing::debug!("not asked for");
        drop(session);
    });
    guard.close(CLOSE_WAIT).unwrap();

    let lines = lines(&logs.today("system"));
    check(&schema("system-log"), &lines);
    let said: Vec<_> = lines.iter().map(|line| &line["fields"]["message"]).collect();
    assert_eq!(said, ["listening", "the outbox is full"]);
    assert_eq!(lines[1]["span"], json!({"name": "session", "id": "s_0001"}));
    assert_eq!(lines[1]["timestamp"], "2026-11-21T23:59:58.000Z");
}

#[test]
fn the_schemas_refuse_what_we_would_not_write() {
    let schema = schema("chat-log");
    let good = chat_lines().remove(0);
    assert!(schema.is_valid(&good));
    for field in good.as_object().unwrap().keys() {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(field);
        assert!(!schema.is_valid(&bad), "a line without {field} was taken");
    }
    for (field, value) in [("schema", json!(2)), ("delivered", json!(-1)), ("more", json!(1))] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(!schema.is_valid(&bad), "{bad} was taken");
    }
}
