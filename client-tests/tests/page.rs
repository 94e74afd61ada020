//! The client page, played in Chromium beside people on telnet.

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet};
use client_tests::client::Client;
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use client_tests::telnet::Profile;
use serde_json::json;
use tokio::process::Command;

/// Markup and script, as somebody would write it who wants it to be run.
const PAYLOADS: [&str; 4] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg/onload=alert(3)>\"'><b>",
    "javascript:alert(4) {{7*7}} ${alert(5)}",
];

#[tokio::test]
async fn two_browsers_and_a_telnet_client_talk_in_one_room() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = Client::telnet("bob", server.telnet, Profile::Mudlet).await?;
    bob.create("Bob", PASSWORD).await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.expect("Ada").await?;
    pages.open("gil", server.web, json!({"scheme": "dark"})).await?;
    pages.come_in("gil", "Gil").await?;
    pages.wait("ada", ".presence", "Gil").await?;
    pages.types_and_reads("ada", "say Grüße ✓", "You say, \"Grüße ✓\"").await?;
    bob.expect("Ada says, \"Grüße ✓\"").await?;
    pages.wait("gil", ".talk", "Ada says, \"Grüße ✓\"").await?;
    bob.send_line("say hello, Ada and Gil").await?;
    pages.wait("ada", ".talk.mentions", "Bob says, \"hello, Ada and Gil\"").await?;
    pages.wait("gil", ".talk.mentions", "hello, Ada and Gil").await?;
    // On a channel's tab one speaks there, and a stroke begins a command.
    pages.click("ada", "#channels [data-channel=global]").await?;
    pages.types("ada", "look, everyone").await?;
    bob.expect("look, everyone").await?;
    pages.wait("ada", ".talk", "look, everyone").await?;
    pages.gone("ada", ".talk", "Grüße").await?;
    bob.send_line("whisper ada psst").await?;
    pages.wait("ada", "#channels [data-channel=whisper] .count", "@1").await?;
    pages.click("ada", "#channels [data-channel=whisper]").await?;
    pages.types("ada", "what is it?").await?;
    bob.expect("what is it?").await?;
    pages.gone("ada", "#channels [data-channel=whisper] .count", "1").await?;
    pages.is_sound("ada").await?;
    pages.is_sound("gil").await
}

#[tokio::test]
async fn a_stranger_is_shown_the_first_steps() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let phone = json!({"width": 390, "height": 844, "touch": true, "scheme": "dark"});
    pages.open("gil", server.web, phone).await?;
    pages.come_in("gil", "Gil").await?;
    pages.wait("gil", "#hints", "First steps").await?;
    pages.click("gil", "#hints li:has-text('Look') button").await?;
    pages.click("gil", "#send").await?;
    pages.wait("gil", ".echo", "look").await?;
    pages.gone("gil", "#hints li", "Look around.").await?;
    pages.click("gil", "#open-pad").await?;
    pages.click("gil", "#pad .way:not([aria-disabled])").await?;
    pages.types("gil", "say Hello!").await?;
    pages.wait("gil", ".talk.own", "Hello!").await?;
    pages.gone("gil", "#hints", "").await?;
    pages.shot("gil", "game-phone").await?;
    pages.is_sound("gil").await
}

#[tokio::test]
async fn a_login_that_fails_says_why_and_may_be_tried_again() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _bob = by_telnet(&server, "Bob").await?;
    pages.open("gil", server.web, json!({})).await?;
    pages.fill("gil", "#name", "Bob").await?;
    pages.click("gil", "#login-submit").await?;
    pages.wait("gil", "#login-why", "Bob").await?;
    pages.click("gil", ".kinds label:has(#kind-login)").await?;
    pages.fill("gil", "#password", "not the password").await?;
    pages.click("gil", "#login-submit").await?;
    pages.wait("gil", "#login-why", "do not belong together").await?;
    pages.fill("gil", "#password", PASSWORD).await?;
    pages.click("gil", "#login-submit").await?;
    pages.wait("gil", ".line.room", "The Long Pier").await?;
    pages.is_sound("gil").await
}

