//! Another system that is told what happens: an HTTP server that keeps what comes and answers as it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use rustls::ServerConfig;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// How long a request may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A receiver. Dropping it closes its port.
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    came: mpsc::UnboundedReceiver<Received>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    task: JoinHandle<()>,
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// By a status, with more lines in the head, each with its end.
    Status(u16, &'static str),
    /// Not at all.
    Never,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its head.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Received {
    /// A header.
    ///
    /// # Errors
    /// When there is none.
    pub fn header(&self, name: &str) -> Result<&str> {
        let found = self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        found.with_context(|| format!("no {name} in {}", self.head))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl Receiver {
    /// Listens on any port. What is not told otherwise is answered by 204.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn new() -> Result<Self> {
        Self::on(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Listens on a port.
    ///
    /// # Errors
    /// When it is taken.
    pub async fn on(address: SocketAddr) -> Result<Self> {
        Self::listen(address, None).await
    }

    /// Listens on any port for those who speak TLS.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn encrypted(tls: ServerConfig) -> Result<Self> {
        let tls = TlsAcceptor::from(Arc::new(tls));
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), Some(tls)).await
    }

    async fn listen(address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (comes, came) = mpsc::unbounded_channel();
        let answers: Arc<Mutex<VecDeque<Answer>>> = Arc::default();
        let next = Arc::clone(&answers);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (tls, comes, next) = (tls.clone(), comes.clone(), Arc::clone(&next));
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => serve(tls.accept(socket).await?, comes, next).await,
                        None => serve(socket, comes, next).await,
                    }
                });
            }
        });
        Ok(Self { address, came, answers, task })
    }

    /// How the next requests are answered, one after the other.
    ///
    /// # Panics
    /// When a request before has panicked.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().expect("no request panics").extend(answers);
    }

    /// The next request.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&mut self) -> Result<Received> {
        let came = timeout(PATIENCE, self.came.recv()).await;
        came.context("nothing comes")?.context("the receiver is gone")
    }

    /// Whether a request has come that was not looked at.
    pub fn was_told(&mut self) -> bool {
        !self.came.is_empty()
    }

    /// The next request whose body has this text, with those before it left out.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next_with(&mut self, text: &str) -> Result<Received> {
        loop {
            let came = self.next().await.with_context(|| format!("waiting for {text:?}"))?;
            if came.body.contains(text) {
                return Ok(came);
            }
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    comes: mpsc::UnboundedSender<Received>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
) -> Result<()> {
    let mut read = Vec::new();
    let (head, body) = loop {
        if let Some(request) = whole(&read) {
            break request;
        }
        if socket.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
    };
    let answer = answers.lock().expect("no request panics").pop_front();
    comes.send(Received { head, body })?;
    match answer.unwrap_or(Answer::Status(204, "")) {
        Answer::Status(status, more) => {
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{more}\r\n");
            socket.write_all(head.as_bytes()).await?;
            socket.shutdown().await?;
        }
        // Until the other side gives up.
        Answer::Never => drop(socket.read_u8().await),
    }
    Ok(())
}

fn whole(read: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(read);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    (body.len() >= length?).then(|| (head.to_owned(), body.to_owned()))
}
