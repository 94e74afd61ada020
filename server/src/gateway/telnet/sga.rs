//! SGA (3, RFC 858): no GA after prompts. Never offered, because BSD telnet then sends each key by itself; agreed to
//! when a client asks.

use super::codes::OPTION_SGA;
use super::options::{Policy, TelnetOption};

/// The row of the table.
pub(super) const SGA: TelnetOption =
    TelnetOption { us: Policy::Accept, him: Policy::Accept, ..TelnetOption::refused(OPTION_SGA) };
