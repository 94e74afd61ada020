//! What waits to be written to one client. Owned by the broadcaster: no lock, no task, no wake-up on the way out.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::socket::Socket;
use super::telnet::compress::{Deflater, START};

/// The least room that is made for what waits: a few lines. Bytes.
const ROOM_MIN: usize = 1024;

/// Where bytes go.
#[derive(Debug)]
pub enum Wire {
    /// Straight to a socket, as they are.
    Socket(Arc<Socket>),
    /// To whoever takes them piece by piece: a stage without sockets.
    Queue(mpsc::Sender<Bytes>),
}

/// How a flush went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flushed {
    /// All is written.
    All,
    /// The client takes no more for now.
    Full,
    /// The client is gone.
    Gone,
}

/// What waits to be written, in order.
#[derive(Debug)]
pub(super) struct Outbox {
    wire: Wire,
    /// For a socket: lines are copied into one buffer, for that costs less than to keep them apart and to have the
    /// system gather them. There is none while nothing waits.
    stream: Vec<u8>,
    /// For a stage without sockets.
    pieces: VecDeque<Bytes>,
    /// How many bytes wait.
    bytes: usize,
    /// How many of those bytes, the first ones, do not count against the client.
    excused: usize,
    stalled: Option<Instant>,
    /// While what goes out is compressed; nothing is kept for those who have not asked for it.
    deflater: Option<Box<Deflater>>,
}

impl Outbox {
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire,
            stream: Vec::new(),
            pieces: VecDeque::new(),
            bytes: 0,
            excused: 0,
            stalled: None,
            deflater: None,
        }
    }

    /// Where its bytes go.
    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Whether what is written is telnet that ends in this process, which speaks UTF-8 and nothing else.
    pub(super) fn is_tunnel(&self) -> bool {
        match &self.wire {
            Wire::Socket(socket) => socket.is_tunnel(),
            Wire::Queue(_) => true,
        }
    }

    /// Appends a piece.
    pub(super) fn push(&mut self, piece: &Bytes) {
        match &mut self.deflater {
            Some(deflater) => deflater.write(piece),
            None => self.enqueue(piece),
        }
    }

    /// Compresses what is appended from here on, or no longer does.
    pub(super) fn compress(&mut self, wanted: bool) {
        match (self.deflater.take(), wanted) {
            (None, true) => {
                self.enqueue(&Bytes::from_static(&START));
                self.deflater = Some(Box::new(Deflater::new()));
            }
            (Some(deflater), false) => self.enqueue(&deflater.finish()),
            (deflater, _) => self.deflater = deflater,
        }
    }

    /// Appends what is as it shall be on the wire.
    fn enqueue(&mut self, piece: &Bytes) {
        if piece.is_empty() {
            return;
        }
        self.bytes += piece.len();
        match &self.wire {
            Wire::Socket(_) => {
                if self.stream.capacity() == 0 {
                    self.stream.reserve(ROOM_MIN.max(piece.len()));
                }
                self.stream.extend_from_slice(piece);
            }
            Wire::Queue(_) => self.pieces.push_back(piece.clone()),
        }
    }

    /// Squeezes what was appended until now out of the compressed stream: once for all that is written at once.
    fn squeeze(&mut self) {
        if let Some(bytes) = self.deflater.as_mut().and_then(|deflater| deflater.flush()) {
            self.enqueue(&bytes);
        }
    }

    /// All that waits now came at once through no slowness of the client's: what it missed while it was away.
    pub(super) fn excuse_what_waits(&mut self) {
        self.squeeze();
        self.excused = self.bytes;
    }

    /// How many bytes wait that the client should have taken.
    pub(super) fn waiting(&self) -> usize {
        self.bytes - self.excused
    }

    /// Whether the client has taken nothing of what waits for so long.
    pub(super) fn is_stalled(&self, now: Instant, most: Duration) -> bool {
        self.stalled.is_some_and(|since| now.saturating_duration_since(since) >= most)
    }

    /// Writes what the client takes now.
    pub(super) fn flush(&mut self, now: Instant) -> Flushed {
        self.squeeze();
        let before = self.bytes;
        let flushed = match &self.wire {
            Wire::Socket(socket) => write_socket(socket, &mut self.stream, &mut self.bytes),
            Wire::Queue(queue) => send_pieces(queue, &mut self.pieces, &mut self.bytes),
        };
        self.excused = self.excused.saturating_sub(before - self.bytes);
        if flushed != Flushed::Full {
            self.stalled = None;
            if self.pieces.capacity() > 8 {
                self.pieces.shrink_to(8);
            }
        } else if self.bytes < before || self.stalled.is_none() {
            self.stalled = Some(now);
        }
        flushed
    }
}

fn write_socket(socket: &Socket, stream: &mut Vec<u8>, bytes: &mut usize) -> Flushed {
    let mut written = 0;
    let flushed = write_all(socket, stream, &mut written);
    *bytes -= written;
    if written == stream.len() {
        *stream = Vec::new();
    } else {
        stream.drain(..written);
    }
    flushed
}

fn write_all(socket: &Socket, stream: &[u8], written: &mut usize) -> Flushed {
    while *written < stream.len() {
        match socket.try_write(&stream[*written..]) {
            Ok(0) if socket.is_encrypted() => return Flushed::Full,
            Ok(0) => return Flushed::Gone,
            Ok(count) => *written += count,
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => return Flushed::Full,
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Flushed::Gone,
        }
    }
    match socket.try_flush() {
        Ok(()) => Flushed::All,
        Err(why) if why.kind() == io::ErrorKind::WouldBlock => Flushed::Full,
        Err(_) => Flushed::Gone,
    }
}

fn send_pieces(
    queue: &mpsc::Sender<Bytes>,
    pieces: &mut VecDeque<Bytes>,
    bytes: &mut usize,
) -> Flushed {
    while let Some(piece) = pieces.pop_front() {
        let length = piece.len();
        match queue.try_send(piece) {
            Ok(()) => *bytes -= length,
            Err(mpsc::error::TrySendError::Full(piece)) => {
                pieces.push_front(piece);
                return Flushed::Full;
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return Flushed::Gone,
        }
    }
    Flushed::All
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_missed_does_not_count_against_it() {
        let (queue, mut frames) = mpsc::channel(1);
        let mut outbox = Outbox::new(Wire::Queue(queue));
        let piece = Bytes::from_static(b"0123456789");
        (0..9).for_each(|_| outbox.push(&piece));
        outbox.excuse_what_waits();
        assert_eq!(outbox.flush(Instant::now()), Flushed::Full);
        assert_eq!(outbox.waiting(), 0);
        outbox.push(&piece);
        assert_eq!(outbox.waiting(), 10, "what comes later does");
        while outbox.flush(Instant::now()) == Flushed::Full {
            frames.try_recv().unwrap();
        }
        assert_eq!(outbox.waiting(), 0);
    }
}
