//! MSSP (70): what lists of games say about this one. What there is to say comes from outside; here is how it is said.

use bytes::{BufMut, Bytes, BytesMut};
use smol_str::SmolStr;

use super::client::Client;
use super::codes::{IAC, OPTION_MSSP, SB, SE};
use super::options::{Policy, Side, TelnetOption};
use super::q_method::Switch;

const VAR: u8 = 1;
const VAL: u8 = 2;

/// What crawlers that do not speak telnet type at the login prompt.
pub(in crate::gateway) const PLAIN_REQUEST: &str = "MSSP-REQUEST";

/// The row of the table. A crawler asks once; whoever goes on asking is not answered.
pub(super) const MSSP: TelnetOption = TelnetOption {
    us: Policy::Offer,
    switched: |client: &mut Client, side, switch, _| {
        client.wishes.listing |= side == Side::Us && switch == Switch::On;
    },
    switches_max: 8,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_MSSP)
};

/// A name and its values, the most important last.
pub type Variable = (SmolStr, Vec<String>);

/// The variables as a subnegotiation.
#[must_use]
pub(in crate::gateway) fn subnegotiation(variables: &[Variable]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_slice(&[IAC, SB, OPTION_MSSP]);
    for (name, values) in variables {
        out.put_u8(VAR);
        put(name, &mut out);
        for value in values {
            out.put_u8(VAL);
            put(value, &mut out);
        }
    }
    out.put_slice(&[IAC, SE]);
    out.freeze()
}

/// The variables as the lines that answer [`PLAIN_REQUEST`].
#[must_use]
pub(in crate::gateway) fn lines(variables: &[Variable]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_slice(b"\r\nMSSP-REPLY-START\r\n");
    for (name, values) in variables {
        put(name, &mut out);
        for value in values {
            out.put_u8(b'\t');
            put(value, &mut out);
        }
        out.put_slice(b"\r\n");
    }
    out.put_slice(b"MSSP-REPLY-END\r\n");
    out.freeze()
}

/// Appends text, without what would end it too early in either form.
fn put(text: &str, out: &mut BytesMut) {
    out.extend(text.bytes().filter(|byte| !byte.is_ascii_control() && *byte != IAC));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Vec<Variable> {
        vec![
            ("NAME".into(), vec!["He\u{1}ar\tsay".to_owned()]),
            ("PORT".into(), vec!["4443".to_owned(), "4000".to_owned()]),
        ]
    }

    #[test]
    fn as_a_subnegotiation() {
        let expected = b"\xff\xfa\x46\x01NAME\x02Hearsay\x01PORT\x024443\x024000\xff\xf0";
        assert_eq!(&subnegotiation(&variables())[..], expected);
    }

    #[test]
    fn as_lines() {
        let expected =
            "\r\nMSSP-REPLY-START\r\nNAME\tHearsay\r\nPORT\t4443\t4000\r\nMSSP-REPLY-END\r\n";
        assert_eq!(lines(&variables()), expected);
    }
}
