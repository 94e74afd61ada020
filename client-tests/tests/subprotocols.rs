//! What may be spoken over `/ws` besides our own JSON: the subprotocols of mudstandards.org, with the session of telnet
//! behind them; who may connect, and what a connection is closed with.

use anyhow::Result;
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::server::{Home, Server};
use client_tests::subprotocol::Spoken;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const GMCP: &str = "gmcp.mudstandards.org";
const JSON: &str = "json.mudstandards.org";
const TELNET: &str = "telnet.mudstandards.org";
const TERMINAL: &str = "terminal.mudstandards.org";

/// Makes a character as one does on a terminal.
async fn create(client: &mut Spoken, name: &str) -> Result<()> {
    let dialogue = [
        ("Name: ", name),
        ("(yes/no) ", "yes"),
        ("Choose a password: ", PASSWORD),
        ("Once more: ", PASSWORD),
    ];
    client.answers(&dialogue).await?;
    client.until("Exits:").await?;
    client.until("> ").await.map(drop)
}

async fn enters(server: &Server, offers: &str, name: &str) -> Result<Spoken> {
    let mut client = Spoken::open(server.web, offers).await?;
    create(&mut client, name).await?;
    Ok(client)
}

#[tokio::test]
async fn text_subprotocols_play_like_a_terminal() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    for (offers, name) in [(TERMINAL, "Tess"), (GMCP, "Gus"), (JSON, "Jan")] {
        let mut client = enters(&server, offers, name).await?;
        assert_eq!(client.chosen(), Some(offers));
        client.types("say héllo\r\n").await?;
        ada.expect(&format!("{name} says, \"héllo\"")).await?;
        client.until("> ").await?;
        ada.send_line("say ✓ – ’").await?;
        let heard = client.until("✓ – ’").await?;
        assert!(heard.starts_with(b"\r\n"), "not behind the prompt: {}", heard.escape_ascii());
        assert!(!heard.contains(&255), "no telnet: {}", heard.escape_ascii());
        client.types("quit").await?;
        client.until("Until next time.").await?;
        assert_eq!(client.close_code().await?, Some(1000), "{offers}");
    }
    Ok(())
}

#[tokio::test]
async fn prompts_are_messages_of_their_own_and_colours_are_shown() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Spoken::open(server.web, TERMINAL).await?;
    let mut messages = Vec::new();
    while messages.last().is_none_or(|last| last != "Name: ") {
        let message = client.next().await?.expect("the greeting");
        assert!(message.is_binary());
        messages.push(message.into_text()?.to_string());
    }
    assert!(messages[0].contains("\x1b[38;2;") && messages[0].ends_with("\r\n"), "{messages:?}");
    client.types("Ada\nyes").await?;
    let warned = client.until("Choose a password: ").await?;
    assert!(String::from_utf8(warned)?.contains("may show what you type"));
    Ok(())
}

#[tokio::test]
async fn telnet_goes_through_whole_and_uncompressed() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Spoken::open(server.web, TELNET).await?;
    assert_eq!(client.chosen(), Some(TELNET));
    let offers = client.until("Name: ").await?;
    let has = |what: &[u8]| offers.windows(what.len()).any(|window| window == what);
    assert!(has(&[255, 253, 24]), "TTYPE is asked for");
    assert!(!has(&[255, 251, 86]), "nobody compresses over WebSocket");
    // A command of telnet may be split wherever one likes.
    client.send(Message::binary(vec![255])).await?;
    client.send(Message::binary(vec![246, b'A', b'd'])).await?;
    client.until("[Yes]").await?;
    client.types("a\r\n").await?;
    client.until("(yes/no) ").await?;
    Ok(())
}

#[tokio::test]
async fn the_envelopes_of_json_are_understood() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = enters(&server, JSON, "Jan").await?;
    let text = |value: serde_json::Value| Message::text(value.to_string());
    client.send(text(json!({"proto": "text", "data": "say by envelope"}))).await?;
    client.until("by envelope").await?;
    let size = json!({"proto": "terminal", "id": "size", "data": {"cols": 40, "rows": 24}});
    client.send(text(size)).await?;
    client.types(&format!("say {}", "many words ".repeat(10))).await?;
    let said = client.until("words\"").await?;
    let said = String::from_utf8(said)?;
    let rows = said.lines().filter(|line| line.contains("words")).count();
    assert!(rows >= 4, "wrapped at 39 columns: {said:?}");
    for nonsense in ["", "{}", "[1]", "{\"proto\":\"gmcp\",\"id\":\"Core.Ping\"}"] {
        client.send(Message::text(nonsense)).await?;
    }
    client.types("say still here").await?;
    client.until("still here").await?;
    Ok(())
}

#[tokio::test]
async fn the_best_subprotocol_is_chosen_and_strangers_are_refused() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let all = format!("{TERMINAL}, {TELNET}, {JSON}, {GMCP}");
    assert_eq!(Spoken::open(server.web, &all).await?.chosen(), Some(GMCP));
    let own = format!("{all}, json.hearsay");
    assert_eq!(Spoken::open(server.web, &own).await?.chosen(), Some("json.hearsay"));
    assert_eq!(Spoken::open(server.web, "").await?.chosen(), None);
    let refused = Spoken::open(server.web, "soap").await.err().map(|why| why.to_string());
    assert_eq!(refused.as_deref(), Some("status 400"));
    let mut request = format!("ws://{}/ws", server.web).into_client_request()?;
    request.headers_mut().insert("origin", "https://foe.example".parse()?);
    let refused = Spoken::ask(server.web, request).await.err().map(|why| why.to_string());
    assert_eq!(refused.as_deref(), Some("status 403"));
    Ok(())
}

#[tokio::test]
async fn the_code_says_why_the_connection_closes() -> Result<()> {
    let home = Home::new()?.set("limits.login_seconds", 1);
    let server = home.start().await?;
    for offers in ["", TERMINAL, TELNET] {
        let mut late = Spoken::open(server.web, offers).await?;
        assert_eq!(late.close_code().await?, Some(4001), "{offers}");
    }
    let mut wrong = Spoken::open(server.web, TERMINAL).await?;
    wrong.send(Message::text("look")).await?;
    assert_eq!(wrong.close_code().await?, Some(1003));
    let mut long = Spoken::open(server.web, TERMINAL).await?;
    long.types(&"x".repeat(65_537)).await?;
    assert_eq!(long.close_code().await?, Some(1009));

    let home = Home::new()?;
    let server = home.start().await?;
    let mut first = enters(&server, TERMINAL, "Tess").await?;
    let mut second = Spoken::open(server.web, GMCP).await?;
    second.answers(&[("Name: ", "Tess"), ("Password: ", PASSWORD)]).await?;
    assert_eq!(first.close_code().await?, Some(4002));
    let mut leaver = Spoken::open(server.web, TERMINAL).await?;
    leaver.answers(&[("Name: ", "quit")]).await?;
    assert_eq!(leaver.close_code().await?, Some(1000));
    let stopped = tokio::spawn(server.stop());
    assert_eq!(second.close_code().await?, Some(1001));
    assert!(stopped.await??.success());
    Ok(())
}

#[tokio::test]
async fn who_vanishes_is_link_dead() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let tess = enters(&server, TERMINAL, "Tess").await?;
    ada.expect("Tess comes into the world").await?;
    drop(tess);
    ada.expect("Tess stares into nothing").await?;
    Ok(())
}
