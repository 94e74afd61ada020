//! Lists over HTTP come in pages, and what stands in the words of staff are words.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::rest::{Caller, got, posted, problem};
use client_tests::server::Home;
use client_tests::staff::with_moderator_outside;
use serde_json::{Value, json};

/// All of a list, one row a page; the cursor is called so.
async fn walked(caller: &Caller, path: &str, list: &str, cursor: &str) -> Result<Vec<Value>> {
    let (mut rows, mut next) = (Vec::new(), String::new());
    for _ in 0..20 {
        let page = got(caller, &format!("{path}?limit=1{next}")).await?;
        let here = page[list].as_array().context("no list")?;
        ensure!(here.len() <= 1, "{page}");
        rows.extend(here.iter().cloned());
        match page[cursor].as_str() {
            Some(word) => next = format!("&{cursor}={word}"),
            None => return Ok(rows),
        }
    }
    anyhow::bail!("{path} does not end: {rows:?}")
}

/// That a list in pages of one is the list.
async fn in_pages(caller: &Caller, path: &str, list: &str, cursor: &str) -> Result<Vec<Value>> {
    let whole = got(caller, path).await?;
    let rows = walked(caller, path, list, cursor).await?;
    let stable = |row: &Value| {
        let mut row = row.clone();
        if let Some(row) = row.as_object_mut() {
            row.remove("seconds_left");
        }
        row
    };
    let all: Vec<Value> = whole[list].as_array().context("no list")?.iter().map(stable).collect();
    assert_eq!(rows.iter().map(stable).collect::<Vec<_>>(), all, "{path}");
    assert_eq!(whole[cursor], Value::Null);
    for wrong in ["limit=0", "limit=201", &format!("{cursor}=!")] {
        problem(&caller.get(&format!("{path}?{wrong}")).await?, "bad-request")?;
    }
    Ok(rows)
}

#[tokio::test]
async fn lists_come_in_pages() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let _eve = by_telnet(&server, "Eve").await?;
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let players = in_pages(&by_ada, "/players", "players", "after").await?;
    let names: Vec<_> = players.iter().filter_map(|player| player["name"].as_str()).collect();
    assert_eq!(names, ["Ada", "Bob", "Eve"]);
    for (name, words) in [("bob", "one"), ("eve", "two"), ("bob", "three")] {
        ada.types(&format!("whisper {name} {words}"), words).await?;
    }
    let others = in_pages(&by_ada, "/conversations", "conversations", "before").await?;
    let names: Vec<_> = others.iter().filter_map(|other| other["name"].as_str()).collect();
    assert_eq!(names, ["Bob", "Eve"]);
    for player in ["Eve", "Bob"] {
        let mute = json!({ "kind": "mute", "player": player, "seconds": 600, "reason": "loud" });
        posted(&by_mara, "/moderation/restrictions", mute, 201).await?;
    }
    let hold = json!({ "kind": "hold", "player": "Ada", "seconds": 600, "reason": "advertises" });
    posted(&by_mara, "/moderation/restrictions", hold, 201).await?;
    let path = "/moderation/restrictions";
    let all = in_pages(&by_mara, path, "restrictions", "after").await?;
    let names: Vec<_> = all.iter().filter_map(|it| it["subject"].as_str()).collect();
    assert_eq!(names, ["Eve", "Bob", "Ada"], "the oldest first");
    for words in ["buy this", "buy that"] {
        ada.types(&format!("say {words}"), &format!("on say: \"{words}\"")).await?;
    }
    let held = in_pages(&by_mara, "/moderation/queue", "lines", "after").await?;
    let words: Vec<_> = held.iter().filter_map(|line| line["content"].as_str()).collect();
    assert_eq!(words, ["buy this", "buy that"]);
    Ok(())
}

#[tokio::test]
async fn a_name_of_no_line_is_a_word_in_a_note() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say secrets", "You say").await?;
    home.until_stored("secrets").await?;
    let notes = "/moderation/records/Ada/notes";
    let none = "01931b9e-8f00-7000-8000-000000000001";
    let text = format!("her key is {none}, see say#4711");
    let noted = posted(&by_mara, notes, json!({ "text": text }), 201).await?;
    assert_eq!((&noted["text"], &noted["evidence"]), (&json!(text), &json!([])));
    let lines = got(&by_mara, "/moderation/lines?player=Ada&limit=1").await?;
    let line = lines["lines"][0]["id"].as_str().context("no line")?;
    let text = format!("said {line} and {none}");
    let noted = posted(&by_mara, notes, json!({ "text": text }), 201).await?;
    assert_eq!(noted["evidence"], json!([line]), "a name of a line is evidence");
    let warned = json!({ "kind": "warn", "player": "Ada", "reason": "secrets", "lines": [none] });
    let refused = by_mara.post("/moderation/restrictions", &warned).await?;
    assert!(problem(&refused, "not-done")?.contains("not a line that is kept"), "{refused:?}");
    Ok(())
}
