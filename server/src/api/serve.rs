//! The accept loop for HTTP: bounded in connections, and in the time that clients may take to send a request's head and to
//! take what they are sent. Never waits for a place to be free.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::peers::Peers;
use super::places::{Place, Places, Serving};

/// The longest head of a request. Bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long to wait when the system has no descriptor free for a new connection.
const BREATHER: Duration = Duration::from_millis(100);
/// How often the log is told that connections are closed for want of a place.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To send the head of a request, and to shake hands.
    pub head: Duration,
    /// To take anything of what they are sent.
    pub stall: Duration,
}

/// How HTTP connections are let in.
#[derive(Debug, Clone)]
pub struct Door {
    /// How long clients may take.
    pub patience: Patience,
    /// How many may come; the same for all ports.
    pub places: Places,
    /// Whose their requests are.
    pub peers: Peers,
}

/// Accepts HTTP connections until dropped, and ends those whose clients try its patience. Encrypted where `tls` says how.
pub async fn accept(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    door: Arc<Door>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let mut told = None;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => match door.places.take(peer.ip()) {
                Ok(place) => {
                    let arrival = Arrival { peer, place: Arc::new(place), door: Arc::clone(&door) };
                    tokio::spawn(arrival.serve(socket, tls.clone(), router.clone()));
                }
                Err(why) => tell(&mut told, peer, why),
            },
            Err(why) => {
                tracing::warn!(%why, "an HTTP connection could not be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

/// Tells the log of a connection that is closed, if that is not told all the time.
fn tell(told: &mut Option<Instant>, peer: SocketAddr, why: &str) {
    if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
        *told = Some(Instant::now());
        tracing::warn!(%peer, why, "HTTP connections are closed at once");
    }
}

/// A connection that has a place.
struct Arrival {
    peer: SocketAddr,
    place: Arc<Place>,
    door: Arc<Door>,
}

impl Arrival {
    async fn serve(self, socket: TcpStream, tls: Option<TlsAcceptor>, router: Router) {
        let Patience { head, stall } = self.door.patience;
        if prepare(&socket, stall).is_err() {
            return;
        }
        let (place, peer) = (Arc::clone(&self.place), self.peer);
        tokio::select! {
            () = self.speak(socket, tls, router, head) => {}
            () = place.taken() => tracing::debug!(%peer, "a silent HTTP connection has made room"),
        }
    }

    async fn speak(
        self,
        socket: TcpStream,
        tls: Option<TlsAcceptor>,
        router: Router,
        head: Duration,
    ) {
        let peer = self.peer;
        let Some(tls) = tls else { return self.answer(socket, router, head).await };
        match tokio::time::timeout(head, Box::pin(tls.accept(socket))).await {
            Ok(Ok(stream)) => Box::pin(self.answer(stream, router, head)).await,
            Ok(Err(why)) => {
                tracing::debug!(%peer, %why, "a TLS handshake for HTTP came to nothing");
            }
            Err(_) => tracing::debug!(%peer, "a TLS handshake for HTTP took too long"),
        }
    }

    async fn answer<S>(self, socket: S, router: Router, head: Duration)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, place, door } = self;
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let (serving, door, router) = (place.serve(), Arc::clone(&door), router.clone());
            async move {
                let mut request = request.map(Body::new);
                let response = match door.peers.mark(&mut request, peer) {
                    Ok(()) => router.oneshot(request).await?,
                    Err(not_ours) => not_ours.into_response(),
                };
                Ok::<_, Infallible>(response.map(|body| Sent { body, _serving: serving }))
            }
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
            .await;
        if let Err(why) = served {
            tracing::debug!(%peer, %why, "an HTTP connection ended");
        }
    }
}

/// The body of an answer: while it is sent, its request is served.
struct Sent {
    body: Body,
    _serving: Serving,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Small writes leave at once. The system ends the connection of a client whose machine has acknowledged nothing, or had no room
/// for more, for this long: it alone sees what the client has taken of what was written.
fn prepare(socket: &TcpStream, stall: Duration) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(socket).set_tcp_user_timeout(Some(stall))?;
    #[cfg(not(target_os = "linux"))]
    let _ = stall;
    Ok(())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpSocket;
    use tokio::task::JoinHandle;
    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::api::places::PlaceLimits;

    /// More than the system takes off our hands. Bytes.
    const MUCH: usize = 16 << 20;
    const DEADLINE: Duration = Duration::from_secs(30);

    /// A client into which little fits and that has asked for much, and its place.
    async fn asked() -> (TcpStream, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpSocket::new_v4().unwrap();
        client.set_recv_buffer_size(65_536).unwrap();
        let mut client = client.connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer) = listener.accept().await.unwrap();
        let router = Router::new().fallback(|| async { vec![b'x'; MUCH] });
        let proxies: Arc<[_]> = Arc::default();
        let door = Door {
            patience: Patience { head: DEADLINE, stall: Duration::from_secs(1) },
            places: Places::new(PlaceLimits {
                connections_max: 1,
                per_address_max: 1,
                loopback_exempt: true,
                proxies: Arc::clone(&proxies),
            }),
            peers: Peers { proxies, hosts: Vec::new() },
        };
        let place = Arc::new(door.places.take(peer.ip()).unwrap());
        let arrival = Arrival { peer, place, door: Arc::new(door) };
        let place = tokio::spawn(arrival.serve(socket, None, router));
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        client.write_all(request).await.unwrap();
        (client, place)
    }

    #[tokio::test]
    async fn who_takes_nothing_gives_the_place_back() {
        let (client, place) = asked().await;
        timeout(DEADLINE, place).await.expect("the place is free again").unwrap();
        drop(client);
    }

    #[tokio::test]
    async fn who_takes_it_slowly_gets_all_of_it() {
        let (mut client, place) = asked().await;
        let (mut piece, mut read) = (vec![0; MUCH / 32], 0);
        loop {
            let count = client.read(&mut piece).await.unwrap();
            if count == 0 {
                break;
            }
            read += count;
            sleep(Duration::from_millis(10)).await;
        }
        assert!(read > MUCH, "{read}");
        timeout(DEADLINE, place).await.unwrap().unwrap();
    }
}
