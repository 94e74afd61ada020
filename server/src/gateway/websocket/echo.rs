//! Says everything back: for the Autobahn test suite, which wants to see that messages survive. Only with the feature
//! `websocket-echo`; no server has this route.

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use super::closing::Closing;
use super::inward::{LinkLimits, Received};
use super::link::Link;
use super::{arrive, frame, handshake};

/// The largest message that the suite sends, and one byte. Bytes.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024 + 1;

/// Answers at every path, with the handshake, the framing and the closing of a server's `/ws`.
pub fn route() -> axum::Router {
    axum::Router::new().fallback(upgrade)
}

async fn upgrade(mut request: Request) -> Response {
    let doors = handshake::Doors { origins: &[], token_in_address: false };
    let accepted = match handshake::check(&request, &doors) {
        Ok(accepted) => accepted,
        Err(refused) => return refused.into_response(),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Some(inward) = arrive(upgraded, limits()).await {
            let mut link = Link::new(inward);
            let closing = echo(&mut link).await;
            link.close(closing).await;
        }
    });
    accepted.into_response()
}

fn limits() -> LinkLimits {
    LinkLimits {
        message_bytes_max: MESSAGE_BYTES_MAX,
        ping: Duration::from_secs(25),
        pong: Duration::from_secs(8),
        controls_per_second: 0,
        controls_burst: 0,
    }
}

async fn echo(link: &mut Link) -> Closing {
    loop {
        let frame = match link.receive().await {
            Ok(Received::Text(text)) => frame::text(text.as_bytes()),
            Ok(Received::Binary(bytes)) => frame::binary(&bytes),
            Ok(Received::Answer(frame)) => frame,
            Err(closing) => return closing,
        };
        link.feed(&frame);
        if let Err(closing) = link.flush().await {
            return closing;
        }
    }
}
