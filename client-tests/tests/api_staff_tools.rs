//! What staff look for and set by REST: lines, the filter, the log, defcon, a word to everybody.

use std::fs;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::rest::{Caller, got, posted, problem};
use client_tests::server::Home;
use client_tests::staff::{Owner, until_logged, with_moderator, with_moderator_outside};
use serde_json::{Value, json};

#[tokio::test]
async fn staff_find_what_was_said_anywhere_but_in_private() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    bob.types("north", "").await?;
    bob.types("say the plan is set", "You say").await?;
    bob.types("whisper ada the plan is off", "You whisper").await?;
    ada.types("global what plan", "what plan").await?;
    bob.types("global the PLAN", "the PLAN").await?;
    home.until_stored("the PLAN").await?;
    let found = |page: &Value| -> Result<Vec<String>> {
        let lines = page["lines"].as_array().context("no lines")?;
        Ok(lines.iter().filter_map(|it| it["content"].as_str().map(str::to_owned)).collect())
    };
    let all = got(&by_mara, "/moderation/lines?q=plan").await?;
    assert_eq!(found(&all)?, ["the plan is set", "what plan", "the PLAN"]);
    assert!(all["lines"][0]["room"].is_string(), "{all}");
    let of_bob = got(&by_mara, "/moderation/lines?player=bob&channel=global").await?;
    assert_eq!(found(&of_bob)?, ["the PLAN"]);
    let id = of_bob["lines"][0]["id"].as_str().context("no id")?;
    posted(&by_mara, "/moderation/redactions", json!({ "line": id, "reason": "no" }), 201).await?;
    let again = got(&by_mara, "/moderation/lines?player=bob&channel=global").await?;
    assert_eq!(again["lines"][0]["redacted"], true, "{again}");

    let (mut pages, mut before) = (Vec::new(), String::new());
    loop {
        let page = got(&by_mara, &format!("/moderation/lines?q=plan&limit=1{before}")).await?;
        pages.extend(found(&page)?);
        let Some(cursor) = page["before"].as_str() else { break };
        before = format!("&before={cursor}");
    }
    assert_eq!(pages, ["the PLAN", "what plan", "the plan is set"]);
    let since = "since=2020-01-01T00:00:00Z";
    assert_eq!(
        found(&got(&by_mara, &format!("/moderation/lines?q=plan&{since}")).await?)?.len(),
        3
    );
    let until = "until=2020-01-01T00:00:00Z";
    assert!(found(&got(&by_mara, &format!("/moderation/lines?q=plan&{until}")).await?)?.is_empty());
    assert!(found(&got(&by_mara, "/moderation/lines?channel=whisper").await?)?.is_empty());
    problem(&by_mara.get("/moderation/lines?channel=nowhere").await?, "not-found")?;
    problem(&by_mara.get("/moderation/lines?player=nobody").await?, "not-done")?;
    until_logged(&home, |it| it["what"] == "lines" && it["target"] == "bob").await?;
    Ok(())
}

#[tokio::test]
async fn a_line_that_the_filter_holds_back_names_the_words_for_staff_alone() -> Result<()> {
    let home = Home::with_world_of_its_own()?.set("chat.content_filtering.words", "[frell]");
    let lists = home.path("world/moderation");
    let words = "- { severity: severe, category: rude, fit: word, words: [zounds, egads] }";
    fs::write(lists.join("lexicon.yaml"), words)?;
    fs::write(lists.join("actions.yaml"), "default: { moderate: mask, severe: hold }")?;
    let (server, mut mara) = with_moderator(&home).await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    bob.types("say frell, zounds, zounds and egads", "What you say has to wait").await?;
    mara.expect("(by filter: word:egads, word:zounds)").await?;
    mara.types("held", "ago, by filter: word:egads, word:zounds)").await?;
    let line = got(&by_mara, "/moderation/queue").await?["lines"][0].clone();
    let found = json!(["word:egads", "word:zounds"]);
    assert_eq!((&line["rule"], &line["found"]), (&json!("filter"), &found), "{line}");
    mara.types("deny 1 mind your tongue", "is denied by Mara").await?;
    bob.expect("mind your tongue").await?;
    let read = bob.transcript().to_string();
    ensure!(!read.contains("filter") && !read.contains("word:egads"), "{read}");
    Ok(())
}

