//! Mutes and bans that were confirmed, and what a server makes of them that was stopped or killed since.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{
    PASSWORD, back_by_telnet, back_by_websocket, by_telnet, by_websocket, telnet, websocket,
};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;

/// A server with a moderator, and people to act on.
async fn with_others(home: &Home, names: &[&str]) -> Result<(Server, Client, Vec<Client>)> {
    let (server, mara) = with_moderator(home).await?;
    let mut others = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let by_lines = at.is_multiple_of(2);
        others.push(if by_lines {
            by_telnet(&server, name).await?
        } else {
            by_websocket(&server, name).await?
        });
    }
    Ok((server, mara, others))
}

/// What somebody who is muted everywhere reads about its end and its reason.
async fn mute_of(client: &mut Client) -> Result<String> {
    client.send_line("say anyone here?").await?;
    let line = client.expect("You are muted on all channels for another").await?;
    line.split_once("(until ").map(|(_, end)| end.to_owned()).context("it has an end")
}

/// What somebody who is banned reads, on either kind of connection, after the password.
async fn is_shut_out(server: &Server, name: &str, why: &str) -> Result<()> {
    let mut lines = telnet(server, name).await?;
    lines.answer("Name: ", name).await?;
    lines.answer("Password: ", PASSWORD).await?;
    lines.expect(why).await?;
    lines.expect_closed().await?;
    let mut frames = websocket(server, name).await?;
    let login = serde_json::json!({"type": "login", "name": name, "password": PASSWORD});
    frames.send_frame(&login).await?;
    frames.expect(why).await?;
    frames.expect_closed().await
}

#[tokio::test]
async fn a_mute_and_a_ban_hold_over_a_restart() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, mut others) = with_others(&home, &["Bob", "Gil", "Ada"]).await?;
    let [bob, gil, ada] = others.as_mut_slice() else { unreachable!("there are three") };
    mara.types("mute bob 1h spamming", "Bob is muted on all channels until").await?;
    let told = mute_of(bob).await?;
    mara.types("ban gil 7d threats", "Gil is banned until").await?;
    gil.expect("You are banned for another").await?;
    gil.expect_closed().await?;
    mara.types("warn ada no insults", "Ada is warned: no insults").await?;
    ada.expect("Staff warn you: no insults").await?;
    // On somebody who is not here.
    ada.send_line("quit").await?;
    ada.expect_closed().await?;
    mara.types("mute ada shout 2d too loud", "Ada is muted on shout until").await?;
    is_shut_out(&server, "Gil", "The reason: threats.").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    is_shut_out(&server, "Gil", "The reason: threats.").await?;
    let mut mara = back_by_websocket(&server, "Mara").await?;
    let mut bob = back_by_websocket(&server, "Bob").await?;
    ensure!(mute_of(&mut bob).await? == told, "the mute ends when it would have ended");
    mara.expect_not("anyone here").await?;
    let mut ada = telnet(&server, "Ada").await?;
    ada.answer("Name: ", "Ada").await?;
    ada.answer("Password: ", PASSWORD).await?;
    ada.expect("Staff warn you: no insults").await?;
    ada.types("say hello", "Staff have warned you: no insults").await?;
    ada.types("acknowledge", "This no longer keeps you from speaking.").await?;
    ada.types("shout hello", "You are muted on shout for another").await?;
    mara.types("unmute bob", "Bob is no longer muted.").await?;
    mara.types("unban gil", "Gil is no longer banned.").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut gil = back_by_websocket(&server, "Gil").await?;
    let mut bob = back_by_telnet(&server, "Bob").await?;
    bob.types("say I am back", "You say, \"I am back\"").await?;
    gil.expect("Bob says, \"I am back\"").await?;
    Ok(())
}

/// The acts that are sent to a server before it is killed.
const ACTS_SENT: u64 = 40;

/// How many servers are killed; the variable of this name says another number.
const HEARSAY_KILLS: u64 = 10;

