//! A WebSocket client that comes back says what it saw last and gets everything since, once and in order, or is told that it
//! cannot.

use std::collections::BTreeMap;

use anyhow::Result;
use client_tests::cast::{PASSWORD, by_telnet, by_websocket, websocket};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::websocket::login_again;
use serde_json::{Value, json};

/// What a client keeps: for each channel the last `(epoch, seq)` that it saw.
#[derive(Debug, Default, Clone)]
struct Seen(BTreeMap<String, (String, u64)>);

impl Seen {
    fn welcome(&mut self, frame: &Value) {
        for (channel, head) in frame["heads"].as_object().expect("welcome has heads") {
            self.note(channel, head);
        }
    }

    fn message(&mut self, frame: &Value) {
        self.note(
            frame["channel"].as_str().expect("a channel"),
            &json!([frame["epoch"], frame["seq"]]),
        );
    }

    fn note(&mut self, channel: &str, head: &Value) {
        let epoch = head[0].as_str().expect("an epoch").to_owned();
        self.0.insert(channel.to_owned(), (epoch, head[1].as_u64().expect("a number")));
    }
}

/// What came back: the words in the order in which they came, and what was said of their completeness.
#[derive(Debug, PartialEq, Eq)]
struct Replay {
    words: Vec<String>,
    gap: bool,
}

/// Bob's client, which keeps count.
struct Bob {
    client: Client,
    seen: Seen,
}

impl Bob {
    async fn create(server: &Server) -> Result<Self> {
        let mut client = websocket(server, "Bob").await?;
        client.send_frame(&client_tests::websocket::login("Bob", PASSWORD, true)).await?;
        let mut seen = Seen::default();
        seen.welcome(&client.expect_frame("welcome").await?);
        Ok(Self { client, seen })
    }

    /// Hears lines until one with these words.
    async fn hears(&mut self, words: &str) -> Result<()> {
        loop {
            let frame = self.client.expect_frame("message").await?;
            self.seen.message(&frame);
            if frame["content"] == words {
                return Ok(());
            }
        }
    }

    /// Loses the connection, as the world sees it.
    async fn vanishes(self, witness: &mut Client) -> Result<Seen> {
        drop(self.client);
        witness.expect("Bob stares into nothing").await?;
        Ok(self.seen)
    }

    async fn returns(server: &Server, seen: Seen) -> Result<(Self, Replay)> {
        let mut client = websocket(server, "Bob").await?;
        client.send_frame(&login_again("Bob", PASSWORD, &json!(seen.0))).await?;
        let frames = client.frames_up_to("resumed").await?;
        let mut bob = Self { client, seen };
        let mut words = Vec::new();
        for frame in frames.iter().filter(|frame| frame["type"] == "message") {
            bob.seen.message(frame);
            words.push(frame["content"].as_str().expect("words").to_owned());
        }
        let end = frames.last().expect("it ends with `resumed`");
        assert_eq!(end["lines"], words.len());
        Ok((bob, Replay { words, gap: end["gap"].as_bool().expect("a word on gaps") }))
    }
}

async fn says(client: &mut Client, lines: &[&str]) -> Result<()> {
    for line in lines {
        client.send_line(line).await?;
    }
    client.sync().await
}

fn all(words: &[&str]) -> Replay {
    Replay { words: words.iter().map(|word| (*word).to_owned()).collect(), gap: false }
}

#[tokio::test]
async fn what_was_missed_comes_once_and_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = Bob::create(&server).await?;
    says(&mut ada, &["say heard"]).await?;
    bob.hears("heard").await?;
    let seen = bob.vanishes(&mut ada).await?;

    let lines =
        ["say one", "global two", "local three", "whisper bob four", "emote five", "say six"];
    says(&mut ada, &lines).await?;
    let (mut bob, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, all(&["one", "two", "three", "four", "five", "six"]));
    says(&mut ada, &["say seven"]).await?;
    let next = bob.client.expect_frame("message").await?;
    assert_eq!(next["content"], "seven", "nothing comes twice");

    // Nothing was missed, and that is said, too.
    bob.seen.message(&next);
    let seen = bob.vanishes(&mut ada).await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, all(&[]));
    Ok(())
}

#[tokio::test]
async fn what_was_not_for_them_does_not_come() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    let mut bob = Bob::create(&server).await?;
    bob.client.send_line("ignore gil").await?;
    bob.client.expect("You will no longer hear Gil.").await?;
    bob.client.send_line("channels leave trade").await?;
    bob.client.sync().await?;
    let seen = bob.vanishes(&mut ada).await?;

    says(&mut ada, &["whisper gil secret", "party create", "party among us", "newbie hello"])
        .await?;
    says(&mut gil, &["say ignored", "global ignored too", "emote is ignored"]).await?;
    says(&mut ada, &["north", "say elsewhere", "local nearby"]).await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, all(&["nearby"]));
    Ok(())
}

