//! One connection, plain or encrypted, that two share: its task reads, the broadcaster writes, neither waits for the
//! other. Owns the TLS state; knows nothing of what goes through.
//!
//! A tunnel is a connection within this process: its client is a task that speaks another protocol outside.

use std::io::{self, IoSlice, Read, Write};
use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use hyper_util::rt::TokioIo;
use rustls::{ServerConfig, ServerConnection};
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::server::TlsStream;

/// How much encrypted output may wait here; what is more waits in the outbox. Bytes.
const TLS_BUFFER_BYTES: usize = 32 * 1024;

/// How long what was sent may go unacknowledged before the peer counts as gone; the system's own patience is a quarter of
/// an hour.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(60);

/// A connection.
#[derive(Debug)]
pub struct Socket {
    stream: Stream,
    tls: Option<Box<Mutex<ServerConnection>>>,
}

/// A connection that HTTP is done with.
pub(super) struct Upgraded {
    pub(super) socket: Socket,
    /// What its client sent beyond the request.
    pub(super) unread: Bytes,
}

/// What may be done with a connection now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readiness {
    pub(super) reads: bool,
    pub(super) writes: bool,
}

/// What bytes go over.
#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    Tunnel(UnixStream),
}

/// Does the same with either kind of stream.
macro_rules! on {
    ($stream:expr, $it:ident => $what:expr) => {
        match $stream {
            Stream::Tcp($it) => $what,
            Stream::Tunnel($it) => $what,
        }
    };
}

impl Socket {
    /// A connection that is not encrypted.
    #[must_use]
    pub fn plain(tcp: TcpStream) -> Self {
        Self { stream: Stream::Tcp(tcp), tls: None }
    }

    /// A connection within this process, and its other end.
    ///
    /// # Errors
    /// When the system has no more sockets.
    pub(super) fn tunnel() -> io::Result<(Self, UnixStream)> {
        let (near, far) = UnixStream::pair()?;
        Ok((Self { stream: Stream::Tunnel(near), tls: None }, far))
    }

    /// A connection on which the client has to begin with a TLS handshake; waits until that is done.
    ///
    /// # Errors
    /// When the client speaks no TLS, or none that we do.
    pub(super) async fn encrypted(tcp: TcpStream, config: Arc<ServerConfig>) -> io::Result<Self> {
        let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
        tls.set_buffer_limit(Some(TLS_BUFFER_BYTES));
        let socket = Self { stream: Stream::Tcp(tcp), tls: Some(Box::new(Mutex::new(tls))) };
        socket.shake_hands().await?;
        Ok(socket)
    }

    /// A connection on which HTTP was spoken until now, plain or encrypted; none if it is of another kind.
    pub(super) fn upgraded(upgraded: hyper::upgrade::Upgraded) -> Option<Upgraded> {
        let upgraded = Self::taken_over(upgraded)?;
        upgraded.socket.forget_patience();
        Some(upgraded)
    }

