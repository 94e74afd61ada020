//! What an operator does with the records from a shell: verifies the moderation log, reads it, and copies or erases what is
//! stored about somebody.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{back_by_telnet, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::files::{log_lines, that_hold};
use client_tests::server::{Home, Server};
use client_tests::staff::{until_logged, with_moderator};
use serde_json::Value;

/// How long to wait for what must come.
const DEADLINE: Duration = Duration::from_secs(20);

/// A home whose moderation log is sealed, as it is unless one says otherwise.
fn sealed_home() -> Result<Home> {
    Ok(Home::new()?.set("logs.moderation_sealed", true))
}

/// A server with a moderator and Bob.
async fn with_bob(home: &Home) -> Result<(Server, Client, Client)> {
    let (server, mara) = with_moderator(home).await?;
    let bob = by_websocket(&server, "Bob").await?;
    Ok((server, mara, bob))
}

/// The files of the moderation log, oldest first.
fn moderation_files(home: &Home) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(home.path("logs/moderation"))? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

async fn assert_unbroken(home: &Home) -> Result<()> {
    let ended = home.run(&["logs", "verify"]).await?;
    ensure!(ended.status.success(), "{}", ended.output);
    ensure!(ended.output.contains("unbroken"), "{}", ended.output);
    Ok(())
}

#[tokio::test]
async fn a_log_that_was_killed_verifies_and_whatever_is_done_to_it_is_found() -> Result<()> {
    let home = sealed_home()?;
    let (server, mut mara, _bob) = with_bob(&home).await?;
    mara.types("mute bob 1h spamming", "Bob is muted").await?;
    mara.types("mute warden spam", "Warden is not below you in rank.").await?;
    until_logged(&home, |line| line["act"] == "mute" && !line["refused"].is_null()).await?;
    server.kill().await?;
    let server = home.start().await?;
    let mut mara = back_by_telnet(&server, "Mara").await?;
    mara.types("unmute bob sorry", "Bob is no longer muted").await?;
    mara.types("record bob", "The record of Bob").await?;
    ensure!(server.stop().await?.success());
    assert_unbroken(&home).await?;

    let file = moderation_files(&home)?.pop().context("there is a file")?;
    let name = file.file_name().and_then(|name| name.to_str()).context("a name")?.to_owned();
    let whole = fs::read_to_string(&file)?;
    let lines: Vec<&str> = whole.lines().collect();
    ensure!(lines.len() >= 4, "{whole}");
    let swapped = [lines[0], lines[2], lines[1]].into_iter().chain(lines[3..].iter().copied());
    let forged = lines[0].replace("\"act\":\"claim\"", "\"act\":\"echo\"");
    let tamperings: [(&str, Vec<&str>); 6] = [
        ("a line removed", [&lines[..1], &lines[2..]].concat()),
        ("a line changed", [&[forged.as_str()], &lines[1..]].concat()),
        ("two swapped", swapped.collect()),
        ("one inserted", [&lines[..2], &lines[..1], &lines[2..]].concat()),
        ("the end cut off", lines[..lines.len() - 1].to_vec()),
        ("all but one", lines[..1].to_vec()),
    ];
    for (what, lines) in tamperings {
        fs::write(&file, lines.join("\n") + "\n")?;
        let ended = home.run(&["logs", "verify"]).await?;
        ensure!(ended.status.code() == Some(1), "{what}: {}", ended.output);
        ensure!(ended.output.contains(&format!("{name}:")), "{what}: {}", ended.output);
        ensure!(ended.output.contains("BROKEN"), "{what}: {}", ended.output);
    }
    fs::remove_file(&file)?;
    let ended = home.run(&["logs", "verify"]).await?;
    ensure!(ended.status.code() == Some(1), "the whole day: {}", ended.output);
    fs::write(&file, &whole)?;
    assert_unbroken(&home).await
}

