//! GMCP, coming back, timing marks and encodings over the subprotocols of mudstandards.org: as over telnet itself.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket, telnet};
use client_tests::client::Client;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::subprotocol::Spoken;
use client_tests::transcript::Place;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

const GMCP: &str = "gmcp.mudstandards.org";
const JSON: &str = "json.mudstandards.org";
const TELNET: &str = "telnet.mudstandards.org";
const TERMINAL: &str = "terminal.mudstandards.org";

/// Types a line. In the stream of telnet, the end of a message is not the end of a line.
async fn types(client: &mut Spoken, line: &str) -> Result<()> {
    let end = if client.chosen() == Some(TELNET) { "\r\n" } else { "" };
    client.types(&format!("{line}{end}")).await
}

/// Makes a character as one does on a terminal.
async fn create(client: &mut Spoken, name: &str) -> Result<()> {
    enters(client, name).await?;
    client.until("Exits:").await.map(drop)
}

async fn enters(client: &mut Spoken, name: &str) -> Result<()> {
    let dialogue =
        [("Name: ", name), ("no) ", "yes"), ("password: ", PASSWORD), ("more: ", PASSWORD)];
    for (question, answer) in dialogue {
        client.until(question).await?;
        types(client, answer).await?;
    }
    Ok(())
}

/// Connects and says at once, before it has read anything, what it wants to be told.
async fn opens(server: &Server, offers: &str) -> Result<Spoken> {
    let mut client = Spoken::open(server.web, offers).await?;
    client.tell("Core.Hello", &json!({ "client": "test", "version": "1" })).await?;
    let wanted = json!(["Char.Login 1", "Char.Items 1", "Room 1", "Comm.Channel 1"]);
    client.tell("Core.Supports.Set", &wanted).await?;
    Ok(client)
}

async fn logs_in(client: &mut Spoken, credentials: &Value) -> Result<()> {
    client.expect_told("Char.Login.Default").await?;
    client.tell("Char.Login.Credentials", credentials).await?;
    let result = client.expect_told("Char.Login.Result").await?;
    ensure!(result == json!({ "success": true }), "{result}");
    Ok(())
}

async fn says(client: &mut Client, lines: &[&str]) -> Result<()> {
    for line in lines {
        client.send_line(&format!("say {line}")).await?;
    }
    client.sync().await
}

async fn token_shown(client: &mut Spoken) -> Result<String> {
    client.until("show it to nobody.").await?;
    client.until("resume ").await?;
    let line = String::from_utf8(client.until("\n").await?)?;
    Ok(line.get(..43).context("no token")?.to_owned())
}

#[tokio::test]
async fn one_plays_by_messages_beside_the_text() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    by_telnet(&server, "Bob").await?.send_line("quit").await?;
    for offers in [GMCP, JSON] {
        ada.expect("Bob leaves").await?;
        let mut bob = opens(&server, offers).await?;
        logs_in(&mut bob, &json!({ "account": "Bob", "password": PASSWORD })).await?;
        let told = bob.expect_told("Char.Login.Resume").await?;
        ensure!(told["account"] == "Bob", "{told}");
        let pier = bob.expect_told("Room.Info").await?;
        ensure!(pier["name"] == "The Long Pier", "{pier}");
        ensure!(bob.expect_told("Room.Players").await?[0]["name"] == "Ada");
        bob.types("north").await?;
        ensure!(bob.expect_told("Room.Info").await?["num"] == pier["exits"]["n"]);
        bob.tell("Core.Ping", &json!(7)).await?;
        ensure!(bob.expect_told("Core.Ping").await?.is_null());
        ada.send_line("global good \"evening\" ✓").await?;
        let said = bob.expect_told("Comm.Channel.Text").await?;
        ensure!(said["talker"] == "Ada" && said["channel"] == "global", "{said}");
        bob.until("good \"evening\" ✓").await?;
        bob.types("south").await?;
        bob.expect_told("Room.Info").await?;
        bob.types("quit").await?;
        ensure!(bob.expect_told("Core.Goodbye").await? == "Until next time.");
        ensure!(bob.close_code().await? == Some(1000));
    }
    Ok(())
}

/// What comes together with the handshake is heard, too.
#[tokio::test]
async fn what_is_said_before_the_server_has_spoken_counts() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let handshake = format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: {GMCP}\r\n\r\n",
        server.web
    );
    let wanted = b"Core.Supports.Set [\"Char.Login 1\"]";
    // A text frame whose mask changes nothing.
    let header = [0x81, 0x80 | u8::try_from(wanted.len())?, 0, 0, 0, 0];
    let mut client = Raw::open(server.web).await?;
    client.send([handshake.as_bytes(), &header, wanted].concat()).await?;
    client.until("Char.Login.Default").await.map(drop)
}

