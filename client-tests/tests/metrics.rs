//! What a server tells Prometheus: figures that follow what people do, who may read them, and that the alerts beside the
//! example speak of what is there.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket, telnet, websocket};
use client_tests::disk::SmallDisk;
use client_tests::http;
use client_tests::metrics::Metrics;
use client_tests::nats::Nats;
use client_tests::prometheus::{Prometheus, folder, promtool};
use client_tests::raw::{Raw, connector};
use client_tests::rest::Caller;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use client_tests::subprotocol::Spoken;
use rustls::pki_types::ServerName;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;

#[tokio::test]
async fn figures_follow_what_people_do() -> Result<()> {
    let home = Home::new()?.set("chat.content_filtering.words", "[darn]");
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    Metrics::until(&server, "who is in", |now| {
        now.sum("hearsay_connections", "transport", "telnet") == 1.0
            && now.sum("hearsay_connections", "transport", "websocket") == 1.0
            && now.alone("hearsay_sessions").is_ok_and(|sessions| sessions == 2.0)
            && now.sum("hearsay_players", "link", "connected") == 2.0
            && now.sum("hearsay_logins_total", "how", "new") == 3.0
    })
    .await?;

    mara.types("say good morning", "You say").await?;
    bob.expect("Mara says, \"good morning\"").await?;
    let now = Metrics::until(&server, "one line to two", |now| spread(now, "say", [1.0, 2.0, 2.0]))
        .await?;
    ensure!(now.alone("hearsay_delivery_seconds_count")? >= 1.0, "{}", now.text);
    ensure!(now.alone("hearsay_delivery_seconds_sum")? < 60.0, "{}", now.text);

    bob.types("channels leave global", "You no longer hear global.").await?;
    mara.types("global darn", "[global] Mara: ****").await?;
    Metrics::until(&server, "a line that one of two does not hear", |now| {
        spread(now, "global", [1.0, 2.0, 1.0])
            && filter_hits(now) == 1.0
            && now.sum("hearsay_lines_amended_total", "channel", "global") == 1.0
            && now.sum("hearsay_journal_lines_total", "log", "chat") == 2.0
    })
    .await?;
    Ok(())
}

/// Whether so many lines went out on a channel, were meant for so many, and were written to so many.
fn spread(now: &Metrics, channel: &str, [lines, considered, delivered]: [f64; 3]) -> bool {
    let of = |name: &str| now.sum(name, "channel", channel);
    of("hearsay_lines_said_total") == lines
        && of("hearsay_messages_total") == lines
        && of("hearsay_deliveries_considered_total") == considered
        && of("hearsay_deliveries_total") == delivered
}

/// Whatever the severity.
fn filter_hits(now: &Metrics) -> f64 {
    let severities = ["mild", "moderate", "severe"];
    severities.map(|it| now.sum("hearsay_filter_hits_total", "severity", it)).iter().sum()
}

