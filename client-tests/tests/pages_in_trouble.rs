//! The pages in Chromium when something goes wrong: servers that hang or are gone, answers that are lost, raids, fingers that
//! press twice, devices that sleep.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::client::PATIENCE;
use client_tests::files::log_lines;
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::process::signal;
use client_tests::server::{Home, Server};
use client_tests::staff::{Owner, until_logged, with_moderator};
use rustix::process::Signal;
use serde_json::{Value, json};

const WARDENS: &str = "the warden's own password";
/// For how long a raid lasts: several times as long as it is between two looks of the staff page.
const RAID: Duration = Duration::from_secs(9);

async fn log_in(pages: &mut Pages, page: &str, name: &str, password: &str) -> Result<()> {
    pages.fill(page, "#name", name).await?;
    pages.fill(page, "#password", password).await?;
    pages.key(page, "Enter").await?;
    pages.wait(page, "#status", "Live").await
}

/// The owner, on the page of operators.
async fn warden(pages: &mut Pages, web: SocketAddr) -> Result<()> {
    pages.open("warden", web, json!({"path": "ops"})).await?;
    log_in(pages, "warden", "Warden", WARDENS).await
}

/// The moderator, on the page of staff.
async fn mara(pages: &mut Pages, server: &Server) -> Result<()> {
    pages.open("mara", server.web, json!({"path": "staff"})).await?;
    log_in(pages, "mara", "Mara", PASSWORD).await
}

/// What a page has asked the server for, below this path.
async fn asked(pages: &mut Pages, page: &str, path: &str) -> Result<Vec<Value>> {
    let asked = pages.act(page, "asked", json!({"path": path})).await?;
    Ok(serde_json::from_value(asked)?)
}

#[tokio::test]
async fn a_server_that_hangs_shows_no_figures_of_before() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    warden(&mut pages, server.web).await?;
    pages.wait("warden", "#now-sessions", "1").await?;
    pages.wait("warden", "#now-status", "ok").await?;
    signal(server.pid(), Signal::STOP)?;
    let stopped = Instant::now();
    pages.gone("warden", "#status", "Live").await?;
    pages.wait("warden", "#age", "ago").await?;
    let (tiles, took) = (pages.texts("warden", "#now dd").await?, stopped.elapsed());
    ensure!(tiles.iter().all(|tile| tile == "–"), "{tiles:?}");
    // Sooner than the first request is given up.
    ensure!(took < Duration::from_secs(9), "after {took:?}");
    signal(server.pid(), Signal::CONT)?;
    pages.wait("warden", "#status", "Live").await?;
    pages.wait("warden", "#now-sessions", "1").await?;
    pages.wait("warden", "#now-status", "ok").await?;
    pages.gone("warden", "#age", "ago").await?;
    pages.is_sound("warden").await
}

#[tokio::test]
async fn one_request_that_fails_takes_no_figure_away() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    warden(&mut pages, server.web).await?;
    pages.wait("warden", "#now-status", "ok").await?;
    let what = json!({"method": "GET", "path": "/ready", "times": 1});
    pages.act("warden", "fail", what).await?;
    pages.wait("warden", "#status", "cannot be reached").await?;
    for (tile, says) in [("ready", "yes"), ("status", "ok"), ("sessions", "1")] {
        let shown = pages.texts("warden", &format!("#now-{tile}")).await?;
        ensure!(shown == [says], "{tile}: {shown:?}");
    }
    pages.wait("warden", "#status", "Live").await?;
    pages.is_sound("warden").await
}

#[tokio::test]
async fn no_line_is_drawn_across_an_outage() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    let network = Network::before(server.web).await?;
    warden(&mut pages, network.address).await?;
    let drawn = json!({"selector": "#connections canvas", "colour": "--thing", "least": 20});
    pages.act("warden", "until_pixels", drawn).await?;
    network.cut();
    pages.wait("warden", "#now-sessions", "–").await?;
    network.mend(server.web);
    pages.wait("warden", "#status", "Live").await?;
    let hole = json!({"selector": "#connections canvas", "colour": "--thing", "least": 12});
    pages.act("warden", "until_hole", hole).await?;
    pages.is_sound("warden").await
}

/// What a line was at each reading: `readings` have when they were, in seconds, when the process started, and a counter.
async fn drawn(pages: &mut Pages, readings: &[(u32, u32, u32)]) -> Result<Value> {
    let readings: Vec<Value> = readings
        .iter()
        .map(|(at, started, count)| {
            let text =
                format!("hearsay_start_time_seconds {started}\nlevel {count}\nc_total {count}\n");
            json!({"at": at, "text": text})
        })
        .collect();
    pages.act("warden", "history", json!({"readings": readings})).await
}

