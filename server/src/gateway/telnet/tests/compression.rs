//! Compressed input, and what asks for compressed output.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;

const DO_COMPRESS3: &[u8] = &[255, 253, 87];
const START: &[u8] = &[255, 250, 87, 255, 240];
const STOPS: &str = "what it sends compressed";

/// A client that may send compressed, and has been offered it.
fn client() -> Connection {
    let offers = Offers { compressed_input: true, ..Offers::default() };
    let (telnet, _) = Telnet::new(TelnetLimits::default(), offers);
    let mut client =
        Connection { telnet, now: Instant::now(), out: BytesMut::new(), heard: Vec::new() };
    let refusals = [252, 24, 252, 31, 254, 42, 252, 39, 254, 25, 254, 70, 254, 86];
    let refusals: Vec<u8> = refusals.chunks(2).flat_map(|one| [255, one[0], one[1]]).collect();
    client.feed(&refusals);
    client.telnet.offer_after_login(&mut client.out);
    assert_eq!(client.out.split(), [255, 251, 87][..]);
    client
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::best());
    stream.write_all(plain).unwrap();
    stream.finish().unwrap()
}

fn was_stopped(client: &Connection) -> bool {
    matches!(client.heard.last(), Some(Heard::Hostile(why)) if why.starts_with(STOPS))
}

#[test]
fn compressed_lines_are_lines_and_so_is_what_follows_the_stream() {
    let stream = zlib(b"look\r\nsay \xff\xff!\r\n\xff\xfd\x06");
    let bytes = [b"who\r\n", DO_COMPRESS3, START, &stream, b"north\r\n"].concat();
    for pieces in [bytes.len(), 7, 1] {
        let mut client = client();
        let answers: Vec<u8> = bytes.chunks(pieces).flat_map(|piece| client.feed(piece)).collect();
        assert_eq!(client.lines(), ["who", "look", "say ÿ!", "north"]);
        assert_eq!(answers, [255, 251, 6], "the timing mark is answered");
    }
}

#[test]
fn without_the_option_nothing_is_inflated() {
    let mut client = Connection::new();
    assert_eq!(client.feed(DO_COMPRESS3), [255, 252, 87]);
    client.feed(&[START, b"look\r\n"].concat());
    assert_eq!(client.lines(), ["look"]);
    let mut out = BytesMut::new();
    client.telnet.offer_after_login(&mut out);
    assert!(out.is_empty());
}

#[test]
fn a_stream_that_is_none_ends_the_connection() {
    let mut client = client();
    client.feed(&[DO_COMPRESS3, START, b"look\r\n"].concat());
    assert!(was_stopped(&client), "{:?}", client.heard);
    client.feed(b"look\r\n");
    assert_eq!(client.lines().len(), 0);
}

#[test]
fn what_came_before_a_stream_broke_is_heard_however_it_was_split() {
    let mut stream = zlib(b"look\r\nwho\r\n");
    *stream.last_mut().unwrap() ^= 1;
    let bytes = [DO_COMPRESS3, START, &stream].concat();
    for pieces in [bytes.len(), 7, 1] {
        let mut client = client();
        bytes.chunks(pieces).for_each(|piece| drop(client.feed(piece)));
        assert!(was_stopped(&client), "{:?}", client.heard);
        assert_eq!(client.lines(), ["look", "who"]);
    }
}

#[test]
fn a_bomb_ends_the_connection_before_it_swells() {
    for bomb in [zlib(&vec![0; 10 << 20]), zlib(&b"look\r\n".repeat(1 << 20))] {
        let mut client = client();
        client.feed(&[DO_COMPRESS3, START].concat());
        for piece in bomb.chunks(512) {
            client.feed(piece);
        }
        assert!(was_stopped(&client));
        let heard: usize = client.lines().iter().map(|line| line.len()).sum();
        assert!(heard < 64 * 1024, "{heard} bytes came through");
        assert!(client.telnet.lines.bytes_held() <= 2 * 4096);
    }
}

#[test]
fn a_stream_in_a_stream_is_none() {
    let mut client = client();
    let inner = zlib(&[START, b"look\r\n"].concat());
    client.feed(&[DO_COMPRESS3, START, &inner, b"who\r\n"].concat());
    assert_eq!(client.lines(), ["look", "who"]);
}

#[test]
fn compressed_output_starts_and_ends_as_the_client_says_four_times() {
    let mut client = Connection::new();
    let mut answers = client.feed(&[255, 253, 86]);
    for _ in 0..20 {
        answers.extend(client.feed(&[255, 254, 86, 255, 253, 86]));
    }
    let started = client.heard.iter().filter(|one| **one == Heard::Compression(true)).count();
    let ended = client.heard.iter().filter(|one| **one == Heard::Compression(false)).count();
    assert_eq!((started, ended), (4, 4));
    assert_eq!(answers, [&[255, 252, 86, 255, 251, 86].repeat(3)[..], &[255, 252, 86]].concat());
}
