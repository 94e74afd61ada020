//! How people point at a message: by its name, or by channel and number.

use std::fmt;

use super::{ChannelName, MessageId};

/// Which message is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MessageRef {
    /// The one of this name.
    Id(MessageId),
    /// The one with this number on this channel, in the present run of the server.
    Numbered(ChannelName, u64),
}

impl fmt::Display for MessageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Numbered(channel, seq) => write!(f, "{channel}#{seq}"),
        }
    }
}