#[tokio::test]
async fn what_was_missed_in_an_outage_comes_after_it() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let network = Network::before(server.web).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", network.address, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("say before").await?;
    pages.wait("ada", ".talk", "before").await?;
    network.cut();
    pages.wait("ada", "#lost", "The connection is lost").await?;
    bob.expect("Ada").await?;
    for number in 1..=5 {
        bob.send_line(&format!("say meanwhile {number}.")).await?;
    }
    pages.types("ada", "say not lost").await?;
    network.mend(server.web);
    // The device has a network again, and says so.
    pages.act("ada", "event", json!({"name": "online"})).await?;
    pages.wait("ada", ".note", "5 lines").await?;
    let lines = pages.texts("ada", ".talk .body").await?;
    let expected = (1..=5).map(|number| format!("Bob says, \"meanwhile {number}.\""));
    let heard: Vec<_> = lines.iter().filter(|line| line.contains("meanwhile")).cloned().collect();
    assert_eq!(heard, expected.collect::<Vec<_>>());
    assert_eq!(lines.iter().filter(|line| line.contains("before")).count(), 1);
    // What was typed meanwhile is still there to be sent.
    pages.click("ada", "#send").await?;
    bob.expect("not lost").await?;
    pages.act("ada", "reload", json!({})).await?;
    pages.wait("ada", ".line.room", "The Long Pier").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn a_channel_shows_what_was_said_before_and_more_on_scrolling_up() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    for number in 1..=70 {
        bob.send_line(&format!("global line {number}.")).await?;
    }
    bob.expect("line 70.").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.click("ada", "#channels [data-channel=global]").await?;
    pages.wait("ada", ".talk", "line 70.").await?;
    pages.wait("ada", ".talk", "line 21.").await?;
    pages.click("ada", "#log").await?;
    pages.key("ada", "Home").await?;
    pages.wait("ada", ".talk", "line 1.").await?;
    let lines = pages.texts("ada", ".talk .body").await?;
    assert_eq!(lines.len(), 70, "{lines:?}");
    ensure!(lines.is_sorted_by_key(|line| line.len()), "in order: {lines:?}");
    // Among all channels they would be out of order.
    pages.click("ada", "#channels [data-channel='']").await?;
    pages.gone("ada", ".talk", "line").await?;
    pages.is_sound("ada").await
}

/// Without the REST API nothing stands for the password after a restart: the page asks for it, and shows what was missed.
#[tokio::test]
async fn after_a_restart_one_logs_in_and_reads_what_was_missed() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?.set("api.enabled", "false");
    let server = home.start().await?;
    let network = Network::before(server.web).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", network.address, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("global before").await?;
    pages.wait("ada", ".talk", "before").await?;
    network.cut();
    pages.wait("ada", "#lost", "The connection is lost").await?;
    bob.send_line("global meanwhile").await?;
    bob.expect("meanwhile").await?;
    ensure!(server.stop().await?.success(), "the server stops in order");
    let server = home.start().await?;
    network.mend(server.web);
    pages.wait("ada", "#login-why", "Ada, please log in again").await?;
    pages.fill("ada", "#password", PASSWORD).await?;
    pages.key("ada", "Enter").await?;
    pages.wait("ada", ".talk", "meanwhile").await?;
    pages.wait("ada", ".note", "You are back").await?;
    assert_eq!(pages.texts("ada", ".talk .body").await?.len(), 2);
    pages.is_sound("ada").await
}

#[tokio::test]
async fn who_comes_in_elsewhere_is_told_on_the_page_before() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    let _ada = back_by_telnet(&server, "Ada").await?;
    pages.wait("ada", "#status", "Signed in elsewhere").await?;
    pages.wait("ada", "#login-why", "elsewhere").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn staff_are_told_of_a_line_and_take_it_off_the_page() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.send_line("say you stupid oaf").await?;
    pages.wait("ada", ".talk", "oaf").await?;
    pages.click("ada", ".talk:has-text('oaf') .more").await?;
    pages.click("ada", "#menu button:has-text('Report')").await?;
    pages.act("ada", "keys", json!({"text": "he insults me"})).await?;
    pages.key("ada", "Enter").await?;
    mara.expect("Bob is reported: he insults me").await?;
    mara.send_line("redact say#1 an insult").await?;
    pages.gone("ada", ".talk", "oaf").await?;
    pages.wait("ada", ".note", "taken back by staff").await?;
    // From their own menu staff do as much.
    bob.send_line("say again an oaf").await?;
    pages.wait("ada", ".talk", "again").await?;
    pages.click("ada", ".talk:has-text('again') .more").await?;
    let entries = pages.texts("ada", "#menu button").await?;
    ensure!(!entries.iter().any(|entry| entry.contains("Mute")), "{entries:?}");
    pages.click("ada", "#menu button:has-text('Ignore')").await?;
    pages.wait("ada", ".text", "no longer hear Bob").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn who_is_muted_sees_why_and_for_how_long() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    mara.send_line("mute ada 1h spamming").await?;
    mara.expect("Ada is muted").await?;
    pages.wait("ada", "#restricted", "spamming").await?;
    pages.wait("ada", "#restricted", "59 min").await?;
    pages.shot("ada", "muted").await?;
    // It holds over a reload, and is over when it is lifted.
    pages.act("ada", "reload", json!({})).await?;
    pages.wait("ada", "#restricted", "spamming").await?;
    pages.types_and_reads("ada", "say hello", "You are muted").await?;
    mara.send_line("unmute ada").await?;
    pages.gone("ada", "#restricted", "").await?;
    pages.is_sound("ada").await
}

