//! Rules that hold for any bytes at all.

use super::*;
use crate::vocab::clean;
use proptest::prelude::*;

/// Options of the table, and one that is not.
fn option() -> impl Strategy<Value = u8> {
    prop::sample::select(&[1u8, 3, 6, 24, 25, 31, 34, 39, 42, 69, 70, 86, 87, 201][..])
}

/// Bytes that mean something to telnet, more often than chance would have it.
fn wire_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        3 => prop_oneof![Just(255u8), Just(250), Just(240), 239..=255u8],
        2 => option(),
        2 => prop_oneof![Just(b'\r'), Just(b'\n'), Just(0u8), Just(8), Just(127)],
        2 => any::<u8>(),
        2 => b'a'..=b'e',
    ]
}

/// Whole commands, so that options really go on and off.
fn phrase() -> impl Strategy<Value = Vec<u8>> {
    let text = proptest::collection::vec(wire_byte(), 0..12);
    prop_oneof![
        2 => (251..=254u8, option()).prop_map(|(verb, option)| vec![255, verb, option]),
        1 => (option(), 0..6u8, proptest::collection::vec(any::<u8>(), 0..80)).prop_map(
            |(option, kind, body)| {
                let body: Vec<u8> = body.into_iter().filter(|byte| *byte != 255).collect();
                [&[255, 250, option, kind], &body[..], &[255, 240]].concat()
            }
        ),
        1 => Just(b"\xff\xfa\x18\x00MTTS 13\xff\xf0".to_vec()),
        1 => Just(b"\xff\xfb\x27\xff\xfa\x27\x00\x00CHARSET\x01UTF-8\x03MTTS\x01333\xff\xf0".to_vec()),
        1 => Just([&b"\xff\xfd\x57\xff\xfa\x57\xff\xf0"[..], &zlib(b"look\r\n\xff\xfd\x06")].concat()),
        1 => gmcp(),
        1 => Just(b"\xff\xfd\x45\xff\xfa\x45\x01REPORT\x02ROOM\x01LIST\x02LISTS\xff\xf0".to_vec()),
        1 => Just(b"\xff\xfa\x2a\x02ISO-8859-1\xff\xf0".to_vec()),
        1 => Just(b"\xff\xfa\x2a\x01;UTF-8\xff\xf0".to_vec()),
        1 => "[a-zé✓ ]{0,40}\r?\n?".prop_map(String::into_bytes),
        3 => text,
    ]
}

/// GMCP that is on, and messages that are more or less what they should be.
fn gmcp() -> impl Strategy<Value = Vec<u8>> {
    let name =
        prop::sample::select(&["Core.Ping", "core.supports.SET", "Core.Supports.Add", "x"][..]);
    let data = prop_oneof![Just("[\"Char 1\",7]"), Just("[[[{"), Just(""), Just("\"\u{0}")];
    (name, data).prop_map(|(name, data)| {
        let said = format!("{name} {data}");
        [&[255, 253, 201, 255, 250, 201], said.as_bytes(), &[255, 240]].concat()
    })
}

fn wire() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(phrase(), 0..40).prop_map(|phrases| phrases.concat())
}

/// Small, so that the limits are reached.
fn limits() -> TelnetLimits {
    TelnetLimits {
        line_bytes_max: 30,
        answers_per_10s_max: 12,
        answer_bytes_ahead_max: 64,
        switches_per_option_max: 6,
        commands_per_hour_max: 40,
        discarded_bytes_per_hour_max: 100,
    }
}

/// A stream as a client of MCCP3 sends it.
fn zlib(plain: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut stream = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    stream.write_all(plain).unwrap();
    stream.finish().unwrap()
}

/// All there is to offer.
const EVERYTHING: Offers = Offers { compressed_output: true, compressed_input: true, sounds: true };

fn receive(telnet: &mut Telnet, bytes: &[u8], now: Instant) -> (Vec<u8>, Vec<Heard>) {
    let (mut out, mut heard) = (BytesMut::new(), Vec::new());
    telnet.receive(bytes, now, &mut out, &mut |one| heard.push(one));
    (out.to_vec(), heard)
}

