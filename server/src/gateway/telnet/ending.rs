//! Why a telnet connection ends: with a last word for those who read, and a reason for those that tell it by a number.

use std::borrow::Cow;

use crate::vocab::Farewell;

/// Why a connection ends.
#[derive(Debug)]
pub(super) enum End {
    /// The client went away.
    Gone,
    /// The session is over; everything was said.
    Over(Farewell),
    /// Closed from here, with a word if there is one.
    Closed(Ending, Cow<'static, str>),
}

/// Why a connection ended, for those that tell it by a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::gateway) enum Ending {
    /// The client went away, or was cut off.
    Gone,
    /// The session is over.
    Over(Farewell),
    /// The client did not log in in time.
    Late,
    /// The client said good-bye before it played, or failed to log in too often.
    LeftLogin,
    /// The client may not log in.
    Barred,
    /// The client did what no honest client does, or speaks another protocol.
    Hostile,
    /// The server stops.
    Stops,
    /// The client is to go on elsewhere.
    Moved,
}

impl From<&End> for Ending {
    fn from(end: &End) -> Self {
        match end {
            End::Gone => Self::Gone,
            End::Over(farewell) => Self::Over(*farewell),
            End::Closed(ending, _) => *ending,
        }
    }
}