/// The types that its scripts say they have are those that they have.
#[tokio::test]
async fn the_page_keeps_to_its_types() -> Result<()> {
    let Some(tools) = client_tests::browser::tools("typescript") else { return Ok(()) };
    let compiler = tools.folder.join("node_modules/typescript/bin/tsc");
    let checked = Command::new(tools.node)
        .arg(compiler)
        .arg("--project")
        .arg(tools.folder.join("tsconfig.json"))
        .output()
        .await?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    Ok(())
}

/// Whatever players write, wherever it shows, it shows as what it is.
#[tokio::test]
async fn no_text_of_a_player_is_ever_markup() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    for payload in PAYLOADS {
        pages.fill("ada", "#name", payload).await?;
        pages.click("ada", "#login-submit").await?;
        pages.act("ada", "wait", json!({"selector": "#login-why:not(:empty)"})).await?;
    }
    pages.create("ada", "Ada").await?;
    for payload in PAYLOADS {
        for line in ["say", "emote", "global", "whisper ada"] {
            bob.send_line(&format!("{line} {payload}")).await?;
            pages.wait("ada", ".talk", payload).await?;
        }
        for text in ["title", "describe", "afk", "pose $n"] {
            bob.send_line(&format!("{text} {payload}")).await?;
        }
        bob.sync().await?;
        pages.types_and_reads("ada", "look", "Bob").await?;
        pages.types_and_reads("ada", "examine bob", payload).await?;
        pages.types_and_reads("ada", "who", "Bob").await?;
        pages.types("ada", payload).await?;
        pages.wait("ada", ".echo", payload).await?;
    }
    let inside = pages.texts("ada", "#lines script, #lines img, #lines svg, #lines b").await?;
    assert!(inside.is_empty(), "{inside:?}");
    pages.is_sound("ada").await
}

#[tokio::test]
async fn who_speaks_too_fast_is_told_beside_the_text() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    let server = home.set("chat.rate_limiting.say", 2).start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    for line in ["say one", "say two", "say three"] {
        pages.types("ada", line).await?;
    }
    pages.wait("ada", ".text", "Not so fast").await?;
    pages.wait("ada", "#allowance", "You may speak again in").await?;
    pages.is_sound("ada").await
}

/// The transcript is bounded, and stays where its reader is.
#[tokio::test]
async fn ten_thousand_lines_are_kept_and_read_in_peace() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    let aliases = json!({"aliases": {"much": vec!["commands"; 20].join(";")}});
    pages.act("ada", "prefer", aliases).await?;
    pages.wait("ada", ".line.room", "").await?;
    for _ in 0..4 {
        pages.types("ada", "much").await?;
    }
    pages.types_and_reads("ada", "say done", "You say, \"done\"").await?;
    pages.act("ada", "wheel", json!({"selector": "#log", "pixels": -100_000})).await?;
    bob.send_line("say are you there?").await?;
    pages.wait("ada", "#below", "1 new line below").await?;
    pages.click("ada", "#below").await?;
    pages.gone("ada", "#below", "").await?;
    pages.key("ada", "Control+Shift+F").await?;
    pages.act("ada", "keys", json!({"text": "are you there"})).await?;
    pages.wait("ada", "#search-count", "1 of 1").await?;
    pages.wait("ada", ".hit-now", "are you there?").await?;
    let lines = pages.act("ada", "flood", json!({"lines": 12_000})).await?;
    eprintln!("12,000 lines at once: {lines}");
    ensure!(lines["kept"].as_u64().is_some_and(|kept| (9_000..=10_000).contains(&kept)), "{lines}");
    pages.is_sound("ada").await
}

#[tokio::test]
async fn several_lines_are_not_sent_without_a_question() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    let pasted = json!({"text": "say one\nsay two\n\nsay three\n"});
    pages.act("ada", "paste", pasted.clone()).await?;
    pages.wait("ada", "#paste", "You paste 3 lines").await?;
    pages.key("ada", "Escape").await?;
    pages.gone("ada", "#paste", "").await?;
    pages.act("ada", "paste", pasted).await?;
    pages.click("ada", "#paste button:has-text('Send 3 lines')").await?;
    for word in ["one", "two", "three"] {
        bob.expect(&format!("Ada says, \"{word}\"")).await?;
    }
    pages.is_sound("ada").await
}

