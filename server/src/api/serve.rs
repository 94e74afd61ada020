//! The accept loop for HTTP: bounded in connections, and in the time a request's head may take.

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

/// Accepts HTTP connections until dropped. A request's head that takes longer than `head` ends its connection.
/// Encrypted where `tls` says how.
pub async fn accept(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    head: Duration,
) {
    let tls = tls.map(TlsAcceptor::from);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, peer)) => {
                let (router, tls) = (router.clone(), tls.clone());
                tokio::spawn(async move {
                    arrive(socket, peer, tls, router, head).await;
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
    head: Duration,
) {
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let Some(tls) = tls else { return serve(socket, peer, router, head).await };
    match tokio::time::timeout(head, Box::pin(tls.accept(socket))).await {
        Ok(Ok(stream)) => Box::pin(serve(stream, peer, router, head)).await,
        Ok(Err(why)) => tracing::debug!(%peer, %why, "a TLS handshake for HTTP came to nothing"),
        Err(_) => tracing::debug!(%peer, "a TLS handshake for HTTP took too long"),
    }
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
