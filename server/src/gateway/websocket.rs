//! WebSocket (RFC 6455): the handshake, and which of the subprotocols a connection speaks.
//!
//! Our own JSON is spoken in `own`. The subprotocols of mudstandards.org end in a telnet session of this process, to which
//! `tunnel` is the client: so all of them have whatever telnet has.

#[cfg(feature = "websocket-echo")]
pub(super) mod echo;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzing;
mod handshake;
mod link;
mod own;
mod subprotocol;
mod tunnel;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use self::link::{Link, LinkLimits};
use self::subprotocol::Subprotocol;
use super::listener::{Gateway, SessionLimits};

/// The route `/ws`.
pub fn route(gateway: Arc<Gateway>) -> axum::Router {
    axum::Router::new().route("/ws", any(upgrade)).with_state(gateway)
}

async fn upgrade(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Response {
    let accepted = match handshake::check(&request, &gateway.limits.origins) {
        Ok(accepted) => accepted,
        Err(refused) => return refused.into_response(),
    };
    let place = match gateway.access.take(peer.ip(), Instant::now()) {
        Ok(place) => place,
        Err(why) => return (axum::http::StatusCode::SERVICE_UNAVAILABLE, why).into_response(),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    let spoken = accepted.spoken();
    tokio::spawn(async move {
        if let Ok(stream) = upgraded.await {
            let link = Link::on(stream, limits(&gateway.limits)).await;
            match spoken {
                Subprotocol::Own => Box::pin(own::run(link, peer, gateway)).await,
                spoken => Box::pin(tunnel::run(link, spoken, peer, gateway)).await,
            }
        }
        drop(place);
    });
    accepted.into_response()
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