#[tokio::test]
async fn figures_follow_what_is_refused() -> Result<()> {
    let (server, mut mara) = with_moderator(&Home::new()?).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    mara.types("mute bob 1h spamming", "Bob is muted on all channels until").await?;
    bob.types("say anyone here?", "You are muted on all channels").await?;
    Metrics::until(&server, "what was refused", |now| {
        now.sum("hearsay_lines_refused_total", "rule", "mute") == 1.0
            && now.sum("hearsay_lines_refused_total", "channel", "say") == 1.0
            && now.sum("hearsay_messages_total", "channel", "say") == 0.0
            && now.sum("hearsay_restrictions", "kind", "mute") == 1.0
            && now.sum("hearsay_restrictions", "kind", "ban") == 0.0
    })
    .await?;

    mara.types("unmute bob", "Bob").await?;
    drop(bob);
    Metrics::until(&server, "who is gone", |now| {
        now.sum("hearsay_connections", "transport", "websocket") == 0.0
            && now.sum("hearsay_connections", "transport", "telnet") == 1.0
            && now.sum("hearsay_players", "link", "linkdead") == 1.0
            && now.sum("hearsay_restrictions", "kind", "mute") == 0.0
    })
    .await?;

    let mut stranger = telnet(&server, "Bob").await?;
    stranger.answer("Name: ", "Bob").await?;
    stranger.answer("Password: ", "a guess that is wrong").await?;
    stranger.expect("do not belong together").await?;
    Metrics::until(&server, "a wrong password", |now| {
        now.sum("hearsay_login_failures_total", "reason", "wrong_password") == 1.0
            && now.sum("hearsay_logins_total", "how", "password") == 0.0
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn figures_follow_a_disk_that_is_full() -> Result<()> {
    let Some(disk) = SmallDisk::mount(256)? else { return Ok(()) };
    let home = Home::new()?.set("logs.dir", disk.path("logs").display());
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    disk.fill()?;
    ada.types("say is this on record?", "You say").await?;
    Metrics::until(&server, "that a log fails", |now| {
        now.alone("hearsay_journal_failing").is_ok_and(|failing| failing == 1.0)
            && now.sum("hearsay_journal_write_errors_total", "log", "chat") > 0.0
            && now.sum("hearsay_journal_dropped_total", "log", "chat") == 0.0
    })
    .await?;
    disk.make_room()?;
    Metrics::until(&server, "that it is over", |now| {
        now.alone("hearsay_journal_failing").is_ok_and(|failing| failing == 0.0)
            && now.sum("hearsay_journal_lines_total", "log", "chat") == 1.0
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn health_tells_how_many_are_where() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let _bob = by_websocket(&server, "Bob").await?;
    let _gil = by_telnet(&server, "Gil").await?;
    ada.types("down", "The Foot of the Stair").await?;
    let health = server.health().await?;
    let people = &health["people"];
    assert_eq!(people["players"], 3, "{health}");
    assert_eq!(people["rooms"].as_object().context("rooms")?.len(), 2, "{health}");
    assert_eq!(people["rooms"]["earth.harbour.docks.pier"], 2, "{health}");
    let doors = &health["sessions"]["by_transport"];
    assert_eq!((&doors["telnet"], &doors["websocket"]), (&json!(2), &json!(1)), "{health}");
    assert!(health["memory_bytes"].as_u64().context("memory")? > 1_000_000, "{health}");
    assert!(health["queues"]["store"].is_u64(), "{health}");
    Ok(())
}

#[tokio::test]
async fn connections_are_told_apart_by_what_they_came_by() -> Result<()> {
    let home = Home::new()?
        .set("telnet.tls_listen", "127.0.0.1:0")
        .set("http.tls_listen", "127.0.0.1:0")
        .set("tls.self_signed", true);
    let server = home.start().await?;
    let _telnet = telnet(&server, "Ada").await?;
    let _telnet_tls = Raw::open_encrypted(server.telnet_tls.context("it listens")?).await?;
    let _websocket = websocket(&server, "Bob").await?;
    let address = server.web_tls.context("it listens")?;
    let stream = TcpStream::connect(address).await?;
    let stream = connector()?.connect(ServerName::try_from("localhost")?, stream).await?;
    let _websocket_tls = client_async(format!("wss://{address}/ws"), stream).await?;
    let tunnel = Spoken::open(server.web, "terminal.mudstandards.org").await?;
    by_telnet(&server, "Eve").await?.types("quit", "Until next time").await?;
    let eve = Caller::log_in(server.web, "eve", PASSWORD, None).await?;
    assert_eq!(eve.post("/sessions", &json!({})).await?.status, 201);
    let doors = ["telnet", "telnet_tls", "websocket", "websocket_tls", "websocket_telnet", "api"];
    let each_is = |now: &Metrics, counts: [f64; 6]| {
        doors.map(|door| now.sum("hearsay_connections", "transport", door)) == counts
    };
    Metrics::until(&server, "one of each", |now| each_is(now, [1.0; 6])).await?;
    drop(tunnel);
    Metrics::until(&server, "one less", |now| each_is(now, [1.0, 1.0, 1.0, 1.0, 0.0, 1.0])).await?;
    Ok(())
}

#[tokio::test]
async fn only_those_named_read_all_figures() -> Result<()> {
    let elsewhere = Home::new()?.set("http.metrics_from", "[192.0.2.0/24]");
    let server = elsewhere.start().await?;
    let refused = http::get(server.web, "/metrics").await?;
    assert_eq!(refused.status, 403);
    assert!(refused.head.to_lowercase().contains("application/problem+json"), "{}", refused.head);
    assert_eq!(refused.json()?["status"], 403);
    assert!(refused.body.contains("http.metrics_from"), "{}", refused.body);
    assert_eq!(server.health().await?, json!({ "status": "ok" }));
    let ready = http::get(server.web, "/ready").await?;
    assert_eq!((ready.status, ready.json()?), (200, json!({ "ready": true })));

    let home = Home::new()?;
    let server = home.start().await?;
    let asked = |header: &str| {
        format!("GET /metrics HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n")
    };
    let passed_on = http::send(server.web, &asked("X-Forwarded-For: 192.0.2.7")).await?;
    assert_eq!(passed_on.status, 403);
    let open = http::send(server.web, &asked("Accept: application/openmetrics-text")).await?;
    assert_eq!(open.status, 200);
    assert!(open.head.contains("application/openmetrics-text; version=1.0.0"), "{}", open.head);
    assert!(open.body.ends_with("# EOF\n"), "{}", open.body);
    Ok(())
}

/// A server with NATS and a webhook on which somebody has talked and somebody was refused; none where there is no NATS.
async fn busy(nats: &Nats) -> Result<(Home, Server)> {
    let home = Home::new()?
        .set("nats.enabled", true)
        .set("nats.url", nats.url())
        .set("nats.ping_interval", 0.1)
        .with_variable("TIDE_SECRET", "whsec_aGVhcnNheSBoZWFyc2F5IGhlYXJzYXkgaGVhcnNheQ==");
    // Nobody listens there.
    let hook = "{name: tide, url: 'http://127.0.0.1:9/', secret_env: TIDE_SECRET, kinds: [acts]}";
    home.rewrite("server_config.yaml", "{}\n", &format!("webhooks: [{hook}]\n"))?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    mara.types("say hello", "You say").await?;
    bob.expect("Mara says, \"hello\"").await?;
    mara.types("mute bob 1h spamming", "Bob is muted").await?;
    bob.types("say anyone here?", "You are muted").await?;
    Metrics::until(&server, "all of it", |now| {
        now.sum("hearsay_lines_refused_total", "channel", "say") == 1.0
            && now.sum("hearsay_messages_total", "channel", "say") == 1.0
            && now.alone("hearsay_bus_round_trip_seconds_count").is_ok_and(|count| count > 1.0)
    })
    .await?;
    Ok((home, server))
}

/// The names of our series in a text.
fn series_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("hearsay_")).collect()
}

/// The series, label and value of each selector with one label in a text: `series{label="value"}`, `=~` with each value.
fn selectors_in(text: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('{') {
        let before = text[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = before.into_iter().next().unwrap_or_default();
        let Some((inside, _)) = text[at + 1..].split_once('}') else { continue };
        let Some((label, values)) = inside.split_once('=') else { continue };
        if name.starts_with("hearsay_") {
            let values = values.trim_start_matches('~').trim_matches('"');
            found.extend(values.split('|').map(|value| (name, label, value)));
        }
    }
    found
}

#[tokio::test]
async fn alerts_speak_of_series_that_are_there() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let (_home, server) = busy(&nats).await?;
    let metrics = Metrics::of(&server).await?;
    let alerts = fs::read_to_string(folder().join("alerts.yml"))?;
    let names = series_in(&alerts);
    assert!(names.len() > 15, "{names:?}");
    let missing: Vec<_> = names.difference(&metrics.names()).copied().collect();
    assert!(missing.is_empty(), "no series {missing:?} in\n{}", metrics.text);
    let selectors = selectors_in(&alerts);
    assert!(selectors.contains(&("hearsay_bus_state", "state", "failed")), "{selectors:?}");
    for (name, label, value) in selectors {
        assert!(metrics.has(name, label, value), "{name}{{{label}={value}}}\n{}", metrics.text);
    }
    Ok(())
}

#[tokio::test]
async fn the_page_tells_of_every_series_and_of_no_other() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let (_home, server) = busy(&nats).await?;
    let metrics = Metrics::of(&server).await?;
    let page = fs::read_to_string(folder().join("../../docs/operating.md"))?;
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `hearsay_"));
    let told: BTreeSet<String> = rows
        .filter_map(|row| row.split('`').next())
        .map(|name| format!("hearsay_{name}"))
        .collect();
    // A gateway alone has this one: `gateways_are_ready_while_there_is_a_world` looks there.
    let mut there: BTreeSet<String> = metrics.described().into_iter().map(str::to_owned).collect();
    there.insert("hearsay_bus_world_silent_seconds".to_owned());
    assert_eq!(told, there);
    Ok(())
}

#[tokio::test]
async fn promtool_finds_nothing_wrong() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say hello", "You say").await?;
    let page = Metrics::until(&server, "what was said", |now| {
        now.sum("hearsay_messages_total", "channel", "say") == 1.0
    })
    .await?;
    let checks: [(&[&str], &str); 4] = [
        (&["check", "metrics"], &page.text),
        (&["check", "config", "prometheus.yml"], ""),
        (&["check", "rules", "alerts.yml"], ""),
        (&["test", "rules", "alerts_test.yml"], ""),
    ];
    for (arguments, input) in checks {
        let Some(_) = promtool(arguments, input).await? else { return Ok(()) };
    }
    Ok(())
}

#[test]
fn every_alert_is_shown_firing_and_quiet() -> Result<()> {
    let alerts = fs::read_to_string(folder().join("alerts.yml"))?;
    let tests = fs::read_to_string(folder().join("alerts_test.yml"))?;
    let named = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let named: Vec<&str> = named.collect();
    assert!(named.len() > 15, "{named:?}");
    for name in named {
        let quiet = format!("alertname: {name}, exp_alerts: []");
        let firing = format!("alertname: {name}\n        exp_alerts:\n          - exp_labels:");
        assert!(tests.contains(&quiet) && tests.contains(&firing), "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_prometheus_scrapes_it_and_answers() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let Some(prometheus) = Prometheus::scraping(server.web).await? else { return Ok(()) };
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say hello", "You say").await?;
    prometheus.until_value("up == 1", |up| up == 1.0).await?;
    let said = "hearsay_messages_total{channel=\"say\"}";
    prometheus.until_value(said, |lines| lines == 1.0).await?;
    let slow = "hearsay_delivery_seconds_bucket{le=\"10.0\"}";
    prometheus.until_value(slow, |lines| lines == 1.0).await?;
    let groups = |data: &serde_json::Value| data["groups"].as_array().cloned().unwrap_or_default();
    let all_well = |data: &serde_json::Value| {
        let rules = groups(data).into_iter().flat_map(|group| group["rules"].as_array().cloned());
        let rules: Vec<_> = rules.flatten().collect();
        rules.len() > 15 && rules.iter().all(|rule| rule["health"] == "ok")
    };
    let rules = prometheus.until("/api/v1/rules", all_well).await?;
    assert!(!rules.to_string().contains("\"state\":\"firing\""), "{rules}");

    assert!(server.stop().await?.success());
    prometheus.until_value("up == 0", |up| up == 0.0).await
}
