//! Who plays sounds by lines of text: those without GMCP, where there are sounds.

use super::*;

const DONT_GMCP: &[u8] = &[255, 254, 201];
const WILL_MSDP: &[u8] = &[255, 251, 69];
const WILL_MSP: &[u8] = &[255, 251, 90];
const WONT_MSP: &[u8] = &[255, 252, 90];
const DO_MSP: &[u8] = &[255, 253, 90];
const DONT_MSP: &[u8] = &[255, 254, 90];

fn with_sounds() -> Connection {
    let offers = Offers { sounds: true, ..Offers::default() };
    let (telnet, _) = Telnet::new(TelnetLimits::default(), offers);
    Connection { telnet, ..Connection::new() }
}

#[test]
fn sounds_are_offered_to_those_who_refuse_gmcp() {
    let mut client = with_sounds();
    assert_eq!(client.feed(DONT_GMCP), [WILL_MSDP, WILL_MSP].concat());
    assert!(!client.telnet.capability().sounds, "before it agrees");
    assert_eq!(client.feed(DO_MSP), NOTHING);
    assert!(client.telnet.capability().sounds);
    assert_eq!(client.heard.last(), Some(&Heard::Capability(client.telnet.capability())));
    assert_eq!(client.feed(DONT_MSP), WONT_MSP);
    assert!(!client.telnet.capability().sounds);
    assert_eq!(client.feed(DONT_GMCP), NOTHING, "once");
}

#[test]
fn who_asks_for_sounds_has_them() {
    let mut client = with_sounds();
    assert_eq!(client.feed(DO_MSP), WILL_MSP);
    assert!(client.telnet.capability().sounds);
}

#[test]
fn without_sounds_there_is_nothing_to_offer() {
    let mut client = Connection::new();
    assert_eq!(client.feed(DONT_GMCP), WILL_MSDP);
    assert_eq!(client.feed(DO_MSP), WONT_MSP);
    assert!(!client.telnet.capability().sounds);
}