/// What was said before a restart comes from the database.
#[tokio::test]
async fn a_restart_loses_nothing() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = Bob::create(&server).await?;
    says(&mut ada, &["say heard", "global heard too"]).await?;
    bob.hears("heard too").await?;
    let seen = bob.vanishes(&mut ada).await?;
    says(&mut ada, &["say one", "global two"]).await?;
    assert!(server.stop().await?.success());

    let server = home.start().await?;
    let mut ada = client_tests::cast::back_by_telnet(&server, "Ada").await?;
    // What is said in a room now is not for Bob, who is nowhere since the restart.
    says(&mut ada, &["global three", "say not for bob", "global four"]).await?;
    let (_, replay) = Bob::returns(&server, seen.clone()).await?;
    assert_eq!(replay, all(&["one", "two", "three", "four"]));
    assert!(server.stop().await?.success());

    let home = home.set("chat.message_history.ring_messages_max", 1);
    let server = home.start().await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, all(&["one", "two", "three", "four"]));
    Ok(())
}

#[tokio::test]
async fn after_a_crash_nobody_claims_that_all_is_there() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = Bob::create(&server).await?;
    says(&mut ada, &["say heard"]).await?;
    bob.hears("heard").await?;
    let seen = bob.vanishes(&mut ada).await?;
    says(&mut ada, &["say one"]).await?;
    // Written behind: a history that another start can read has it.
    home.until_stored("one").await?;
    server.kill().await?;

    let server = home.start().await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, Replay { gap: true, ..all(&["one"]) });
    Ok(())
}

#[tokio::test]
async fn an_epoch_that_never_was_is_a_gap() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let bob = Bob::create(&server).await?;
    let mut seen = bob.vanishes(&mut ada).await?;
    for (epoch, _) in seen.0.values_mut() {
        "nowhere".clone_into(epoch);
    }
    says(&mut ada, &["say one"]).await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert!(replay.gap);
    Ok(())
}

#[tokio::test]
async fn more_than_the_limit_is_the_newest_and_a_gap() -> Result<()> {
    let home = Home::new()?.set("limits.resume_lines_max", 5);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let bob = Bob::create(&server).await?;
    let seen = bob.vanishes(&mut ada).await?;
    let lines: Vec<String> = (1..=7).map(|line| format!("say {line}")).collect();
    says(&mut ada, &lines.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, Replay { gap: true, ..all(&["3", "4", "5", "6", "7"]) });
    Ok(())
}

#[tokio::test]
async fn what_nobody_keeps_is_a_gap() -> Result<()> {
    let home = Home::new()?.set("chat.message_history.enabled", false);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let bob = Bob::create(&server).await?;
    let seen = bob.vanishes(&mut ada).await?;
    let (bob, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, all(&[]), "nothing was said");
    let seen = bob.vanishes(&mut ada).await?;
    says(&mut ada, &["say one"]).await?;
    let (_, replay) = Bob::returns(&server, seen).await?;
    assert_eq!(replay, Replay { gap: true, ..all(&[]) });
    Ok(())
}

/// Somebody talks all the while; the client comes and goes at any moment, and the lines must add up.
async fn lines_add_up(home: Home) -> Result<()> {
    const LINES: usize = 400;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let bob = Bob::create(&server).await?;
    let talk = tokio::spawn(async move {
        for line in 0..LINES {
            ada.send_line(&format!("say {line}")).await?;
            if line % 4 == 0 {
                ada.sync().await?;
            }
        }
        ada.sync().await
    });
    let (mut client, mut seen, mut heard) = (bob.client, bob.seen, Vec::new());
    let last = (LINES - 1).to_string();
    while heard.last() != Some(&last) {
        let target = (heard.len() + 30).min(LINES);
        while heard.len() < target {
            let frame = client.expect_frame("message").await?;
            seen.message(&frame);
            heard.push(frame["content"].as_str().expect("words").to_owned());
        }
        drop(client);
        let (bob, replay) = Bob::returns(&server, seen).await?;
        assert!(!replay.gap);
        heard.extend(replay.words);
        (client, seen) = (bob.client, bob.seen);
    }
    talk.await??;
    let expected: Vec<String> = (0..LINES).map(|line| line.to_string()).collect();
    assert_eq!(heard, expected);
    Ok(())
}

#[tokio::test]
async fn who_comes_and_goes_while_others_talk_misses_nothing() -> Result<()> {
    lines_add_up(Home::new()?).await
}

#[tokio::test]
async fn who_comes_and_goes_misses_nothing_from_the_database_either() -> Result<()> {
    lines_add_up(Home::new()?.set("chat.message_history.ring_messages_max", 1)).await
}
