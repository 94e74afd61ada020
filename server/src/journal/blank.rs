//! Writes over what an erased account left in the chat and the system log: in place, with as many stars as there were bytes,
//! so that no file changes its length and whoever follows one by position notices nothing. The one exception to the rule
//! that a file is only appended to; no server may run meanwhile.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use super::Log;
use super::read::Lines;
use super::retention::days;

/// Whom to erase, by the ids that the logs know them by.
#[derive(Debug, Clone)]
pub struct Erased {
    /// The account's id.
    pub account: String,
    /// Its characters' ids.
    pub players: Vec<String>,
}

/// Writes over names, words and addresses of somebody in the chat and the system log. How many lines were changed.
///
/// # Errors
/// When a file cannot be read or written. What was written over until then stays so; it can be done again.
pub fn blank(root: &Path, whom: &Erased) -> io::Result<u64> {
    let mut changed = 0;
    for log in [Log::Chat, Log::System] {
        for (_, path) in days(log, root)? {
            changed += blank_file(log, &path, whom)?;
        }
    }
    Ok(changed)
}

fn blank_file(log: Log, path: &Path, whom: &Erased) -> io::Result<u64> {
    let mut lines = Lines::open(path)?;
    let (mut file, mut from, mut changed) = (None, 0_u64, 0);
    while let Some(line) = lines.next()? {
        let spans: Vec<Range<usize>> = fields(log, line.bytes, whom)
            .into_iter()
            .filter_map(|field| value(line.bytes, field))
            .filter(|span| !line.bytes[span.clone()].iter().all(|byte| *byte == b'*'))
            .collect();
        if !spans.is_empty() {
            let file = match &mut file {
                Some(file) => file,
                none => none.insert(OpenOptions::new().write(true).open(path)?),
            };
            spans.into_iter().try_for_each(|span| write_over(file, from, span))?;
            changed += 1;
        }
        from += line.bytes.len() as u64 + u64::from(line.is_ended);
    }
    if let Some(file) = file {
        file.sync_data()?;
    }
    Ok(changed)
}

fn write_over(file: &mut File, from: u64, span: Range<usize>) -> io::Result<()> {
    file.seek(SeekFrom::Start(from + span.start as u64))?;
    file.write_all(&vec![b'*'; span.len()])
}

/// Which fields of a line are theirs.
fn fields(log: Log, line: &[u8], whom: &Erased) -> Vec<&'static str> {
    let is =
        |field: &str, id: &String| value(line, field).is_some_and(|at| line[at] == *id.as_bytes());
    let of_player = |field: &str| whom.players.iter().any(|id| is(field, id));
    let of_account = |field: &str| is(field, &whom.account);
    let mut fields = Vec::new();
    match log {
        Log::Chat => {
            if of_account("account_id") || of_player("sender_id") {
                fields.extend(["sender_name", "content"]);
            }
            if of_player("target_id") {
                fields.push("target_name");
            }
        }
        Log::System if of_account("account") || of_player("player") => fields.push("address"),
        Log::System | Log::Moderation => {}
    }
    fields
}

/// Where the text of a field stands in a line, without its quotes. Inside a text every quote has a backslash before it, so what
/// looks like a field is one.
fn value(line: &[u8], field: &str) -> Option<Range<usize>> {
    let key = format!("\"{field}\":\"");
    let starts = |window: &[u8]| window[1..] == *key.as_bytes() && matches!(window[0], b'{' | b',');
    let from = line.windows(key.len() + 1).position(starts)? + key.len() + 1;
    let mut at = from;
    loop {
        match line.get(at)? {
            b'"' => return Some(from..at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn whom() -> Erased {
        Erased { account: "a_0011".to_owned(), players: vec!["p_7f3a".to_owned()] }
    }

    /// The lines of a file of the chat log after somebody was erased from it.
    fn blanked(lines: &[Value]) -> (String, String) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("chat/chat.2026-11-21.jsonl");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let before: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, &before).unwrap();
        blank(root.path(), &whom()).unwrap();
        (before, std::fs::read_to_string(path).unwrap())
    }

    proptest! {
        /// Whatever somebody typed is gone, what others typed stays, and the file is as long as before.
        #[test]
        fn only_theirs_goes(mine: String, others: String) {
            let line = |sender: &str, account: &str, content: &str| json!({
                "account_id": account, "content": content, "sender_id": sender, "sender_name": "N",
            });
            let lines = [
                line("p_7f3a", "a_0011", &mine),
                line("p_0001", "a_0001", &others),
                line("p_0002", "a_0002", "\",\"account_id\":\"a_0011\",\"content\":\"x\""),
            ];
            let (before, after) = blanked(&lines);
            prop_assert_eq!(before.len(), after.len());
            let after: Vec<Value> = after.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(&after[1..], &lines[1..]);
            let left = after[0]["content"].as_str().unwrap();
            prop_assert!(left.bytes().all(|byte| byte == b'*'), "{}", left);
        }
    }

    #[test]
    fn the_address_of_a_login_goes_from_the_system_log() {
        let line =
            br#"{"fields":{"message":"logged in","account":"a_0011","address":"192.0.2.1"}}"#;
        assert_eq!(fields(Log::System, line, &whom()), ["address"]);
        let at = value(line, "address").unwrap();
        assert_eq!(&line[at], b"192.0.2.1");
        let other = br#"{"fields":{"account":"a_0012","address":"192.0.2.1"}}"#;
        assert!(fields(Log::System, other, &whom()).is_empty());
    }
}
