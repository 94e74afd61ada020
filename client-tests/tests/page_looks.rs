//! How the client page looks, sounds and is laid out as its player chooses, in Chromium.

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::pages::Pages;
use client_tests::server::Home;
use serde_json::{Value, json};

/// What the style of something comes to.
async fn style(pages: &mut Pages, page: &str, selector: &str, property: &str) -> Result<String> {
    let what = json!({"selector": selector, "property": property});
    let value = pages.act(page, "style", what).await?;
    Ok(value.as_str().context("no style")?.to_owned())
}

/// The left, upper, right and lower edge of something. Pixels.
async fn edges(pages: &mut Pages, page: &str, selector: &str) -> Result<[f64; 4]> {
    let found = pages.act(page, "box", json!({"selector": selector})).await?;
    let side = |name: &str| found[name].as_f64().with_context(|| format!("{selector} is not seen"));
    let (left, top) = (side("x")?, side("y")?);
    Ok([left, top, left + side("width")?, top + side("height")?])
}

#[tokio::test]
async fn letters_lines_and_colours_are_as_chosen() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({"preferences": {"theme": "dark"}})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("global the tide is in").await?;
    pages.wait("ada", ".talk", "the tide is in").await?;
    let before = style(&mut pages, "ada", "#lines", "font-family").await?;
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#font-mono)").await?;
    let after = style(&mut pages, "ada", "#lines", "font-family").await?;
    ensure!(after.contains("mono") && after != before, "{before}, then {after}");
    pages.fill("ada", "#pref-size", "24").await?;
    assert_eq!(style(&mut pages, "ada", "#lines", "font-size").await?, "24px");
    pages.wait("ada", "#size-is", "24 px").await?;
    pages.fill("ada", "#pref-width", "40").await?;
    pages.wait("ada", "#width-is", "40 letters").await?;
    let [left, _, right, _] = edges(&mut pages, "ada", "#lines").await?;
    pages.fill("ada", "#pref-width", "0").await?;
    let [wide_left, _, wide_right, _] = edges(&mut pages, "ada", "#lines").await?;
    ensure!(wide_right - wide_left > right - left, "as wide as it goes");
    // A colour is as chosen where it can be read, and near it where it cannot.
    let speaker = ".talk[data-channel=global] .is-speaker";
    for (chosen, shown) in [("#40e0d0", "rgb(64, 224, 208)"), ("#000000", "rgb(153, 153, 153)")] {
        let selector = "#settings-channels [data-channel=global] input[type=color]";
        let what = json!({"selector": selector, "value": chosen});
        pages.act("ada", "colour", what).await?;
        assert_eq!(style(&mut pages, "ada", speaker, "color").await?, shown, "{chosen}");
    }
    pages.act("ada", "sent", json!({"type": "keep", "text": "\"global\":\"#000000\""})).await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn a_window_is_laid_out_as_chosen() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({"bypass": true})).await?;
    pages.come_in("ada", "Ada").await?;
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#tabs-top)").await?;
    let [_, _, _, tabs_end] = edges(&mut pages, "ada", "#sides").await?;
    let [text_left, text_top, text_right, _] = edges(&mut pages, "ada", "#play").await?;
    let [room_left, ..] = edges(&mut pages, "ada", "#around").await?;
    ensure!(text_left == 0.0 && tabs_end <= text_top, "the tabs stand above the text");
    ensure!(text_right <= room_left, "the room beside it");
    pages.key("ada", "Escape").await?;
    pages.is_accessible("ada", "tabs above").await?;
    pages.shot("ada", "layout-tabs").await?;
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#pref-around)").await?;
    pages.gone("ada", "#around", "").await?;
    let [_, _, text_right, _] = edges(&mut pages, "ada", "#play").await?;
    assert_eq!(text_right, 1280.0, "the text has all of the window");
    pages.key("ada", "Escape").await?;
    pages.is_accessible("ada", "tabs above, no room").await?;
    pages.shot("ada", "layout-text").await?;
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#tabs-side)").await?;
    let [_, _, tabs_right, _] = edges(&mut pages, "ada", "#sides").await?;
    let [text_left, _, text_right, _] = edges(&mut pages, "ada", "#play").await?;
    ensure!(tabs_right <= text_left && text_right == 1280.0, "the tabs stand beside the text");
    pages.key("ada", "Escape").await?;
    // On a phone the room is a sheet that comes when it is asked for, whatever was chosen for the desk.
    let small = json!({"width": 390, "height": 844, "touch": true, "preferences": {"around": false, "tabs": "top"}});
    pages.open("gil", server.web, small).await?;
    pages.come_in("gil", "Gil").await?;
    pages.click("gil", "#open-around").await?;
    pages.wait("gil", "#room-name", "The Long Pier").await?;
    pages.is_sound("ada").await
}

