//! GMCP: what clients are told beside the text, for maps, gauges and chat windows; and MSDP, which tells some of the same
//! to those who speak only that. `docs/gmcp.md` has an example of each message. Who is told what, and when, is the
//! broadcaster's; what a client wants, the telnet options'.

mod extras;
mod messages;
pub(super) mod msdp;
mod names;
mod packages;
#[cfg(test)]
mod tests;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

pub use extras::{Discord, Extras};
pub(super) use messages::*;
pub(super) use msdp::Variables;
pub(super) use names::channel_called;
pub(super) use packages::Packages;

/// The telnet option (GMCP), and what frames a message in it: IAC, SB, and IAC, SE.
pub(super) const OPTION_GMCP: u8 = 201;
const BEGIN: [u8; 3] = [255, 250, OPTION_GMCP];
const END: [u8; 2] = [255, 240];

/// What a client wants to be told beside the text from here on, and what of it now, again or for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Nothing,
    /// Packages of GMCP.
    Gmcp {
        /// All that it wants.
        wanted: Packages,
        /// What is told at once.
        named: Packages,
    },
    /// Variables of MSDP.
    Msdp {
        /// All that it wants.
        wanted: Variables,
        /// What is told at once.
        named: Variables,
    },
}

impl Wish {
    /// The packages that are told of at once.
    pub(super) fn named(self) -> Packages {
        match self {
            Self::Nothing => Packages::NONE,
            Self::Gmcp { named, .. } => named,
            Self::Msdp { named, .. } => named.packages(),
        }
    }
}

/// One message: its name and its data.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// As in `Room.Info`.
    pub(super) name: &'static str,
    /// What it tells.
    pub(super) data: Value,
}

impl Told {
    /// The message as GMCP over telnet. JSON has every control character as an escape, and UTF-8 no IAC.
    pub(super) fn framed(&self) -> Bytes {
        let data = self.data.to_string();
        let mut out = BytesMut::with_capacity(self.name.len() + data.len() + 6);
        out.put_slice(&BEGIN);
        out.put_slice(self.name.as_bytes());
        out.put_u8(b' ');
        out.put_slice(data.as_bytes());
        out.put_slice(&END);
        out.freeze()
    }
}
