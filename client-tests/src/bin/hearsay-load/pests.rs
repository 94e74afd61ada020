//! Peers that mean harm, all at once and for as long as it takes: what those who behave notice of them.
//!
//! Each sends at a pace that a home's line allows, so that it is the server's work that is measured and not the load's.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use client_tests::hostile::{refusals, storm, zlib};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How often a peer sends, and how much: about thirteen megabits a second.
const PACE: Duration = Duration::from_millis(10);
const CHUNK_BYTES: usize = 16 << 10;
/// How many chunks go over one connection, if the server lets it live so long.
const CHUNKS_MAX: u32 = 500;
/// How long a peer that was cut off stays away.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the way into the world may take.
const ENTRY_MAX: Duration = Duration::from_secs(10);

/// What a peer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Pest {
    /// A subnegotiation without an end.
    Endless,
    /// Commands that ask for nothing.
    Commands,
    /// Every verb for every option, over and over.
    Storm,
    /// Windows far longer than a window is.
    Windows,
    /// Half a sequence, and gone.
    Halves,
    /// A byte at a time.
    Trickle,
    /// A line without an end.
    Line,
    /// A guest who asks and never reads.
    Deaf,
    /// A guest whose compressed input swells a thousandfold.
    Bomb,
}

/// Lets so many of each kind loose on a server, for ever.
pub(crate) async fn pester(address: SocketAddr, each: u32) -> Result<()> {
    let mut peers = JoinSet::new();
    for pest in Pest::value_variants() {
        for number in 0..each {
            peers.spawn_local(pest.keep_at_it(address, number));
        }
    }
    println!("{} peers", peers.len());
    while peers.join_next().await.is_some() {}
    Ok(())
}

impl Pest {
    async fn keep_at_it(self, address: SocketAddr, number: u32) {
        loop {
            // To be cut off is what it asks for.
            let _ = self.once(address, number).await;
            sleep(PAUSE).await;
        }
    }

    /// What it does over one connection.
    async fn once(self, address: SocketAddr, number: u32) -> Result<()> {
        let stream = match self {
            Self::Deaf => deaf(address).await?,
            _ => TcpStream::connect(address).await?,
        };
        stream.set_nodelay(true)?;
        match self {
            Self::Endless => flood(stream, b"\xff\xfa\x18", b"x").await,
            Self::Commands => flood(stream, b"", b"\xff\xf1").await,
            Self::Storm => flood(stream, b"", &storm()).await,
            Self::Windows => flood(stream, b"\xff\xfb\x1f", &window()).await,
            Self::Line => flood(stream, b"", b"x").await,
            Self::Halves => half(stream).await,
            Self::Trickle => trickle(stream).await,
            Self::Deaf => ask(stream, number).await,
            Self::Bomb => explode(stream, number).await,
        }
    }
}

/// Sends a start, and then the same again and again; what comes is read and thrown away.
async fn flood(stream: TcpStream, start: &[u8], again: &[u8]) -> Result<()> {
    let (mut from, mut to) = stream.into_split();
    tokio::task::spawn_local(async move {
        let mut told = [0; 4096];
        while let Ok(1..) = from.read(&mut told).await {}
    });
    to.write_all(start).await?;
    let chunk = again.repeat(CHUNK_BYTES / again.len());
    for _ in 0..CHUNKS_MAX {
        to.write_all(&chunk).await?;
        sleep(PACE).await;
    }
    Ok(())
}

fn window() -> Vec<u8> {
    [&[255, 250, 31][..], &[1; 1000], &[255, 240]].concat()
}

async fn half(mut stream: TcpStream) -> Result<()> {
    stream.write_all(b"\xff\xfd\xc9\xff\xfa\xc9Core.Hello {").await?;
    sleep(PACE).await;
    Ok(())
}

async fn trickle(mut stream: TcpStream) -> Result<()> {
    for byte in b"\xff\xfb\x18 who ".iter().cycle().take(1000) {
        stream.write_all(&[*byte]).await?;
        sleep(PACE).await;
    }
    Ok(())
}

/// A connection with as little room for what is read as there may be.
async fn deaf(address: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    Ok(socket.connect(address).await?)
}

async fn ask(mut stream: TcpStream, number: u32) -> Result<()> {
    enter(&mut stream, &format!("Deaf{}", letters(number))).await?;
    for _ in 0..CHUNKS_MAX {
        stream.write_all(b"look\r\n").await?;
        sleep(PACE).await;
    }
    Ok(())
}

/// Says that it can do nothing, goes in as a guest, takes the offer of compressed input, and sends what swells.
async fn explode(mut stream: TcpStream, number: u32) -> Result<()> {
    enter(&mut stream, &format!("Bomb{}", letters(number))).await?;
    until(&mut stream, b"\xff\xfb\x57").await?;
    stream.write_all(b"\xff\xfd\x57\xff\xfa\x57\xff\xf0").await?;
    stream.write_all(&zlib(&vec![b'x'; 8 << 20])?).await?;
    until(&mut stream, b"nothing ends like this").await
}

async fn enter(stream: &mut TcpStream, name: &str) -> Result<()> {
    stream.write_all(&refusals()).await?;
    until(stream, b"Name: ").await?;
    stream.write_all(format!("guest\r\n{name}\r\n").as_bytes()).await?;
    Ok(())
}

/// Reads up to some bytes.
async fn until(stream: &mut TcpStream, expected: &[u8]) -> Result<()> {
    let mut seen = Vec::new();
    timeout(ENTRY_MAX, async {
        while memchr::memmem::find(&seen, expected).is_none() {
            let count = stream.read_buf(&mut seen).await?;
            ensure!(count > 0, "cut off");
        }
        Ok(())
    })
    .await
    .context("in time")?
}

/// A number in letters, as names have none.
fn letters(number: u32) -> char {
    char::from_u32(u32::from('a') + number % 26).unwrap_or('a')
}
