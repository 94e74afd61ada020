//! The accept loop for HTTP: bounded in connections, and in the time that clients may take to send a request's head and to
//! take what they are sent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// HTTP connections at once, those that became WebSockets not counted.
const CONNECTIONS_MAX: usize = 1_024;
/// The longest head of a request. Bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long to wait when the system has no descriptor free for a new connection.
const BREATHER: Duration = Duration::from_millis(100);

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To send the head of a request, and to shake hands.
    pub head: Duration,
    /// To take anything of what they are sent.
    pub stall: Duration,
}

/// Accepts HTTP connections until dropped, and ends those whose clients try its patience. Encrypted where `tls` says how.
pub async fn accept(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    patience: Patience,
) {
    let tls = tls.map(TlsAcceptor::from);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, peer)) => {
                let (router, tls) = (router.clone(), tls.clone());
                tokio::spawn(async move {
                    arrive(socket, peer, tls, router, patience).await;
                    drop(place);
                });
            }
            Err(why) => {
                tracing::warn!(%why, "an HTTP connection could not be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

async fn arrive(
    socket: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    patience: Patience,
) {
    if prepare(&socket, patience.stall).is_err() {
        return;
    }
    let head = patience.head;
    let Some(tls) = tls else { return serve(socket, peer, router, head).await };
    match tokio::time::timeout(head, Box::pin(tls.accept(socket))).await {
        Ok(Ok(stream)) => Box::pin(serve(stream, peer, router, head)).await,
        Ok(Err(why)) => tracing::debug!(%peer, %why, "a TLS handshake for HTTP came to nothing"),
        Err(_) => tracing::debug!(%peer, "a TLS handshake for HTTP took too long"),
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

async fn serve<S>(socket: S, peer: SocketAddr, router: Router, head: Duration)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpSocket;
    use tokio::task::JoinHandle;
    use tokio::time::{sleep, timeout};

    use super::*;

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
        let router = Router::new().route("/", get(|| async { vec![b'x'; MUCH] }));
        let patience = Patience { head: DEADLINE, stall: Duration::from_secs(1) };
        let place = tokio::spawn(arrive(socket, peer, None, router, patience));
        let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
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