/// Two hundred confirmed acts and more, on ten servers: each is killed at a random instant, the moment after it confirmed one
/// act more, with others under way. Whatever was confirmed is there afterwards, and counts.
#[tokio::test]
async fn what_was_confirmed_is_there_after_a_kill() -> Result<()> {
    let home = Home::new()?.set("limits.lines_per_second", 0);
    let (mut server, mut mara, others) = with_others(&home, &["Bob", "Gil"]).await?;
    drop(others);
    let mut random = generator(20_261_121);
    let mut confirmed = Vec::new();
    let kills = std::env::var("HEARSAY_KILLS").map_or(Ok(HEARSAY_KILLS), |kills| kills.parse())?;
    for round in 0..kills {
        for number in 0..ACTS_SENT {
            mara.send_line(&act(round, number)).await?;
        }
        for number in 0..20 + random() % 10 {
            let reason = reason(round, number);
            mara.expect(&reason).await?;
            confirmed.push(reason);
        }
        server.kill().await?;
        server = home.start().await?;
        let kept = reasons(&home)?;
        let lost: Vec<_> = confirmed.iter().filter(|reason| !kept.contains(*reason)).collect();
        ensure!(lost.is_empty(), "round {round}: {lost:?}");
        mara = back_by_telnet(&server, "Mara").await?;
        mara.types("bans", &format!("10.{round}.0.0/24")).await?;
    }
    ensure!(confirmed.len() as u64 >= 20 * kills, "{}", confirmed.len());
    Ok(())
}

/// An act whose confirmation holds [`reason`]; the first of a round is a ban.
fn act(round: u64, number: u64) -> String {
    let reason = reason(round, number);
    match number % 4 {
        0 => format!("ban 10.{round}.{number}.0/24 1h {reason}"),
        1 => format!("warn gil {reason}"),
        2 => format!("mute gil shout 1h {reason}"),
        _ => format!("mute bob 1h {reason}"),
    }
}

/// No reason is the beginning of another.
fn reason(round: u64, number: u64) -> String {
    format!("kept {round}.{number}.")
}

/// The reasons of all restrictions, and all remarks, that the database of a home holds.
fn reasons(home: &Home) -> Result<BTreeSet<String>> {
    let database = home.database()?;
    let mut statement =
        database.prepare("SELECT reason FROM restrictions UNION SELECT text FROM remarks")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A small generator, so that a failure can be played again: xorshift64 (Marsaglia, "Xorshift RNGs", 2003).
fn generator(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

#[tokio::test]
async fn banned_addresses_and_names_make_no_accounts_and_no_guests() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    mara.types("ban *troll* perm no trolls", "Names like *troll* are banned").await?;
    let mut frames = websocket(&server, "troll").await?;
    let create = serde_json::json!({"type": "login", "name": "Trolla", "password": PASSWORD, "create": true});
    frames.send_frame(&create).await?;
    frames.expect("Names like this are banned for another").await?;
    frames.expect_closed().await?;
    mara.types("characters new Stroller", "Stroller is ready").await?;

    mara.types("ban 127.0.0.0/8 1h flood", "127.0.0.0/8 is banned until").await?;
    let mut guest = telnet(&server, "guest").await?;
    guest.answer("Name: ", "guest").await?;
    guest.answer("A name for your visit: ", "Gus").await?;
    guest.expect("The address you come from is banned for another").await?;
    guest.expect_closed().await?;
    let accounts: i64 = home.database()?.query_row(
        "SELECT count(*) FROM accounts WHERE name NOT IN ('Mara', 'Warden')",
        [],
        |row| row.get(0),
    )?;
    ensure!(accounts == 0);
    // Whoever ordered it is not shut out by it.
    mara.types("bans", "127.0.0.0/8").await
}

#[tokio::test]
async fn acts_and_refused_acts_are_in_the_log_and_no_text_forges_a_line() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara, _others) = with_others(&home, &["Bob"]).await?;
    let forged = "x\"} {\"schema\":1,\"kind\":\"act\",\"act\":\"forged\"}";
    mara.types(&format!("mute bob 1h {forged}"), "Bob is muted").await?;
    mara.types("mute warden spam", "Warden is not below you in rank.").await?;
    mara.types("record bob", "The record of Bob").await?;
    ensure!(server.stop().await?.success());
    let folder = home.path("logs").join("moderation");
    let mut acts = Vec::new();
    for entry in fs::read_dir(folder)? {
        for line in fs::read_to_string(entry?.path())?.lines() {
            let act: serde_json::Value =
                serde_json::from_str(line).context("a line is an object")?;
            acts.push(act);
        }
    }
    let of = |word: &str| acts.iter().filter(|act| act["act"] == word).collect::<Vec<_>>();
    let mutes = of("mute");
    ensure!(mutes.len() == 2, "{acts:?}");
    ensure!(mutes[0]["refused"].is_null() && mutes[0]["until"].is_string(), "{}", mutes[0]);
    ensure!(mutes[0]["detail"] == format!("on all channels: {forged}"), "{}", mutes[0]);
    ensure!(mutes[1]["refused"] == "Warden is not below you in rank.", "{}", mutes[1]);
    ensure!(acts.iter().filter(|line| line["what"] == "record").count() == 1, "{acts:?}");
    ensure!(of("forged").is_empty(), "{acts:?}");
    Ok(())
}
