//! The staff page in Chromium, beside players on telnet.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::{Owner, until_logged, with_moderator};
use serde_json::{Value, json};

/// Markup and script, as somebody would write it who wants it to be run.
const PAYLOADS: [&str; 3] =
    ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "<svg/onload=alert(3)>\"'><b>"];

/// The views, in the order of their keys.
const VIEWS: [&str; 8] =
    ["live", "reports", "restrictions", "record", "search", "log", "filter", "everyone"];

/// Opens the page of staff; `how` as for [`Pages::open`].
async fn open(pages: &mut Pages, page: &str, server: &Server, how: Value) -> Result<()> {
    let mut how = how;
    how["path"] = "staff".into();
    pages.open(page, server.web, how).await
}

async fn log_in(pages: &mut Pages, page: &str, name: &str) -> Result<()> {
    pages.fill(page, "#name", name).await?;
    pages.fill(page, "#password", PASSWORD).await?;
    pages.key(page, "Enter").await
}

/// Opens the page and comes in as the moderator.
async fn mara(pages: &mut Pages, server: &Server, how: Value) -> Result<()> {
    open(pages, "mara", server, how).await?;
    log_in(pages, "mara", "Mara").await?;
    pages.wait("mara", "#status", "Live").await
}

#[tokio::test]
async fn only_staff_get_in() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    open(&mut pages, "bob", &server, json!({})).await?;
    log_in(&mut pages, "bob", "Bob").await?;
    pages.wait("bob", "#login-why", "for staff, from moderator on. Bob is player.").await?;
    pages.fill("bob", "#password", "not the password").await?;
    pages.key("bob", "Enter").await?;
    pages.wait("bob", "#login-why", "do not belong together").await?;
    ensure!(pages.texts("bob", "#who").await?.concat().is_empty(), "nobody is in");
    log_in(&mut pages, "bob", "Mara").await?;
    pages.wait("bob", "#who", "Mara, moderator").await?;
    pages.wait("bob", "#status", "Live").await?;
    until_logged(&home, |line| line["act"] == "watch" && line["detail"] == "begins").await?;
    pages.act("bob", "reload", json!({})).await?;
    pages.gone("bob", "#who", "").await?;
    log_in(&mut pages, "bob", "Mara").await?;
    pages.wait("bob", "#status", "Live").await?;
    pages.click("bob", "#log-out").await?;
    until_logged(&home, |line| line["act"] == "watch" && line["detail"] == "ends").await?;
    pages.wait("bob", "#login-why", "You are logged out.").await?;
    pages.is_sound("bob").await
}

#[tokio::test]
async fn what_is_said_is_there_at_once_and_can_be_sifted_and_stopped() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    mara(&mut pages, &server, json!({})).await?;
    bob.send_line("global trading lanterns").await?;
    pages.wait("mara", ".said", "trading lanterns").await?;
    ada.send_line("say not here").await?;
    pages.wait("mara", ".said", "not here").await?;
    pages.fill("mara", "#live-player", "ada").await?;
    pages.gone("mara", ".said", "lanterns").await?;
    pages.wait("mara", ".said", "not here").await?;
    pages.fill("mara", "#live-player", "").await?;
    pages.choose("mara", "#live-channel", "global").await?;
    pages.gone("mara", ".said", "not here").await?;
    pages.choose("mara", "#live-channel", "").await?;
    pages.click("mara", "#live-pause").await?;
    bob.send_line("global and ropes").await?;
    pages.wait("mara", "#live-shown", "1 new").await?;
    pages.gone("mara", ".said", "and ropes").await?;
    pages.click("mara", "#live-pause").await?;
    pages.wait("mara", ".said", "and ropes").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn what_was_said_in_an_outage_is_there_after_it() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let network = Network::before(server.web).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("mara", network.address, json!({"path": "staff"})).await?;
    log_in(&mut pages, "mara", "Mara").await?;
    pages.wait("mara", "#status", "Live").await?;
    bob.send_line("global before").await?;
    pages.wait("mara", ".said", "before").await?;
    network.cut();
    pages.wait("mara", "#status", "Not live").await?;
    for number in 1..=5 {
        bob.send_line(&format!("global meanwhile {number}.")).await?;
    }
    bob.expect("meanwhile 5.").await?;
    network.mend(server.web);
    pages.act("mara", "event", json!({"name": "online"})).await?;
    pages.wait("mara", ".said", "meanwhile 5.").await?;
    pages.wait("mara", "#status[data-is=playing]", "Live").await?;
    let said = pages.texts("mara", ".said .words").await?;
    ensure!(said.len() == 6, "each line once: {said:?}");
    pages.is_sound("mara").await
}

