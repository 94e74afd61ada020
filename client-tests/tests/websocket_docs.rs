//! `docs/websocket.md` against a real server: what the page says a client may send is taken, and what the server sends is
//! on the page, type by type and key by key.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use client_tests::cast::PASSWORD;
use client_tests::client::PATIENCE;
use client_tests::rest::Caller;
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

const PAGE: &str = include_str!("../../docs/websocket.md");

/// For each type of frame, the keys that one has.
type Shapes = BTreeMap<String, BTreeSet<String>>;

/// The JSON examples below a heading of the page, up to the next heading of its rank.
fn examples(heading: &str) -> Result<Vec<Value>> {
    let after = PAGE.split_once(heading).with_context(|| format!("no heading {heading:?}"))?.1;
    let section = after.split("\n## ").next().unwrap_or(after);
    let blocks = section.split("```json\n").skip(1);
    let texts = blocks.filter_map(|block| block.split("```").next());
    let examples: Vec<Value> = texts
        .map(|text| serde_json::from_str(text).context(text.to_owned()))
        .collect::<Result<_>>()?;
    ensure!(!examples.is_empty(), "no example below {heading:?}");
    Ok(examples)
}

fn kind(frame: &Value) -> &str {
    frame["type"].as_str().unwrap_or_default()
}

fn note(shapes: &mut Shapes, frame: &Value) {
    let keys = frame.as_object().into_iter().flat_map(|fields| fields.keys().cloned());
    shapes.entry(kind(frame).to_owned()).or_default().extend(keys);
}

/// A connection that remembers the shape of all it reads.
struct Socket {
    stream: WebSocketStream<TcpStream>,
    seen: Shapes,
}

impl Socket {
    async fn open(server: SocketAddr) -> Result<Self> {
        let tcp = TcpStream::connect(server).await?;
        let (stream, _) = client_async(format!("ws://{server}/ws"), tcp).await?;
        Ok(Self { stream, seen: Shapes::new() })
    }

    async fn send(&mut self, frame: &Value) -> Result<()> {
        Ok(self.stream.send(Message::text(frame.to_string())).await?)
    }

    async fn read(&mut self) -> Result<Value> {
        loop {
            let message = timeout(PATIENCE, self.stream.next()).await.context("nothing comes")?;
            match message.context("the server closed the connection")?? {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text)?;
                    note(&mut self.seen, &frame);
                    return Ok(frame);
                }
                Message::Close(why) => bail!("closed: {why:?}"),
                _ => {}
            }
        }
    }

    /// Reads up to a frame of a type; an error on the way is one, unless errors are what is waited for.
    async fn until(&mut self, wanted: &str) -> Result<Value> {
        loop {
            let frame = self.read().await?;
            if kind(&frame) == wanted {
                return Ok(frame);
            }
            ensure!(kind(&frame) != "error", "waiting for {wanted}: {frame}");
        }
    }

    /// Sends an example and reads what it brings, which must be no error.
    async fn is_taken(&mut self, example: &Value) -> Result<()> {
        self.send(example).await?;
        if matches!(kind(example), "keep" | "typing") {
            // Nothing is answered; what is wrong would be, before this.
            self.send(&json!({"type": "ping", "n": "kept"})).await?;
        }
        let answer = match kind(example) {
            "login" | "guest" | "resume" | "token" => "welcome",
            "name" => "name",
            "ping" | "keep" | "typing" => "pong",
            "say" => "message",
            "history" => "history",
            "wants" => "gmcp",
            _ => "prompt",
        };
        self.until(answer).await.map(drop).with_context(|| example.to_string())
    }
}

fn guest(name: &str) -> Value {
    json!({"type": "guest", "name": name})
}

fn login(create: bool) -> Value {
    json!({"type": "login", "name": "Ada", "password": PASSWORD, "create": create})
}

