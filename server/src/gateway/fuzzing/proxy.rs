//! What must hold of the PROXY protocol: a header is asked for byte by byte and not a byte too many, and says whose
//! connection it is.

use std::net::SocketAddr;

use crate::gateway::proxy::{Progress, read};

/// The longest header there is, of either version.
const HEADER_BYTES_MAX: usize = 528;

/// Any bytes: what is missing is missing in all that is shorter, what is wrong stays wrong, what is whole has no more to
/// it; and an address that was read is read again as it is written, in both versions.
pub(crate) fn proxy(head: &[u8]) {
    let head = &head[..head.len().min(HEADER_BYTES_MAX + 8)];
    let (mut is_over, mut wanted_max) = (false, 0);
    for length in 0..=head.len() {
        match read(&head[..length]) {
            Err(_) => is_over = true,
            Ok(Progress::Missing(missing)) => {
                assert!(!is_over, "it goes on at {length}");
                assert!(
                    missing > 0 && length + missing <= HEADER_BYTES_MAX,
                    "{length} + {missing}"
                );
                wanted_max = wanted_max.max(length + missing);
            }
            Ok(Progress::Whole(address)) => {
                assert!(!is_over, "it is whole after its end, at {length}");
                assert!(wanted_max <= length, "{wanted_max} bytes were asked for");
                is_over = true;
                address.into_iter().for_each(survives);
            }
        }
    }
}

fn survives(address: SocketAddr) {
    let (ip, port) = (address.ip(), address.port());
    let (kind, family) = if ip.is_ipv4() { ("TCP4", 0x11) } else { ("TCP6", 0x21) };
    let line = format!("PROXY {kind} {ip} {ip} {port} {port}\r\n");
    assert_eq!(read(line.as_bytes()), Ok(Progress::Whole(Some(address))), "{line}");
    let octets = match ip {
        std::net::IpAddr::V4(ip) => ip.octets().to_vec(),
        std::net::IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let rest = [&octets[..], &octets, &port.to_be_bytes(), &[0, 1]].concat();
    let length = u16::try_from(rest.len()).expect("it is short").to_be_bytes();
    let bytes = [&b"\r\n\r\n\0\r\nQUIT\n\x21"[..], &[family], &length, &rest].concat();
    assert_eq!(read(&bytes), Ok(Progress::Whole(Some(address))));
}