#[tokio::test]
async fn the_time_that_is_left_runs_out_before_ones_eyes() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut typed) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server, json!({})).await?;
    let muted = Instant::now();
    typed.send_line("mute bob 8s too loud").await?;
    typed.expect("Bob is muted").await?;
    pages.key("mara", "3").await?;
    pages.wait("mara", "#restrictions tr", "too loud").await?;
    pages.wait("mara", "#restrictions .number", "2 s").await?;
    pages.gone("mara", "#restrictions tr", "too loud").await?;
    let gone = muted.elapsed();
    ensure!(gone >= Duration::from_secs(7), "it went after {gone:?}");
    pages.wait("mara", "#restrictions-none", "Nobody").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn a_report_is_decided_by_one_key_and_the_verdict_taken_back() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    mara(&mut pages, &server, json!({})).await?;
    bob.send_line("say you stupid oaf").await?;
    ada.expect("oaf").await?;
    ada.send_line("report say#1 he insults me").await?;
    pages.wait("mara", "#tab-reports .count", "1").await?;
    pages.key("mara", "2").await?;
    // How many wait is told whatever the list shows.
    pages.choose("mara", "#reports-state", "closed").await?;
    pages.wait("mara", "#reports-none", "").await?;
    ensure!(pages.texts("mara", "#tab-reports .count").await? == ["1"], "one waits");
    pages.choose("mara", "#reports-state", "open").await?;
    pages.click("mara", "#reports .case").await?;
    pages.wait("mara", "#case .brought", "he insults me").await?;
    pages.wait("mara", "#case .meant", "oaf").await?;
    // By its button, which is another one afterwards; the next key is heard all the same.
    pages.click("mara", "#case button:has-text('Claim')").await?;
    pages.wait("mara", "#case button", "Leave it").await?;
    pages.key("mara", "m").await?;
    pages.wait("mara", "#ask-says", "Bob cannot speak on any channel, for 1 h.").await?;
    pages.wait("mara", "#ask-says", "Ada is told.").await?;
    bob.send_line("say not yet").await?;
    ada.expect("not yet").await?;
    pages.key("mara", "Enter").await?;
    bob.expect("you are muted on all channels").await?;
    bob.send_line("say and now?").await?;
    bob.expect("The reason: against the rules").await?;
    pages.wait("mara", "#done", "mute: Bob").await?;
    pages.wait("mara", "#reports-none", "Nothing waits").await?;
    ada.expect("upheld").await?;
    pages.key("mara", "z").await?;
    pages.wait("mara", "#done", "Lifted: mute of Bob").await?;
    bob.send_line("say again").await?;
    ada.expect("again").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn a_line_is_taken_back_from_the_live_view() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    mara(&mut pages, &server, json!({})).await?;
    bob.send_line("global I live in Mill Lane 4").await?;
    pages.wait("ada", ".talk", "Mill Lane").await?;
    pages.wait("mara", ".said", "Mill Lane").await?;
    // By keyboard alone: to the line, its menu, the first entry.
    pages.click("mara", "#live-log").await?;
    pages.key("mara", "End").await?;
    pages.key("mara", "Enter").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#ask-title", "Take a line back").await?;
    pages.act("mara", "keys", json!({"text": "an address"})).await?;
    pages.key("mara", "Enter").await?;
    pages.gone("ada", ".talk", "Mill Lane").await?;
    pages.wait("mara", ".said.back .mark", "taken back").await?;
    bob.send_line("history global").await?;
    bob.expect("Nothing that you may read has been said on global.").await?;
    pages.click("mara", "#done-undo").await?;
    pages.wait("mara", "#done", "Put back").await?;
    pages.wait("ada", ".talk", "Mill Lane").await?;
    pages.gone("mara", ".said.back", "").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn whoever_said_a_line_is_muted_from_it_and_the_row_can_be_lifted() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server, json!({})).await?;
    bob.send_line("global buy my gold").await?;
    pages.click("mara", ".said:has-text('gold') .more").await?;
    pages.click("mara", "#menu button:has-text('Mute Bob')").await?;
    pages.wait("mara", "#ask-says", "Bob cannot speak on global, for 10 min.").await?;
    pages.fill("mara", "#ask-lasts", "soon").await?;
    pages.click("mara", "#ask-do").await?;
    pages.wait("mara", "#ask-why", "For how long?").await?;
    pages.fill("mara", "#ask-lasts", "2h").await?;
    pages.fill("mara", "#ask-reason", "no trade here").await?;
    pages.click("mara", "#ask-do").await?;
    bob.expect("no trade here").await?;
    // Whoever comes after her takes nothing back of what she did.
    pages.wait("mara", "#done-undo", "").await?;
    pages.click("mara", "#log-out").await?;
    pages.wait("mara", "#login-why", "You are logged out.").await?;
    log_in(&mut pages, "mara", "Mara").await?;
    pages.wait("mara", "#status", "Live").await?;
    pages.key("mara", "z").await?;
    pages.key("mara", "3").await?;
    pages.wait("mara", "#restrictions tr", "1 h 59 min").await?;
    pages.click("mara", "#restrictions button:has-text('Lift')").await?;
    pages.click("mara", "#ask-do").await?;
    pages.gone("mara", "#restrictions tr", "no trade here").await?;
    bob.send_line("global and now").await?;
    bob.expect("and now").await?;
    // What was done is on record, and so is a note more.
    pages.key("mara", "4").await?;
    pages.fill("mara", "#record-name", "bob").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#record li", "lifted, mute, Bob, on global, by Mara").await?;
    pages.click("mara", "#record button:has-text('Add a note')").await?;
    pages.act("mara", "keys", json!({"text": "sells gold"})).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#record li", "sells gold").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn what_the_server_says_against_it_stands_where_it_was_asked() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut typed) = with_moderator(&home).await?;
    mara(&mut pages, &server, json!({})).await?;
    pages.key("mara", "3").await?;
    pages.click("mara", "#impose").await?;
    pages.fill("mara", "#ask-player", "Warden").await?;
    pages.fill("mara", "#ask-reason", "too strict").await?;
    pages.click("mara", "#ask-do").await?;
    typed.send_line("mute warden too strict").await?;
    let refused = "Warden is not below you in rank.";
    typed.expect(refused).await?;
    pages.wait("mara", "#ask-why", refused).await?;
    pages.choose("mara", "#ask-kind", "lock").await?;
    pages.gone("mara", "#ask-player", "").await?;
    pages.choose("mara", "#ask-kind", "mute").await?;
    // What was written for how long stands whatever else is chosen, but for another kind.
    pages.fill("mara", "#ask-lasts", "3d").await?;
    pages.choose("mara", "#ask-where", "global").await?;
    pages.wait("mara", "#ask-says", "on global, for 3 days").await?;
    pages.choose("mara", "#ask-kind", "timeout").await?;
    pages.wait("mara", "#ask-says", "for 10 min").await?;
    pages.choose("mara", "#ask-kind", "mute").await?;
    pages.fill("mara", "#ask-player", "Nobody At All").await?;
    pages.fill("mara", "#ask-reason", "who is that").await?;
    pages.click("mara", "#ask-do").await?;
    pages.gone("mara", "#ask-why", refused).await?;
    pages.wait("mara", "#ask-why:not(:empty)", "").await?;
    pages.key("mara", "Escape").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn defcon_is_set_after_a_question_and_not_by_who_has_the_rank_no_more() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut typed = by_telnet(&server, "Mara").await?;
    owner.appoint("mara", "moderator").await?;
    typed.expect("You are moderator now.").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server, json!({})).await?;
    pages.key("mara", "8").await?;
    pages.wait("mara", "#defcon-now", "Level 5").await?;
    pages.click("mara", ".level:nth-child(2)").await?;
    pages.wait("mara", "#ask-title", "Defcon 4").await?;
    pages.act("mara", "keys", json!({"text": "a raid"})).await?;
    pages.wait("mara", "#ask-says", "Level 4, for 1 h: Guests do not come in").await?;
    pages.key("mara", "Enter").await?;
    bob.expect("a raid").await?;
    pages.wait("mara", "#defcon-now", "Level 4").await?;
    pages.fill("mara", "#announce-text", "It is over soon.").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#ask-says", "Everybody in the world reads: “It is over soon.”").await?;
    pages.key("mara", "Enter").await?;
    bob.expect("It is over soon.").await?;
    owner.appoint("mara", "player").await?;
    pages.click("mara", ".level:nth-child(5)").await?;
    pages.act("mara", "keys", json!({"text": "still a raid"})).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#ask-why", "moderator").await?;
    bob.send_line("say I am heard").await?;
    bob.expect("You say, \"I am heard\"").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn what_was_said_and_done_is_found_again() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut typed) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    for number in 1..=60 {
        bob.send_line(&format!("global lantern {number}.")).await?;
    }
    bob.send_line("say elsewhere").await?;
    bob.expect("elsewhere").await?;
    typed.send_line("mute bob 1h lanterns").await?;
    typed.expect("Bob is muted").await?;
    mara(&mut pages, &server, json!({})).await?;
    pages.key("mara", "5").await?;
    pages.fill("mara", "#search-q", "lantern").await?;
    pages.fill("mara", "#search-player", "Bob").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#search-lines .said", "lantern 60.").await?;
    ensure!(pages.texts("mara", "#search-lines .said").await?.len() == 50, "a page has fifty");
    pages.click("mara", "#search-older").await?;
    pages.wait("mara", "#search-lines .said", "lantern 1.").await?;
    ensure!(pages.texts("mara", "#search-lines .said").await?.len() == 60, "and the rest");
    pages.click("mara", "#tab-log").await?;
    pages.fill("mara", "#log-act", "mute").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#log-entries tr", "lanterns").await?;
    pages.fill("mara", "#log-act", "shadow").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#log-none", "Nothing found.").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn the_filter_is_tried_before_it_is_changed() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    bob.send_line("global buy my gold, all of it").await?;
    bob.send_line("global good evening").await?;
    bob.expect("good evening").await?;
    mara(&mut pages, &server, json!({})).await?;
    pages.key("mara", "7").await?;
    pages.wait("mara", "#rules-about", "Version").await?;
    pages.fill("mara", "#test-text", "a fine evening").await?;
    pages.click("mara", "#test-form .first").await?;
    pages.wait("mara", "#test-result", "Nothing is found in it.").await?;
    pages.choose("mara", "#dry-kind", "pattern").await?;
    pages.fill("mara", "#dry-rule", "buy my .*").await?;
    pages.click("mara", "#dry-form .first").await?;
    pages.wait("mara", "#dry-result", "something is found in 1").await?;
    pages.wait("mara", "#dry-result .said", "buy my gold").await?;
    pages.fill("mara", "#dry-rule", "buy (").await?;
    pages.click("mara", "#dry-form .first").await?;
    pages.wait("mara", "#dry-why:not(:empty)", "").await?;
    pages.is_sound("mara").await
}

