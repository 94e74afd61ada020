//! The PROXY protocol, versions 1 and 2: whose connection a proxy passes on. Strict, bounded, and heard only from the
//! networks that the operator names; there it must come first.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// What a header of version 2 begins with. As long as the shortest beginning that tells the versions apart.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
const LINE_BEGINS: &[u8] = b"PROXY ";
/// The longest header of version 1. Bytes, its end among them.
const LINE_BYTES_MAX: usize = 107;
/// What precedes the addresses in version 2.
const FIXED_BYTES: usize = 16;
/// The longest part of version 2 after that. Bytes.
const REST_BYTES_MAX: usize = 512;

/// No header, or one that says nothing sensible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no PROXY header as it should be")]
pub struct BadHeader;

/// How far a header is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// At least so many bytes are missing.
    Missing(usize),
    /// It is whole. Without an address the proxy speaks for itself.
    Whole(Option<SocketAddr>),
}

/// Looks at the first bytes of a connection.
///
/// # Errors
/// When they cannot become a header.
pub fn read(head: &[u8]) -> Result<Progress, BadHeader> {
    let length = head.len().min(SIGNATURE.len());
    if head[..length] == SIGNATURE[..length] {
        return read_binary(head);
    }
    let length = head.len().min(LINE_BEGINS.len());
    if head[..length] == LINE_BEGINS[..length] { read_line(head) } else { Err(BadHeader) }
}

fn read_line(head: &[u8]) -> Result<Progress, BadHeader> {
    if head.len() < SIGNATURE.len() {
        return Ok(Progress::Missing(SIGNATURE.len() - head.len()));
    }
    match head.iter().position(|byte| *byte == b'\n') {
        None if head.len() >= LINE_BYTES_MAX => Err(BadHeader),
        None => Ok(Progress::Missing(1)),
        Some(end) if end + 1 != head.len() || end >= LINE_BYTES_MAX => Err(BadHeader),
        Some(end) => {
            let line = head[..end].strip_suffix(b"\r").ok_or(BadHeader)?;
            let line = std::str::from_utf8(line).map_err(|_| BadHeader)?;
            Ok(Progress::Whole(address_of_line(line)?))
        }
    }
}

fn address_of_line(line: &str) -> Result<Option<SocketAddr>, BadHeader> {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["PROXY", "UNKNOWN", ..] => Ok(None),
        ["PROXY", "TCP4", from, to, from_port, to_port] => {
            parse::<Ipv4Addr>(to).and(number(to_port))?;
            let address = parse::<Ipv4Addr>(from)?;
            Ok(Some((address, number(from_port)?).into()))
        }
        ["PROXY", "TCP6", from, to, from_port, to_port] => {
            parse::<Ipv6Addr>(to).and(number(to_port))?;
            let address = parse::<Ipv6Addr>(from)?;
            Ok(Some((address, number(from_port)?).into()))
        }
        _ => Err(BadHeader),
    }
}

fn parse<T: FromStr>(word: &str) -> Result<T, BadHeader> {
    word.parse().map_err(|_| BadHeader)
}

/// A port as the protocol writes it: no sign, no leading zero.
fn number(word: &str) -> Result<u16, BadHeader> {
    let is_plain = word == "0" || word.starts_with(|first: char| matches!(first, '1'..='9'));
    if is_plain { parse(word) } else { Err(BadHeader) }
}

fn read_binary(head: &[u8]) -> Result<Progress, BadHeader> {
    let Some(fixed) = head.first_chunk::<FIXED_BYTES>() else {
        let known = if head.len() < SIGNATURE.len() { SIGNATURE.len() } else { FIXED_BYTES };
        return Ok(Progress::Missing(known - head.len()));
    };
    let [.., command, family, high, low] = *fixed;
    let rest_bytes = usize::from(u16::from_be_bytes([high, low]));
    if rest_bytes > REST_BYTES_MAX || !matches!(command, 0x20 | 0x21) {
        return Err(BadHeader);
    }
    let rest = &head[FIXED_BYTES..];
    match rest.len() {
        length if length < rest_bytes => Ok(Progress::Missing(rest_bytes - length)),
        length if length > rest_bytes => Err(BadHeader),
        // A health check of the proxy itself.
        _ if command == 0x20 => Ok(Progress::Whole(None)),
        _ => address_of_bytes(family, rest).map(|address| Progress::Whole(Some(address))),
    }
}

fn address_of_bytes(family: u8, rest: &[u8]) -> Result<SocketAddr, BadHeader> {
    let (address, ports) = match family {
        0x11 => {
            let (from, rest) = rest.split_first_chunk::<4>().ok_or(BadHeader)?;
            (IpAddr::from(*from), rest.get(4..8))
        }
        0x21 => {
            let (from, rest) = rest.split_first_chunk::<16>().ok_or(BadHeader)?;
            (IpAddr::from(*from), rest.get(16..20))
        }
        _ => return Err(BadHeader),
    };
    let &[high, low, ..] = ports.ok_or(BadHeader)? else { return Err(BadHeader) };
    Ok((address, u16::from_be_bytes([high, low])).into())
}

