//! NAWS (31, RFC 1073): how large the client's window is, now and after each change.

use super::answers::Answers;
use super::client::Client;
use super::codes::OPTION_NAWS;
use super::options::{PayloadRule, Policy, TelnetOption};

const COLUMNS_MIN: u16 = 20;
const COLUMNS_MAX: u16 = 500;

/// The row of the table.
pub(super) const NAWS: TelnetOption = TelnetOption {
    him: Policy::Offer,
    payload: PayloadRule { bytes_max: 8, length: Some(4) },
    heard: hear_size,
    ..TelnetOption::refused(OPTION_NAWS)
};

/// The client's window; 0 is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Window {
    /// Columns, within what lines can be wrapped to.
    pub(super) width: u16,
    /// Rows, as the client says.
    pub(super) height: u16,
}

fn hear_size(client: &mut Client, payload: &[u8], _: &mut Answers<'_>) {
    let &[w1, w0, h1, h0] = payload else { return };
    let width = match u16::from_be_bytes([w1, w0]) {
        0 => 0,
        columns => columns.clamp(COLUMNS_MIN, COLUMNS_MAX),
    };
    client.window = Window { width, height: u16::from_be_bytes([h1, h0]) };
}
