//! Lines that are taken back: web clients take them off their screens, nobody reads them again, before a restart and after.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{
    PASSWORD, back_by_telnet, back_by_websocket, by_telnet, by_websocket, websocket,
};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use client_tests::websocket::login_again;
use serde_json::Value;

/// Says something on `global` and waits until a web client has it.
async fn says(speaker: &mut Client, words: &str, listener: &mut Client) -> Result<Value> {
    speaker.send_line(&format!("global {words}")).await?;
    loop {
        let frame = listener.expect_frame("message").await?;
        if frame["content"] == words {
            return Ok(frame);
        }
    }
}

fn id(frame: &Value) -> Result<String> {
    Ok(frame["id"].as_str().context("it has a name")?.to_owned())
}

/// What a client gets when it comes back with what it saw last.
async fn resumes(server: &Server, seen: &Value) -> Result<(Client, Vec<Value>)> {
    let mut client = websocket(server, "Ada").await?;
    client.send_frame(&login_again("Ada", PASSWORD, seen)).await?;
    let frames = client.frames_up_to("resumed").await?;
    Ok((client, frames))
}

fn contents(frames: &[Value]) -> Vec<&str> {
    let messages = frames.iter().filter(|frame| frame["type"] == "message");
    messages.filter_map(|frame| frame["content"].as_str()).collect()
}

#[tokio::test]
async fn a_line_that_was_taken_back_stays_away_over_a_restart_and_comes_back_when_it_is_put_back()
-> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let first = says(&mut bob, "before", &mut ada).await?;
    let zebra = says(&mut bob, "zebra", &mut ada).await?;
    says(&mut bob, "after", &mut ada).await?;
    mara.send_line(&format!("redact {} striped", id(&zebra)?)).await?;
    mara.expect("by Bob is taken back: striped").await?;
    let redacted = ada.expect_frame("redacted").await?;
    ensure!(["id", "channel", "epoch", "seq"].iter().all(|key| redacted[key] == zebra[key]));
    bob.send_line("history global").await?;
    bob.expect("after").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut mara = back_by_telnet(&server, "Mara").await?;
    mara.send_line("history global").await?;
    mara.expect("[taken back by Mara: striped] [global] Bob: zebra").await?;
    let mut bob = back_by_telnet(&server, "Bob").await?;
    bob.send_line("history global").await?;
    bob.expect_not("zebra").await?;
    let seen = serde_json::json!({ "global": [first["epoch"], first["seq"]] });
    let (ada, frames) = resumes(&server, &seen).await?;
    ensure!(contents(&frames) == ["after"], "{frames:?}");
    let end = frames.last().context("it ends")?;
    ensure!(end["gap"] == false, "a line that was taken back is no gap: {end}");
    ensure!(frames.iter().any(|frame| frame["type"] == "redacted" && frame["id"] == zebra["id"]));
    drop(ada);

    let mut ada = back_by_websocket(&server, "Ada").await?;
    mara.send_line(&format!("unredact {} it was a joke", id(&zebra)?)).await?;
    let restored = ada.expect_frame("restored").await?;
    ensure!(restored["id"] == zebra["id"] && restored["content"] == "zebra", "{restored}");
    bob.send_line("history global").await?;
    bob.expect("zebra").await?;
    Ok(())
}

/// Whoever saw that a line was taken back can rely on it, whatever happens to the server at that moment.
#[tokio::test]
async fn what_was_confirmed_is_gone_after_a_kill() -> Result<()> {
    let home = Home::new()?;
    let (mut server, mut mara) = with_moderator(&home).await?;
    for round in 0..5 {
        let mut ada = if round == 0 {
            by_websocket(&server, "Ada").await?
        } else {
            back_by_websocket(&server, "Ada").await?
        };
        let words = format!("zebra {round}");
        let zebra = says(&mut mara, &words, &mut ada).await?;
        mara.send_line(&format!("redact {} striped", id(&zebra)?)).await?;
        ada.expect_frame("redacted").await?;
        server.kill().await?;
        server = home.start().await?;
        mara = back_by_telnet(&server, "Mara").await?;
        let mut bob = if round == 0 {
            by_telnet(&server, "Bob").await?
        } else {
            back_by_telnet(&server, "Bob").await?
        };
        bob.send_line("history global").await?;
        bob.expect_not("zebra").await?;
    }
    let gone: i64 = home.database()?.query_row(
        "SELECT count(*) FROM redactions WHERE undone_at_ms IS NULL",
        [],
        |row| row.get(0),
    )?;
    ensure!(gone == 5);
    Ok(())
}

/// A moderator who reads along alone is seen by the next, even if the server was started again meanwhile.
#[tokio::test]
async fn a_second_moderator_is_told_of_a_snoop_after_a_restart() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    mara.send_line("snoop bob he sells passwords").await?;
    mara.expect("you read what Bob says and hears: he sells passwords").await?;
    bob.send_line("say hello there").await?;
    mara.expect("[snoop: Bob] ").await?;
    bob.expect_not("snoop").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut owner = back_as_owner(&server).await?;
    owner.expect("Mara reads what Bob says and hears. The reason: he sells passwords").await?;
    Ok(())
}

async fn back_as_owner(server: &Server) -> Result<Client> {
    let mut client = client_tests::cast::telnet(server, "warden").await?;
    client.answer("Name: ", "Warden").await?;
    client.answer("Password: ", "the warden's own password").await?;
    Ok(client)
}
