//! Those who are away, as a webhook is told of them: by whichever way somebody speaks to them, and what is never told is counted.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::metrics::Metrics;
use client_tests::receiver::Receiver;
use client_tests::rest::{Caller, got, posted};
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// How long a count may take to be seen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A home whose servers tell this receiver who is spoken to while away.
fn home(push: &Receiver) -> Result<Home> {
    let hook = format!(
        "webhooks:\n  - name: push\n    url: http://{}/in\n    secret_env: PUSH_SECRET\n    offline: true\n",
        push.address
    );
    let home = Home::new()?
        .with_variable("PUSH_SECRET", "whsec_aGVhcnNheSBoZWFyc2F5IGhlYXJzYXkgaGVhcnNheQ==");
    home.rewrite("server_config.yaml", "{}\n", &hook)?;
    Ok(home)
}

/// Gives an account a topic.
async fn wants_pushes(server: &Server, name: &str) -> Result<Value> {
    let caller = Caller::log_in(server.web, name, PASSWORD, None).await?;
    Ok(posted(&caller, "/push/topic", json!({}), 201).await?["topic"].clone())
}

async fn told(push: &mut Receiver) -> Result<Value> {
    Ok(push.next().await?.json()?["data"].clone())
}

#[tokio::test]
async fn an_answer_and_a_message_in_json_reach_who_is_away() -> Result<()> {
    let mut push = Receiver::new().await?;
    let home = home(&push)?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let topic = wants_pushes(&server, "bob").await?;
    bob.types("whisper ada are you there?", "You whisper").await?;
    ada.expect("are you there?").await?;
    bob.types("quit", "Until next time").await?;
    bob.expect_closed().await?;
    ada.types("reply here I am", "sent after").await?;
    let words = json!({ "topic": topic, "title": "Ada whispers to Bob", "body": "here I am" });
    assert_eq!(told(&mut push).await?, words);
    let say = |content: &str, to: &str| json!({ "type": "say", "channel": "whisper", "target": to, "content": content });
    ada.send_frame(&say("and here", "Bob")).await?;
    ada.expect("sent after").await?;
    let words = json!({ "topic": topic, "title": "Ada whispers to Bob", "body": "and here" });
    assert_eq!(told(&mut push).await?, words);
    let call = json!({ "type": "say", "channel": "global", "content": "@bob come back" });
    ada.send_frame(&call).await?;
    assert_eq!(told(&mut push).await?["title"], "Ada calls upon Bob on global");
    // Who wants no pushes is not there for anybody.
    ada.send_frame(&say("hello?", "Gil")).await?;
    ada.expect("Gil").await?;
    Ok(())
}

#[tokio::test]
async fn what_is_not_told_because_the_database_fails_is_counted() -> Result<()> {
    let mut push = Receiver::new().await?;
    let home = home(&push)?;
    let server = home.start().await?;
    let _owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let admin = Caller::log_in(server.web, "warden", "the warden's own password", None).await?;
    wants_pushes(&server, "bob").await?;
    bob.types("quit", "Until next time").await?;
    bob.expect_closed().await?;
    let database = rusqlite::Connection::open(home.path("hearsay.db"))?;
    database.busy_timeout(PATIENCE)?;
    database.execute_batch("ALTER TABLE push_topics RENAME TO elsewhere")?;
    ada.types("global @bob are you there?", "are you there?").await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let hook = got(&admin, "/webhooks").await?["webhooks"][0].clone();
        if hook["lost"] == 1 {
            break;
        }
        ensure!(Instant::now() < deadline, "{hook}");
        sleep(Duration::from_millis(50)).await;
    }
    let lost = Metrics::of(&server).await?.sum("hearsay_webhook_lost_total", "hook", "push");
    assert!((lost - 1.0).abs() < f64::EPSILON, "{lost}");
    // It goes on where it can.
    database.execute_batch("ALTER TABLE elsewhere RENAME TO push_topics")?;
    ada.types("global @bob once more", "once more").await?;
    assert_eq!(told(&mut push).await?["body"], "@bob once more");
    let hook = got(&admin, "/webhooks").await?;
    assert_eq!(hook["webhooks"].as_array().context("no hooks")?[0]["lost"], 1, "{hook}");
    Ok(())
}