#[tokio::test]
async fn what_staff_wrote_is_sealed_and_opens_for_those_who_may_and_that_is_recorded() -> Result<()>
{
    let home = sealed_home()?;
    let (server, mut mara, _bob) = with_bob(&home).await?;
    mara.types("mute bob 1h flummery\",\"kind\":\"forged", "Bob is muted").await?;
    until_logged(&home, |line| line["act"] == "mute").await?;
    ensure!(that_hold(&home.path("logs/moderation"), "flummery")?.is_empty(), "it is sealed");

    let found = home.run(&["logs", "search", "--player", "BOB", "--since", "1h"]).await?;
    ensure!(found.status.success() && found.output.contains("flummery"), "{}", found.output);
    ensure!(found.output.contains("1 found"), "{}", found.output);
    let found = home.run(&["logs", "search", "--kind", "mute", "--json"]).await?;
    let line: Value = serde_json::from_str(found.output.trim()).context(found.output.clone())?;
    ensure!(line["kind"] == "act" && line["target"] == "bob", "{line}");
    let found = home.run(&["logs", "search", "--text", "Flummery", "--from", "2020-01-01"]).await?;
    ensure!(found.output.contains("1 found"), "{}", found.output);
    let none = home.run(&["logs", "search", "--to", "2020-01-01"]).await?;
    ensure!(none.output.contains("0 found"), "{}", none.output);
    let shut = home.run(&["logs", "search", "--kind", "mute", "--sealed"]).await?;
    ensure!(shut.output.contains("[sealed]"), "{}", shut.output);
    let stats = home.run(&["logs", "stats", "--json"]).await?;
    ensure!(stats.output.contains("[\"mute\",1]"), "{}", stats.output);
    let wrong = home.run(&["logs", "search", "--since", "soon"]).await?;
    ensure!(wrong.status.code() == Some(1), "{}", wrong.output);
    ensure!(wrong.output.contains("is no time"), "{}", wrong.output);

    // Each of them is in the log before long, whose words were not.
    let read =
        until_logged(&home, |line| line["kind"] == "read" && line["what"] == "stats").await?;
    ensure!(read["rank"].is_null() && read["reader_id"].is_null(), "{read}");
    let of_bob = until_logged(&home, |line| line["what"] == "search" && !line["subject"].is_null());
    ensure!(of_bob.await?["target"]["sealed"].is_string(), "whom they asked for is sealed");
    mara.types("mutes", "mute").await?;
    until_logged(&home, |line| line["what"] == "mutes").await?;
    ensure!(server.stop().await?.success());
    assert_unbroken(&home).await
}

#[tokio::test]
async fn tail_shows_what_comes() -> Result<()> {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let home = sealed_home()?;
    let (server, mut mara, _bob) = with_bob(&home).await?;
    until_logged(&home, |line| line["act"] == "rank").await?;
    let mut command = home.command_with(&["logs", "tail", "--json"])?;
    let mut tail = command.stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(tail.stdout.take().context("it is piped")?).lines();
    let mut next = async |act: &str| -> Result<()> {
        let wanted = format!("\"act\":\"{act}\"");
        let seen = async {
            while let Some(line) = lines.next_line().await? {
                if line.contains(&wanted) {
                    return Ok(());
                }
            }
            anyhow::bail!("it ended before {act}")
        };
        tokio::time::timeout(DEADLINE, seen).await.with_context(|| act.to_owned())?
    };
    next("rank").await?;
    mara.types("kick bob go for a walk", "Bob").await?;
    next("kick").await?;
    tail.kill().await?;
    ensure!(server.stop().await?.success());
    Ok(())
}

/// Words that Zebulon and others leave behind.
const SECRETS: [&str; 6] =
    ["Zebulon", "perfidious", "hullabaloo", "gobbledygook", "skulduggery", "collywobbles"];

/// A server on which Zebulon spoke and was dealt with; it has stopped.
async fn after_zebulon(home: &Home) -> Result<()> {
    let (server, mut mara, mut bob) = with_bob(home).await?;
    let mut zebulon = by_telnet(&server, "Zebulon").await?;
    zebulon.types("say perfidious", "You say").await?;
    zebulon.types("whisper bob hullabaloo", "You whisper").await?;
    zebulon.types("alias gg say gobbledygook", "gg").await?;
    bob.types("say rhubarb", "You say").await?;
    zebulon.expect("rhubarb").await?;
    zebulon.types("report bob skulduggery", "is with the staff now").await?;
    bob.types("report zebulon perfidious", "is with the staff now").await?;
    mara.types("warn zebulon skulduggery", "Zebulon is warned").await?;
    mara.types("ignore zebulon", "Zebulon").await?;
    mara.types("ban zebulon 7d collywobbles", "Zebulon is banned").await?;
    zebulon.expect_closed().await?;
    until_logged(home, |line| line["act"] == "ban").await?;
    let refused = home.run(&["privacy", "erase", "zebulon", "--yes"]).await?;
    ensure!(refused.status.code() == Some(1), "{}", refused.output);
    ensure!(refused.output.contains("needs the server to be stopped"), "{}", refused.output);
    ensure!(server.stop().await?.success());
    Ok(())
}

#[tokio::test]
async fn a_copy_has_everything_about_somebody() -> Result<()> {
    let home = sealed_home()?;
    after_zebulon(&home).await?;
    let file = home.path("zebulon.json");
    let name = file.display().to_string();
    let ended = home.run(&["privacy", "export", "zebulon", "--out", &name]).await?;
    ensure!(ended.status.success(), "{}", ended.output);
    let text = fs::read_to_string(&file)?;
    let copy: Value = serde_json::from_str(&text)?;
    for secret in SECRETS {
        ensure!(text.contains(secret), "no {secret} in {text}");
    }
    let parts = ["account", "characters", "messages", "restrictions", "remarks", "chat_log"];
    for part in parts.into_iter().chain(["keys", "moderation_log", "system_log"]) {
        ensure!(copy[part].as_array().is_some_and(|rows| !rows.is_empty()), "no {part} in {copy}");
    }
    ensure!(!text.contains("argon2"), "no hash of a password leaves the database");
    let again = home.run(&["privacy", "export", "zebulon", "--out", &name]).await?;
    ensure!(again.status.code() == Some(1), "a file is not written over: {}", again.output);
    let nobody = home.run(&["privacy", "export", "nobody"]).await?;
    ensure!(nobody.output.contains("there is no account \"nobody\""), "{}", nobody.output);
    Ok(())
}

