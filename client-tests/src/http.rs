//! One HTTP request at a time, in the plainest form: enough for `/health` and the REST routes.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Everything after the empty line.
    pub body: String,
}

impl Response {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none; names the body.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_str(&self.body).with_context(|| format!("no JSON: {:?}", self.body))
    }
}

/// Asks for a path and reads the answer until the server closes.
///
/// # Errors
/// When nothing whole comes back within ten seconds.
pub async fn get(server: SocketAddr, path: &str) -> Result<Response> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    let answer = timeout(PATIENCE, exchange(server, &request))
        .await
        .with_context(|| format!("no answer to GET {path} within {PATIENCE:?}"))??;
    parse(&answer).with_context(|| format!("GET {path}: not an HTTP answer: {answer:?}"))
}

async fn exchange(server: SocketAddr, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

fn parse(answer: &str) -> Option<Response> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Response { status, body: body.to_owned() })
}
