//! The REST API as a program calls it: a token, a path, perhaps a body.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::{self, Response};

/// What every path begins with.
pub const PREFIX: &str = "/api/v1";

/// Somebody who calls, with a token or without.
#[derive(Debug, Clone)]
pub struct Caller {
    server: SocketAddr,
    /// What is shown as `Authorization: Bearer`.
    pub token: Option<String>,
}

impl Caller {
    /// One who has no token.
    #[must_use]
    pub fn without_token(server: SocketAddr) -> Self {
        Self { server, token: None }
    }

    /// One who shows this.
    #[must_use]
    pub fn with(server: SocketAddr, token: impl Into<String>) -> Self {
        Self { server, token: Some(token.into()) }
    }

    /// Logs in with a password, for some scopes or for all.
    ///
    /// # Errors
    /// When that is not answered by tokens.
    pub async fn log_in(
        server: SocketAddr,
        name: &str,
        password: &str,
        scope: Option<&str>,
    ) -> Result<Self> {
        let mut body = json!({ "name": name, "password": password });
        if let Some(scope) = scope {
            body["scope"] = json!(scope);
        }
        let answer = Self::without_token(server).post("/auth/login", &body).await?;
        ensure!(answer.status == 200, "{} {}", answer.status, answer.body);
        let token = answer.json()?["access_token"].as_str().map(str::to_owned);
        Ok(Self { server, token: Some(token.context("no token")?) })
    }

    /// Gets a path.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn get(&self, path: &str) -> Result<Response> {
        self.call("GET", path, &[], None).await
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Response> {
        self.call("POST", path, &[], Some(&body.to_string())).await
    }

    /// Calls by any method, with headers of one's own; a body counts as JSON.
    ///
    /// # Errors
    /// When nothing whole comes back.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Result<Response> {
        let mut request = format!("{method} {PREFIX}{path} HTTP/1.1\r\nHost: {}\r\n", self.server);
        request.push_str("Connection: close\r\n");
        if let Some(token) = &self.token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            let length = body.len();
            request.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {length}\r\n"
            ));
        }
        request.push_str("\r\n");
        request.push_str(body.unwrap_or_default());
        http::send(self.server, &request).await
    }
}

/// The sentence of an answer that is a problem of this kind (RFC 9457).
///
/// # Errors
/// When it is none.
pub fn problem(answer: &Response, word: &str) -> Result<String> {
    let kind = header(answer, "content-type");
    ensure!(kind == Some("application/problem+json"), "no problem: {answer:?}");
    let problem = answer.json()?;
    ensure!(problem["type"] == format!("urn:hearsay:problem:{word}"), "not {word}: {problem}");
    ensure!(problem["status"] == answer.status, "{problem}");
    Ok(problem["detail"].as_str().context("no detail")?.to_owned())
}

/// The words of the lines of an answer.
///
/// # Errors
/// When it has no lines.
pub fn contents(answer: &Response) -> Result<Vec<String>> {
    let lines = answer.json()?["lines"].as_array().context("no lines")?.clone();
    Ok(lines.iter().filter_map(|line| line["content"].as_str().map(str::to_owned)).collect())
}

/// What is answered to a path, which must be `200`.
///
/// # Errors
/// When it is not.
pub async fn got(caller: &Caller, path: &str) -> Result<Value> {
    let answer = caller.get(path).await?;
    ensure!(answer.status == 200, "{path}: {answer:?}");
    answer.json()
}

/// What is answered to JSON that is posted, with this status.
///
/// # Errors
/// When the status is another.
pub async fn posted(caller: &Caller, path: &str, body: Value, status: u16) -> Result<Value> {
    let answer = caller.post(path, &body).await?;
    ensure!(answer.status == status, "{path}: {answer:?}");
    answer.json()
}

/// What is answered to a path that is deleted, which must be `200`.
///
/// # Errors
/// When it is not.
pub async fn deleted(caller: &Caller, path: &str) -> Result<Value> {
    let answer = caller.call("DELETE", path, &[], None).await?;
    ensure!(answer.status == 200, "{path}: {answer:?}");
    answer.json()
}

/// A header of an answer.
#[must_use]
pub fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A stream of server-sent events.
#[derive(Debug)]
pub struct Stream {
    socket: TcpStream,
    read: String,
}

/// One event: what it is called, its id, its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind it is.
    pub kind: String,
    /// Its id; may be empty.
    pub id: String,
    /// Its data.
    pub data: String,
}

impl Event {
    /// The data as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.data).with_context(|| format!("no JSON: {self:?}"))
    }
}

impl Caller {
    /// Listens to events, from after one on if it is named.
    ///
    /// # Errors
    /// When that is not answered by a stream.
    pub async fn listen(&self, path: &str, after: Option<&str>) -> Result<Stream> {
        let mut socket = TcpStream::connect(self.server).await?;
        let token = self.token.as_deref().unwrap_or_default();
        let last = after.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {PREFIX}{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n{last}\r\n",
            self.server
        );
        socket.write_all(request.as_bytes()).await?;
        let mut stream = Stream { socket, read: String::new() };
        let head = stream.up_to("\r\n\r\n").await?;
        ensure!(head.contains(" 200 ") && head.contains("text/event-stream"), "{head}");
        Ok(stream)
    }
}

impl Stream {
    /// The next event; comments are passed over.
    ///
    /// # Errors
    /// When none comes within ten seconds, or the stream ends.
    pub async fn next(&mut self) -> Result<Event> {
        loop {
            let block = self.up_to("\n\n").await?;
            let field = |name: &str| {
                let found = block.lines().find_map(|line| line.strip_prefix(name));
                found.map(|value| value.trim().to_owned()).unwrap_or_default()
            };
            let event = Event { kind: field("event:"), id: field("id:"), data: field("data:") };
            if !event.data.is_empty() {
                return Ok(event);
            }
        }
    }

    /// Waits until the server ends it.
    ///
    /// # Errors
    /// When it does not within half a minute.
    pub async fn ended(&mut self) -> Result<()> {
        let mut bytes = [0; 4096];
        let until_closed = async {
            while !self.read.ends_with("0\r\n\r\n") {
                let count = self.socket.read(&mut bytes).await?;
                if count == 0 {
                    break;
                }
                self.read.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
            Ok(())
        };
        timeout(Duration::from_secs(30), until_closed).await.context("the stream goes on")?
    }

    async fn up_to(&mut self, mark: &str) -> Result<String> {
        let mut bytes = [0; 4096];
        loop {
            if let Some(at) = self.read.find(mark) {
                let rest = self.read.split_off(at + mark.len());
                return Ok(std::mem::replace(&mut self.read, rest));
            }
            let read = timeout(Duration::from_secs(10), self.socket.read(&mut bytes));
            let count = read.await.with_context(|| format!("no {mark:?} in {:?}", self.read))??;
            ensure!(count > 0, "the stream ended: {:?}", self.read);
            self.read.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }
}
