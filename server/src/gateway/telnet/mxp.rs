//! MXP (91): tags in the text, for those who ask for it. Off for everybody else, also when a client begins with it.
//!
//! All text stays locked, so that nothing in it is a tag; a tag is let through alone, each time (`gateway/links.rs`).

use super::answers::Answers;
use super::client::Client;
use super::codes::OPTION_MXP;
use super::options::{Side, TelnetOption};
use super::q_method::Switch;
use crate::gateway::links::MXP_LOCKED;

/// The row of the table. Nobody is offered it, or let have it, before its player wanted it.
pub(super) const MXP: TelnetOption = TelnetOption {
    switched: switch,
    switches_max: 32,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_MXP)
};

fn switch(client: &mut Client, side: Side, switch: Switch, answers: &mut Answers<'_>) {
    if side == Side::Us {
        client.takes_mxp = switch == Switch::On
            && answers.subnegotiate(OPTION_MXP, &[])
            && answers.send(MXP_LOCKED.as_bytes());
    }
}