    fn taken_over(upgraded: hyper::upgrade::Upgraded) -> Option<Upgraded> {
        let upgraded = match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => {
                let socket = Self::plain(parts.io.into_inner());
                return Some(Upgraded { socket, unread: parts.read_buf });
            }
            Err(upgraded) => upgraded,
        };
        let parts = upgraded.downcast::<TokioIo<TlsStream<TcpStream>>>().ok()?;
        let (tcp, mut tls) = parts.io.into_inner().into_inner();
        tls.set_buffer_limit(Some(TLS_BUFFER_BYTES));
        let socket = Self { stream: Stream::Tcp(tcp), tls: Some(Box::new(Mutex::new(tls))) };
        Some(Upgraded { socket, unread: parts.read_buf })
    }

    /// Whether what goes through is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether it ends in this process.
    pub(super) fn is_tunnel(&self) -> bool {
        matches!(self.stream, Stream::Tunnel(_))
    }

    /// Small writes leave at once. A peer that vanished is noticed two minutes after it fell silent, or one minute after
    /// something was sent to it.
    pub(super) fn prepare(tcp: &TcpStream) -> io::Result<()> {
        tcp.set_nodelay(true)?;
        let alive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_secs(60))
            .with_interval(Duration::from_secs(15))
            .with_retries(4);
        let socket = socket2::SockRef::from(tcp);
        socket.set_tcp_keepalive(&alive)?;
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX))?;
        Ok(())
    }

    /// How long a client of HTTP may take nothing counts no more.
    fn forget_patience(&self) {
        #[cfg(target_os = "linux")]
        if let Stream::Tcp(tcp) = &self.stream {
            // A socket that takes no options any more is gone, which whoever reads from it sees.
            let _ = socket2::SockRef::from(tcp).set_tcp_user_timeout(None);
        }
    }

    /// Waits until there may be something to read.
    pub(super) async fn readable(&self) -> io::Result<()> {
        if self.has_decrypted() { Ok(()) } else { on!(&self.stream, it => it.readable().await) }
    }

    /// Waits until the socket may take more.
    pub(super) async fn writable(&self) -> io::Result<()> {
        on!(&self.stream, it => it.writable().await)
    }

    /// Waits for either of these, as far as they are wanted.
    pub(super) async fn ready(&self, reads: bool, writes: bool) -> io::Result<Readiness> {
        let interest = match (reads, writes) {
            (true, _) if self.has_decrypted() => return Ok(Readiness { reads, writes: false }),
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        let ready = on!(&self.stream, it => it.ready(interest).await)?;
        // What is neither is an error, which the next read or write tells.
        let neither = !(ready.is_readable() || ready.is_writable());
        Ok(Readiness {
            reads: reads && (ready.is_readable() || neither),
            writes: writes && (ready.is_writable() || neither),
        })
    }

    /// Reads what is there; 0 is the end.
    pub(super) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut tls) = self.tls() else { return self.stream.try_read(buffer) };
        loop {
            match tls.reader().read(buffer) {
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
            self.take_in(&mut tls)?;
        }
    }

    /// Writes as much as is taken now. What was written last may still wait for [`Self::try_flush`].
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let Some(mut tls) = self.tls() else {
            return on!(&self.stream, it => it.try_write(bytes));
        };
        self.give_out(&mut tls)?;
        tls.writer().write(bytes)
    }

    /// Hands to the system what is encrypted and waits here.
    pub(super) fn try_flush(&self) -> io::Result<()> {
        self.tls().map_or(Ok(()), |mut tls| self.give_out(&mut tls))
    }

    /// Tells the client that nothing more will come.
    pub(super) fn close(&self) -> io::Result<()> {
        if let Some(mut tls) = self.tls() {
            tls.send_close_notify();
            self.give_out(&mut tls)?;
        }
        on!(&self.stream, it => socket2::SockRef::from(it).shutdown(Shutdown::Write))
    }

    /// Reads and forgets until the client closes, too.
    pub(super) async fn drain(&self) {
        while self.readable().await.is_ok() {
            let mut buffer = [0; 512];
            match self.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(_) => {}
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }

    async fn shake_hands(&self) -> io::Result<()> {
        loop {
            let (is_over, wants_write) = match self.tls() {
                Some(tls) => (!tls.is_handshaking(), tls.wants_write()),
                None => return Ok(()),
            };
            if wants_write {
                self.writable().await?;
                unless_full(self.try_flush())?;
            } else if is_over {
                return Ok(());
            } else {
                on!(&self.stream, it => it.readable().await)?;
                let taken = self.tls().map_or(Ok(()), |mut tls| self.take_in(&mut tls));
                unless_full(taken)?;
            }
        }
    }

    /// Takes in what the system has for us, and answers what wants an answer.
    fn take_in(&self, tls: &mut ServerConnection) -> io::Result<()> {
        if tls.read_tls(&mut NonBlocking(&self.stream))? == 0 && tls.is_handshaking() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let taken = tls.process_new_packets();
        // An alert tells the client what was wrong.
        unless_full(self.give_out(tls))?;
        taken.map(drop).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))
    }

    fn give_out(&self, tls: &mut ServerConnection) -> io::Result<()> {
        while tls.wants_write() {
            tls.write_tls(&mut NonBlocking(&self.stream))?;
        }
        Ok(())
    }

    fn has_decrypted(&self) -> bool {
        let state = self.tls().map(|mut tls| tls.process_new_packets());
        match state {
            Some(Ok(state)) => state.plaintext_bytes_to_read() > 0 || state.peer_has_closed(),
            // The next read tells what is wrong.
            Some(Err(_)) => true,
            None => false,
        }
    }

    fn tls(&self) -> Option<MutexGuard<'_, ServerConnection>> {
        // A connection that a panic left half written to ends with its next read.
        self.tls.as_ref().map(|tls| tls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// That a socket takes no more just now is no error.
fn unless_full(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(why) if why.kind() == io::ErrorKind::WouldBlock => Ok(()),
        done => done,
    }
}

impl Stream {
    /// Reads once. What does not fill the buffer was all that there is: the stream is then not readable before something
    /// new comes, and nobody has to find that out by another call.
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut taken = None;
        let read = on!(self, it => it.try_io(Interest::READABLE, || {
            let count = it.try_read(buffer)?;
            taken = Some(count);
            if count < buffer.len() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
        }));
        taken.map_or(read, Ok)
    }
}

/// A socket as TLS wants to see it.
struct NonBlocking<'a>(&'a Stream);

impl Read for NonBlocking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for NonBlocking<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        on!(self.0, it => it.try_write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        on!(self.0, it => it.try_write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_peer_that_vanishes_is_not_waited_for_long() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        Socket::prepare(&tcp).unwrap();
        let socket = socket2::SockRef::from(&tcp);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(60));
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(60)));
    }
}
