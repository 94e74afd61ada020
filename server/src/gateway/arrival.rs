//! From an accepted socket to a session: whose connection it is, whether there is a place for it, and its encryption.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::access::Place;
use super::listener::Gateway;
use super::proxy;
use super::socket::Socket;
use super::telnet::session;
use crate::vocab::AddressRange;

/// How long to wait when the system has no descriptor free for a new connection.
const BREATHER: Duration = Duration::from_millis(100);
/// How long a proxy may take to say whose connection it brings.
const HEADER_MAX: Duration = Duration::from_secs(5);
/// How long a client may take for its TLS handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Connections at once of which a proxy has not said yet whose they are.
const UNNAMED_MAX: usize = 1_024;

/// A telnet port.
pub struct TelnetDoor {
    /// Where it listens.
    pub listener: TcpListener,
    /// How it encrypts, if it does.
    pub tls: Option<Arc<ServerConfig>>,
    /// Connections from here are brought by proxies, which say first whose they are.
    pub proxies: Vec<AddressRange>,
}

/// Accepts telnet connections until dropped.
pub async fn accept_telnet(door: TelnetDoor, gateway: Arc<Gateway>) {
    let unnamed = Arc::new(Semaphore::new(UNNAMED_MAX));
    loop {
        match door.listener.accept().await {
            Ok((socket, peer)) => {
                let arrival = Arrival { gateway: Arc::clone(&gateway), tls: door.tls.clone() };
                let is_proxy = door.proxies.iter().any(|network| network.contains(peer.ip()));
                if !is_proxy {
                    arrival.welcome(socket, peer);
                } else if let Ok(permit) = Arc::clone(&unnamed).try_acquire_owned() {
                    tokio::spawn(async move {
                        arrival.ask_proxy(socket, peer).await;
                        drop(permit);
                    });
                }
            }
            Err(why) => {
                tracing::warn!(%why, "a telnet connection could not be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

/// What every connection through one door needs.
struct Arrival {
    gateway: Arc<Gateway>,
    tls: Option<Arc<ServerConfig>>,
}

impl Arrival {
    /// Reads whose connection it is, which comes before everything else, and says nothing to those who do not tell.
    async fn ask_proxy(self, mut socket: TcpStream, proxy: SocketAddr) {
        let header = tokio::time::timeout(HEADER_MAX, proxy::take_header(&mut socket));
        match header.await.unwrap_or_else(|late| Err(io::Error::from(late))) {
            Ok(forwarded) => self.welcome(socket, forwarded.unwrap_or(proxy)),
            Err(why) => tracing::info!(%proxy, %why, "a proxy did not say whose connection it is"),
        }
    }

    fn welcome(self, socket: TcpStream, peer: SocketAddr) {
        match self.gateway.let_in(canonical(peer).ip()) {
            Ok(place) => {
                tokio::spawn(self.serve(socket, canonical(peer), place));
            }
            Err(why) => {
                // The kernel takes so short a text at once or not at all; who expects TLS could not read it.
                let text = format!("{why}\r\n");
                let told = self.tls.is_none() && socket.try_write(text.as_bytes()).is_ok();
                tracing::debug!(%peer, why, told, "a connection was turned away");
            }
        }
    }

    async fn serve(self, socket: TcpStream, peer: SocketAddr, place: Place) {
        let Self { gateway, tls } = self;
        match secure(socket, tls).await {
            Ok(socket) => drop(session::run(socket, peer, gateway).await),
            Err(why) => tracing::debug!(%peer, %why, "a connection came to nothing"),
        }
        drop(place);
    }
}

async fn secure(socket: TcpStream, tls: Option<Arc<ServerConfig>>) -> io::Result<Socket> {
    Socket::prepare(&socket)?;
    let Some(config) = tls else { return Ok(Socket::plain(socket)) };
    let handshake = Box::pin(Socket::encrypted(socket, config));
    tokio::time::timeout(HANDSHAKE_MAX, handshake).await?
}

/// An IPv4 address in IPv6 clothes is an IPv4 address.
fn canonical(peer: SocketAddr) -> SocketAddr {
    let address: IpAddr = peer.ip().to_canonical();
    SocketAddr::new(address, peer.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every session has a task, and a task is as large as the most that it may ever wait for.
    #[test]
    fn the_task_of_a_session_is_small() {
        fn size<A, B, C, D, F>(_: impl Fn(A, B, C, D) -> F) -> usize {
            size_of::<F>()
        }
        let bytes = size(Arrival::serve);
        assert!(bytes <= 1856, "{bytes} bytes");
    }
}
