//! One who loses the connection and comes back, again and again.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use memchr::memmem;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Crowd, Options};
use crate::line::Spoken;
use crate::people::{self, PASSWORD};
use crate::wire::{self, Framing, Scanner, Unit, pong_frame};

/// The channel on which everyone hears the one who speaks.
const CHANNEL: &str = "global";
/// From how many loopback addresses they come, so that each has ports enough.
const ADDRESSES: u32 = 16;
/// How long a connection may take, and then each thing that the server says. When many come at once, others are first.
const ANSWER_MAX: Duration = Duration::from_secs(30);
const HANDSHAKE_BYTES_MAX: usize = 16 << 10;

/// Somebody with an account.
pub(super) struct Person {
    crowd: Rc<Crowd>,
    /// Their place in the crowd; the first speaks and stays.
    number: u32,
    name: String,
    /// The number of the first of the crowd, whose lines count.
    first: u32,
    per_second: f64,
    /// How often they speak; never, but for the first of them.
    speaks_every: Option<Duration>,
    way_back: Option<WayBack>,
    /// The line that comes next, since they heard one.
    next_line: Option<u32>,
}

/// What they show when they come back.
struct WayBack {
    token: String,
    epoch: String,
    seq: u64,
}

/// A connection with what was read of it.
struct Line {
    stream: TcpStream,
    scanner: Scanner,
    pongs: Vec<u8>,
    is_open: bool,
}

/// What the server says, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    token: Option<&'a str>,
    heads: Option<Value>,
    channel: Option<&'a str>,
    epoch: Option<&'a str>,
    seq: Option<u64>,
    gap: Option<bool>,
    lines: Option<u64>,
}

impl Person {
    pub(super) fn new(crowd: Rc<Crowd>, number: u32, options: &Options) -> Self {
        let speaks_every = (number == 0).then(|| Duration::from_secs_f64(1.0 / options.rate));
        let name = people::name(options.first + number);
        let (per_second, way_back, next_line) = (options.per_second, None, None);
        Self {
            crowd,
            number,
            name,
            first: options.first,
            per_second,
            speaks_every,
            way_back,
            next_line,
        }
    }

    /// Logs in at a moment, and goes and comes back whenever all do.
    pub(super) async fn live(
        mut self,
        at: Instant,
        mut drops: watch::Receiver<Option<Instant>>,
    ) -> Result<()> {
        sleep_until(at).await;
        loop {
            let mut line = self.come().await.with_context(|| self.name.clone())?;
            let heard = self.stay(&mut line, &mut drops).await;
            let Some(back) = heard.with_context(|| self.name.clone())? else {
                self.crowd.tally.borrow_mut().cut_off += 1;
                return Ok(());
            };
            drop(line);
            let wait = f64::from(self.number - 1) / self.per_second;
            sleep_until(back + Duration::from_secs_f64(wait)).await;
        }
    }

    /// Connects and is in the world, with all that was missed.
    async fn come(&mut self) -> Result<Line> {
        let began = Instant::now();
        let connecting = Line::to(self.crowd.address, self.number);
        let mut line = timeout(ANSWER_MAX, connecting).await.context("no connection in time")??;
        let is_return = self.way_back.is_some();
        line.send(&self.wish()).await?;
        let (mut welcomed, mut resumed) = (false, !is_return);
        while !(welcomed && resumed) {
            ensure!(line.is_open, "cut off");
            ensure!(began.elapsed() < ANSWER_MAX, "no answer in time");
            let reading = line.read(|text| {
                let frame: Frame = serde_json::from_slice(text)?;
                match frame.kind {
                    "welcome" => {
                        self.way_back = Some(self.way(&frame)?);
                        welcomed = true;
                        self.came(began, false);
                    }
                    "resumed" => {
                        resumed = true;
                        self.was_resumed(began, &frame);
                    }
                    "error" => bail!("{}", String::from_utf8_lossy(text)),
                    _ => self.hear(&frame, text),
                }
                Ok(())
            });
            timeout(ANSWER_MAX, reading).await.context("no answer in time")??;
        }
        let mut tally = self.crowd.tally.borrow_mut();
        (tally.here, tally.latest) = (tally.here + 1, Instant::now());
        drop(tally);
        Ok(line)
    }

    fn wish(&self) -> Value {
        match &self.way_back {
            None => {
                json!({"type": "login", "name": self.name, "password": PASSWORD})
            }
            Some(WayBack { token, epoch, seq }) => {
                json!({"type": "resume", "token": token, "seen": {CHANNEL: [epoch, seq]}})
            }
        }
    }

    /// The next way back. What was seen before counts on, whatever the new heads are.
    fn way(&self, welcome: &Frame) -> Result<WayBack> {
        let token = welcome.token.context("a welcome has a token")?.to_owned();
        if let Some(WayBack { epoch, seq, .. }) = &self.way_back {
            return Ok(WayBack { token, epoch: epoch.clone(), seq: *seq });
        }
        let head = welcome.heads.as_ref().and_then(|heads| heads.get(CHANNEL));
        let head = head.context("a welcome has heads")?;
        let epoch = head[0].as_str().context("an epoch")?.to_owned();
        Ok(WayBack { token, epoch, seq: head[1].as_u64().context("a number")? })
    }

