//! What goes back to the client by itself. Writes whole commands, and none that the account does not allow.

use std::time::Instant;

use bytes::BytesMut;

use super::codes::{IAC, Verb};
use super::encode;
use super::limits::Account;

/// The way out for answers while one read is handled.
pub(super) struct Answers<'a> {
    /// Where they are appended.
    pub(super) out: &'a mut BytesMut,
    /// What allows them.
    pub(super) account: &'a mut Account,
    /// The time of the read.
    pub(super) now: Instant,
}

impl Answers<'_> {
    /// Says a verb about an option; false, and nothing said, when the account does not allow it.
    pub(super) fn negotiate(&mut self, verb: Verb, option: u8) -> bool {
        self.send(&[IAC, verb.byte(), option])
    }

    /// Sends a subnegotiation; false, and nothing sent, when the account does not allow it.
    pub(super) fn subnegotiate(&mut self, option: u8, payload: &[u8]) -> bool {
        let mut bytes = Vec::with_capacity(payload.len() + 5);
        encode::subnegotiation(option, payload, &mut bytes);
        self.send(&bytes)
    }

    /// Sends bytes as they are; false, and nothing sent, when the account does not allow it.
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        let may = self.account.may_answer(bytes.len(), self.now);
        if may {
            self.out.extend_from_slice(bytes);
        }
        may
    }
}