/// All that can be done can be done by keyboard, and nothing holds the focus for good.
#[tokio::test]
async fn it_can_be_played_by_keyboard_alone() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    let focus = json!({});
    assert_eq!(pages.act("ada", "focus", focus.clone()).await?, "name");
    pages.act("ada", "keys", json!({"text": "Ada"})).await?;
    pages.key("ada", "Tab").await?;
    pages.key("ada", "ArrowRight").await?;
    pages.key("ada", "ArrowRight").await?;
    pages.key("ada", "Tab").await?;
    pages.act("ada", "keys", json!({"text": PASSWORD})).await?;
    pages.key("ada", "Enter").await?;
    pages.wait("ada", ".line.room", "The Long Pier").await?;
    assert_eq!(pages.act("ada", "focus", focus.clone()).await?, "line");
    // Completion: a command, then a name.
    pages.act("ada", "keys", json!({"text": "whis"})).await?;
    pages.key("ada", "Tab").await?;
    pages.act("ada", "keys", json!({"text": "b"})).await?;
    pages.key("ada", "Tab").await?;
    let line = pages.act("ada", "value", json!({"selector": "#line"})).await?;
    assert_eq!(line, "whisper Bob");
    pages.act("ada", "keys", json!({"text": " psst"})).await?;
    pages.key("ada", "Enter").await?;
    bob.expect("psst").await?;
    pages.key("ada", "ArrowUp").await?;
    let line = pages.act("ada", "value", json!({"selector": "#line"})).await?;
    assert_eq!(line, "whisper Bob psst");
    pages.fill("ada", "#line", "").await?;
    // A line's menu, from the transcript.
    bob.send_line("say here I am").await?;
    pages.wait("ada", ".talk", "here I am").await?;
    pages.act("ada", "click", json!({"selector": "#log"})).await?;
    pages.key("ada", "End").await?;
    pages.key("ada", "ArrowUp").await?;
    pages.key("ada", "Enter").await?;
    pages.wait("ada", "#menu", "Whisper to Bob").await?;
    pages.key("ada", "Escape").await?;
    // Tab comes around to where it began.
    let mut stops = Vec::new();
    for _ in 0..60 {
        pages.key("ada", "Tab").await?;
        let stop = pages.act("ada", "focus", focus.clone()).await?;
        stops.push(stop.as_str().unwrap_or_default().to_owned());
    }
    for wanted in ["line", "send", "map", "open-settings", "log"] {
        assert!(stops.iter().any(|stop| stop == wanted), "{wanted} is not in {stops:?}");
    }
    pages.is_sound("ada").await
}

#[tokio::test]
async fn a_press_on_the_map_walks_there() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.types_and_reads("ada", "exits", "north").await?;
    pages.click("ada", "#compass [data-way=north]").await?;
    pages.act("ada", "wait", json!({"selector": "#map .seen"})).await?;
    let name = pages.texts("ada", "#room-name").await?;
    ensure!(name != ["The Long Pier"], "walked to {name:?}");
    pages.click("ada", "#map .seen rect").await?;
    pages.wait("ada", "#room-name", "The Long Pier").await?;
    pages.act("ada", "click", json!({"selector": "#room-name"})).await?;
    pages.is_sound("ada").await
}

/// axe finds nothing on any part of the page, in any theme; and pictures of them.
#[tokio::test]
async fn axe_finds_nothing_to_complain_of() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    for (theme, linear) in [("light", false), ("dark", false), ("contrast", false), ("dark", true)]
    {
        let name = if linear { "linear" } else { theme };
        let preferences = json!({"theme": theme, "linear": linear});
        let how = json!({"preferences": preferences, "bypass": true});
        pages.open(name, server.web, how).await?;
        pages.is_accessible(name, &format!("login, {name}")).await?;
        pages.shot(name, &format!("login-{name}")).await?;
        pages.come_in(name, &format!("Gil{name}")).await?;
        for line in ["look", "north", "south", "say Good evening!", "emote waves."] {
            pages.types(name, line).await?;
        }
        bob.send_line(&format!("say Welcome, Gil{name}.")).await?;
        bob.send_line("global Is anybody trading lanterns?").await?;
        pages.wait(name, ".talk", "lanterns").await?;
        pages.is_accessible(name, &format!("game, {name}")).await?;
        pages.shot(name, &format!("game-{name}")).await?;
        pages.click(name, ".talk:has-text('lanterns') .more").await?;
        pages.is_accessible(name, &format!("menu, {name}")).await?;
        pages.key(name, "Escape").await?;
        pages.click(name, "#open-settings").await?;
        pages.is_accessible(name, &format!("settings, {name}")).await?;
        pages.shot(name, &format!("settings-{name}")).await?;
        pages.key(name, "Escape").await?;
        pages.is_sound(name).await?;
    }
    Ok(())
}