#[tokio::test]
async fn what_is_drawn_is_open_where_nothing_is_known() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("warden", server.web, json!({"path": "ops"})).await?;
    let steady = drawn(&mut pages, &[(0, 7, 10), (2, 7, 12), (4, 7, 14)]).await?;
    assert_eq!(steady["times"], json!([0, 2, 4]));
    assert_eq!(steady["rate"], json!([null, 1, 1]));
    // Nothing was read for a minute: neither a level nor a speed is known of it.
    let outage = drawn(&mut pages, &[(0, 7, 10), (2, 7, 12), (62, 7, 72), (64, 7, 74)]).await?;
    assert_eq!(outage["times"], json!([0, 2, 5, 62, 64]));
    assert_eq!(outage["level"], json!([10, 12, null, 72, 74]));
    assert_eq!(outage["rate"], json!([null, 1, null, null, 1]));
    // Another process has counted on its own, and further.
    let restart = drawn(&mut pages, &[(0, 7, 10), (2, 7, 12), (4, 9, 40), (6, 9, 42)]).await?;
    assert_eq!(restart["level"], json!([10, 12, 40, 42]));
    assert_eq!(restart["rate"], json!([null, 1, null, 1]));
    // What is older than ten minutes is not drawn, however often was read.
    let old = drawn(&mut pages, &[(0, 7, 1), (300, 7, 1), (603, 7, 1), (605, 7, 1)]).await?;
    assert_eq!(old["times"], json!([300, 303, 603, 605]), "{old}");
    pages.is_sound("warden").await
}

#[tokio::test]
async fn what_is_tried_again_after_a_lost_answer_is_done_once() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _typed) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server).await?;
    pages.key("mara", "4").await?;
    pages.fill("mara", "#record-name", "bob").await?;
    pages.key("mara", "Enter").await?;
    let lost = json!({"method": "POST", "path": "/api/v1/moderation/records/"});
    pages.act("mara", "lose", lost).await?;
    pages.click("mara", "#record button:has-text('Add a note')").await?;
    pages.act("mara", "keys", json!({"text": "sells gold"})).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#ask-why", "cannot be reached").await?;
    pages.click("mara", "#ask-do").await?;
    pages.wait("mara", "#done", "note").await?;
    let sent = asked(&mut pages, "mara", "/api/v1/moderation/records/").await?;
    ensure!(sent.iter().filter(|one| one["method"] == "POST").count() == 2, "{sent:?}");
    // The next question is another act.
    pages.click("mara", "#record button:has-text('Add a note')").await?;
    pages.act("mara", "keys", json!({"text": "and lanterns"})).await?;
    pages.key("mara", "Enter").await?;
    pages.wait("mara", "#record li", "and lanterns").await?;
    until_logged(&home, |line| line["act"] == "note" && line["detail"] == "and lanterns").await?;
    let notes = log_lines(&home.path("logs/moderation"))?;
    let notes: Vec<_> = notes.iter().filter(|line| line["act"] == "note").collect();
    ensure!(notes.len() == 2, "{notes:?}");
    pages.is_sound("mara").await
}

#[tokio::test]
async fn in_a_raid_the_page_of_staff_asks_no_more_than_it_may() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?.set("api.requests_per_minute", 40);
    let (server, mut typed) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server).await?;
    pages.key("mara", "3").await?;
    pages.wait("mara", "#restrictions-none", "Nobody").await?;
    let began = Instant::now();
    let mut acts = 0;
    while began.elapsed() < RAID {
        acts += 1;
        typed.types(&format!("mute bob 1h wave {acts}."), "Bob is muted").await?;
    }
    pages.wait("mara", "#restrictions tr", &format!("wave {acts}.")).await?;
    let asked = asked(&mut pages, "mara", "/api/").await?;
    ensure!(asked.iter().all(|one| one["status"] != 429), "{asked:?}");
    let looks: Vec<f64> = asked
        .iter()
        .filter(|one| one["path"].as_str().is_some_and(|path| path.contains("/moderation/reports")))
        .filter_map(|one| one["at"].as_f64())
        .collect();
    // The first two are when she comes in and goes to the view.
    let apart = looks.windows(2).skip(2).map(|two| two[1] - two[0]);
    ensure!(apart.into_iter().all(|apart| apart > 2_800.0), "{acts} acts, looks at {looks:?}");
    pages.is_sound("mara").await
}

