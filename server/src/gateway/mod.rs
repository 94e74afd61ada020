//! The gateway half: sockets, codecs, sessions, and the broadcaster that owns everything that goes out.
//!
//! It knows the world only by the bus. A session never learns what another one is; the broadcaster never learns what is said.

mod access;
mod arrival;
mod broadcaster;
mod drain;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod gmcp;
mod json;
mod links;
mod listener;
mod listing;
mod login;
mod outbox;
mod palette;
pub mod proxy;
mod render;
mod renderings;
mod session;
mod socket;
mod spans;
pub mod telnet;
mod throttle;
mod websocket;
mod wrap;

pub use access::{Access, AccessLimits};
pub use arrival::{TelnetDoor, accept_telnet};
pub use broadcaster::{
    Broadcaster, Command as BroadcasterCommand, Counters, Door, Leaving,
    Limits as BroadcasterLimits, Speech, Spread,
};
pub use gmcp::{Discord, Extras};
pub use listener::{Gateway, GatewayOptions, Ports, SessionLimits};
pub use listing::Listing;
pub use outbox::Wire;
pub use render::{Dialect, Look};
pub use session::Shared;
pub use socket::Socket;
pub use telnet::Variable;
#[cfg(feature = "websocket-echo")]
pub use websocket::echo::route as websocket_echo_route;
pub use websocket::{begin_within as begin_session, route as websocket_route};
