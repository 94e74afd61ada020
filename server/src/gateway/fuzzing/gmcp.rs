//! What must hold of GMCP: any message is heard or passed over, and whatever is told reads as it was told.

use std::time::Instant;

use bytes::BytesMut;
use serde_json::Value;
use smol_str::SmolStr;

use super::parts;
use crate::gateway::gmcp::{
    OPTION_GMCP, Told, Variables, Wish, add_player, goodbye, login_result, msdp, players,
    remove_player, vitals,
};
use crate::gateway::telnet::far_end::{FarEnd, Piece};
use crate::gateway::telnet::fuzzing::is_safe;
use crate::gateway::telnet::{Heard, Offers, Telnet, TelnetLimits};

/// As long as a message with a list may get, with its name and frame. Bytes.
const LIST_BYTES_MAX: usize = 8 * 1024 + 64;

/// As many of the texts are told of: more would only be slow.
const TEXTS_MAX: usize = 8;

/// Messages with 255 between them: no more is answered than was sent, and nothing but wishes and questions is heard. And
/// as text they reach a client as they were, whatever message they are in.
pub(crate) fn gmcp(bytes: &[u8]) {
    let mut wire = vec![255, 253, OPTION_GMCP];
    for part in parts(bytes) {
        wire.extend_from_slice(&[255, 250, OPTION_GMCP]);
        wire.extend_from_slice(part);
        wire.extend_from_slice(&[255, 240]);
    }
    let limits = TelnetLimits::default();
    let (mut telnet, _) = Telnet::new(limits, Offers::default());
    let mut out = BytesMut::new();
    telnet.receive(&wire, Instant::now(), &mut out, &mut |heard| is_a_wish(&heard, limits));
    assert!(out.len() as u64 <= wire.len() as u64 + limits.answer_bytes_ahead_max);
    read(&out).iter().for_each(|answer| drop(opened(answer)));
    let texts: Vec<SmolStr> = parts(bytes)
        .take(TEXTS_MAX)
        .map(|part| String::from_utf8_lossy(part).as_ref().into())
        .collect();
    tell(&texts);
}

fn is_a_wish(heard: &Heard, limits: TelnetLimits) {
    is_safe(heard, limits);
    match heard {
        Heard::Beside(Wish::Gmcp { wanted, named }) => assert!(wanted.has(*named)),
        Heard::Asked(_) | Heard::Capability(_) => {}
        other => panic!("{other:?} by GMCP"),
    }
}

/// What a client reads of what was sent, all of which is GMCP.
fn read(sent: &[u8]) -> Vec<Vec<u8>> {
    let pieces = FarEnd::new(true).hear(sent, &mut BytesMut::new());
    let message = |piece| match piece {
        Piece::Gmcp(message) => message,
        other => panic!("{other:?} was sent"),
    };
    pieces.into_iter().map(message).collect()
}

/// The name and the data of a message.
fn opened(message: &[u8]) -> (String, Option<Value>) {
    let text = String::from_utf8(message.to_vec()).expect("what is sent is UTF-8");
    match text.split_once(' ') {
        Some((name, data)) => {
            let data = serde_json::from_str(data).expect("what is sent is JSON");
            (name.to_owned(), Some(data))
        }
        None => (text, None),
    }
}

/// Tells a client of these texts, in all the places that have strangers' words in them.
fn tell(texts: &[SmolStr]) {
    let list = players(texts);
    assert!(list.framed().len() <= LIST_BYTES_MAX);
    survives(&list);
    for text in texts {
        let all = [
            goodbye(text),
            vitals(text),
            login_result(Some(text)),
            add_player(text),
            remove_player(text),
        ];
        all.iter().for_each(survives);
    }
}

fn survives(told: &Told) {
    let messages = read(&told.framed());
    let [message] = &messages[..] else { panic!("{} messages", messages.len()) };
    assert_eq!(opened(message), (told.name.to_owned(), Some(told.data.clone())));
    let all =
        msdp::VARIABLES.iter().fold(Variables::NONE, |all, one| all | Variables::named(one.name));
    if let Some(sent) = told.as_variables(all) {
        let inner = sent.strip_prefix(&[255, 250, msdp::OPTION_MSDP]);
        let inner = inner.and_then(|rest| rest.strip_suffix(&[255, 240]));
        assert!(inner.is_some_and(|inner| !inner.contains(&255)), "{}", sent.escape_ascii());
    }
}
