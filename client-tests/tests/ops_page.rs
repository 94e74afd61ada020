//! The operator page, used in Chromium beside people who play.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, telnet};
use client_tests::client::Client;
use client_tests::metrics::Metrics;
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use serde_json::{Value, json};

const WARDENS: &str = "the warden's own password";

/// Somebody who comes to the operator page of a server.
async fn open(pages: &mut Pages, page: &str, server: &Server, how: Value) -> Result<()> {
    let mut how = how;
    how["path"] = json!("ops");
    pages.open(page, server.web, how).await?;
    log_in(pages, page, "Warden", WARDENS).await?;
    pages.wait(page, "#status", "Live").await
}

async fn log_in(pages: &mut Pages, page: &str, name: &str, password: &str) -> Result<()> {
    pages.fill(page, "#name", name).await?;
    pages.fill(page, "#password", password).await?;
    pages.click(page, "#login-submit").await
}

async fn says(client: &mut Client, lines: usize) -> Result<()> {
    for line in 0..lines {
        client.types(&format!("say line {line}"), "You say").await?;
    }
    Ok(())
}

/// The number behind what a line of a chart shows as its last value.
async fn shown(pages: &mut Pages, chart: &str, line: &str) -> Result<f64> {
    let what =
        json!({ "selector": format!("#{chart} tr[data-line='{line}'] td"), "name": "data-value" });
    let value = pages.act("warden", "attribute", what).await?;
    Ok(value.as_str().context("no value")?.parse()?)
}

#[tokio::test]
async fn the_page_shows_what_the_figures_say() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let before = Metrics::of(&server).await?;
    open(&mut pages, "warden", &server, json!({})).await?;
    says(&mut ada, 20).await?;
    let all = |now: &Metrics| now.sum("hearsay_messages_total", "channel", "say") >= 20.0;
    let now = Metrics::until(&server, "what was said", all).await?;

    // What is level is the same to the last digit.
    pages.wait("warden", "#now-sessions", "3").await?;
    assert_eq!(shown(&mut pages, "connections", "sessions").await?, now.alone("hearsay_sessions")?);
    let by_telnet = now.sum("hearsay_connections", "transport", "telnet");
    assert_eq!(shown(&mut pages, "connections", "telnet").await?, by_telnet);
    pages.wait("warden", "#now-bus", "off").await?;
    pages.wait("warden", "#now-ready", "yes").await?;
    pages.wait("warden", "#now-status", "ok").await?;
    // What is a speed shows until it is over; the lines were said a moment ago.
    let moving =
        "#speech tr[data-line=messages] td[data-value]:not([data-value='0']):not([data-value=''])";
    pages.act("warden", "wait", json!({ "selector": moving })).await?;
    let messages = shown(&mut pages, "speech", "messages").await?;
    ensure!(messages > 0.0 && messages <= 20.0, "{messages}");
    let p99 = "#delivery tr[data-line=p99] td[data-value]:not([data-value=''])";
    pages.act("warden", "wait", json!({ "selector": p99 })).await?;
    // And it is drawn: the line of those who came by telnet, in its colour, as soon as it has two ends.
    let canvas = json!({ "selector": "#connections canvas", "colour": "--thing", "least": 20 });
    pages.act("warden", "until_pixels", canvas).await?;
    let canvases =
        pages.act("warden", "pixels", json!({ "selector": "#charts canvas", "colour": "--line" }));
    let canvases = canvases.await?;
    let canvases = canvases.as_array().context("no canvases")?;
    ensure!(
        canvases.len() == 10 && canvases.iter().all(|count| *count != json!(0)),
        "{canvases:?}"
    );

    // The page reads the text as the tests do.
    let what = json!({ "before": before.text, "now": now.text, "seconds": 10,
        "sum": ["hearsay_connections", {}], "rate": "hearsay_messages_total",
        "histogram": "hearsay_delivery_seconds" });
    let figures = pages.act("warden", "figures", what).await?;
    assert_eq!(figures["sum"].as_f64(), Some(3.0), "{figures}");
    assert_eq!(figures["rate"].as_f64(), Some(2.0), "{figures}");
    let shares: Vec<f64> = serde_json::from_value(figures["shares"].clone())?;
    ensure!(shares.is_sorted() && shares[0] > 0.0, "{shares:?}");
    pages.is_sound("warden").await
}

