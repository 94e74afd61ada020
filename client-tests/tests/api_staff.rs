//! What staff do by REST is what they would do by typing: those whom it concerns read it, ranks and records are the same.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet, by_websocket};
use client_tests::rest::{Caller, contents, deleted, got, posted, problem};
use client_tests::server::Home;
use client_tests::staff::{Owner, until_logged, with_moderator_outside};
use serde_json::{Value, json};

/// The id of the only line with these words on a channel.
async fn line(home: &Home, caller: &Caller, channel: &str, words: &str) -> Result<String> {
    home.until_stored(words).await?;
    let page = caller.get(&format!("/chat/history/{channel}")).await?;
    let lines = page.json()?["lines"].as_array().context("no lines")?.clone();
    let it = lines.iter().find(|it| it["content"] == words).context("not in the history")?;
    Ok(it["id"].as_str().context("no id")?.to_owned())
}

#[tokio::test]
async fn a_report_is_seen_with_its_context_and_its_verdict_is_read_by_who_reported() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    ada.types("say good morning", "You say").await?;
    bob.types("say you old goat", "You say").await?;
    ada.expect("you old goat").await?;
    ada.types("report bob he insults me", "is with the staff now").await?;

    let listed = got(&by_mara, "/moderation/reports").await?;
    let case = &listed["reports"][0];
    assert_eq!((&case["number"], &case["state"]), (&json!(1), &json!("open")), "{listed}");
    assert_eq!((&case["subject"], &case["reporters"]), (&json!("Bob"), &json!(["Ada"])));
    let said = case["line"]["text"].as_str().context("no line")?;
    assert!(said.contains("you old goat"), "{case}");
    let full = got(&by_mara, "/moderation/reports/1").await?;
    let context: Vec<&str> = full["context"]
        .as_array()
        .context("no context")?
        .iter()
        .filter_map(|line| line["text"].as_str())
        .collect();
    assert!(context.iter().any(|line| line.contains("good morning")), "{full}");
    assert_eq!(full["brought"][0]["unchanged"], true, "{full}");

    let claimed = posted(&by_mara, "/moderation/reports/1/claim", json!({}), 200).await?;
    assert_eq!((&claimed["state"], &claimed["claimed_by"]), (&json!("claimed"), &json!("Mara")));
    let mine = got(&by_mara, "/moderation/reports?state=mine").await?;
    assert_eq!(mine["reports"][0]["number"], 1, "{mine}");
    let verdict = json!({
        "verdict": "uphold", "reason": "no insults", "act": { "kind": "mute", "seconds": 600 }
    });
    let decided = posted(&by_mara, "/moderation/reports/1/verdict", verdict.clone(), 200).await?;
    assert_eq!((&decided["state"], &decided["verdict"]), (&json!("closed"), &json!("uphold")));
    ada.expect("what you reported about Bob").await?;
    bob.expect("no insults").await?;
    bob.types("say hello?", "muted").await?;

    let again = by_mara.post("/moderation/reports/1/verdict", &verdict).await?;
    assert_eq!(again.status, 422);
    ensure!(problem(&again, "not-done")?.contains("Case 1 is upheld already"), "{again:?}");
    assert_eq!(got(&by_mara, "/moderation/reports").await?["reports"], json!([]));
    let closed = got(&by_mara, "/moderation/reports?state=closed").await?;
    assert_eq!(closed["reports"][0]["closed_by"], "Mara", "{closed}");
    problem(&by_mara.get("/moderation/reports/77").await?, "not-done")?;
    until_logged(&home, |it| it["act"] == "uphold" && it["actor_name"] == "Mara").await?;
    until_logged(&home, |it| it["what"] == "modqueue" && it["reader_name"] == "Mara").await?;
    Ok(())
}