/// Every example that a client sends is taken by a real server, in the part of a session that it is for.
#[tokio::test]
async fn what_the_page_lets_a_client_send_is_taken() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let examples = examples("## What a client sends")?;
    let (logins, rest): (Vec<_>, Vec<_>) = examples.into_iter().partition(|e| kind(e) == "login");
    let (makes, enters): (Vec<_>, Vec<_>) = logins.into_iter().partition(|e| e["create"] == true);
    ensure!(!makes.is_empty() && !enters.is_empty(), "the page shows both kinds of login");
    for example in makes.iter().chain(&enters) {
        Socket::open(server.web).await?.is_taken(example).await?;
    }
    let mut ada = Socket::open(server.web).await?;
    ada.send(&login(false)).await?;
    let token = ada.until("welcome").await?["token"].clone();
    let (resumes, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|e| kind(e) == "resume");
    for example in resumes {
        // The one of the page is nobody's.
        let example = json!({"type": "resume", "token": token, "seen": example["seen"]});
        ada = Socket::open(server.web).await?;
        ada.is_taken(&example).await?;
    }
    let (tokens, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|e| kind(e) == "token");
    for mut example in tokens {
        example["token"] = json!(Caller::log_in(server.web, "ada", PASSWORD, None).await?.token);
        ada = Socket::open(server.web).await?;
        ada.is_taken(&example).await?;
    }
    let (before, during): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|e| matches!(kind(e), "name" | "guest"));
    let mut others = Vec::new();
    for example in &before {
        let mut other = Socket::open(server.web).await?;
        other.is_taken(example).await?;
        others.push(other);
    }
    for example in &during {
        ada.is_taken(example).await?;
    }
    Ok(())
}

/// Plays a session in which the server has cause to send each type of frame there is.
async fn play(server: &Server) -> Result<Shapes> {
    let mut owner = Owner::claim(server).await?;
    let server = server.web;
    let mut ada = Socket::open(server).await?;
    ada.send(&json!({"type": "name", "name": "Ada"})).await?;
    ada.until("name").await?;
    ada.send(&json!({"type": "fly"})).await?;
    ada.until("error").await?;
    ada.send(&login(true)).await?;
    let heads = ada.until("welcome").await?["heads"].clone();
    ada.until("room").await?;
    let mut gil = Socket::open(server).await?;
    gil.is_taken(&guest("Gil")).await?;
    ada.until("presence").await?;
    ada.send(&json!({"type": "say", "channel": "say", "content": "one"})).await?;
    let id = ada.until("message").await?["id"].as_str().unwrap_or_default().to_owned();
    owner.client().send_line(&format!("redact {id} a test")).await?;
    ada.until("redacted").await?;
    owner.client().send_line(&format!("unredact {id}")).await?;
    ada.until("restored").await?;
    ada.send(&json!({"type": "history", "channel": "say"})).await?;
    ada.until("older").await?;
    ada.until("history").await?;
    ada.send(&json!({"type": "wants", "typing": true, "allowance": true})).await?;
    gil.until("message").await?;
    ada.send(&json!({"type": "command", "text": "whisper gil psst"})).await?;
    gil.until("message").await?;
    ada.until("allowance").await?;
    gil.send(&json!({"type": "typing", "channel": "whisper"})).await?;
    ada.until("typing").await?;
    owner.client().send_line("mute ada say 1h a test").await?;
    ada.until("restricted").await?;
    owner.leave().await?;
    ada.is_taken(&json!({"type": "ping", "n": 1})).await?;
    ada.send(&json!({"type": "command", "text": "resume"})).await?;
    ada.until("token").await?;
    ada.is_taken(&json!({"type": "command", "text": "time"})).await?;
    drop(gil);
    let mut again = Socket::open(server).await?;
    let resume = json!({"type": "login", "name": "Ada", "password": PASSWORD, "resume": heads});
    again.send(&resume).await?;
    again.until("resumed").await?;
    ada.until("closing").await?;
    again.send(&json!({"type": "command", "text": "quit"})).await?;
    again.until("closing").await?;
    for (kind, keys) in again.seen {
        ada.seen.entry(kind).or_default().extend(keys);
    }
    Ok(ada.seen)
}

