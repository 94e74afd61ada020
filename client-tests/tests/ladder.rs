//! The ladder over real sockets: points outlive the server, what it did is on record, and the filter calls staff.

use std::fs;

use anyhow::{Result, ensure};
use client_tests::cast::{back_by_telnet, back_by_websocket, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::server::Home;
use client_tests::staff::{until_logged, with_moderator};
use serde_json::Value;

/// Mara warns Bob, who reads it and says so.
async fn warned(mara: &mut Client, bob: &mut Client) -> Result<()> {
    mara.types("warn bob stop it", "Bob is warned: stop it").await?;
    bob.expect("Staff warn you: stop it").await?;
    bob.types("acknowledge", "Thank you.").await
}

#[tokio::test]
async fn points_outlive_the_server_and_so_does_what_followed() -> Result<()> {
    let home = Home::new()?.set("moderation.ladder", true);
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    warned(&mut mara, &mut bob).await?;
    mara.types("points", "Bob: 2.0; next at 3: warn").await?;
    ensure!(server.stop().await?.success());

    let server = home.start().await?;
    let mut mara = back_by_websocket(&server, "Mara").await?;
    let mut bob = back_by_telnet(&server, "Bob").await?;
    mara.types("points bob", "Bob: 2.0; next at 3: warn").await?;
    warned(&mut mara, &mut bob).await?;
    mara.types("warn bob stop it", "[ladder 1] Bob is in a timeout until").await?;
    bob.expect("By the rule ladder 1, you are in a timeout for another").await?;
    bob.types("acknowledge", "Thank you.").await?;
    // What was done is in the database by now; that it is in the logs, too, takes a moment.
    let is_it = |line: &Value| line["what"] == "timeout";
    let line = until_logged(&home, is_it).await?;
    let told = [&line["kind"], &line["rule"], &line["version"]];
    ensure!(told == ["automatic", "ladder", "1"], "{line}");
    server.kill().await?;

    let server = home.start().await?;
    let mut bob = back_by_websocket(&server, "Bob").await?;
    bob.types("say hello", "You are in a timeout for another").await?;
    bob.types("myrecord", "timeout by the rule ladder 1: what staff warned of").await?;
    bob.types("appeal I am sorry", "Your appeal is with the staff now.").await?;
    let mut mara = back_by_telnet(&server, "Mara").await?;
    mara.types("grant 1 fine", "Bob is no longer in a timeout.").await?;
    mara.types("points bob clear he is sorry", "and has none now.").await?;
    ensure!(server.stop().await?.success());

    let left: i64 =
        home.database()?.query_row("SELECT count(*) FROM scores", [], |row| row.get(0))?;
    ensure!(left == 0, "{left} rows");
    Ok(())
}

#[tokio::test]
async fn what_is_to_be_escalated_calls_staff_at_once() -> Result<()> {
    let home = Home::with_world_of_its_own()?.set("moderation.ladder", true);
    let lists = home.path("world/moderation");
    let word = "- { severity: severe, category: rude, fit: word, words: [zounds] }";
    fs::write(lists.join("lexicon.yaml"), word)?;
    fs::write(lists.join("actions.yaml"), "default: { severe: escalate }")?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    bob.types("say zounds", "That is not said here.").await?;
    mara.expect("[filter] Bob was kept from saying word:zounds (severe) on say.").await?;
    bob.expect("The rule ladder 1 warns you: words that are not said here (3.0 points)").await?;
    mara.expect("[ladder 1] Bob is warned").await?;
    ada.types("say what a day", "You say").await?;
    ada.expect_not("ounds").await?;
    ada.expect_not("ladder").await?;
    ensure!(server.stop().await?.success());
    Ok(())
}
