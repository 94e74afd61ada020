//! TIMING-MARK (6, RFC 860): an answer each time, in order with the output. GNU telnet shows nothing until it has it.

use super::codes::OPTION_TIMING_MARK;
use super::options::{Policy, TelnetOption};

/// The row of the table.
pub(super) const TIMING_MARK: TelnetOption =
    TelnetOption { us: Policy::YesEachTime, ..TelnetOption::refused(OPTION_TIMING_MARK) };