#[tokio::test]
async fn players_may_be_called_as_parts_of_paths_are() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let names = ["Test", "World", "Notes", "Docs"];
    for name in names {
        let mut client = by_telnet(&server, name).await?;
        client.types("quit", "Until next time").await?;
        client.expect_closed().await?;
    }
    for name in names {
        let about = name.to_lowercase();
        let path = format!("/moderation/records/{about}");
        let note = json!({ "text": format!("about {about}") });
        posted(&by_mara, &format!("{path}/notes"), note, 201).await?;
        let record = got(&by_mara, &path).await?;
        assert_eq!(record["player"], name, "{record}");
        let remarks = record["remarks"].as_array().context("no remarks")?;
        assert_eq!(remarks.len(), 1, "{record}");
        let mute = json!({ "kind": "mute", "player": about, "channels": ["say"], "reason": "x" });
        let muted = posted(&by_mara, "/moderation/restrictions", mute, 201).await?;
        assert_eq!(muted["restriction"]["subject"], name, "{muted}");
        let is_it = |entry: &Value| {
            let target = entry["target"].as_str();
            entry["act"] == "mute" && target.is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        until_logged(&home, is_it).await?;
        let audit = got(&by_mara, &format!("/moderation/audit?act=mute&target={about}")).await?;
        let entries = audit["entries"].as_array().context("no entries")?;
        ensure!(entries.len() == 1 && is_it(&entries[0]), "{audit}");
    }
    // What is not a player's is where it was.
    posted(&by_mara, "/moderation/filter/test", json!({ "text": "test" }), 200).await?;
    Ok(())
}

#[tokio::test]
async fn staff_try_the_filter_and_a_rule_that_is_not_in_it() -> Result<()> {
    let home = Home::new()?.set("chat.content_filtering.words", "[frell]");
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("global oh frell it", "oh ***** it").await?;
    ada.types("global what a drannit day", "drannit").await?;
    let rules = got(&by_mara, "/moderation/filter").await?;
    assert_eq!(rules["words"][0]["category"], "own", "{rules}");
    assert_eq!(rules["found"]["moderate"], 1, "{rules}");
    let text = json!({ "text": "ö FR3LL", "channel": "global" });
    let tested = posted(&by_mara, "/moderation/filter/test", text, 200).await?;
    let hit = &tested["hits"][0];
    assert_eq!((&hit["from"], &hit["to"], &hit["typed"]), (&json!(2), &json!(7), &json!("FR3LL")));
    assert_eq!((&tested["result"], &tested["action"]), (&json!("ö *****"), &json!("mask")));
    let clean =
        posted(&by_mara, "/moderation/filter/test", json!({ "text": "hello" }), 200).await?;
    assert_eq!((&clean["hits"], &clean["action"]), (&json!([]), &json!(null)), "{clean}");
    let run = posted(&by_mara, "/moderation/filter/dry-run", json!({ "limit": 100 }), 200).await?;
    // Stars stand in place of the operator's own words in what is kept, too.
    assert_eq!((&run["read"], &run["hits"]), (&json!(2), &json!(0)), "{run}");
    for rule in [
        json!({ "severity": "mild", "word": "Drannit" }),
        json!({ "severity": "severe", "pattern": "dran+it" }),
    ] {
        let wanted = json!({ "limit": 100, "rule": rule });
        let run = posted(&by_mara, "/moderation/filter/dry-run", wanted, 200).await?;
        assert_eq!(run["hits"], 1, "{rule}: {run}");
        assert_eq!(run["examples"][0]["content"], "what a drannit day", "{run}");
    }
    let broken = json!({ "rule": { "severity": "mild", "pattern": "a(b" } });
    let broken = by_mara.post("/moderation/filter/dry-run", &broken).await?;
    ensure!(problem(&broken, "not-done")?.contains("unclosed group"), "{broken:?}");
    for wrong in [
        json!({ "limit": 1001 }),
        json!({ "rule": { "severity": "mild" } }),
        json!({ "rule": { "severity": "mild", "word": "a", "pattern": "b" } }),
        json!({ "rule": { "severity": "mild", "pattern": "b", "fit": "part" } }),
    ] {
        let answer = by_mara.post("/moderation/filter/dry-run", &wrong).await?;
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
    }
    until_logged(&home, |it| it["act"] == "filter" && it["target"] == "dryrun").await?;
    Ok(())
}

