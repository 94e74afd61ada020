//! Why a WebSocket ends, and what its client is told of that (RFC 6455, section 7.4).

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::frame;
use crate::vocab::Farewell;

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// There is nobody to tell.
    Gone,
    /// The client closes, and waits for an answer with this code, or with none.
    Answered(Option<CloseCode>),
    /// The client is told.
    With(CloseCode, &'static str),
}

impl Closing {
    /// The private code for a client that does not log in.
    pub(super) const LATE: Self =
        Self::With(CloseCode::Library(4001), "You took too long to log in.");
    /// The process ends.
    pub(super) const STOPS: Self = Self::With(CloseCode::Away, "The server stops.");
    /// The client is to connect again, and goes on elsewhere.
    pub(super) const MOVED: Self =
        Self::With(CloseCode::Restart, "Connect again and go on elsewhere.");
    /// Somebody is banned.
    pub(super) const BARRED: Self = Self::With(CloseCode::Policy, "You may not log in.");
    /// A client was asked whether it is there.
    pub(super) const SILENT: Self = Self::With(CloseCode::Error, "You did not answer.");
    /// A message is larger than the limit.
    pub(super) const TOO_LONG: Self = Self::With(CloseCode::Size, "That message was too long.");
    /// A text is no text.
    pub(super) const NOT_UTF8: Self = Self::With(CloseCode::Invalid, "That was not UTF-8.");
    /// A frame is none, or comes where it may not.
    pub(super) const NO_FRAME: Self =
        Self::With(CloseCode::Protocol, "That was not as RFC 6455 says.");

    /// How a client is told that its session is over.
    pub(super) const fn of(farewell: Farewell) -> Self {
        match farewell {
            Farewell::Quit => Self::With(CloseCode::Normal, "quit"),
            Farewell::TakenOver => Self::With(CloseCode::Library(4002), "taken over"),
            Farewell::Idle => Self::With(CloseCode::Policy, "idle"),
            Farewell::Removed => Self::With(CloseCode::Policy, "removed"),
            Farewell::Shutdown => Self::With(CloseCode::Away, "shutdown"),
        }
    }

    /// The last frame that the client is sent; none when there is nobody to send it to.
    pub(super) fn frame(self) -> Option<Bytes> {
        match self {
            Self::Gone => None,
            Self::Answered(code) => Some(frame::close(code.map(|code| (code, "")))),
            Self::With(code, reason) => Some(frame::close(Some((code, reason)))),
        }
    }
}