    fn came(&self, began: Instant, is_resumed: bool) {
        let mut tally = self.crowd.tally.borrow_mut();
        let waits = if is_resumed { &mut tally.resumed } else { &mut tally.welcomed };
        waits.saturating_record(
            u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX).max(1),
        );
    }

    fn was_resumed(&self, began: Instant, frame: &Frame) {
        self.came(began, true);
        let mut tally = self.crowd.tally.borrow_mut();
        tally.gaps += u64::from(frame.gap == Some(true));
        tally.replayed += frame.lines.unwrap_or_default();
    }

    /// Listens, and speaks if it is theirs, until everyone drops: when they begin to come back. None when cut off.
    async fn stay(
        &mut self,
        line: &mut Line,
        drops: &mut watch::Receiver<Option<Instant>>,
    ) -> Result<Option<Instant>> {
        let mut next = Instant::now();
        while line.is_open {
            let speaks = self.speaks_every.map(|_| next);
            tokio::select! {
                changed = drops.changed() => {
                    if changed.is_err() {
                        return Ok(None);
                    }
                    let back = *drops.borrow_and_update();
                    if back.is_some() && self.speaks_every.is_none() {
                        return Ok(back);
                    }
                }
                ready = line.stream.readable() => {
                    ready?;
                    line.read(|text| {
                        if let Ok(frame) = serde_json::from_slice::<Frame>(text) {
                            self.hear(&frame, text);
                        }
                        Ok(())
                    }).await?;
                }
                () = until(speaks) => {
                    line.send(&self.words()).await?;
                    next += self.speaks_every.unwrap_or_default();
                }
            }
        }
        Ok(None)
    }

    fn words(&self) -> Value {
        let count = self.crowd.said.get();
        self.crowd.said.set(count + 1);
        let sent_us = u64::try_from(self.crowd.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let spoken = Spoken { speaker: self.first, room: 0, count, sent_us };
        json!({"type": "say", "channel": CHANNEL, "content": spoken.to_string()})
    }

    /// Enters a line of the one who speaks.
    fn hear(&mut self, frame: &Frame, text: &[u8]) {
        let is_theirs = frame.kind == "message" && frame.channel == Some(CHANNEL);
        let Some(spoken) = Spoken::find_in(text).next().filter(|_| is_theirs) else { return };
        if let Some((way_back, seq)) = self.way_back.as_mut().zip(frame.seq) {
            way_back.seq = seq;
            way_back.epoch = frame.epoch.unwrap_or(&way_back.epoch).to_owned();
        }
        if spoken.speaker != self.first {
            return;
        }
        let mut tally = self.crowd.tally.borrow_mut();
        match self.next_line.replace(spoken.count + 1) {
            Some(next) if spoken.count > next => tally.lost += u64::from(spoken.count - next),
            Some(next) if spoken.count < next => tally.repeated += 1,
            _ => {}
        }
    }
}

/// Waits until a moment; for ever when there is none.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

impl Line {
    /// Connects, up to the end of the HTTP answer.
    async fn to(address: SocketAddr, number: u32) -> Result<Self> {
        let from = Ipv4Addr::new(127, 0, 1, u8::try_from(1 + number % ADDRESSES)?);
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
        let stream = socket.connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let scanner = Scanner::new(Framing::Frames);
        let mut line = Self { stream, scanner, pongs: Vec::new(), is_open: true };
        line.stream.write_all(wire::handshake(&address.to_string()).as_bytes()).await?;
        let mut answer = Vec::new();
        loop {
            ensure!(line.stream.read_buf(&mut answer).await? > 0, "cut off in the handshake");
            ensure!(answer.len() <= HANDSHAKE_BYTES_MAX, "an HTTP answer that does not end");
            if let Some(at) = memmem::find(&answer, b"\r\n\r\n") {
                let told = String::from_utf8_lossy(&answer);
                ensure!(answer.starts_with(b"HTTP/1.1 101 "), "{told}");
                ensure!(answer.len() == at + 4, "nobody is told anything before a login");
                return Ok(line);
            }
        }
    }

    async fn send(&mut self, frame: &Value) -> Result<()> {
        Ok(self.stream.write_all(&wire::text_frame(&frame.to_string())).await?)
    }

    /// Reads what is there, waiting for something to be.
    async fn read(&mut self, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut bytes = [0; 4096];
        let count = self.stream.read(&mut bytes).await.unwrap_or_default();
        self.is_open = count > 0;
        let (mut taken, pongs, is_open) = (Ok(()), &mut self.pongs, &mut self.is_open);
        self.scanner.feed(&bytes[..count], |unit| match unit {
            Unit::Text(text) if taken.is_ok() => taken = take(text),
            Unit::Text(_) => {}
            Unit::Ping(payload) => pongs.extend(pong_frame(payload)),
            Unit::Close => *is_open = false,
        })?;
        if !self.pongs.is_empty() {
            self.stream.write_all(&std::mem::take(&mut self.pongs)).await?;
        }
        taken
    }
}
