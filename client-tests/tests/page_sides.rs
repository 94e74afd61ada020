//! What staff do from the menu of a line on the client page, as each side sees it: they themselves in one browser, a player
//! in another, and somebody on telnet in the same room.

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::client::Client;
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator_outside;
use serde_json::json;

/// Mara, a moderator, and Ada in a browser each, and Bob on telnet; all in one room.
async fn one_room(home: &Home, pages: &mut Pages) -> Result<(Server, Client)> {
    let (server, _rest) = with_moderator_outside(home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.open("mara", server.web, json!({})).await?;
    pages.click("mara", ".kinds label:has(#kind-login)").await?;
    pages.fill("mara", "#password", PASSWORD).await?;
    pages.come_in("mara", "Mara").await?;
    bob.expect("Mara").await?;
    Ok((server, bob))
}

/// Chooses an entry of the menu of a line, and writes on what it begins.
async fn from_menu(
    pages: &mut Pages,
    page: &str,
    line: &str,
    entry: &str,
    words: &str,
) -> Result<()> {
    pages.click(page, &format!(".talk:has-text('{line}') .more")).await?;
    pages.click(page, &format!("#menu button:has-text('{entry}')")).await?;
    pages.act(page, "keys", json!({"text": words})).await?;
    pages.key(page, "Enter").await
}

#[tokio::test]
async fn a_line_is_reported_and_taken_back() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (_server, mut bob) = one_room(&home, &mut pages).await?;
    bob.send_line("say you stupid oaf").await?;
    bob.send_line("say and good evening").await?;
    for page in ["ada", "mara"] {
        pages.wait(page, ".talk", "oaf").await?;
        pages.wait(page, ".talk", "good evening").await?;
    }
    from_menu(&mut pages, "ada", "oaf", "Report", "he insults me").await?;
    pages.wait("ada", ".line:not(.echo)", "Thank you").await?;
    pages.wait("mara", ".line", "Bob is reported: he insults me").await?;
    bob.expect_not("report").await?;
    from_menu(&mut pages, "mara", "oaf", "Take it back", "an insult").await?;
    for page in ["ada", "mara"] {
        pages.gone(page, ".talk", "oaf").await?;
        pages.wait(page, ".note", "taken back by staff").await?;
        pages.wait(page, ".talk", "good evening").await?;
    }
    // What a terminal has printed stays; what was said is there no more.
    bob.send_line("history say").await?;
    let said = bob.expect("good evening").await?;
    ensure!(!said.contains("oaf"), "{said}");
    bob.expect_not("oaf").await?;
    // A player's menu has none of this.
    pages.click("ada", ".talk:has-text('good evening') .more").await?;
    let entries = pages.texts("ada", "#menu button").await?.join(", ");
    ensure!(!entries.contains("Take it back") && !entries.contains("Mute"), "{entries}");
    pages.key("ada", "Escape").await?;
    pages.is_sound("ada").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn whoever_said_a_line_is_muted() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (_server, mut bob) = one_room(&home, &mut pages).await?;
    bob.send_line("say buy my gold").await?;
    pages.wait("mara", ".talk", "gold").await?;
    from_menu(&mut pages, "mara", "gold", "Mute Bob", "no trade here").await?;
    pages.wait("mara", ".line:not(.echo)", "Bob is muted").await?;
    bob.expect("no trade here").await?;
    bob.send_line("say really, gold").await?;
    bob.expect("You are muted").await?;
    // Where they are not muted they are heard; and there alone.
    bob.send_line("global good evening").await?;
    pages.wait("ada", ".talk", "good evening").await?;
    pages.gone("ada", ".talk", "really").await?;
    pages.gone("mara", ".talk", "really").await?;
    pages.gone("ada", ".line", "no trade here").await?;

    // One in a browser reads it above the text, and for how long.
    pages.types("ada", "say gold, gold!").await?;
    pages.wait("mara", ".talk", "gold, gold!").await?;
    bob.expect("gold, gold!").await?;
    from_menu(&mut pages, "mara", "gold, gold!", "Mute Ada", "nor here").await?;
    pages.wait("ada", "#restricted", "nor here").await?;
    pages.wait("ada", "#restricted", "9 min").await?;
    pages.types_and_reads("ada", "say and now?", "You are muted").await?;
    bob.expect_not("and now?").await?;
    pages.types("mara", "unmute ada").await?;
    pages.gone("ada", "#restricted", "").await?;
    pages.types("ada", "say I am back").await?;
    bob.expect("I am back").await?;
    pages.wait("mara", ".talk", "I am back").await?;
    pages.is_sound("ada").await?;
    pages.is_sound("mara").await
}