#[tokio::test]
async fn the_text_of_figures_is_read_as_it_is_written() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("warden", server.web, json!({ "path": "ops" })).await?;
    let buckets = |counts: [u32; 4]| {
        let [one, two, four, all] = counts;
        format!(
            "# TYPE h histogram\nh_bucket{{le=\"1\"}} {one}\nh_bucket{{le=\"2\"}} {two}\n\
             h_bucket{{le=\"4\"}} {four}\nh_bucket{{le=\"+Inf\"}} {all}\nh_sum 3\nh_count {all}\n"
        )
    };
    let labels = r#"a{x="with \"quotes\", a comma, } and \\",y="line\nend",} 1.5e3 1700000000000"#;
    let before = format!("c_total{{x=\"1\"}} 5\n{}", buckets([10, 10, 10, 10]));
    let now = format!(
        "# HELP a What it is.\n{labels}\n\na 2\nc_total{{x=\"1\"}} 9\nc_total{{x=\"2\"}} 6\n{}",
        buckets([10, 60, 110, 110])
    );
    let what = json!({ "before": before, "now": now, "seconds": 4, "sum": ["a", {}],
        "rate": "c_total", "histogram": "h" });
    let figures = pages.act("warden", "figures", what.clone()).await?;
    let read = json!({ "x": "with \"quotes\", a comma, } and \\", "y": "line\nend" });
    assert_eq!(
        figures["rows"],
        json!([{ "labels": read, "value": 1500 }, { "labels": {}, "value": 2 }])
    );
    assert_eq!((&figures["sum"], &figures["rate"]), (&json!(1502), &json!(2.5)));
    // Fifty were between 1 and 2, and fifty between 2 and 4.
    assert_eq!(figures["shares"], json!([2, 3.8, 3.96, 4]));
    // After a start, counters begin anew: nothing is known for a while.
    let mut over = what;
    (over["before"], over["now"]) = (over["now"].clone(), over["before"].clone());
    let figures = pages.act("warden", "figures", over).await?;
    assert_eq!((&figures["rate"], &figures["shares"][0]), (&Value::Null, &Value::Null));
    Ok(())
}

#[tokio::test]
async fn a_process_is_drained_from_the_page_and_put_back() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    pages.open("gil", server.web, json!({})).await?;
    pages.come_in("gil", "Gil").await?;
    open(&mut pages, "warden", &server, json!({})).await?;
    pages.wait("warden", "#nodes [data-node=world] .state", "in service").await?;
    // A question comes first, and can be waved away.
    pages.click("warden", "#drain-world").await?;
    pages.wait("warden", "#drain-title", "Take world out of service?").await?;
    pages.key("warden", "Escape").await?;
    pages.gone("warden", "#drain-title", "").await?;
    pages.click("warden", "#drain-world").await?;
    pages.fill("warden", "#drain-reason", "new kernel").await?;
    pages.fill("warden", "#drain-seconds", "600").await?;
    pages.click("warden", "#drain-go").await?;
    pages.wait("warden", ".state", "new kernel (Warden)").await?;
    pages.wait("warden", ".state", "draining, 59").await?;
    pages.wait("warden", "#now-ready", "draining").await?;
    pages.wait("gil", ".text", "out of service in 10 min (new kernel)").await?;
    let mut late = telnet(&server, "late").await?;
    late.expect("takes no new connections just now").await?;
    late.expect_closed().await?;
    pages.click("warden", "#undrain-world").await?;
    pages.wait("warden", ".state", "in service").await?;
    pages.wait("gil", ".text", "stays in service after all").await?;
    let _ada = by_telnet(&server, "Ada").await?;

    // At the end of their time those who play are out; the page of a player goes on by itself once it can.
    pages.click("warden", "#drain-world").await?;
    pages.fill("warden", "#drain-reason", "once more").await?;
    pages.fill("warden", "#drain-seconds", "1").await?;
    pages.click("warden", "#drain-go").await?;
    pages.wait("warden", ".state", "out of service: once more (Warden)").await?;
    pages.wait("gil", "#status", "Reconnecting").await?;
    pages.click("warden", "#undrain-world").await?;
    pages.wait("warden", ".state", "in service").await?;
    pages.wait("gil", "#status", "Connected").await?;
    pages.is_sound("warden").await
}

