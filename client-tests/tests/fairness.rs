//! Nobody starves: while many say as much as they can, others are let in and answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::hostile::refusals;
use client_tests::server::Home;
use client_tests::telnet::Profile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many speak, all in one room.
const SPEAKERS: u8 = 50;
/// How often the quiet one looks around.
const LOOKS: usize = 20;
/// How many of the speakers' lines come back to them before it counts that they speak.
const LOUD_BYTES: u64 = 1 << 20;
const LOUD_WITHIN: Duration = Duration::from_secs(30);

/// Guests who speak without a pause, in a room of their own, until dropped.
struct Flood {
    heard_bytes: Arc<AtomicU64>,
    _speakers: JoinSet<Result<()>>,
}

impl Flood {
    fn begin(address: SocketAddr) -> Self {
        let heard_bytes = Arc::new(AtomicU64::new(0));
        let mut speakers = JoinSet::new();
        for number in 0..SPEAKERS {
            speakers.spawn(speak(address, number, Arc::clone(&heard_bytes)));
        }
        Self { heard_bytes, _speakers: speakers }
    }

    /// Waits until they have heard a good deal more of each other than now.
    async fn is_loud(&self) -> Result<()> {
        let before = self.heard_bytes.load(Ordering::Relaxed);
        let deadline = Instant::now() + LOUD_WITHIN;
        while self.heard_bytes.load(Ordering::Relaxed) < before + LOUD_BYTES {
            ensure!(Instant::now() < deadline, "those who speak are not heard");
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

async fn speak(address: SocketAddr, number: u8, heard_bytes: Arc<AtomicU64>) -> Result<()> {
    let (mut from, mut to) = TcpStream::connect(address).await?.into_split();
    to.write_all(&refusals()).await?;
    let letter = |number: u8| char::from(b'a' + number % 26);
    let name = format!("Loud{}{}", letter(number), letter(number / 26));
    to.write_all(format!("guest\r\n{name}\r\nnorth\r\n").as_bytes()).await?;
    let words = "say one line after the other\r\n".repeat(20);
    let mut bytes = vec![0; 64 << 10];
    let speaking = async {
        loop {
            if let Err(why) = to.write_all(words.as_bytes()).await {
                return anyhow::Error::from(why);
            }
        }
    };
    let hearing = async {
        loop {
            match from.read(&mut bytes).await {
                Ok(0) => return anyhow!("cut off"),
                Ok(count) => heard_bytes.fetch_add(count as u64, Ordering::Relaxed),
                Err(why) => return why.into(),
            };
        }
    };
    tokio::select! {
        why = speaking => Err(why),
        why = hearing => Err(why),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_little_is_answered_while_others_say_all_they_can() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = Client::telnet("ada", server.telnet, Profile::Plain).await?;
    ada.create("Ada", PASSWORD).await?;
    let flood = Flood::begin(server.telnet);
    flood.is_loud().await?;
    for _ in 0..LOOKS {
        ada.types("look", "A pier of grey planks.").await?;
    }
    flood.is_loud().await
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_are_let_in_while_others_say_all_they_can() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let flood = Flood::begin(server.telnet);
    flood.is_loud().await?;
    let mut bob = Client::telnet("bob", server.telnet, Profile::Plain).await?;
    bob.create("Bob", PASSWORD).await?;
    let mut gil = Client::websocket("gil", server.web).await?;
    gil.enter_as_guest("Gil").await?;
    bob.types("say out of the noise", "You say").await?;
    gil.expect("out of the noise").await?;
    flood.is_loud().await
}
