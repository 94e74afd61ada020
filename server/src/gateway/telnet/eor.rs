//! EOR (25, RFC 885): a mark after each prompt, so that clients know where it ends.

use super::codes::OPTION_EOR;
use super::options::{Policy, TelnetOption};

/// The row of the table.
pub(super) const EOR: TelnetOption =
    TelnetOption { us: Policy::Offer, ..TelnetOption::refused(OPTION_EOR) };