proptest! {
    /// However the bytes are split, the same is heard and the same is answered.
    #[test]
    fn any_split_means_the_same(
        bytes in wire(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        is_tight in any::<bool>(),
    ) {
        let limits = if is_tight { limits() } else { TelnetLimits::default() };
        let now = Instant::now();
        let whole = receive(&mut Telnet::new(limits, EVERYTHING).0, &bytes, now);
        let after_hostile = whole.1.iter().skip_while(|one| !matches!(one, Heard::Hostile(_)));
        prop_assert!(after_hostile.count() <= 1, "something was heard after hostility");
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let by_cuts: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        for segments in [by_cuts, bytes.chunks(1).collect()] {
            let (mut telnet, _) = Telnet::new(limits, EVERYTHING);
            let (mut out, mut heard) = (Vec::new(), Vec::new());
            for segment in segments {
                let (more_out, more_heard) = receive(&mut telnet, segment, now);
                out.extend(more_out);
                heard.extend(more_heard);
            }
            prop_assert_eq!(&(out, heard), &whole);
        }
    }

    /// No input makes a connection hold more than its limits, or answer more than it was sent.
    #[test]
    fn memory_and_answers_are_bounded(inputs in proptest::collection::vec(wire(), 1..8)) {
        let (mut telnet, _) = Telnet::new(TelnetLimits::default(), EVERYTHING);
        let (mut bytes_in, mut bytes_out) = (0, 0);
        for input in inputs {
            bytes_in += input.len();
            bytes_out += receive(&mut telnet, &input, Instant::now()).0.len();
            prop_assert!(bytes_out <= bytes_in + 512);
            prop_assert!(telnet.lines.bytes_held() <= 2 * 4096);
            prop_assert!(telnet.parser.bytes_held() <= 2 * 512);
        }
    }

    /// Two of us, each sent anything beforehand, fall silent when left to each other.
    #[test]
    fn negotiation_ends(noise in wire(), other_noise in wire(), hides in any::<bool>()) {
        let unlimited = TelnetLimits {
            line_bytes_max: 4096,
            answers_per_10s_max: 0,
            answer_bytes_ahead_max: 0,
            commands_per_hour_max: 0,
            discarded_bytes_per_hour_max: 0,
            ..TelnetLimits::default()
        };
        let now = Instant::now();
        let (mut ada, first_of_ada) = Telnet::new(unlimited, EVERYTHING);
        let (mut bob, first_of_bob) = Telnet::new(unlimited, EVERYTHING);
        let mut to_bob = BytesMut::from(first_of_ada);
        let mut to_ada = [&first_of_bob[..], &receive(&mut bob, &noise, now).0].concat();
        to_bob.extend_from_slice(&receive(&mut ada, &other_noise, now).0);
        if hides {
            ada.hide_input(&mut to_bob);
            ada.show_input(&mut to_bob);
        }
        let mut rounds = 0;
        while !(to_bob.is_empty() && to_ada.is_empty()) {
            let from_bob = receive(&mut bob, &to_bob, now).0;
            to_bob = BytesMut::from(&receive(&mut ada, &to_ada, now).0[..]);
            to_ada = from_bob;
            rounds += 1;
            prop_assert!(rounds < 200, "still talking: {to_ada:?} {to_bob:?}");
        }
    }

    /// What is encoded for a client and typed back by it is the same text.
    #[test]
    fn encoded_text_decodes_to_itself(
        text in "[ -~¡-ÿ]{0,60}",
        wide in "\\PC{0,40}",
        knows_utf8 in any::<bool>(),
    ) {
        let (charset, text) =
            if knows_utf8 { (Charset::Utf8, clean(&wide)) } else { (Charset::Latin1, clean(&text)) };
        let (mut telnet, _) = Telnet::new(TelnetLimits::default(), EVERYTHING);
        telnet.choose_charset(Some(charset));
        // A first line may be taken for HTTP.
        receive(&mut telnet, b"ada\n", Instant::now());
        let mut wire = BytesMut::new();
        encode::line(&text, charset, &mut wire);
        let (_, heard) = receive(&mut telnet, &wire, Instant::now());
        prop_assert_eq!(heard, [Heard::Line(text)]);
    }

    /// Whatever the text, a client without UTF-8 is sent no byte that it could take for something else.
    #[test]
    fn ascii_is_ascii(text in any::<String>()) {
        let mut wire = BytesMut::new();
        encode::text(&text, Charset::Ascii, &mut wire);
        prop_assert!(wire.is_ascii());
        let is_lone_nul = |pair: &[u8]| pair[1] == 0 && pair[0] != b'\r';
        prop_assert!(!wire.windows(2).any(is_lone_nul));
    }
}
