//! The telnet options this server knows, a row each. What is not in the table is refused.

use super::answers::Answers;
use super::client::Client;
use super::codes::{OPTION_COMPRESS2, OPTION_COMPRESS3, OPTION_MSP};
use super::q_method::Switch;
use super::{
    charset, compress, echo, eor, gmcp, inflate, msdp, msp, mssp, mxp, naws, new_environ, sga,
    timing_mark, ttype,
};

/// Every option we know, in the order in which the first write offers them.
///
/// Compressed output comes last of what is offered, and the run TTYPE, NAWS, CHARSET, MSDP, MSSP, ATCP, MSP, MXP
/// must never arise: Mudlet takes it for an old server library and reconnects.
pub(super) const OPTIONS: &[TelnetOption] = &[
    ttype::TTYPE,
    naws::NAWS,
    charset::CHARSET,
    new_environ::NEW_ENVIRON,
    eor::EOR,
    mssp::MSSP,
    gmcp::GMCP,
    compress::COMPRESS2,
    inflate::COMPRESS3,
    msdp::MSDP,
    msp::MSP,
    mxp::MXP,
    echo::ECHO,
    sga::SGA,
    timing_mark::TIMING_MARK,
];

/// One option: what we want of it and what we do with what we hear.
#[derive(Clone, Copy)]
pub(super) struct TelnetOption {
    /// Its number.
    pub(super) code: u8,
    /// Whether we do it.
    pub(super) us: Policy,
    /// Whether the client may or shall do it.
    pub(super) him: Policy,
    /// What its subnegotiations may hold.
    pub(super) payload: PayloadRule,
    /// Called when a side of it went on or off.
    pub(super) switched: fn(&mut Client, Side, Switch, &mut Answers<'_>),
    /// Called with the payload of a subnegotiation, while the option is on.
    pub(super) heard: fn(&mut Client, &[u8], &mut Answers<'_>),
    /// How often a client may switch it, if that is less often than any option.
    pub(super) switches_max: u16,
    /// Whether the greeting waits a moment for the answer.
    pub(super) is_awaited: bool,
    /// What is offered to those who refuse this one.
    pub(super) instead: &'static [u8],
}

impl TelnetOption {
    /// An option that is refused and does nothing: the row to start from.
    pub(super) const fn refused(code: u8) -> Self {
        Self {
            code,
            us: Policy::Refuse,
            him: Policy::Refuse,
            payload: PayloadRule::NONE,
            switched: |_, _, _, _| {},
            heard: |_, _, _| {},
            switches_max: u16::MAX,
            is_awaited: true,
            instead: &[],
        }
    }
}

/// Whose side of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Ours: WILL and WONT from us, DO and DONT from the client.
    Us,
    /// The client's: DO and DONT from us, WILL and WONT from the client.
    Him,
}

/// What we want of one side of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// We say no.
    Refuse,
    /// We say yes when asked.
    Accept,
    /// We ask in the first write.
    Offer,
    /// We say no when asked, and start and end it ourselves without asking.
    Decree,
    /// We say yes each time and remember nothing.
    YesEachTime,
}

/// What is not offered to everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offers {
    /// Compressed output; not where the connection is encrypted.
    pub compressed_output: bool,
    /// Compressed input, to those who have logged in.
    pub compressed_input: bool,
    /// Sounds, to those who refuse GMCP.
    pub sounds: bool,
}

impl Default for Offers {
    fn default() -> Self {
        Self { compressed_output: true, compressed_input: false, sounds: false }
    }
}

impl Offers {
    /// What we want of an option under these circumstances.
    pub(super) fn policy(self, option: u8, policy: Policy) -> Policy {
        match option {
            OPTION_COMPRESS2 if !self.compressed_output => Policy::Refuse,
            OPTION_COMPRESS3 if !self.compressed_input => Policy::Refuse,
            OPTION_MSP if !self.sounds => Policy::Refuse,
            _ => policy,
        }
    }
}

/// What the payload of a subnegotiation may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PayloadRule {
    /// The longest payload; a longer one is dropped whole.
    pub(super) bytes_max: usize,
    /// The only length there is, for an option in which some clients do not double 255.
    pub(super) length: Option<usize>,
}

impl PayloadRule {
    /// Nothing is kept.
    pub(super) const NONE: Self = Self { bytes_max: 0, length: None };

    /// The rule of an option; of an unknown one, [`Self::NONE`].
    pub(super) fn of(option: u8) -> Self {
        position(option).map_or(Self::NONE, |index| OPTIONS[index].payload)
    }
}

/// Where in the table an option is.
pub(super) fn position(option: u8) -> Option<usize> {
    OPTIONS.iter().position(|row| row.code == option)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_claimed_once() {
        for (index, row) in OPTIONS.iter().enumerate() {
            assert_eq!(position(row.code), Some(index), "option {}", row.code);
        }
    }
}
