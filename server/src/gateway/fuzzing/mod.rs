//! What must hold of the gateway half whatever is sent to it, as functions of any bytes: fuzzing calls them, and so do the
//! tests, with what fuzzing kept. They panic when it does not hold.

mod gmcp;
mod links;
mod markup;
mod negotiation;
mod proxy;

pub(crate) use super::telnet::fuzzing::{lines, msdp, telnet};
pub(crate) use super::websocket::fuzzing::{messages, tunnel};
pub(crate) use gmcp::gmcp;
pub(crate) use markup::markup;
pub(crate) use negotiation::negotiation;
pub(crate) use proxy::proxy;

use super::telnet::Offers;

/// What the first byte of an input chooses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Limits that short inputs reach.
    pub(crate) is_tight: bool,
    /// Compressed input is offered, and so are sounds.
    pub(crate) offers_all: bool,
    /// What is typed is hidden at first.
    pub(crate) hides_input: bool,
    /// Where the input is cut.
    pub(crate) seed: u8,
}

impl Settings {
    /// Takes the first byte off an input; none when there is none.
    pub(crate) fn take(data: &[u8]) -> Option<(Self, &[u8])> {
        let (&byte, rest) = data.split_first()?;
        let is = |bit: u8| byte >> bit & 1 == 1;
        let (is_tight, offers_all, hides_input) = (is(0), is(1), is(2));
        Some((Self { is_tight, offers_all, hides_input, seed: byte >> 3 }, rest))
    }

    /// What a server with these offers.
    pub(in crate::gateway) fn offers(self) -> Offers {
        let (compressed_input, sounds) = (self.offers_all, self.offers_all);
        Offers { compressed_output: true, compressed_input, sounds }
    }
}

/// Bytes in segments of 1 to 32 bytes; the lengths are as random as the seed.
pub(in crate::gateway) fn split(bytes: &[u8], seed: u8) -> impl Iterator<Item = &[u8]> {
    let (mut rest, mut state) = (bytes, u32::from(seed));
    std::iter::from_fn(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = 1 + (state >> 27) as usize;
        let (segment, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        (!segment.is_empty()).then_some(segment)
    })
}

/// An input in parts, with 255 between them: no UTF-8 has that byte.
pub(in crate::gateway) fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == u8::MAX)
}
