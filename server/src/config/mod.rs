//! `server_config.yaml`: every default and every limit, checked once at start.
//!
//! A section is a struct here; nothing else reads configuration, and nothing has a limit that is not named here.

#[macro_use]
mod section;
mod checks;
mod floods;
mod limits;
mod load;
mod moderation;
mod network;
mod sections;
mod shown;
mod webhooks;

pub use floods::{Floods, RateLimiting};
pub use limits::Limits;
pub use load::{ConfigProblem, default_file, load};
pub use moderation::Moderation;
pub use network::{Api, Gmcp, Http, Mssp, Telnet, Tls};
pub use sections::{
    Accounts, Channel, Chat, ChatContent, ContentFiltering, Guests, GuestsFrom, Logs,
    MessageHistory, Nats, ScopeName, Store, World,
};
pub use shown::ShownTexts;
pub use webhooks::{HookKind, Webhook};

use garde::Validate;
use serde::{Deserialize, Serialize};

/// The whole configuration. A limit of 0 is switched off.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Validate)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The telnet listeners.
    #[garde(dive)]
    pub telnet: Telnet,
    /// The HTTP and WebSocket listeners.
    #[garde(dive)]
    pub http: Http,
    /// The REST API.
    #[garde(dive)]
    pub api: Api,
    /// Other systems that are told what happens.
    #[garde(length(max = 20), dive)]
    pub webhooks: Vec<Webhook>,
    /// The certificate for the ports that are encrypted.
    #[garde(dive)]
    pub tls: Tls,
    /// The database.
    #[garde(dive)]
    pub store: Store,
    /// The log files.
    #[garde(dive)]
    pub logs: Logs,
    /// The world files.
    #[garde(dive)]
    pub world: World,
    /// Accounts, guests and passwords.
    #[garde(dive)]
    pub accounts: Accounts,
    /// The bus between processes.
    #[garde(dive)]
    pub nats: Nats,
    /// Channels, their limits and their history.
    #[garde(dive)]
    pub chat: Chat,
    /// What staff and rules may do, and what they do unasked.
    #[garde(dive)]
    pub moderation: Moderation,
    /// Every bound on queues, buffers, waits and counts.
    #[garde(dive)]
    pub limits: Limits,
}