#[tokio::test]
async fn who_presses_twice_reads_each_line_once() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _typed) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    for number in 1..=60 {
        bob.send_line(&format!("global lantern {number}.")).await?;
    }
    bob.expect("lantern 60.").await?;
    home.until_stored("lantern 60.").await?;
    mara(&mut pages, &server).await?;
    pages.key("mara", "5").await?;
    pages.fill("mara", "#search-q", "lantern").await?;
    let searches = json!({"method": "GET", "path": "/api/v1/moderation/lines"});
    pages.act("mara", "hold", searches.clone()).await?;
    pages.key("mara", "Enter").await?;
    pages.key("mara", "Enter").await?;
    pages.act("mara", "let_go", json!({"least": 2})).await?;
    pages.wait("mara", "#search-lines .said", "lantern 60.").await?;
    pages.wait("mara", "#search-older", "").await?;
    let lines = pages.texts("mara", "#search-lines .said").await?;
    ensure!(lines.len() == 50, "{} lines", lines.len());
    pages.act("mara", "hold", searches).await?;
    pages.act("mara", "click_twice", json!({"selector": "#search-older"})).await?;
    pages.act("mara", "let_go", json!({"least": 1})).await?;
    pages.wait("mara", "#search-lines .said", "lantern 1.").await?;
    pages.gone("mara", "#search-older", "").await?;
    let lines = pages.texts("mara", "#search-lines .said").await?;
    ensure!(lines.len() == 60, "{} lines", lines.len());
    pages.is_sound("mara").await
}

#[tokio::test]
async fn a_notice_that_was_closed_takes_nothing_back() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _typed) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server).await?;
    bob.send_line("global buy my gold").await?;
    pages.click("mara", ".said:has-text('gold') .more").await?;
    pages.click("mara", "#menu button:has-text('Mute Bob')").await?;
    pages.click("mara", "#ask-do").await?;
    pages.wait("mara", "#done-undo", "").await?;
    pages.click("mara", "#done-close").await?;
    pages.gone("mara", "#done", "").await?;
    pages.key("mara", "z").await?;
    pages.key("mara", "3").await?;
    pages.wait("mara", "#restrictions tr", "what you said on global").await?;
    let sent = asked(&mut pages, "mara", "/api/v1/moderation/restrictions/").await?;
    ensure!(sent.iter().all(|one| one["method"] != "DELETE"), "{sent:?}");
    bob.send_line("global and now").await?;
    bob.expect("You are muted").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn a_page_that_slept_comes_back_by_itself_with_all_that_was_said() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let network = Network::before(server.web).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", network.address, json!({})).await?;
    pages.create("ada", "Ada").await?;
    bob.expect("Ada").await?;
    // A nap, in which the connection lives on; and a sleep, in which it dies and there is no network for a while.
    for (time, dies) in [("nap", false), ("sleep", true)] {
        pages.act("ada", "sleep", json!({})).await?;
        bob.types(&format!("say the {time} begins"), "begins").await?;
        if dies {
            network.cut();
            bob.expect("Ada").await?;
        }
        for number in 1..=3 {
            bob.types(&format!("say {time} {number}."), "You say").await?;
        }
        network.mend(server.web);
        pages.act("ada", "awake", json!({})).await?;
        pages.wait("ada", ".talk", &format!("{time} 3.")).await?;
        pages.types_and_reads("ada", &format!("say after the {time}"), "You say").await?;
        bob.expect(&format!("after the {time}")).await?;
        let lines = pages.texts("ada", ".talk:not(.own) .body").await?;
        let heard = lines.iter().filter(|line| line.contains(time)).count();
        ensure!(heard == 4, "each line once: {lines:?}");
        bob.sync().await?;
    }
    pages.is_sound("ada").await
}

/// Waits until a page has asked for something.
async fn until_asked(pages: &mut Pages, page: &str, path: &str) -> Result<()> {
    let began = Instant::now();
    while asked(pages, page, path).await?.is_empty() {
        ensure!(began.elapsed() < PATIENCE, "{page} has not asked for {path}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

#[tokio::test]
async fn whose_place_is_gone_comes_in_again_without_the_password() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?.set("limits.linkdead_seconds", "1");
    let server = home.start().await?;
    let network = Network::before(server.web).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("ada", network.address, json!({})).await?;
    pages.create("ada", "Ada").await?;
    // What follows a login at the API: the page has what stands for the password.
    until_asked(&mut pages, "ada", "/api/v1/auth/token").await?;
    // A sleep that lasts longer than places are kept.
    network.cut();
    bob.expect("Ada leaves the world").await?;
    bob.types("global while she slept", "while she slept").await?;
    network.mend(server.web);
    pages.wait("ada", ".talk", "while she slept").await?;
    pages.wait("ada", ".note", "You are back").await?;
    pages.types_and_reads("ada", "say good morning", "You say").await?;
    // A restart, which keeps nobody's place.
    network.cut();
    pages.wait("ada", "#lost", "The connection is lost").await?;
    bob.types("global before the restart", "before the restart").await?;
    ensure!(server.stop().await?.success(), "the server stops in order");
    let server = home.start().await?;
    network.mend(server.web);
    pages.wait("ada", ".talk", "before the restart").await?;
    pages.types_and_reads("ada", "say and a good day", "You say").await?;
    // Who leaves takes along what stands for the password.
    pages.types("ada", "quit").await?;
    pages.wait("ada", "#login-form", "Log in").await?;
    until_asked(&mut pages, "ada", "/api/v1/auth/logout").await?;
    pages.is_sound("ada").await
}
