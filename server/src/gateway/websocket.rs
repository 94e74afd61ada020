//! WebSocket (RFC 6455): the handshake, and which of the subprotocols a connection speaks.
//!
//! Our own JSON is spoken in `own`. The subprotocols of mudstandards.org end in a telnet session of this process, to which
//! `tunnel` is the client: so all of them have whatever telnet has.

mod closing;
#[cfg(feature = "websocket-echo")]
pub(super) mod echo;
pub(super) mod frame;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzing;
mod handshake;
mod inward;
mod link;
mod own;
mod reader;
mod subprotocol;
mod tunnel;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::net::UnixStream;

use self::inward::{Inward, LinkLimits};
use self::link::Link;
use self::subprotocol::Subprotocol;
use super::drain;
use super::listener::{Gateway, SessionLimits};
use super::socket::{Socket, Upgraded};

/// The route `/ws`.
pub fn route(gateway: Arc<Gateway>) -> axum::Router {
    axum::Router::new().route("/ws", any(upgrade)).with_state(gateway)
}

async fn upgrade(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Response {
    let SessionLimits { origins, token_in_address, .. } = &gateway.limits;
    let doors = handshake::Doors { origins, token_in_address: *token_in_address };
    let mut accepted = match handshake::check(&request, &doors) {
        Ok(accepted) => accepted,
        Err(refused) => return refused.into_response(),
    };
    let place = match gateway.let_in(peer.ip()) {
        Ok(place) => place,
        Err(why) => {
            let later = [(RETRY_AFTER, drain::RETRY_SECONDS)];
            return (StatusCode::SERVICE_UNAVAILABLE, later, why).into_response();
        }
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let (spoken, shown) = (accepted.spoken(), accepted.take_shown());
    tokio::spawn(async move {
        if let Some(inward) = arrive(upgraded, limits(&gateway.limits)).await {
            match spoken {
                Subprotocol::Own => Box::pin(own::run(inward, peer, gateway, shown)).await,
                spoken => Box::pin(tunnel::run(Link::new(inward), spoken, peer, gateway)).await,
            }
        }
        drop(place);
    });
    accepted.into_response()
}

/// A session in our own dialect whose client is in this process, for somebody at an address; the client's end of it.
///
/// # Errors
/// When too many are connected, in a sentence for them.
pub fn begin_within(gateway: &Arc<Gateway>, address: IpAddr) -> Result<UnixStream, &'static str> {
    let place = gateway.let_in(address)?;
    let (socket, pipe) = Socket::tunnel().map_err(|why| {
        tracing::warn!(%why, "no socket for a session within the process");
        "No socket is left."
    })?;
    let begun = Upgraded { socket, unread: Bytes::new() };
    let (inward, gateway) = (Inward::on(begun, &limits(&gateway.limits)), Arc::clone(gateway));
    tokio::spawn(async move {
        Box::pin(own::run(inward, SocketAddr::new(address, 0), gateway, None)).await;
        drop(place);
    });
    Ok(pipe)
}

/// The connection, when the answer to the handshake has been sent on it.
async fn arrive(upgraded: OnUpgrade, limits: LinkLimits) -> Option<Inward> {
    let upgraded = upgraded.await.ok()?;
    Some(Inward::on(Socket::upgraded(upgraded)?, &limits))
}

fn limits(limits: &SessionLimits) -> LinkLimits {
    LinkLimits {
        message_bytes_max: limits.websocket_message_bytes_max,
        ping: limits.websocket_ping,
        pong: limits.websocket_pong,
        controls_per_second: limits.lines_per_second,
        controls_burst: limits.lines_burst,
    }
}