#[tokio::test]
async fn staff_speak_to_everybody_and_close_the_server_from_outside() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let words = json!({ "content": "Rain until noon." });
    let said = posted(&by_mara, "/moderation/announcements", words.clone(), 201).await?;
    assert_eq!((&said["channel"], &said["sender"]["name"]), (&json!("system"), &json!("Mara")));
    ada.expect("[system] Rain until noon.").await?;
    assert_eq!(bob.expect_frame("message").await?["id"], said["id"]);
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    assert_eq!(by_ada.post("/moderation/announcements", &words).await?.status, 403);
    let empty = by_mara.post("/moderation/announcements", &json!({ "content": "" })).await?;
    assert_eq!(empty.status, 422, "{empty:?}");

    assert_eq!(got(&by_mara, "/moderation/defcon").await?["level"], 5);
    let wanted = json!({ "level": 4, "seconds": 600, "reason": "a flood of guests" });
    let set = posted(&by_mara, "/moderation/defcon", wanted, 200).await?;
    assert_eq!((&set["level"], &set["by"]), (&json!(4), &json!("Mara")), "{set}");
    assert_eq!(set["levels"].as_array().map(Vec::len), Some(5), "{set}");
    bob.expect("a flood of guests").await?;
    let over = json!({ "level": 5, "reason": "they are gone" });
    assert_eq!(posted(&by_mara, "/moderation/defcon", over.clone(), 200).await?["level"], 5);
    bob.expect("nothing is closed any more").await?;
    let twice = by_mara.post("/moderation/defcon", &over).await?;
    ensure!(problem(&twice, "not-done")?.contains("5 already"), "{twice:?}");
    for wrong in [json!({ "level": 6, "reason": "x" }), json!({ "level": 0, "reason": "x" })] {
        assert_eq!(by_mara.post("/moderation/defcon", &wrong).await?.status, 400, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn the_log_tells_what_was_done_by_rest_and_nobody_what_was_done_about_them() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut people = Vec::new();
    for (name, rank) in [("Mara", "moderator"), ("Max", "moderator"), ("Otto", "admin")] {
        people.push(by_telnet(&server, name).await?);
        owner.appoint(&name.to_lowercase(), rank).await?;
    }
    let mut bob = by_telnet(&server, "Bob").await?;
    let [by_mara, by_max, by_otto] = [
        Caller::log_in(server.web, "mara", PASSWORD, None).await?,
        Caller::log_in(server.web, "max", PASSWORD, None).await?,
        Caller::log_in(server.web, "otto", PASSWORD, None).await?,
    ];
    let mute = json!({ "kind": "mute", "player": "bob", "seconds": 600, "reason": "loud" });
    posted(&by_mara, "/moderation/restrictions", mute.clone(), 201).await?;
    let note = json!({ "text": "watch this one" });
    posted(&by_otto, "/moderation/records/mara/notes", note, 201).await?;
    let shadow = json!({ "kind": "shadow", "player": "max", "reason": "leaks" });
    posted(&by_otto, "/moderation/restrictions", shadow, 201).await?;
    people[0].types("say buy my boat, all of you", "You say").await?;
    bob.expect("buy my boat").await?;
    bob.types("report mara she sells boats", "is with the staff now").await?;
    let verdict = json!({ "verdict": "dismiss", "reason": "she may" });
    posted(&by_otto, "/moderation/reports/1/verdict", verdict, 200).await?;
    until_logged(&home, |it| it["act"] == "dismiss").await?;

    let acts = |page: Value| -> Result<Vec<String>> {
        let entries = page["entries"].as_array().context("no entries")?;
        let act = |it: &Value| format!("{} {}", text(&it["act"]), text(&it["target"]));
        Ok(entries.iter().map(act).collect())
    };
    let of_mara = got(&by_max, "/moderation/audit?actor=mara&act=mute").await?;
    let entry = &of_mara["entries"][0];
    assert_eq!(
        (&entry["target"], &entry["detail"]),
        (&json!("bob"), &json!("on all channels: loud"))
    );
    assert!(entry["until"].is_string() && entry["rank"] == "moderator", "{entry}");
    let [mara, max, otto] = [
        acts(got(&by_mara, "/moderation/audit").await?)?,
        acts(got(&by_max, "/moderation/audit").await?)?,
        acts(got(&by_otto, "/moderation/audit").await?)?,
    ];
    let has = |seen: &[String], act: &str| seen.iter().any(|it| it == act);
    assert!(has(&otto, "note mara") && has(&otto, "shadow max") && has(&otto, "dismiss Mara"));
    assert!(has(&mara, "shadow max") && !has(&mara, "note mara"), "{mara:?}");
    assert!(has(&max, "note mara") && !has(&max, "shadow max"), "{max:?}");
    // Nor does she read the note on anybody's record, hers or that of whoever made it.
    let record = |whom: &'static str| format!("/moderation/records/{whom}");
    let of_mara = got(&by_max, &record("mara")).await?;
    assert_eq!(of_mara["remarks"][0]["text"], "watch this one", "{of_mara}");
    let her_own = got(&by_mara, &record("mara")).await?;
    assert_eq!(her_own["remarks"], json!([]), "{her_own}");
    let of_otto = got(&by_mara, &record("otto")).await?;
    assert_eq!(of_otto["by_them"]["remarks"], json!([]), "{of_otto}");
    // A case about somebody of their own rank is not for moderators, and neither is what came of it.
    assert!(!has(&mara, "dismiss Mara") && !has(&max, "dismiss Mara"), "{mara:?} {max:?}");

    let refused = by_mara
        .post(
            "/moderation/restrictions",
            &json!({ "kind": "ban", "player": "otto", "reason": "x" }),
        )
        .await?;
    assert_eq!(refused.status, 422);
    until_logged(&home, |it| it["act"] == "ban").await?;
    let entry = &got(&by_max, "/moderation/audit?act=ban").await?["entries"][0];
    assert!(entry["refused"].is_string(), "{entry}");
    let (mut pages, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/moderation/audit?target=bob&act=mute&limit=1{before}");
        let page = got(&by_otto, &path).await?;
        let cursor = page["before"].as_str().map(str::to_owned);
        pages.extend(acts(page)?);
        let Some(cursor) = cursor else { break };
        before = format!("&before={cursor}");
    }
    assert_eq!(pages, ["mute bob"]);
    bob.types("report say#999 lies", "no message like that").await?;
    until_logged(&home, |it| it["act"] == "report" && it["refused"].is_string()).await?;
    let reports = got(&by_otto, "/moderation/audit?act=report").await?;
    assert_eq!(reports["entries"], json!([]), "who reported is nobody's to read there");
    let none = got(&by_otto, "/moderation/audit?until=2020-01-01T00:00:00Z").await?;
    assert_eq!(none["entries"], json!([]));
    problem(&by_otto.get("/moderation/audit?before=x").await?, "bad-request")?;
    until_logged(&home, |it| it["what"] == "audit" && it["reader_name"] == "Max").await?;
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