/// Whatever players write, wherever staff read it, it shows as what it is.
#[tokio::test]
async fn no_text_of_a_player_is_ever_markup() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut typed) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    mara(&mut pages, &server, json!({})).await?;
    typed.send_line("hold bob global 1h tests our patience").await?;
    bob.expect("tests our patience").await?;
    for (at, payload) in PAYLOADS.iter().enumerate() {
        bob.send_line(&format!("say {payload}")).await?;
        bob.send_line(&format!("global {payload}")).await?;
        pages.wait("mara", ".said", payload).await?;
        ada.expect(payload).await?;
        ada.send_line(&format!("report say#{} {payload}", at + 1)).await?;
        ada.sync().await?;
        typed.send_line(&format!("note bob {payload}")).await?;
        typed.expect(payload).await?;
    }
    typed.send_line(&format!("mute ada trade 1h {}", PAYLOADS[1])).await?;
    pages.key("mara", "2").await?;
    pages.wait("mara", "#held .words", PAYLOADS[2]).await?;
    pages.click("mara", "#reports .case").await?;
    pages.wait("mara", "#case .words", PAYLOADS[0]).await?;
    pages.key("mara", "d").await?;
    pages.fill("mara", "#ask-reason", PAYLOADS[1]).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#reports-none", "Nothing waits").await?;
    pages.key("mara", "4").await?;
    pages.fill("mara", "#record-name", "bob").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#record .words", PAYLOADS[1]).await?;
    pages.fill("mara", "#record-name", PAYLOADS[1]).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#record-why:not(:empty)", "").await?;
    pages.click("mara", "#tab-search").await?;
    pages.fill("mara", "#search-q", "alert").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#search-lines .said", PAYLOADS[1]).await?;
    pages.click("mara", "#tab-log").await?;
    pages.fill("mara", "#log-target", "bob").await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#log-entries tr", PAYLOADS[1]).await?;
    let inside = "#views script, #views img, #views .words svg, #views b, #done b";
    let inside = pages.texts("mara", inside).await?;
    assert!(inside.is_empty(), "{inside:?}");
    pages.is_sound("mara").await
}

