//! TIMING-MARK (6, RFC 860): an answer each time, in order with the output. GNU telnet shows nothing until it has it. We set
//! marks ourselves, to learn what has arrived.

use super::codes::{IAC, OPTION_TIMING_MARK, Verb};
use super::options::{Policy, TelnetOption};

/// What asks a client to say when it has come so far. Whether it says WILL or WONT means nothing.
pub(in crate::gateway) const MARK: [u8; 3] = [IAC, Verb::Do.byte(), OPTION_TIMING_MARK];

/// The row of the table.
pub(super) const TIMING_MARK: TelnetOption =
    TelnetOption { us: Policy::YesEachTime, ..TelnetOption::refused(OPTION_TIMING_MARK) };