#[tokio::test]
async fn the_page_is_for_those_who_operate_the_server() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.set("http.metrics_from", "[]").start().await?;
    let mut owner = Owner::claim(&server).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    owner.appoint("ada", "moderator").await?;
    let network = Network::before(server.web).await?;
    pages.open("warden", network.address, json!({ "path": "ops" })).await?;
    log_in(&mut pages, "warden", "Ada", "not her password").await?;
    pages.wait("warden", "#login-why", "do not belong together").await?;
    log_in(&mut pages, "warden", "Ada", PASSWORD).await?;
    pages.wait("warden", "#login-why", "Ada is moderator").await?;
    // Whoever does reads all, wherever they are.
    log_in(&mut pages, "warden", "Warden", WARDENS).await?;
    pages.wait("warden", "#now-sessions", "2").await?;
    pages.wait("warden", "#about", "Hearsay").await?;
    network.cut();
    pages.wait("warden", "#status", "cannot be reached").await?;
    network.mend(server.web);
    pages.wait("warden", "#status", "Live").await?;
    pages.click("warden", "#log-out").await?;
    pages.wait("warden", "#login-title", "Operations").await?;
    let rows = pages.texts("warden", "#nodes tr").await?;
    ensure!(rows.is_empty(), "{rows:?}");
    pages.is_sound("warden").await
}

/// axe finds nothing on any part of the page, in any theme; and pictures of them.
#[tokio::test]
async fn axe_finds_nothing_to_complain_of() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let _owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let phone = json!({ "width": 390, "height": 844, "touch": true });
    for (name, theme, size) in [
        ("light", "light", json!({ "height": 1000 })),
        ("dark", "dark", json!({ "height": 1000 })),
        ("contrast", "contrast", json!({})),
        ("phone", "dark", phone),
    ] {
        let mut how = size;
        (how["preferences"], how["bypass"]) = (json!({ "theme": theme }), json!(true));
        open(&mut pages, name, &server, how).await?;
        for _ in 0..2 {
            says(&mut ada, 8).await?;
            let before = pages.texts(name, "#status").await?;
            ensure!(before == ["Live"], "{before:?}");
        }
        pages.act(name, "wait", json!({ "selector": "#delivery td:not([data-value=''])" })).await?;
        pages.is_accessible(name, &format!("the board, {name}")).await?;
        pages.shot(name, &format!("ops-{name}")).await?;
        let wide = pages.act(name, "overflow", json!({})).await?;
        ensure!(wide == json!(0), "{name}: {wide} pixels too wide");
        pages.click(name, "#drain-world").await?;
        pages.is_accessible(name, &format!("the question, {name}")).await?;
        pages.key(name, "Escape").await?;
        pages.click(name, "#log-out").await?;
        pages.is_accessible(name, &format!("the login, {name}")).await?;
        pages.is_sound(name).await?;
    }
    Ok(())
}

/// What is served of others is what they published, byte for byte.
#[test]
fn the_chart_library_is_the_one_that_its_package_has() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = root.join("browser/node_modules/uplot");
    if !package.is_dir() {
        client_tests::tools::skip("uplot is not installed: `npm ci` in client-tests/browser");
        return Ok(());
    }
    for (ours, theirs) in [
        ("uPlot.iife.min.js", "dist/uPlot.iife.min.js"),
        ("uPlot.min.css", "dist/uPlot.min.css"),
        ("uPlot.LICENSE.txt", "LICENSE"),
    ] {
        let vendored = fs::read(root.join("../web/vendor").join(ours))?;
        ensure!(vendored == fs::read(package.join(theirs))?, "{ours} is not {theirs}");
    }
    Ok(())
}