#[tokio::test]
async fn cases_come_in_pages() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut people = Vec::new();
    for name in ["Bob", "Gil", "Eve"] {
        let mut who = by_telnet(&server, name).await?;
        who.types("say oaf", "You say").await?;
        ada.expect(&format!("{name} says")).await?;
        ada.types(&format!("report {name} rude"), "is with the staff now").await?;
        people.push(who);
    }
    for state in ["open", "all"] {
        let (mut seen, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!("/moderation/reports?state={state}&limit=2{before}");
            let page = got(&by_mara, &path).await?;
            let cases = page["reports"].as_array().context("no cases")?;
            seen.extend(cases.iter().filter_map(|case| case["number"].as_u64()));
            let Some(cursor) = page["before"].as_str() else { break };
            before = format!("&before={cursor}");
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 3], "{state}");
    }
    for wrong in ["state=lost", "limit=0", "limit=201", "before=x"] {
        let answer = by_mara.get(&format!("/moderation/reports?{wrong}")).await?;
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_line_that_is_taken_back_is_gone_for_everybody_until_it_is_put_back() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    ada.types("global the vault opens with 4711", "4711").await?;
    for listener in [&mut bob, &mut gil] {
        listener.expect("4711").await?;
    }
    let id = line(&home, &by_mara, "global", "the vault opens with 4711").await?;
    let wanted = json!({ "line": id, "reason": "secrets" });
    let done = posted(&by_mara, "/moderation/redactions", wanted.clone(), 201).await?;
    assert_eq!((&done["sender"], &done["by"]), (&json!("Ada"), &json!("Mara")), "{done}");
    for listener in [&mut bob, &mut gil] {
        assert_eq!(listener.expect_frame("redacted").await?["id"], id);
    }
    let by_bob = Caller::log_in(server.web, "bob", PASSWORD, None).await?;
    assert!(contents(&by_bob.get("/chat/history/global").await?)?.is_empty());
    let twice = by_mara.post("/moderation/redactions", &wanted).await?;
    assert_eq!(twice.status, 422, "{twice:?}");
    let back = deleted(&by_mara, &format!("/moderation/redactions/{id}?reason=sorry")).await?;
    assert!(back["undone_at"].is_string(), "{back}");
    assert_eq!(contents(&by_bob.get("/chat/history/global").await?)?.len(), 1);
    let unknown = json!({ "line": "01a2008c-17f3-7645-9bb1-13034b06253a", "reason": "x" });
    problem(&by_mara.post("/moderation/redactions", &unknown).await?, "not-done")?;
    let wrong = by_mara.call("DELETE", "/moderation/redactions/x", &[], None).await?;
    assert_eq!(wrong.status, 404, "{wrong:?}");
    Ok(())
}

