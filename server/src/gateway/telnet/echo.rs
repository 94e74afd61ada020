//! ECHO (1, RFC 857): while it is ours the client shows nothing of what is typed, which is how passwords are hidden.
//! We never echo. Offered only around a password, by [`super::Telnet::hide_input`].

use super::codes::OPTION_ECHO;
use super::options::{Policy, TelnetOption};

/// The row of the table.
pub(super) const ECHO: TelnetOption =
    TelnetOption { us: Policy::Decree, ..TelnetOption::refused(OPTION_ECHO) };
