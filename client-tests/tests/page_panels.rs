//! What stands around the text of the client page, in Chromium: the menu of a line, words and keys of one's own, and the panels,
//! which follow what happens in the game.

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::pages::Pages;
use client_tests::server::Home;
use serde_json::json;

/// Chooses an entry of the menu of a line, and tells what is on the input line then.
async fn begun(pages: &mut Pages, line: &str, entry: &str) -> Result<String> {
    pages.click("ada", &format!(".talk:has-text('{line}') .more")).await?;
    pages.click("ada", &format!("#menu button:has-text('{entry}')")).await?;
    pages.gone("ada", "#menu", "").await?;
    let value = pages.act("ada", "value", json!({"selector": "#line"})).await?;
    Ok(value.as_str().context("no line")?.to_owned())
}

#[tokio::test]
async fn the_menu_of_a_line_answers_whispers_and_copies_its_number() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("global who has a lantern?").await?;
    pages.wait("ada", ".talk", "who has a lantern?").await?;
    assert_eq!(begun(&mut pages, "lantern", "Answer").await?, "global Bob: ");
    pages.act("ada", "keys", json!({"text": "it lies here"})).await?;
    pages.key("ada", "Enter").await?;
    bob.expect("[global] Ada: Bob: it lies here").await?;
    assert_eq!(begun(&mut pages, "who has", "Whisper to Bob").await?, "whisper Bob ");
    pages.act("ada", "keys", json!({"text": "take it"})).await?;
    pages.key("ada", "Enter").await?;
    bob.expect("take it").await?;
    // From one's own whisper one goes on to whom it was for.
    assert_eq!(begun(&mut pages, "take it", "Whisper to Bob").await?, "whisper Bob ");
    pages.fill("ada", "#line", "").await?;
    begun(&mut pages, "who has", "Copy its number, global#1").await?;
    let id = pages.act("ada", "clipboard", json!({})).await?;
    let id = id.as_str().context("nothing is copied")?;
    // What is copied names the line: it can be reported by it.
    pages.types_and_reads("ada", &format!("report {id} he asks much"), "Thank you").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn words_and_keys_of_ones_own_type_lines() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.click("ada", "#open-settings").await?;
    for (list, word, line) in [
        ("macros", "F2", "say By key;not two lines"),
        ("macros", "F4", "hm bob once more"),
        ("aliases", "hm", "whisper $*;say I have whispered."),
        ("aliases", "gg", "emote claps"),
    ] {
        pages.fill("ada", &format!("#settings-{list} .pair input >> nth=0"), word).await?;
        pages.fill("ada", &format!("#settings-{list} .pair input >> nth=1"), line).await?;
        pages.click("ada", &format!("#settings-{list} .pair button")).await?;
        pages.wait("ada", &format!("#settings-{list} li kbd"), word).await?;
    }
    pages.key("ada", "Escape").await?;
    pages.key("ada", "F2").await?;
    bob.expect("Ada says, \"By key;not two lines\"").await?;
    pages.types("ada", "hm bob the tide").await?;
    bob.expect("the tide").await?;
    bob.expect("Ada says, \"I have whispered.\"").await?;
    pages.types("ada", "gg slowly.").await?;
    bob.expect("Ada claps slowly.").await?;
    // A key may type a word that stands for more, and a line that is begun stays where it is.
    pages.fill("ada", "#line", "not yet").await?;
    pages.key("ada", "F4").await?;
    bob.expect("once more").await?;
    let line = pages.act("ada", "value", json!({"selector": "#line"})).await?;
    assert_eq!(line, "not yet");
    // What is taken away stands for nothing any more.
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "#settings-aliases [aria-label='Remove gg']").await?;
    pages.click("ada", "#settings-macros [aria-label='Remove F2']").await?;
    pages.key("ada", "Escape").await?;
    pages.key("ada", "F2").await?;
    pages.types("ada", "gg slowly.").await?;
    pages.act("ada", "sent", json!({"type": "command", "text": "\"gg slowly.\""})).await?;
    pages.types_and_reads("ada", "say end", "You say").await?;
    let lines = pages.texts("ada", ".talk .body").await?;
    ensure!(lines.iter().filter(|line| line.contains("By key")).count() == 1, "{lines:?}");
    pages.is_sound("ada").await
}

#[tokio::test]
async fn the_panels_follow_the_game() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    // Who is here.
    pages.wait("ada", "#people", "Bob").await?;
    bob.types("north", "The Quay").await?;
    pages.gone("ada", "#people-part", "").await?;
    bob.types("south", "The Long Pier").await?;
    pages.wait("ada", "#people", "Bob").await?;
    // What lies here, and what she carries.
    pages.wait("ada", "#things", "a tin lantern").await?;
    bob.types("get lantern", "You pick up").await?;
    pages.gone("ada", "#things-part", "").await?;
    bob.types("give lantern to ada", "You give").await?;
    pages.wait("ada", "#carried", "a tin lantern").await?;
    pages.click("ada", "#carried button").await?;
    pages.wait("ada", ".line:not(.echo)", "It is out.").await?;
    pages.types_and_reads("ada", "drop lantern", "You put down").await?;
    pages.gone("ada", "#carried-part", "").await?;
    pages.wait("ada", "#things", "a tin lantern").await?;
    // The party.
    pages.types_and_reads("ada", "party invite bob", "You invite Bob").await?;
    pages.wait("ada", "#party", "Ada leads").await?;
    bob.types("accept", "joins the party").await?;
    pages.wait("ada", "#party li", "Bob").await?;
    bob.types("north", "The Quay").await?;
    pages.wait("ada", "#party li", "Bob elsewhere").await?;
    pages.types("ada", "party lead bob").await?;
    pages.wait("ada", "#party li", "Bob leads, elsewhere").await?;
    bob.types("party leave", "leave").await?;
    pages.gone("ada", "#party li", "Bob").await?;
    // From a name one whispers, from its menu.
    bob.types("south", "The Long Pier").await?;
    pages.click("ada", "#people button:has-text('Bob')").await?;
    pages.click("ada", "#menu button:has-text('Whisper')").await?;
    pages.act("ada", "keys", json!({"text": "are you there?"})).await?;
    pages.key("ada", "Enter").await?;
    bob.expect("are you there?").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn the_map_is_walked_by_keys() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.click("ada", "#map").await?;
    for (key, room) in [
        ("ArrowUp", "The Quay"),
        ("ArrowRight", "The Market Square"),
        ("ArrowLeft", "The Quay"),
        ("ArrowDown", "The Long Pier"),
        ("-", "The Foot of the Stair"),
        ("+", "The Long Pier"),
    ] {
        pages.key("ada", key).await?;
        pages.wait("ada", "#room-name", room).await?;
        pages
            .act("ada", "wait", json!({"selector": format!("#map[aria-label*='{room}']")}))
            .await?;
        assert_eq!(pages.act("ada", "focus", json!({})).await?, "map", "after {key}");
    }
    // Where no way leads, one stays.
    pages.key("ada", "ArrowLeft").await?;
    pages.wait("ada", ".line:not(.echo)", "you cannot go that way").await?;
    pages.wait("ada", "#room-name", "The Long Pier").await?;
    // A press on a room that is further off walks all of the way.
    pages.click("ada", "#map .seen:has-text('The Market Square') rect").await?;
    pages.wait("ada", "#room-name", "The Market Square").await?;
    pages.is_sound("ada").await
}
