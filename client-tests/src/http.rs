//! One HTTP request at a time, in the plainest form: enough for `/health` and the REST routes.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, as they came.
    pub head: String,
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
    send(server, &request).await
}

/// Sends a request as it is and reads the answer until the server closes, or to the end of its head if the connection is
/// a WebSocket from there on.
///
/// # Errors
/// When nothing whole comes back within ten seconds.
pub async fn send(server: SocketAddr, request: &str) -> Result<Response> {
    let connected = TcpStream::connect(server).await?;
    send_on(connected, request).await
}

/// The same from an address of one's own, such as 127.0.0.2.
///
/// # Errors
/// When nothing whole comes back within ten seconds.
pub async fn send_from(from: IpAddr, server: SocketAddr, request: &str) -> Result<Response> {
    let connected = connect_from(from, server).await?;
    send_on(connected, request).await
}

/// A connection from an address of one's own.
///
/// # Errors
/// When the system does not give it, or nobody listens.
pub async fn connect_from(from: IpAddr, server: SocketAddr) -> Result<TcpStream> {
    let socket = if from.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind(SocketAddr::new(from, 0))?;
    Ok(socket.connect(server).await?)
}

async fn send_on(stream: TcpStream, request: &str) -> Result<Response> {
    let answer = timeout(PATIENCE, exchange(stream, request))
        .await
        .with_context(|| format!("no answer within {PATIENCE:?} to {request:?}"))??;
    parse(&answer).with_context(|| format!("{request:?}: not an HTTP answer: {answer:?}"))
}

async fn exchange(mut stream: TcpStream, request: &str) -> Result<String> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while stream.read_buf(&mut answer).await? > 0 {
        let text = String::from_utf8_lossy(&answer);
        if text.starts_with("HTTP/1.1 101") && text.contains("\r\n\r\n") {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn parse(answer: &str) -> Option<Response> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
    Some(Response { status, head: head.to_owned(), body: body.to_owned() })
}
