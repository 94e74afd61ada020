//! That no two ends negotiate for ever.

use std::time::Instant;

use bytes::BytesMut;

use super::{Settings, split};
use crate::gateway::telnet::{Telnet, TelnetLimits};

/// Far more than any two of us need.
const ROUNDS_MAX: usize = 200;

/// Without what limits a connection's answers: it must not need that to end.
const UNLIMITED: TelnetLimits = TelnetLimits {
    line_bytes_max: 4096,
    answers_per_10s_max: 0,
    answer_bytes_ahead_max: 0,
    switches_per_option_max: 32,
    commands_per_hour_max: 0,
    discarded_bytes_per_hour_max: 0,
};

/// Two of us, each sent any bytes beforehand, fall silent when left to each other.
pub(crate) fn negotiation(settings: Settings, bytes: &[u8]) {
    let limits = if settings.is_tight { TelnetLimits::default() } else { UNLIMITED };
    let offers = settings.offers();
    let (mut ada, first_of_ada) = Telnet::new(limits, offers);
    let (mut bob, first_of_bob) = Telnet::new(limits, offers);
    let (mut to_ada, mut to_bob) = (BytesMut::from(first_of_bob), BytesMut::from(first_of_ada));
    for (at, noise) in split(bytes, settings.seed).enumerate() {
        match at % 2 {
            0 => hear(&mut ada, noise, &mut to_bob),
            _ => hear(&mut bob, noise, &mut to_ada),
        }
        if settings.hides_input && at == 1 {
            ada.hide_input(&mut to_bob);
            ada.offer_after_login(&mut to_bob);
            ada.show_input(&mut to_bob);
            ada.choose_mxp(true, &mut to_bob);
            bob.choose_mxp(true, &mut to_ada);
            bob.choose_mxp(false, &mut to_ada);
        }
    }
    let mut rounds = 0;
    while !(to_ada.is_empty() && to_bob.is_empty()) {
        let (now_to_ada, now_to_bob) = (to_ada.split(), to_bob.split());
        hear(&mut ada, &now_to_ada, &mut to_bob);
        hear(&mut bob, &now_to_bob, &mut to_ada);
        rounds += 1;
        assert!(rounds < ROUNDS_MAX, "still talking: {to_ada:?} {to_bob:?}");
    }
}

fn hear(telnet: &mut Telnet, bytes: &[u8], out: &mut BytesMut) {
    telnet.receive(bytes, Instant::now(), out, &mut |_| {});
}
