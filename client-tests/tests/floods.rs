//! Those who say too much, over real sockets and real time: what is delayed, what is refused, and who is counted.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use client_tests::cast::{
    PASSWORD, back_by_telnet, back_by_websocket, by_telnet, by_websocket, telnet,
};
use client_tests::client::Client;
use client_tests::files::log_lines;
use client_tests::server::Home;

/// A home where there are limits, and these settings besides.
fn home(settings: &[(&str, u32)]) -> Result<Home> {
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    Ok(settings.iter().fold(home, |home, (key, value)| home.set(key, value)))
}

/// A speaker types thirty lines at once; a listener hears the first ten over two and a half seconds, and all in order.
async fn flood(speaker: &mut Client, name: &str, listener: &mut Client) -> Result<()> {
    let (begun, since) = (Instant::now(), listener.transcript().end());
    for number in 10..40 {
        speaker.send_line(&format!("say line {number}")).await?;
    }
    listener.expect(&format!("{name} says, \"line 19\"")).await?;
    let passed = begun.elapsed();
    ensure!(passed >= Duration::from_millis(2_500), "ten lines were said within {passed:?}");
    speaker.expect("Not so fast: this was dropped.").await?;
    let said = listener.transcript().read_since(since).filter_map(|line| line.split('"').nth(1));
    let said: Vec<&str> = said.collect();
    ensure!(said.len() >= 10 && said.is_sorted_by(|a, b| a < b), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn a_flood_is_spread_out_and_its_end_refused() -> Result<()> {
    let home = home(&[("chat.rate_limiting.say", 0), ("chat.floods.repeats_max", 0)])?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    flood(&mut ada, "Ada", &mut bob).await?;
    flood(&mut bob, "Bob", &mut ada).await?;
    let count = |health: &serde_json::Value, pointer: &str| {
        health.pointer(pointer).and_then(serde_json::Value::as_u64).unwrap_or_default()
    };
    let counted = |health: &serde_json::Value| {
        count(health, "/speech/say/delayed") >= 10 && count(health, "/refusals/say/pace") >= 2
    };
    server.until_health("what was delayed and refused", counted).await?;
    server.stop().await.map(drop)
}

#[tokio::test]
async fn neither_a_new_connection_nor_another_character_is_a_new_minute() -> Result<()> {
    let home = home(&[("chat.rate_limiting.say", 2)])?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say one", "You say, \"one\"").await?;
    ada.types("say two", "You say, \"two\"").await?;
    ada.types("characters new Edith", "Edith is ready.").await?;
    let mut again = back_by_websocket(&server, "Ada").await?;
    again.types("say three", "Not so fast: 2 lines a minute on say.").await?;
    again.send_line("quit").await?;
    again.expect_closed().await?;
    let mut edith = back_by_telnet(&server, "Edith").await?;
    edith.types("say three", "Not so fast: 2 lines a minute on say.").await?;
    edith.types("limits", "say             2     2     0  in").await?;
    server.stop().await.map(drop)
}

#[tokio::test]
async fn a_wave_of_newcomers_is_on_record() -> Result<()> {
    let home = home(&[("chat.floods.wave_newcomers_per_minute", 2)])?;
    let server = home.start().await?;
    for name in ["Ada", "Bob", "Gil", "Dan"] {
        let mut newcomer = telnet(&server, name).await?;
        newcomer.create(name, PASSWORD).await?;
    }
    ensure!(server.stop().await?.success(), "it stops in order");
    let lines = log_lines(&home.path("logs/moderation"))?;
    let waves: Vec<_> = lines.iter().filter(|line| line["rule"] == "wave").collect();
    let [wave] = waves.as_slice() else { anyhow::bail!("one wave: {waves:?}") };
    ensure!(wave["kind"] == "automatic" && wave["version"] == "1", "{wave}");
    let until = wave["until"].as_str().context("it has an end")?;
    ensure!(Some(until) > wave["at"].as_str(), "{wave}");
    Ok(())
}