#[tokio::test]
async fn a_line_that_waits_is_heard_once_it_is_approved_of() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let hold = json!({ "kind": "hold", "player": "bob", "reason": "let us see" });
    let held = posted(&by_mara, "/moderation/restrictions", hold, 201).await?;
    assert_eq!(held["restriction"]["kind"], "hold", "{held}");
    bob.types("global buy my boat", "has to wait").await?;
    bob.types("global buy my house", "has to wait").await?;
    let queue = got(&by_mara, "/moderation/queue").await?;
    let lines = queue["lines"].as_array().context("no lines")?;
    assert_eq!(lines.len(), 2, "{queue}");
    assert_eq!((&lines[0]["sender"], &lines[0]["content"]), (&json!("Bob"), &json!("buy my boat")));
    assert_eq!((&lines[0]["rule"], &lines[0]["found"]), (&json!("hold"), &json!([])));
    let path = |line: &Value| format!("/moderation/queue/{}", line["number"]);
    let approved = posted(&by_mara, &path(&lines[0]), json!({ "verdict": "approve" }), 200).await?;
    assert!(approved["line"].is_string(), "{approved}");
    ada.expect("buy my boat").await?;
    let no = json!({ "verdict": "reject", "reason": "one is enough" });
    let denied = posted(&by_mara, &path(&lines[1]), no, 200).await?;
    assert_eq!((&denied["verdict"], &denied["line"]), (&json!("denied"), &json!(null)));
    bob.expect("one is enough").await?;
    ada.expect_not("buy my house").await?;
    let gone = by_mara.post(&path(&lines[1]), &json!({ "verdict": "approve" })).await?;
    ensure!(problem(&gone, "not-done")?.contains("waits"), "{gone:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_imposed_on_somebody_who_is_away_counts_when_they_come() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    bob.types("global hello everyone", "hello everyone").await?;
    let id = line(&home, &by_mara, "global", "hello everyone").await?;
    bob.send_line("quit").await?;
    bob.expect_closed().await?;
    let mute = json!({
        "kind": "mute", "player": "bob", "channels": ["global"], "seconds": 600, "reason": "loud",
        "lines": [id]
    });
    let muted = posted(&by_mara, "/moderation/restrictions", mute, 201).await?;
    let name = muted["restriction"]["id"].as_str().context("no id")?.to_owned();
    let warn = json!({ "kind": "warn", "player": "bob", "reason": "mind your tone" });
    let warned = posted(&by_mara, "/moderation/restrictions", warn, 201).await?;
    assert_eq!(warned["remark"]["kind"], "warning", "{warned}");
    let text = json!({ "text": "new, loud" });
    posted(&by_mara, "/moderation/records/bob/notes", text, 201).await?;

    let mut bob = back_by_telnet(&server, "Bob").await?;
    bob.expect("mind your tone").await?;
    bob.types("acknowledge", "Thank you").await?;
    bob.types("global anyone?", "loud").await?;
    let record = got(&by_mara, "/moderation/records/BOB").await?;
    assert_eq!((&record["player"], &record["account"]["rank"]), (&json!("Bob"), &json!("player")));
    let mute = &record["restrictions"][0];
    assert_eq!((&mute["state"], &mute["evidence"]), (&json!("counts"), &json!([id])), "{record}");
    let kinds: Vec<&Value> =
        record["remarks"].as_array().context("no remarks")?.iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["note", "warning"], "{record}");
    let by_them = got(&by_mara, "/moderation/records/mara").await?;
    assert_eq!(by_them["by_them"]["restrictions"][0]["id"], name, "{by_them}");
    let lifted =
        deleted(&by_mara, &format!("/moderation/restrictions/{name}?reason=sorry")).await?;
    assert_eq!(lifted["lifted"][0]["id"], name, "{lifted}");
    bob.expect("no longer muted").await?;
    let gone = format!("/moderation/restrictions/{name}");
    problem(&by_mara.call("DELETE", &gone, &[], None).await?, "not-done")?;
    problem(&by_mara.get("/moderation/records/nobody").await?, "not-done")?;
    until_logged(&home, |it| it["what"] == "record" && it["target"] == "BOB").await?;
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_typed_may_not_be_ordered_by_rest() -> Result<()> {
    let home = Home::new()?;
    let (server, by_mara) = with_moderator_outside(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let orders = "/moderation/restrictions";
    let refused = |body: Value| {
        let by_mara = by_mara.clone();
        async move {
            let answer = by_mara.post(orders, &body).await?;
            ensure!(answer.status == 422, "{body}: {answer:?}");
            problem(&answer, "not-done")
        }
    };
    refused(json!({ "kind": "ban", "player": "warden", "reason": "a coup" })).await?;
    refused(json!({ "kind": "mute", "player": "nobody", "reason": "x" })).await?;
    let forever = json!({ "kind": "timeout", "player": "bob", "permanent": true, "reason": "x" });
    ensure!(refused(forever).await?.contains("runs out"));
    ensure!(refused(json!({ "kind": "lock", "reason": "x" })).await?.contains("one channel"));
    let quiet = json!({ "kind": "kick", "player": "mara", "reason": "x" });
    refused(quiet).await?;
    let many = vec!["01931b9e-8f00-7000-8000-000000000001"; 21];
    for nonsense in [
        json!({ "kind": "mute", "reason": "x" }),
        json!({ "kind": "mute", "player": "bob", "reason": "" }),
        json!({ "kind": "mute", "player": "bob", "reason": "x", "seconds": 0 }),
        json!({ "kind": "mute", "player": "bob", "reason": "x", "seconds": 9, "permanent": true }),
        json!({ "kind": "ban", "player": "bob", "reason": "x", "channels": ["global"] }),
        json!({ "kind": "ban", "player": "bob", "reason": "x", "except": ["ada"] }),
        json!({ "kind": "mute", "player": "bob", "reason": "x", "measure": 3 }),
        json!({ "kind": "warn", "player": "bob", "reason": "x", "seconds": 3 }),
        json!({ "kind": "exile", "player": "bob", "reason": "x" }),
        json!({ "kind": "mute", "player": "bob", "reason": "x", "lines": many }),
    ] {
        let answer = by_mara.post(orders, &nonsense).await?;
        assert_eq!(answer.status, 400, "{nonsense}: {answer:?}");
    }
    // What is longer than one may order alone ends earlier, and waits for another of the staff.
    let long = json!({ "kind": "ban", "player": "bob", "permanent": true, "reason": "threats" });
    let banned = posted(&by_mara, orders, long, 201).await?;
    assert!(banned["restriction"]["until"].is_string(), "{banned}");
    let pattern = json!({ "kind": "ban", "player": "*troll*", "reason": "names" });
    let banned = posted(&by_mara, orders, pattern, 201).await?;
    assert_eq!(banned["restriction"]["subject"], "*troll*", "{banned}");
    until_logged(&home, |it| it["act"] == "ban" && it["refused"].is_string()).await?;
    Ok(())
}

#[tokio::test]
async fn a_helper_may_not_what_a_moderator_may() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let _hal = by_telnet(&server, "Hal").await?;
    let _bob = by_telnet(&server, "Bob").await?;
    owner.appoint("hal", "helper").await?;
    let by_hal = Caller::log_in(server.web, "hal", PASSWORD, None).await?;
    for path in ["/moderation/reports", "/moderation/queue", "/moderation/records/bob"] {
        let refused = by_hal.get(path).await?;
        assert_eq!(refused.status, 403, "{path}: {refused:?}");
        ensure!(problem(&refused, "forbidden")?.contains("moderator"));
    }
    let mute = json!({ "kind": "mute", "player": "bob", "reason": "x" });
    let refused = by_hal.post("/moderation/restrictions", &mute).await?;
    assert_eq!(refused.status, 403, "{refused:?}");
    owner.appoint("hal", "moderator").await?;
    posted(&by_hal, "/moderation/restrictions", mute.clone(), 201).await?;
    let mut acts = by_hal.listen("/events?kinds=acts", None).await?;
    let mut watched = by_hal.listen("/events?watch=true&channels=say", None).await?;
    owner.client().types("freeze hal sleep on it", "is frozen").await?;
    let frozen = by_hal.post("/moderation/restrictions", &mute).await?;
    assert_eq!(frozen.status, 422, "{frozen:?}");
    ensure!(problem(&frozen, "not-done")?.contains("sleep on it"), "{frozen:?}");
    let words = json!({ "content": "help" });
    assert_eq!(by_hal.post("/moderation/announcements", &words).await?.status, 422);
    for path in [
        "/moderation/restrictions",
        "/moderation/queue",
        "/moderation/audit",
        "/moderation/lines?q=x",
        "/events?kinds=acts",
        "/events?watch=true",
    ] {
        let frozen = by_hal.get(path).await?;
        ensure!(problem(&frozen, "not-done")?.contains("sleep on it"), "{path}: {frozen:?}");
    }
    acts.ended().await?;
    watched.ended().await
}