/// Some want to hear that they are spoken to, and of some channels nothing at all.
#[tokio::test]
async fn it_sounds_for_those_who_want_it_and_counts_what_they_want_counted() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.click("ada", "#channels [data-channel=say]").await?;
    bob.send_line("whisper ada silence").await?;
    pages.wait("ada", "#channels [data-channel=whisper] .count", "@1").await?;
    assert_eq!(pages.act("ada", "tones", json!({"least": 0})).await?, json!([]), "off at first");
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#pref-sounds)").await?;
    pages.click("ada", "#settings-channels [data-channel=global] input[type=checkbox]").await?;
    pages.key("ada", "Escape").await?;
    bob.send_line("whisper ada a tone").await?;
    assert_eq!(pages.act("ada", "tones", json!({"least": 1})).await?, json!(["running"]));
    assert_eq!(pages.act("ada", "title", json!({})).await?, "(2) Hearsay");
    // A quiet channel neither counts nor sounds, not even for who is named there; others do.
    bob.send_line("global Ada, do you hear?").await?;
    bob.send_line("say Ada, this is for you").await?;
    pages.wait("ada", ".talk.mentions", "this is for you").await?;
    assert_eq!(pages.texts("ada", "#channels [data-channel=global] .count").await?, [""]);
    assert_eq!(
        pages.act("ada", "tones", json!({"least": 2})).await?,
        json!(["running", "running"])
    );
    bob.send_line("shout is anybody there?").await?;
    pages.wait("ada", "#channels [data-channel=shout] .count", "1").await?;
    // What is said to nobody is counted and makes no tone.
    bob.sync().await?;
    let tones = pages.act("ada", "tones", json!({"least": 2})).await?;
    assert_eq!(tones.as_array().map(Vec::len), Some(2));
    pages.click("ada", "#channels [data-channel='']").await?;
    pages.wait("ada", ".talk", "do you hear?").await?;
    assert_eq!(pages.act("ada", "title", json!({})).await?, "Hearsay");
    pages.is_sound("ada").await
}

/// Whoever copies gets what was said, by whom; not the signs and times beside it, nor the page's letters and colours.
#[tokio::test]
async fn what_is_copied_is_plain_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("say  first,  of all").await?;
    bob.send_line("global elsewhere").await?;
    bob.send_line("emote nods to Ada.").await?;
    pages.wait("ada", ".talk", "nods to Ada.").await?;
    pages.types_and_reads("ada", "say so be it", "You say").await?;
    let all = json!({"from": ".talk:has(.body)", "to": "#lines .talk:last-child"});
    let copied = pages.act("ada", "copied", all.clone()).await?;
    let said = "Bob says, \"first,  of all\"\n[global] Bob: elsewhere\nBob nods to Ada.\nYou say, \"so be it\"";
    assert_eq!(copied["text"], said);
    assert_eq!(copied["kinds"], json!(["text/plain"]));
    // On a channel's tab, what is not shown is not copied.
    pages.click("ada", "#channels [data-channel=say]").await?;
    let copied = pages.act("ada", "copied", all).await?;
    ensure!(copied["text"].as_str().is_some_and(|text| !text.contains("elsewhere")), "{copied}");
    // A part of a line is a part of a line, and a room's text keeps its rows.
    pages.click("ada", "#channels [data-channel='']").await?;
    let part = json!({"from": ".talk .is-speaker", "to": ".talk .is-speaker"});
    let copied = pages.act("ada", "copied", part).await?;
    assert_eq!(copied["text"], "Bob", "{copied}");
    let room = json!({"from": ".line.room", "to": ".line.room"});
    let copied: Value = pages.act("ada", "copied", room).await?;
    let text = copied["text"].as_str().context("no text")?;
    ensure!(text.starts_with("The Long Pier\n") && text.contains("\nExits"), "{text:?}");
    pages.is_sound("ada").await
}
