//! Stands between a client and the server, passes everything on, and notes what the client says about telnet.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::telnet::code::{DO, DONT, WILL, WONT};
use crate::telnet::{Decoder, Item};

/// A tap. Clients connect to its address.
pub struct Tap {
    /// Where it listens.
    pub address: SocketAddr,
    said: Arc<Mutex<BTreeSet<String>>>,
}

impl Tap {
    /// Opens one before a server.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let tap = Self { address: listener.local_addr()?, said: Arc::default() };
        let said = Arc::clone(&tap.said);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let said = Arc::clone(&said);
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(server).await else { return };
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    tokio::join!(
                        pass(from_client, to_server, Some(said)),
                        pass(from_server, to_client, None)
                    );
                });
            }
        });
        Ok(tap)
    }

    /// What the client said about telnet, each once: `WILL TTYPE`, `TTYPE TINTIN++`.
    #[must_use]
    pub fn said(&self) -> BTreeSet<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    said: Option<Arc<Mutex<BTreeSet<String>>>>,
) {
    let mut decoder = Decoder::default();
    let mut bytes = [0; 8192];
    while let Ok(count) = from.read(&mut bytes).await {
        if let Some(said) = &said {
            let words = decoder.feed(&bytes[..count]).into_iter().filter_map(|item| word(&item));
            said.lock().unwrap_or_else(PoisonError::into_inner).extend(words);
        }
        if count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    // Whoever waits for the end learns of it; that it is gone already is no matter.
    let _ = to.shutdown().await;
}

fn word(item: &Item) -> Option<String> {
    match item {
        Item::Text(_) => None,
        Item::Command(code) => Some(format!("IAC {code}")),
        Item::Negotiation(verb, option) => Some(format!("{} {}", spoken(*verb), name(*option))),
        Item::Subnegotiation(option, payload) => {
            let shown = |byte: &u8| match byte {
                b' '..=b'~' => char::from(*byte),
                _ => ' ',
            };
            let payload: String = payload.iter().map(shown).collect();
            Some(format!("{} {}", name(*option), payload.trim()))
        }
    }
}

fn spoken(verb: u8) -> &'static str {
    match verb {
        DO => "DO",
        DONT => "DONT",
        WILL => "WILL",
        WONT => "WONT",
        _ => "?",
    }
}

fn name(option: u8) -> String {
    let known = [
        (1, "ECHO"),
        (3, "SGA"),
        (6, "TIMING-MARK"),
        (24, "TTYPE"),
        (25, "EOR"),
        (31, "NAWS"),
        (34, "LINEMODE"),
        (39, "NEW-ENVIRON"),
        (42, "CHARSET"),
        (70, "MSSP"),
        (86, "MCCP2"),
        (87, "MCCP3"),
        (201, "GMCP"),
    ];
    let found = known.iter().find(|(code, _)| *code == option);
    found.map_or_else(|| option.to_string(), |(_, name)| (*name).to_owned())
}
