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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// HTTP connections at once, those that became WebSockets not counted.
const CONNECTIONS_MAX: usize = 1_024;
/// How long to wait when the system has no descriptor free for a new connection.
const BREATHER: Duration = Duration::from_millis(100);

/// Accepts HTTP connections until dropped. A request's head that takes longer than `head` ends its connection.
pub async fn accept(listener: TcpListener, router: Router, head: Duration) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((socket, peer)) => {
                let router = router.clone();
                tokio::spawn(async move {
                    serve(socket, peer, router, head).await;
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

async fn serve(socket: TcpStream, peer: SocketAddr, router: Router, head: Duration) {
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(socket), service)
        .with_upgrades()
        .await;
    if let Err(why) = served {
        tracing::debug!(%peer, %why, "an HTTP connection ended");
    }
}
