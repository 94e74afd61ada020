//! Says everything back: for the Autobahn test suite, which wants to see that messages survive. Only with the feature
//! `websocket-echo`; no server has this route.

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tokio_tungstenite::tungstenite::Message;

use super::handshake;
use super::link::{Closing, Link, LinkLimits, Received};

/// The largest message that the suite sends, and one byte. Bytes.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024 + 1;

/// Answers at every path, with the handshake, the framing and the closing of a server's `/ws`.
pub fn route() -> axum::Router {
    axum::Router::new().fallback(upgrade)
}

async fn upgrade(mut request: Request) -> Response {
    let accepted = match handshake::check(&request, &[]) {
        Ok(accepted) => accepted,
        Err(refused) => return refused.into_response(),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(stream) = upgraded.await {
            let mut link = Link::on(stream, limits()).await;
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
        let message = match link.receive().await {
            Ok(Received::Text(text)) => Message::Text(text),
            Ok(Received::Binary(bytes)) => Message::Binary(bytes),
            Ok(Received::Nothing) => continue,
            Err(closing) => return closing,
        };
        if let Err(closing) = say(link, message).await {
            return closing;
        }
    }
}

async fn say(link: &mut Link, message: Message) -> Result<(), Closing> {
    link.feed(message).await?;
    link.flush().await
}
