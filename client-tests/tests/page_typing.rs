//! Who writes to whom, on the client page in Chromium, beside people on telnet.

use anyhow::{Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::json;

/// A page each for Ada and Bob, who have whispered to each other.
async fn in_conversation(pages: &mut Pages, server: &Server) -> Result<()> {
    for (page, name) in [("ada", "Ada"), ("bob", "Bob")] {
        pages.open(page, server.web, json!({})).await?;
        pages.create(page, name).await?;
    }
    pages.types_and_reads("ada", "whisper bob psst", "You whisper to Bob").await?;
    pages.types_and_reads("bob", "reply what is it?", "You whisper to Ada").await?;
    pages.wait("ada", ".talk", "what is it?").await
}

/// Types as people do, key by key, and sends nothing.
async fn writes(pages: &mut Pages, page: &str, text: &str) -> Result<()> {
    pages.fill(page, "#line", "").await?;
    pages.click(page, "#line").await?;
    pages.act(page, "keys", json!({"text": text})).await.map(drop)
}

#[tokio::test]
async fn two_who_whisper_see_each_other_write() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    in_conversation(&mut pages, &server).await?;
    writes(&mut pages, "bob", "whisper ada the tide").await?;
    pages.wait("ada", "#typing", "Bob is writing to you…").await?;
    pages.is_accessible("ada", "while somebody writes").await?;
    pages.shot("ada", "typing").await?;
    // It goes with the line, long before it would go by itself.
    pages.key("bob", "Enter").await?;
    pages.wait("ada", ".talk", "the tide").await?;
    ensure!(pages.texts("ada", "#typing:not([hidden])").await?.is_empty(), "it is said");
    // On the tab of whispers there is no command to begin with; on that of another channel it does not show.
    pages.click("ada", "#channels [data-channel=whisper]").await?;
    writes(&mut pages, "ada", "which one?").await?;
    pages.wait("bob", "#typing", "Ada is writing to you…").await?;
    pages.click("bob", "#channels [data-channel=say]").await?;
    pages.gone("bob", "#typing", "").await?;
    pages.click("bob", "#channels [data-channel=whisper]").await?;
    pages.wait("bob", "#typing", "Ada is writing to you…").await?;
    // Whoever thinks better of it writes no longer, a moment later.
    pages.fill("ada", "#line", "").await?;
    pages.gone("bob", "#typing", "").await?;
    pages.is_sound("ada").await?;
    pages.is_sound("bob").await
}

#[tokio::test]
async fn a_petitioner_and_staff_see_each_other_write() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    pages.open("gil", server.web, json!({"width": 390, "height": 844, "touch": true})).await?;
    pages.create("gil", "Gil").await?;
    pages.open("mara", server.web, json!({})).await?;
    mara.send_line("quit").await?;
    mara.expect_closed().await?;
    pages.click("mara", ".kinds label:has(#kind-login)").await?;
    pages.fill("mara", "#password", client_tests::cast::PASSWORD).await?;
    pages.come_in("mara", "Mara").await?;
    pages.types_and_reads("mara", "whisper gil what happened?", "You whisper to Gil").await?;
    pages.wait("gil", ".talk", "what happened?").await?;
    writes(&mut pages, "gil", "r he called me names").await?;
    pages.wait("mara", "#typing", "Gil is writing to you…").await?;
    pages.key("gil", "Enter").await?;
    pages.wait("mara", ".talk", "he called me names").await?;
    writes(&mut pages, "mara", "retell I shall look into it").await?;
    pages.wait("gil", "#typing", "Mara is writing to you…").await?;
    assert_eq!(pages.act("gil", "overflow", json!({})).await?, 0);
    pages.is_accessible("gil", "on a phone while somebody writes").await?;
    pages.is_sound("gil").await
}

/// What is told to others is that one writes to them, and only where that was not switched off.
#[tokio::test]
async fn nothing_is_told_that_need_not_be() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    in_conversation(&mut pages, &server).await?;
    let mut gil = by_telnet(&server, "Gil").await?;
    gil.send_line("whisper bob and I?").await?;
    pages.wait("bob", ".talk", "and I?").await?;
    pages.act("bob", "prefer", json!({"aliases": {"hm": "look;whisper ada $*"}})).await?;
    let any = json!({"type": "typing", "text": ""});
    let before = pages.act("bob", "sent", any.clone()).await?.as_u64();
    for quiet in
        ["say hello to ada", "whisper ada", "tell ada ", "reply ", "party list", "look ada", "hm"]
    {
        writes(&mut pages, "bob", quiet).await?;
    }
    assert_eq!(pages.act("bob", "sent", any.clone()).await?.as_u64(), before);
    writes(&mut pages, "bob", "hm what a secret").await?;
    pages.wait("ada", "#typing", "Bob is writing to you…").await?;
    pages.gone("ada", "#typing", "").await?;
    pages.click("bob", "#open-settings").await?;
    pages.click("bob", "label:has(#pref-typing)").await?;
    pages.click("bob", "#settings-close").await?;
    // How often it was told hangs on how long the writing took; that it was told to Ada alone does not.
    let told = pages.act("bob", "sent", any.clone()).await?.as_u64();
    let target = json!({"type": "typing", "text": "\"target\":\"ada\""});
    assert_eq!(pages.act("bob", "sent", target).await?.as_u64(), told);
    assert!(told > before);
    writes(&mut pages, "bob", "whisper ada another secret").await?;
    pages.types("bob", "whisper ada that is all").await?;
    pages.wait("ada", ".talk", "that is all").await?;
    assert_eq!(pages.act("bob", "sent", any).await?.as_u64(), told);
    pages.is_sound("bob").await
}

#[tokio::test]
async fn a_party_sees_who_writes_to_it() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    in_conversation(&mut pages, &server).await?;
    pages.types_and_reads("ada", "party create", "party").await?;
    pages.types_and_reads("ada", "party invite bob", "You invite Bob").await?;
    pages.types_and_reads("bob", "accept", "Bob joins the party").await?;
    pages.click("bob", "#channels [data-channel=party]").await?;
    writes(&mut pages, "bob", "to the pier").await?;
    pages.wait("ada", "#typing", "Bob is writing to the party…").await?;
    pages.is_sound("ada").await
}