/// axe finds nothing in any view, in any theme, on a desk or on a phone; and pictures of it.
#[tokio::test]
async fn axe_finds_nothing_to_complain_of() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _typed) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let phone = json!({"width": 390, "height": 844, "touch": true});
    for (name, theme, window) in [
        ("light", "light", json!({})),
        ("dark", "dark", json!({})),
        ("contrast", "contrast", json!({})),
        ("phone", "dark", phone),
    ] {
        let mut how = window;
        how["preferences"] = json!({"theme": theme});
        how["bypass"] = true.into();
        open(&mut pages, name, &server, how).await?;
        pages.is_accessible(name, &format!("login, {name}")).await?;
        log_in(&mut pages, name, "Mara").await?;
        pages.wait(name, "#status[data-is=playing]", "").await?;
        ada.send_line("global Is anybody trading lanterns?").await?;
        bob.send_line("global Get off my pier, you oaf!").await?;
        pages.wait(name, ".said", "oaf").await?;
        ada.expect("oaf").await?;
        ada.send_line("report bob he insults everybody").await?;
        pages.wait(name, "#tab-reports .count", "").await?;
        for view in VIEWS {
            pages.click(name, &format!("#tab-{view}")).await?;
            if view == "reports" {
                pages.click(name, "#reports .case").await?;
                pages.wait(name, "#case .lines .said", "oaf").await?;
            }
            pages.is_accessible(name, &format!("{view}, {name}")).await?;
            pages.shot(name, &format!("staff-{view}-{name}")).await?;
        }
        pages.click(name, "#tab-restrictions").await?;
        pages.click(name, "#impose").await?;
        pages.is_accessible(name, &format!("a question, {name}")).await?;
        pages.shot(name, &format!("staff-question-{name}")).await?;
        pages.key(name, "Escape").await?;
        pages.click(name, "#open-keys").await?;
        pages.is_accessible(name, &format!("keys, {name}")).await?;
        pages.key(name, "Escape").await?;
        pages.is_sound(name).await?;
    }
    Ok(())
}