#[tokio::test]
async fn erasing_leaves_nothing_to_be_read_and_the_chain_whole() -> Result<()> {
    let home = sealed_home()?;
    after_zebulon(&home).await?;
    let lines = log_lines(&home.path("logs/chat"))?.len();
    let unsure = home.run(&["privacy", "erase", "zebulon"]).await?;
    ensure!(unsure.output.contains("nothing was erased"), "{}", unsure.output);
    let account: String = {
        let found = home.run(&["logs", "search", "--kind", "ban", "--json"]).await?;
        let line: Value = serde_json::from_str(found.output.trim())?;
        line["subject"].as_str().context("it says whom it concerned")?.to_owned()
    };
    // That they were looked for is known until the next server logs it.
    let looked = home.run(&["logs", "search", "--log", "chat", "--player", "zebulon"]).await?;
    ensure!(looked.output.contains("perfidious"), "{}", looked.output);
    let fared = home.run(&["logs", "search", "--log", "system", "--player", "zebulon"]).await?;
    ensure!(fared.output.contains("logged in"), "{}", fared.output);
    let ended = home.run(&["privacy", "erase", "Zebulon", "--yes"]).await?;
    ensure!(ended.status.success(), "{}", ended.output);
    for secret in SECRETS {
        for text in [secret.to_owned(), secret.to_lowercase()] {
            let left = that_hold(&home.path(""), &text)?;
            ensure!(left.is_empty(), "{text} is still in {left:?}");
        }
    }
    ensure!(log_lines(&home.path("logs/chat"))?.len() == lines, "no line went");
    assert_unbroken(&home).await?;
    let found = home.run(&["logs", "search", "--player", &account]).await?;
    ensure!(found.output.contains("[erased]"), "{}", found.output);
    ensure!(SECRETS.iter().all(|secret| !found.output.contains(secret)), "{}", found.output);

    // The name is free again, what was imposed stays on record without its reason, and what was done is in the log.
    let server = home.start().await?;
    by_telnet(&server, "Zebulon").await?;
    let kept: (String, String) = home.database()?.query_row(
        "SELECT subject_name, reason FROM restrictions WHERE subject = ?1",
        [&account],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    ensure!(kept == ("erased".to_owned(), "[erased]".to_owned()), "{kept:?}");
    until_logged(&home, |line| line["what"] == "erase" && line["target"] == account.as_str())
        .await?;
    ensure!(server.stop().await?.success());
    assert_unbroken(&home).await?;
    let owner = home.run(&["privacy", "erase", "warden", "--yes"]).await?;
    ensure!(
        owner.status.code() == Some(1) && owner.output.contains("owns this server"),
        "{}",
        owner.output
    );
    Ok(())
}

#[tokio::test]
async fn the_chat_log_can_do_without_names_and_words() -> Result<()> {
    let home = Home::new()?.set("logs.content", "ids");
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    by_telnet(&server, "Bob").await?;
    ada.types("say perfidious", "You say").await?;
    ada.types("whisper bob hullabaloo", "You whisper").await?;
    ensure!(server.stop().await?.success());
    for word in ["perfidious", "hullabaloo", "Ada", "Bob"] {
        let left = that_hold(&home.path("logs/chat"), word)?;
        ensure!(left.is_empty(), "{word} is in {left:?}");
    }
    let lines = log_lines(&home.path("logs/chat"))?;
    let whisper = lines.iter().find(|line| line["channel"] == "whisper").context("it is there")?;
    ensure!(whisper["sender_id"].is_string() && whisper["target_id"].is_string(), "{whisper}");
    ensure!(whisper["content"].is_null() && whisper["sender_name"].is_null(), "{whisper}");
    Ok(())
}

#[tokio::test]
async fn the_chat_log_can_stay_empty_while_staff_are_on_record() -> Result<()> {
    let home = Home::new()?.set("logs.content", "none");
    let server = home.start().await?;
    let mut owner = by_telnet(&server, "Warden").await?;
    let code = server.claim_code.as_deref().context("a first start has a code")?;
    owner.types(&format!("claim {code}"), "You are owner now.").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say perfidious", "You say").await?;
    owner.types("kick ada", "Ada").await?;
    ensure!(server.stop().await?.success());
    let lines = log_lines(&home.path("logs/chat"))?;
    ensure!(lines.is_empty(), "{lines:?}");
    ensure!(!log_lines(&home.path("logs/moderation"))?.is_empty(), "staff are on record");
    Ok(())
}