#[tokio::test]
async fn one_comes_back_by_a_message_and_is_told_what_was_missed() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    for (offers, name) in [(GMCP, "Gus"), (JSON, "Jan")] {
        let mut client = opens(&server, offers).await?;
        create(&mut client, name).await?;
        let way = client.expect_told("Char.Login.Resume").await?;
        drop(client);
        ada.expect(&format!("{name} stares into nothing")).await?;
        says(&mut ada, &["one", "two", "three"]).await?;
        let mut client = opens(&server, offers).await?;
        logs_in(&mut client, &json!({ "token": way["token"], "seen": way["heads"] })).await?;
        client.until("That is all you missed.").await?;
        says(&mut ada, &["four"]).await?;
        client.until("four").await?;
        let told = client.all_told();
        let texts = told.iter().filter(|(name, _)| name == "Comm.Channel.Text");
        let words = texts.filter_map(|(_, data)| data["text"].as_str()?.split('"').nth(1));
        ensure!(words.collect::<Vec<_>>() == ["one", "two", "three", "four"], "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn one_comes_back_by_typing_where_there_are_no_messages() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    for (offers, name) in [(TERMINAL, "Tess"), (TELNET, "Tom")] {
        let mut client = Spoken::open(server.web, offers).await?;
        create(&mut client, name).await?;
        types(&mut client, "resume").await?;
        let token = token_shown(&mut client).await?;
        drop(client);
        ada.expect(&format!("{name} stares into nothing")).await?;
        says(&mut ada, &["one", "two"]).await?;
        let mut client = Spoken::open(server.web, offers).await?;
        client.until("Name: ").await?;
        types(&mut client, &format!("resume {token}")).await?;
        client.until("While you were gone:").await?;
        let missed =
            String::from_utf8_lossy(&client.until("That is all you missed.").await?).into_owned();
        let words: Vec<&str> = missed.split('"').skip(1).step_by(2).collect();
        ensure!(words == ["one", "two"], "{missed}");
    }
    Ok(())
}

/// As over TCP: a client that answers timing marks, and then reads nothing more.
#[tokio::test]
async fn what_was_sent_into_nothing_was_missed() -> Result<()> {
    const MARK: [u8; 3] = [255, 253, 6];
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = Spoken::open(server.web, TELNET).await?;
    let reached = || Message::binary(vec![255, 252, 6]);
    // It speaks telnet: that is all it says.
    bob.send(Message::binary(vec![255, 241])).await?;
    enters(&mut bob, "Bob").await?;
    for _ in 0..2 {
        bob.until(MARK).await?;
        bob.send(reached()).await?;
    }
    types(&mut bob, "resume").await?;
    let token = token_shown(&mut bob).await?;
    says(&mut ada, &["heard"]).await?;
    bob.until("heard").await?;
    bob.until(MARK).await?;
    bob.send(reached()).await?;
    bob.send(Message::binary(vec![255, 246])).await?;
    bob.until("[Yes]").await?;
    says(&mut ada, &["one", "two", "three"]).await?;
    let mut second = telnet(&server, "Bob").await?;
    second.answer("Name: ", &format!("resume {token}")).await?;
    for words in ["While you were gone:", "\"one\"", "\"two\"", "\"three\"", "That is all"] {
        second.expect(words).await?;
    }
    second.check_not_since(Place::default(), "heard")
}

/// Whatever a player has set for telnet.
#[tokio::test]
async fn every_websocket_speaks_utf8() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    ada.send_line("settings charset latin-1").await?;
    ada.expect("charset is latin-1 now. It holds when you come by telnet").await?;
    ada.types("say é – ✓", "You say, \"é – ✓\"").await?;
    for (offers, name) in [(TERMINAL, "Tess"), (GMCP, "Gus"), (JSON, "Jan"), (TELNET, "Tom")] {
        let mut client = Spoken::open(server.web, offers).await?;
        create(&mut client, name).await?;
        types(&mut client, "settings charset latin-1").await?;
        client.until("charset is latin-1 now. It holds when you come by telnet").await?;
        types(&mut client, "say é – ✓").await?;
        client.until("é – ✓").await?;
        ada.expect(&format!("{name} says, \"é – ✓\"")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn nothing_but_utf8_is_agreed_on_over_a_tunnel() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut client = Spoken::open(server.web, TELNET).await?;
    client.until([255, 251, 42]).await?;
    client.send(Message::binary(vec![255, 253, 42])).await?;
    client.until(b"\xff\xfa\x2a\x01;UTF-8\xff\xf0").await?;
    client.send(Message::binary(b"\xff\xfa\x2a\x02ISO-8859-1\xff\xf0".to_vec())).await?;
    client.until("Name: ").await?;
    types(&mut client, "Zoë").await?;
    client.until("Nobody is called Zoë yet.").await.map(drop)
}
