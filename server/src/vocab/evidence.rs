//! Seals what was said when it is brought forward, so that a later change of it shows.
//!
//! The hash of a line is that of its fields in the order in which they stand here, each as text and each followed by a zero
//! byte, which no cleaned text contains. The hash of the whole is that of the lines' hashes in order.

use ring::digest::{Context, SHA256};

use super::{Digest, Evidence, EvidenceLine, Message};

/// A line as it read to somebody, sealed.
#[must_use]
pub fn evidence_line(message: &Message, text: String) -> EvidenceLine {
    let mut line = EvidenceLine {
        id: message.id,
        channel: message.channel.clone(),
        epoch: message.epoch.clone(),
        seq: message.seq,
        at: message.at,
        sender: message.sender.id,
        text,
        hash: String::new(),
    };
    line.hash = hash_of_line(&line);
    line
}

/// Lines together, sealed.
#[must_use]
pub fn sealed(lines: Vec<EvidenceLine>) -> Evidence {
    let hash = hash_of_all(&lines);
    Evidence { lines, hash }
}

/// Whether every line and the whole are as they were when they were sealed.
#[must_use]
pub fn is_intact(evidence: &Evidence) -> bool {
    let are_intact = evidence.lines.iter().all(|line| hash_of_line(line) == line.hash);
    are_intact && hash_of_all(&evidence.lines) == evidence.hash
}

fn hash_of_line(line: &EvidenceLine) -> String {
    let at = line.at.timestamp_millis().to_string();
    let fields = [
        line.id.to_string(),
        line.channel.to_string(),
        line.epoch.to_string(),
        line.seq.to_string(),
        at,
        line.sender.to_string(),
        line.text.clone(),
    ];
    hash(fields.iter().flat_map(|field| [field.as_bytes(), &[0]]))
}

fn hash_of_all(lines: &[EvidenceLine]) -> String {
    hash(lines.iter().map(|line| line.hash.as_bytes()))
}

fn hash<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut context = Context::new(&SHA256);
    parts.for_each(|part| context.update(part));
    let hash = context.finish();
    let bytes = hash.as_ref().try_into().expect("a SHA-256 has 32 bytes");
    Digest(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::{MessageId, PlayerId};
    use super::*;

    fn line(seq: u64, text: &str) -> EvidenceLine {
        let mut line = EvidenceLine {
            id: MessageId(Uuid::from_u128(u128::from(seq))),
            channel: "say".parse().unwrap(),
            epoch: "e".into(),
            seq,
            at: DateTime::UNIX_EPOCH,
            sender: PlayerId(7),
            text: text.to_owned(),
            hash: String::new(),
        };
        line.hash = hash_of_line(&line);
        line
    }

    #[test]
    fn the_hash_is_the_one_that_is_described() {
        // printf '00000000-0000-0000-0000-000000000001\0say\0e\0%s\0%s\0p_0007\0hello\0' 1 0 | sha256sum
        let known = "8b585a53c9aae49d2cdd23778e5eba293e75be7ed1a21b436eac73adc43c4c5f";
        assert_eq!(line(1, "hello").hash, known);
    }

    proptest! {
        /// No line can be changed, removed, added or moved without it being seen.
        #[test]
        fn a_change_shows(texts in prop::collection::vec("\\PC{0,20}", 2..8), at in any::<prop::sample::Index>(), with in "\\PC{0,20}") {
            let numbered = texts.iter().zip(1..).map(|(text, seq)| line(seq, text));
            let evidence = sealed(numbered.collect());
            prop_assert!(is_intact(&evidence));
            let at = at.index(texts.len());
            let mut changed = evidence.clone();
            changed.lines[at].text.clone_from(&with);
            prop_assert_eq!(is_intact(&changed), with == texts[at]);
            let mut resealed = evidence.clone();
            resealed.lines[at] = line(99, &with);
            prop_assert!(!is_intact(&resealed));
            let mut shorter = evidence.clone();
            shorter.lines.remove(at);
            prop_assert!(!is_intact(&shorter));
            let mut moved = evidence;
            moved.lines.rotate_left(1);
            prop_assert!(!is_intact(&moved));
        }
    }
}
