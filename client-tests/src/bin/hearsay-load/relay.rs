//! The yardstick: a bare line relay. A connection's first line, `room <n>`, puts it into a room, and every further line
//! goes to all in that room, its speaker included.
//!
//! It does nothing that a server must do beyond that: no names, no rules, no record. What it does, it does well: the
//! lines of one read are one buffer for all listeners, and a connection's buffer goes out once per wake.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use client_tests::process;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::spawn_local;

const READ_BYTES_MAX: usize = 64 << 10;
const LINE_BYTES_MAX: usize = 4096;
/// A listener this far behind is cut off.
const OUTBOX_BYTES_MAX: usize = 8 << 20;

type Rooms = RefCell<HashMap<u32, Vec<Rc<Member>>>>;

/// One connection as those in its room see it.
#[derive(Default)]
struct Member {
    outbox: RefCell<Vec<u8>>,
    wake: Notify,
    cut_off: Cell<bool>,
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
pub(crate) async fn serve(listen: SocketAddr) -> Result<()> {
    process::allow_most_files();
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    println!("listening {}", listener.local_addr()?);
    let rooms = Rc::new(Rooms::default());
    let scratch = Rc::new(RefCell::new(vec![0; READ_BYTES_MAX]));
    loop {
        let (stream, _) = listener.accept().await?;
        let (rooms, scratch) = (Rc::clone(&rooms), Rc::clone(&scratch));
        spawn_local(async move {
            // One connection's trouble ends that connection.
            let _ = relay(stream, &rooms, &scratch).await;
        });
    }
}

async fn relay(mut stream: TcpStream, rooms: &Rooms, scratch: &RefCell<Vec<u8>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut input = Vec::new();
    let room = first_line(&stream, &mut input).await?;
    stream.write_all(format!("in {room}\n").as_bytes()).await?;
    let member = Rc::new(Member::default());
    rooms.borrow_mut().entry(room).or_default().push(Rc::clone(&member));
    let result = talk(&mut stream, &member, room, rooms, scratch, input).await;
    if let Some(members) = rooms.borrow_mut().get_mut(&room) {
        members.retain(|other| !Rc::ptr_eq(other, &member));
    }
    result
}

async fn first_line(stream: &TcpStream, input: &mut Vec<u8>) -> Result<u32> {
    loop {
        if let Some(end) = memchr::memchr(b'\n', input) {
            let rest = input.split_off(end + 1);
            let line = std::mem::replace(input, rest);
            let room = line[..end].strip_prefix(b"room ").context("room <n> comes first")?;
            return Ok(std::str::from_utf8(room)?.trim_end().parse()?);
        }
        ensure!(input.len() <= LINE_BYTES_MAX, "a first line that does not end");
        stream.readable().await?;
        match stream.try_read_buf(input) {
            Ok(count) => ensure!(count > 0, "closed"),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}

async fn talk(
    stream: &mut TcpStream,
    member: &Member,
    room: u32,
    rooms: &Rooms,
    scratch: &RefCell<Vec<u8>>,
    mut input: Vec<u8>,
) -> Result<()> {
    let mut output = Vec::new();
    loop {
        tokio::select! {
            ready = stream.readable() => {
                ready?;
                let rooms = rooms.borrow();
                let members = rooms.get(&room).context("we are in it")?;
                hand_round(stream, members, &mut scratch.borrow_mut(), &mut input)?;
            }
            () = member.wake.notified() => {
                ensure!(!member.cut_off.get(), "too slow");
                std::mem::swap(&mut output, &mut *member.outbox.borrow_mut());
                stream.write_all(&output).await?;
                output.clear();
            }
        }
    }
}

/// Reads once and gives all whole lines, as one buffer, to everyone in the room.
fn hand_round(
    stream: &TcpStream,
    members: &[Rc<Member>],
    scratch: &mut [u8],
    input: &mut Vec<u8>,
) -> Result<()> {
    match stream.try_read(scratch) {
        Ok(count) => {
            ensure!(count > 0, "closed");
            input.extend_from_slice(&scratch[..count]);
        }
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if let Some(end) = memchr::memrchr(b'\n', input) {
        let lines = &input[..=end];
        members.iter().for_each(|member| member.give(lines));
        input.drain(..=end);
    }
    ensure!(input.len() <= LINE_BYTES_MAX, "a line that does not end");
    Ok(())
}
