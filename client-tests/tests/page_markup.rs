//! Whatever anybody writes, on whichever page it comes to be read, in Chromium: it shows as what was written. No element is made
//! of it, no script runs, no dialog opens, and the policy of the page has nothing to forbid.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::pages::Pages;
use client_tests::server::Home;
use client_tests::staff::{Owner, with_moderator};
use serde_json::json;

/// Markup and script, as somebody would write it who wants it to be run.
const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>";

/// What stands for itself and for nothing else, where brackets are refused.
const TITLE: &str = "&lt;b&gt; \" onload='x' &quot;";

/// Markup where there is little room, with what the game sets its own commands in.
const SHORT: &str = "<img src=x onerror=alert`4`>";

/// What a page has made of texts, if it has made something of them.
const MADE: &str = "script:not([src]), img[src=x], [onerror], [onload]";

async fn is_text(pages: &mut Pages, page: &str) -> Result<()> {
    let made = pages.texts(page, MADE).await?;
    ensure!(made.is_empty(), "{page}: {made:?}");
    pages.is_sound(page).await
}

/// What one types oneself comes back in answers, in the prompt, in lists.
#[tokio::test]
async fn what_one_writes_oneself_is_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    for (line, answer) in [
        (format!("prompt {MARKUP}"), "Your prompt is set"),
        ("prompt".to_owned(), MARKUP),
        (format!("title {SHORT}"), "No brackets"),
        (format!("title {TITLE}"), TITLE),
        ("finger ada".to_owned(), TITLE),
        (format!("describe {MARKUP}"), "Who looks at you reads"),
        ("examine ada".to_owned(), MARKUP),
        (format!("alias hm say {MARKUP}"), MARKUP),
        ("alias".to_owned(), MARKUP),
        ("hm".to_owned(), MARKUP),
        (format!("smile {MARKUP}"), ""),
        (format!("get {MARKUP}"), ""),
        (format!("help {MARKUP}"), ""),
        (format!("party invite {MARKUP}"), ""),
        (format!("unalias {MARKUP}"), ""),
        (format!("ignore {MARKUP}"), ""),
        (format!("history {MARKUP}"), ""),
        (format!("settings colour {MARKUP}"), ""),
        ("time".to_owned(), "clock"),
    ] {
        pages.types_and_reads("ada", &line, answer).await.context(line)?;
    }
    pages.wait("ada", "#prompt", MARKUP).await?;
    pages.wait("ada", ".echo", &format!("title {SHORT}")).await?;
    is_text(&mut pages, "ada").await
}

/// Words, keys and colours of one's own, which come from the server where they were made in another browser.
#[tokio::test]
async fn what_one_chooses_is_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("first", server.web, json!({})).await?;
    pages.create("first", "Ada").await?;
    let escape = "\"] {} * { display: none !important } [x=\"";
    let colour = "#fff; } * { display: none !important } x {";
    pages
        .act(
            "first",
            "prefer",
            json!({
                "aliases": {MARKUP: MARKUP}, "macros": {"F7": MARKUP}, "quiet": [MARKUP],
                "colours": {escape: "#ffffff", "global": colour}, "font": MARKUP, "theme": escape,
            }),
        )
        .await?;
    pages.act("first", "sent", json!({"type": "keep", "text": "alert"})).await?;
    pages.types_and_reads("first", "time", "clock").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.click("ada", ".kinds label:has(#kind-login)").await?;
    pages.fill("ada", "#password", PASSWORD).await?;
    pages.come_in("ada", "Ada").await?;
    pages.click("ada", "#open-settings").await?;
    pages.wait("ada", "#settings-aliases kbd", MARKUP).await?;
    pages.wait("ada", "#settings-aliases span", MARKUP).await?;
    pages.wait("ada", "#settings-macros span", MARKUP).await?;
    pages.key("ada", "Escape").await?;
    pages.types_and_reads("ada", "say still here", "You say").await?;
    is_text(&mut pages, "ada").await
}

/// What staff write to a player, and the player to staff: orders, appeals, texts that are taken away.
#[tokio::test]
async fn what_goes_between_players_and_staff_is_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.types_and_reads("ada", "party invite bob", "You invite Bob").await?;
    bob.types("accept", "joins the party").await?;
    bob.send_line(&format!("party {MARKUP}")).await?;
    pages.wait("ada", ".talk[data-channel=party]", MARKUP).await?;
    pages.types_and_reads("ada", &format!("title {TITLE}"), TITLE).await?;
    mara.types(&format!("cleartext ada title {MARKUP}"), "Ada").await?;
    pages.wait("ada", ".line:not(.echo)", MARKUP).await?;
    mara.types(&format!("warn ada not {MARKUP}"), "Ada").await?;
    pages.wait("ada", ".line:not(.echo)", &format!("not {MARKUP}")).await?;
    pages.types("ada", "acknowledge").await?;
    mara.types(&format!("mute ada global 1h {MARKUP}"), "is muted").await?;
    pages.wait("ada", "#restricted", MARKUP).await?;
    pages.types_and_reads("ada", &format!("appeal it was {MARKUP}"), "with the staff").await?;
    pages.types_and_reads("ada", "myrecord", MARKUP).await?;
    mara.expect(&format!("it was {MARKUP}")).await?;
    is_text(&mut pages, "ada").await?;
    pages.open("mara", server.web, json!({"path": "staff"})).await?;
    pages.fill("mara", "#name", "Mara").await?;
    pages.fill("mara", "#password", PASSWORD).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#status", "Live").await?;
    pages.click("mara", "#tab-reports").await?;
    pages.wait("mara", "#reports .case", "").await?;
    pages.click("mara", "#reports .case").await?;
    pages.wait("mara", "#case", &format!("it was {MARKUP}")).await?;
    pages.click("mara", "#tab-restrictions").await?;
    pages.wait("mara", "#view-restrictions", MARKUP).await?;
    is_text(&mut pages, "mara").await
}

/// A process has the name that its operator gave it.
#[tokio::test]
async fn what_a_process_is_called_is_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.set("logs.node", SHORT).start().await?;
    let _owner = Owner::claim(&server).await?;
    pages.open("warden", server.web, json!({"path": "ops"})).await?;
    pages.fill("warden", "#name", "Warden").await?;
    pages.fill("warden", "#password", "the warden's own password").await?;
    pages.click("warden", "#login-submit").await?;
    pages.wait("warden", "#nodes", SHORT).await?;
    is_text(&mut pages, "warden").await
}