/// Reads the header of a connection, and not a byte of what follows it.
///
/// # Errors
/// When there is none, or the connection ends.
pub(super) async fn take_header(socket: &mut TcpStream) -> io::Result<Option<SocketAddr>> {
    let mut head = [0; FIXED_BYTES + REST_BYTES_MAX];
    let mut length = 0;
    loop {
        match read(&head[..length]) {
            Ok(Progress::Whole(address)) => return Ok(address),
            Ok(Progress::Missing(missing)) => {
                let count = socket.read(&mut head[length..length + missing]).await?;
                if count == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                length += count;
            }
            Err(why) => return Err(io::Error::new(io::ErrorKind::InvalidData, why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest].concat()
    }

    fn whole(address: &str) -> Result<Progress, BadHeader> {
        Ok(Progress::Whole(Some(address.parse().unwrap())))
    }

    #[test]
    fn lines() {
        let table: [(&str, Result<Progress, BadHeader>); 14] = [
            ("PROXY TCP4 192.0.2.7 192.0.2.1 56324 4000\r\n", whole("192.0.2.7:56324")),
            ("PROXY TCP6 2001:db8::7 ::1 56324 4000\r\n", whole("[2001:db8::7]:56324")),
            ("PROXY UNKNOWN\r\n", Ok(Progress::Whole(None))),
            ("PROXY UNKNOWN ffff::1 ::1 1 2\r\n", Ok(Progress::Whole(None))),
            ("PROXY UNKNOWN\r\nlook", Err(BadHeader)),
            ("PROXY TCP4 192.0.2.7 192.0.2.1 56324 4000\n", Err(BadHeader)),
            ("PROXY TCP4 2001:db8::7 192.0.2.1 1 2\r\n", Err(BadHeader)),
            ("PROXY TCP4 192.0.2.7 192.0.2.1 65536 2\r\n", Err(BadHeader)),
            ("PROXY TCP4 192.0.2.7 192.0.2.1 +1 2\r\n", Err(BadHeader)),
            ("PROXY TCP4 192.0.2.7  192.0.2.1 1 2\r\n", Err(BadHeader)),
            ("PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n", Err(BadHeader)),
            ("PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n", Err(BadHeader)),
            ("GET / HTTP/1.1\r\n", Err(BadHeader)),
            ("\r\n", Ok(Progress::Missing(10))),
        ];
        for (line, expected) in table {
            assert_eq!(read(line.as_bytes()), expected, "{line:?}");
        }
        let endless = format!("PROXY UNKNOWN {}", "x".repeat(93));
        assert_eq!(read(endless.as_bytes()), Err(BadHeader));
    }

    #[test]
    fn binary_headers() {
        let four = [192, 0, 2, 7, 192, 0, 2, 1, 0xdc, 0x04, 0x0f, 0xa0];
        let mut six = [0; 36];
        (six[15], six[31], six[33]) = (9, 1, 80);
        let with_more = [&four[..], &[3, 0, 1, 0]].concat();
        let table = [
            (binary(0x21, 0x11, &four), whole("192.0.2.7:56324")),
            (binary(0x21, 0x11, &with_more), whole("192.0.2.7:56324")),
            (binary(0x21, 0x21, &six), whole("[::9]:80")),
            (binary(0x20, 0x00, &[]), Ok(Progress::Whole(None))),
            (binary(0x21, 0x11, &four[..11]), Err(BadHeader)),
            (binary(0x21, 0x21, &four), Err(BadHeader)),
            (binary(0x21, 0x31, &[0; 216]), Err(BadHeader)),
            (binary(0x11, 0x11, &four), Err(BadHeader)),
            (binary(0x22, 0x11, &four), Err(BadHeader)),
            (binary(0x20, 0x00, &[0; 513]), Err(BadHeader)),
        ];
        for (head, expected) in table {
            assert_eq!(read(&head), expected, "{head:?}");
        }
    }

    proptest! {
        /// A header asks for its bytes until it is whole, and never for one too many.
        #[test]
        fn no_byte_too_many_is_asked_for(
            address: std::net::SocketAddrV6,
            is_binary: bool,
            more in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            let head = if is_binary {
                let (from, port) = (address.ip().octets(), address.port().to_be_bytes());
                binary(0x21, 0x21, &[&from[..], &from, &port, &port, &more].concat())
            } else {
                let (ip, port) = (address.ip(), address.port());
                format!("PROXY TCP6 {ip} {ip} {port} {port}\r\n").into_bytes()
            };
            let mut read_bytes = 0;
            while let Progress::Missing(missing) = read(&head[..read_bytes]).unwrap() {
                read_bytes += missing;
                prop_assert!(missing > 0 && read_bytes <= head.len());
            }
            let forwarded = SocketAddr::from((*address.ip(), address.port()));
            prop_assert_eq!(read(&head), Ok(Progress::Whole(Some(forwarded))));
            prop_assert_eq!(read_bytes, head.len());
        }

        /// Whatever comes, it is refused or asked on, within the bound.
        #[test]
        fn no_header_is_endless(bytes in proptest::collection::vec(any::<u8>(), 0..700), begins in 0..3u8) {
            let begins: &[u8] = [&b""[..], LINE_BEGINS, &SIGNATURE][usize::from(begins)];
            let head = [begins, &bytes].concat();
            if let Ok(Progress::Missing(missing)) = read(&head) {
                prop_assert!(head.len() + missing <= FIXED_BYTES + REST_BYTES_MAX);
            }
        }
    }
}