/// Who wants more than the text is told what each piece of it is, and the messages of GMCP that it names.
#[tokio::test]
async fn who_wants_more_is_told_more() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut ada = Socket::open(server.web).await?;
    ada.send(&json!({"type": "wants", "spans": true, "packages": ["Char.Items", "Comm.Channel"]}))
        .await?;
    ada.send(&login(true)).await?;
    let room = ada.until("room").await?;
    let spans = room["spans"].as_array().context("the room comes in pieces")?;
    let text: String = spans.iter().filter_map(|span| span["text"].as_str()).collect();
    assert_eq!(room["text"], text);
    assert_eq!(spans[0]["role"], "title");
    let way = spans.iter().find(|span| span["role"] == "exit").context("a way out")?;
    assert_eq!(way["send"], way["text"]);
    ada.send(&json!({"type": "command", "text": "get lantern"})).await?;
    let added = ada.until("gmcp").await?;
    assert_eq!(added["name"], "Char.Items.Add");
    ada.send(&json!({"type": "say", "channel": "say", "content": "north"})).await?;
    let said = ada.until("message").await?;
    let words = said["spans"].as_array().context("talk comes in pieces")?;
    ensure!(words.iter().all(|span| span["send"].is_null()), "players make no links: {said}");
    ada.send(&json!({"type": "wants"})).await?;
    ada.send(&json!({"type": "command", "text": "look"})).await?;
    assert!(ada.until("room").await?["spans"].is_null());
    Ok(())
}

/// Asks what was said on a channel, and reads the words.
async fn said_before(socket: &mut Socket, channel: &str) -> Result<Vec<String>> {
    socket.send(&json!({"type": "history", "channel": channel})).await?;
    let mut words = Vec::new();
    loop {
        let frame = socket.read().await?;
        match kind(&frame) {
            "older" => words.push(frame["content"].as_str().unwrap_or_default().to_owned()),
            "history" => return Ok(words),
            _ => {}
        }
    }
}

/// Who asks for history gets what they may read of it, and of channels of which nothing is kept, nothing.
#[tokio::test]
async fn history_is_for_those_who_may_read_it() -> Result<()> {
    let kept_nowhere = "[{name: murmur, about: x, scope: everyone, colour: green, history: false}]";
    let server = Home::new()?.set("chat.channels", kept_nowhere).start().await?;
    let mut ada = Socket::open(server.web).await?;
    ada.is_taken(&login(true)).await?;
    for channel in ["say", "global", "murmur"] {
        ada.send(&json!({"type": "say", "channel": channel, "content": format!("on {channel}")}))
            .await?;
        ada.until("message").await?;
    }
    let mut gil = Socket::open(server.web).await?;
    gil.is_taken(&guest("Gil")).await?;
    // Gil was not there to hear what was said in the room.
    for (channel, by_ada, by_gil) in [
        ("say", vec!["on say"], vec![]),
        ("global", vec!["on global"], vec!["on global"]),
        ("murmur", vec![], vec![]),
        ("admin", vec![], vec![]),
        ("nowhere", vec![], vec![]),
    ] {
        assert_eq!(said_before(&mut ada, channel).await?, by_ada, "{channel}");
        assert_eq!(said_before(&mut gil, channel).await?, by_gil, "{channel}");
    }
    Ok(())
}

/// The types that a server sends are those of the page, and each has the keys that its example has.
#[tokio::test]
async fn what_the_server_sends_is_on_the_page() -> Result<()> {
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    let server = home.start().await?;
    let mut documented = Shapes::new();
    for example in examples("## What the server sends")? {
        note(&mut documented, &example);
    }
    let seen = timeout(Duration::from_secs(60), play(&server)).await??;
    assert_eq!(seen, documented);
    Ok(())
}
