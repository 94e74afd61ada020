//! The yardstick: a bare line relay. A connection's first line says where it belongs: `room <n>`, and every further line
//! goes to all in that room, its speaker included; `pair <n>`, and it goes to the others only; `echo <n>`, and it is
//! answered with a text that is always the same.
//!
//! It does nothing that a server must do beyond that: no names, no rules, no record. What it does, it does well: the
//! lines of one read are one buffer for all listeners, and a connection's buffer goes out once per wake.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as Waker, Poll, ready};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use clap::Args;
use client_tests::process;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::ReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::spawn_local;

use crate::relay_nats::{self, Hop};
use crate::relay_wire::Wire;
use crate::world;

const READ_BYTES_MAX: usize = 64 << 10;
const LINE_BYTES_MAX: usize = 4096;
/// A listener this far behind is cut off.
const OUTBOX_BYTES_MAX: usize = 8 << 20;

/// What kind of relay to be.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Where to listen; port 0 picks one. The address is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Speak WebSocket: lines are text frames.
    #[arg(long)]
    websocket: bool,
    /// Send every line through the NATS server at this address before anyone hears it.
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
}

/// The relay, as all its connections see it.
pub(crate) struct Relay {
    wire: Wire,
    hop: Option<Hop>,
    rooms: RefCell<HashMap<u32, Vec<Rc<Member>>>>,
    scratch: RefCell<Vec<u8>>,
}

/// One connection as those in its room see it.
#[derive(Default)]
struct Member {
    outbox: RefCell<Vec<u8>>,
    wake: Notify,
    cut_off: Cell<bool>,
}

/// Where a connection belongs.
enum Seat {
    Room(u32),
    Pair(u32),
    Echo(Bytes),
}

impl Seat {
    fn parse(line: &[u8]) -> Result<Self> {
        let (kind, number) =
            std::str::from_utf8(line)?.trim_end().split_once(' ').context("a seat comes first")?;
        let number = number.parse()?;
        Ok(match kind {
            "room" => Self::Room(number),
            "pair" => Self::Pair(number),
            "echo" => Self::Echo(world::answer(number).into()),
            _ => bail!("no such seat"),
        })
    }

    fn room(&self) -> Option<u32> {
        match self {
            Self::Room(room) | Self::Pair(room) => Some(*room),
            Self::Echo(_) => None,
        }
    }
}

impl Member {
    fn give(&self, lines: &[u8]) {
        let mut outbox = self.outbox.borrow_mut();
        if outbox.len() + lines.len() > OUTBOX_BYTES_MAX {
            self.cut_off.set(true);
        } else {
            outbox.extend_from_slice(lines);
        }
        self.wake.notify_one();
    }
}

/// Serves for ever.
pub(crate) async fn serve(options: &Options) -> Result<()> {
    process::allow_most_files();
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("listening on {}", options.listen))?;
    let (hop, heard) = match &options.nats {
        Some(url) => Some(relay_nats::connect(url).await?).unzip(),
        None => (None, None),
    };
    let relay = Rc::new(Relay {
        wire: if options.websocket { Wire::Frames } else { Wire::Lines },
        hop,
        rooms: RefCell::default(),
        scratch: RefCell::new(vec![0; READ_BYTES_MAX]),
    });
    if let Some(heard) = heard {
        spawn_local(relay_nats::hand_round(heard, Rc::clone(&relay)));
    }
    println!("listening {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let relay = Rc::clone(&relay);
        spawn_local(async move {
            // One connection's trouble ends that connection.
            let _ = relay.attend(stream).await;
        });
    }
}

impl Relay {
    /// Gives lines to everyone in a room, except perhaps one.
    pub(crate) fn give(&self, room: u32, lines: &[u8]) {
        if let Some(members) = self.rooms.borrow().get(&room) {
            members.iter().for_each(|member| member.give(lines));
        }
    }

    async fn attend(&self, mut stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut input = Vec::new();
        if self.wire == Wire::Frames {
            self.wire.shake_hands(&mut stream, &mut input).await?;
        }
        let seat = Seat::parse(&self.wire.first_unit(&mut stream, &mut input).await?)?;
        let mut seated = Vec::new();
        self.wire.write_unit(b"seated", &mut seated);
        stream.write_all(&seated).await?;
        let member = Rc::new(Member::default());
        if let Some(room) = seat.room() {
            self.rooms.borrow_mut().entry(room).or_default().push(Rc::clone(&member));
        }
        let result = self.talk(&mut stream, &member, &seat, input).await;
        if let Some(room) = seat.room()
            && let Some(members) = self.rooms.borrow_mut().get_mut(&room)
        {
            members.retain(|other| !Rc::ptr_eq(other, &member));
        }
        result
    }

    async fn talk(
        &self,
        stream: &mut TcpStream,
        member: &Rc<Member>,
        seat: &Seat,
        mut input: Vec<u8>,
    ) -> Result<()> {
        let (mut reader, mut writer) = stream.split();
        let mut output = Vec::new();
        let mut lines = Vec::new();
        loop {
            tokio::select! {
                read = poll_fn(|waker| self.poll_read(&mut reader, waker, &mut input)) => {
                    ensure!(read? > 0, "closed");
                    lines.clear();
                    let used = self.wire.cut(&mut input, &mut lines)?;
                    input.drain(..used);
                    ensure!(input.len() <= LINE_BYTES_MAX, "a line that does not end");
                    self.hand_on(member, seat, &lines).await?;
                }
                () = member.wake.notified() => {
                    ensure!(!member.cut_off.get(), "too slow");
                    std::mem::swap(&mut output, &mut *member.outbox.borrow_mut());
                    writer.write_all(&output).await?;
                    output.clear();
                }
            }
        }
    }

    /// Reads once into the buffer that all share, and from there to the end of a connection's own.
    fn poll_read(
        &self,
        reader: &mut ReadHalf<'_>,
        waker: &mut Waker<'_>,
        input: &mut Vec<u8>,
    ) -> Poll<Result<usize>> {
        let mut scratch = self.scratch.borrow_mut();
        let mut buffer = ReadBuf::new(&mut scratch);
        ready!(Pin::new(reader).poll_read(waker, &mut buffer))?;
        input.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Gives whole lines, as one buffer, to whom they are for.
    async fn hand_on(&self, member: &Rc<Member>, seat: &Seat, lines: &[u8]) -> Result<()> {
        match (seat, &self.hop) {
            (Seat::Echo(answer), _) => {
                (0..self.wire.count(lines)).for_each(|_| member.give(answer));
            }
            (Seat::Room(room), Some(hop)) => hop.publish(*room, lines).await?,
            (Seat::Room(room), None) => self.give(*room, lines),
            (Seat::Pair(room), _) => {
                let rooms = self.rooms.borrow();
                let members = rooms.get(room).into_iter().flatten();
                members.filter(|m| !Rc::ptr_eq(m, member)).for_each(|m| m.give(lines));
            }
        }
        Ok(())
    }
}
