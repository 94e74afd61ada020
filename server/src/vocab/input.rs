//! What a gateway may say to the world. Nothing else can be asked from outside.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{ChannelName, MessageId, NodeReport, ResumeToken, SessionId, Transport};

/// One thing a gateway tells the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A connection wants to become a session.
    LogIn {
        /// The connection.
        session: SessionId,
        /// What it came in by.
        via: Transport,
        /// Where it comes from.
        address: IpAddr,
        /// What it asks for.
        request: LoginRequest,
    },
    /// A line that a session's player typed: cleaned, at most as long as the config says.
    Line {
        /// The session.
        session: SessionId,
        /// The line.
        text: String,
    },
    /// A session's player speaks on a channel, without a line of commands around it.
    Say {
        /// The session.
        session: SessionId,
        /// The channel.
        channel: ChannelName,
        /// The one it is for, by name, on channels for one.
        target: Option<String>,
        /// The words.
        content: String,
    },
    /// A session's player writes what is not said yet.
    Typing {
        /// The session.
        session: SessionId,
        /// The channel it would be said on.
        channel: ChannelName,
        /// The one it would be for, by name, on channels for one; none for the one whom a reply would go to.
        target: Option<String>,
    },
    /// A session's client asks something, without its player.
    Ask {
        /// The session.
        session: SessionId,
        /// What it asks.
        question: Question,
    },
    /// A session's client says that its player is there, though they type nothing.
    Awake {
        /// The session.
        session: SessionId,
    },
    /// A session's client has the game keep how it looks, until it comes back.
    Keep {
        /// The session.
        session: SessionId,
        /// JSON, at most as long as the gateway takes.
        kept: String,
    },
    /// What a session's client shows has changed.
    Screen {
        /// The session.
        session: SessionId,
        /// What it shows now.
        screen: Screen,
    },
    /// A session's connection is gone.
    HungUp {
        /// The session.
        session: SessionId,
    },
    /// How a gateway in another process is. It goes to whoever watches the processes, and not to the game.
    Reports {
        /// No session: the gateway's own name, see [`SessionId::of_none`].
        session: SessionId,
        /// What it tells.
        node: Box<NodeReport>,
    },
}

impl Input {
    /// The session that speaks.
    #[must_use]
    pub fn session(&self) -> SessionId {
        match self {
            Self::LogIn { session, .. }
            | Self::Line { session, .. }
            | Self::Say { session, .. }
            | Self::Typing { session, .. }
            | Self::Ask { session, .. }
            | Self::Awake { session }
            | Self::Keep { session, .. }
            | Self::Screen { session, .. }
            | Self::HungUp { session }
            | Self::Reports { session, .. } => *session,
        }
    }
}

/// What a client may ask without its player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Who hears which channel.
    Hearers,
    /// Who else is in the room.
    Others,
    /// What was said on a channel, as far as its player may read it.
    Older {
        /// The channel.
        channel: ChannelName,
        /// Before this line; none is up to the newest.
        before: Option<MessageId>,
        /// How many lines at most.
        count: usize,
    },
}

/// What a client shows: the size of its window, so that maps and tables fit, and what it shows beside the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Screen {
    /// Columns; 0 is unknown.
    pub width: u16,
    /// Rows; 0 is unknown.
    pub height: u16,
    /// Whether a screen reader reads it.
    pub screen_reader: bool,
    /// Whether it shows how much its player may still say.
    #[serde(default)]
    pub allowance: bool,
}

/// What someone who is not yet in the world may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginRequest {
    /// Whether a name is taken or could be.
    Look {
        /// The name.
        name: String,
    },
    /// Play a character (or an account's first) with its account's password.
    Enter {
        /// The character or account.
        name: String,
        /// The account's password.
        password: Secret,
        /// What the client saw last, if it was here before.
        resume: Option<Resume>,
    },
    /// Play a character of the account that a token of the REST API stands for.
    Show {
        /// The token.
        token: Secret,
        /// The character; the account's first when left out.
        name: Option<String>,
        /// What the client saw last, if it was here before.
        resume: Option<Resume>,
    },
    /// Make an account and its first character of the same name, and play it.
    Create {
        /// The name.
        name: String,
        /// The password it shall have.
        password: Secret,
    },
    /// Go on with a session whose connection was lost, or is about to be.
    Return {
        /// What was handed out for it.
        token: ResumeToken,
        /// What the client saw last, if it knows.
        resume: Option<Resume>,
    },
    /// Play without an account.
    Guest {
        /// The name.
        name: String,
    },
}

/// What the world says to a [`LoginRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginReply {
    /// The name is that of an account or a character.
    Known,
    /// Nobody has the name and somebody could.
    Free,
    /// No, and why; the connection may try again.
    Refused(String),
    /// No, and why; the connection is closed.
    Barred(String),
}

/// The last `(epoch, seq)` that a client saw, per channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resume(pub BTreeMap<ChannelName, (SmolStr, u64)>);

/// A password on its way to be hashed, or a token. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The password, for the hash function alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
