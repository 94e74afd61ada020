//! Identifiers. Each is its own type, so that a room can never be passed where a player is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use uuid::Uuid;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

impl IdError {
    fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), expected }
    }
}

/// Whether a text may be one part of a dotted id: `[a-z0-9_-]+`, at most 40 characters.
#[must_use]
pub fn is_id_part(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// A room's place in the world: the dotted path `plane.zone.subzone.room`.
///
/// A dot separates NATS tokens too, so the path is a subject suffix as it stands.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "SmolStr", into = "SmolStr")]
pub struct RoomId(SmolStr);

impl RoomId {
    /// Joins four parts that were each checked by [`is_id_part`].
    ///
    /// # Errors
    /// When a part is not `[a-z0-9_-]+`.
    pub fn new(plane: &str, zone: &str, subzone: &str, room: &str) -> Result<Self, IdError> {
        format!("{plane}.{zone}.{subzone}.{room}").parse()
    }

    /// The whole dotted path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The plane, the first part.
    #[must_use]
    pub fn plane(&self) -> &str {
        self.prefix(1)
    }

    /// The path down to the zone: `plane.zone`.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.prefix(2)
    }

    /// The path down to the subzone: `plane.zone.subzone`.
    #[must_use]
    pub fn subzone(&self) -> &str {
        self.prefix(3)
    }

    /// The room's own part, the last.
    #[must_use]
    pub fn room(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or_default()
    }

    fn prefix(&self, parts: usize) -> &str {
        let is_dot = |(_, byte): &(usize, u8)| *byte == b'.';
        let end = self.0.bytes().enumerate().filter(is_dot).nth(parts - 1);
        &self.0[..end.map_or(self.0.len(), |(at, _)| at)]
    }
}

impl RoomId {
    /// The room's number on clients' maps: see [`number`].
    #[must_use]
    pub fn number(&self) -> u32 {
        number(&self.0)
    }
}

/// A number for what is called so in the world's files: positive, within the 31 bits that clients take, and the same at every
/// start, as it follows from the id alone. FNV-1a, folded; two ids of a large world may, seldom, share one.
/// A world in which two rooms do is refused.
#[must_use]
pub fn number(id: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = id.bytes().fold(0x811c_9dc5, mix);
    (hash >> 31 ^ hash & 0x7fff_ffff).max(1)
}

impl FromStr for RoomId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let parts = text.split('.').count();
        if parts == 4 && text.split('.').all(is_id_part) {
            Ok(Self(SmolStr::new(text)))
        } else {
            Err(IdError::new(text, "a room id (plane.zone.subzone.room)"))
        }
    }
}

impl TryFrom<SmolStr> for RoomId {
    type Error = IdError;

    fn try_from(text: SmolStr) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<RoomId> for SmolStr {
    fn from(id: RoomId) -> Self {
        id.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomId({})", self.0)
    }
}

/// A channel's name, as in `say`; one [id part](is_id_part), so it is safe in a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "SmolStr", into = "SmolStr")]
pub struct ChannelName(SmolStr);

impl ChannelName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChannelName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if is_id_part(text) {
            Ok(Self(SmolStr::new(text)))
        } else {
            Err(IdError::new(text, "a channel name ([a-z0-9_-]+)"))
        }
    }
}

impl TryFrom<SmolStr> for ChannelName {
    type Error = IdError;

    fn try_from(text: SmolStr) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ChannelName> for SmolStr {
    fn from(name: ChannelName) -> Self {
        name.0
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes a number type that is written as `<prefix><hex>`, in JSON and to people alike.
macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "SmolStr", into = "SmolStr")]
        pub struct $name(pub u64);

        impl $name {
            /// The id as text, without a place of its own in memory.
            #[inline]
            pub(crate) fn hex(self) -> HexText {
                HexText::new($prefix, self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.hex().as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|hex| u64::from_str_radix(hex, 16).ok())
                    .map(Self)
                    .ok_or_else(|| IdError::new(text, concat!("an id like ", $prefix, "1f3a")))
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = IdError;

            fn try_from(text: SmolStr) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for SmolStr {
            fn from(id: $name) -> Self {
                SmolStr::new(id.hex().as_str())
            }
        }
    };
}

/// An id as text, in place.
#[derive(Clone, Copy)]
pub(crate) struct HexText {
    bytes: [u8; HEX_ID_BYTES],
    length: u8,
}

/// Room for the longest prefix and sixteen digits.
const HEX_ID_BYTES: usize = 24;

impl HexText {
    /// A number in at least four hexadecimal digits behind a prefix. Each message names several, so it is made without the
    /// machinery of formats.
    #[inline]
    fn new(prefix: &str, number: u64) -> Self {
        let skipped = (number.leading_zeros() / 4).min(12);
        let mut bytes = [0; HEX_ID_BYTES];
        bytes[..prefix.len()].copy_from_slice(prefix.as_bytes());
        bytes[prefix.len()..prefix.len() + 16]
            .copy_from_slice(&hex_digits(number << (4 * skipped)));
        Self { bytes, length: (prefix.len() + 16) as u8 - skipped as u8 }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("prefixes and digits are ASCII")
    }
}

/// All sixteen digits of a number, eight at a time.
#[inline]
fn hex_digits(number: u64) -> [u8; 16] {
    const LOW: u64 = u64::from_le_bytes([1; 8]);
    let eight = |half: u64| {
        let spread = (half | half << 16) & 0x0000_ffff_0000_ffff;
        let spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff;
        let nibbles = (spread | spread << 4) & (LOW * 0x0f);
        // Those above nine get a sixteen, and are letters.
        let letters = (nibbles + LOW * 6) >> 4 & LOW;
        (nibbles + LOW * u64::from(b'0') + letters * u64::from(b'a' - b'9' - 1)).to_be_bytes()
    };
    let mut digits = [0; 16];
    digits[..8].copy_from_slice(&eight(number >> 32));
    digits[8..].copy_from_slice(&eight(number & 0xffff_ffff));
    digits
}

hex_id!(
    /// Someone in the world: a character of an account, a guest, or an NPC. Below 2^63.
    PlayerId,
    "p_"
);
hex_id!(
    /// Whoever logs in; it holds characters. Below 2^63.
    AccountId,
    "a_"
);
hex_id!(
    /// A party; unique while the process lives.
    PartyId,
    "party_"
);
hex_id!(
    /// One login being played, or one connection on its way there: the gateway in the upper 16 bits, a counter below.
    SessionId,
    "s_"
);

impl SessionId {
    /// The session with this counter on this gateway.
    #[must_use]
    pub fn on(gateway: u16, counter: u64) -> Self {
        Self(u64::from(gateway) << 48 | (counter & 0xffff_ffff_ffff))
    }

    /// What stands for a gateway where a session has to be named: no connection is ever called so.
    #[must_use]
    pub fn of_none(gateway: u16) -> Self {
        Self::on(gateway, 0)
    }

    /// The gateway that holds the session's connection.
    #[must_use]
    pub fn gateway(self) -> u16 {
        (self.0 >> 48) as u16
    }
}

/// The name of one message: a UUID version 7, so that names sort by time (RFC 9562, section 5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub Uuid);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_id_knows_what_it_lies_in() {
        let id: RoomId = "earth.harbour.docks.pier".parse().unwrap();
        assert_eq!(id.plane(), "earth");
        assert_eq!(id.zone(), "earth.harbour");
        assert_eq!(id.subzone(), "earth.harbour.docks");
        assert_eq!(id.room(), "pier");
    }

    #[test]
    fn only_four_plain_parts_make_a_room_id() {
        for bad in ["", "a.b.c", "a.b.c.d.e", "a.b..d", "A.b.c.d", "a.b.c.*", "a.b.c.>", "a.b.c.d "]
        {
            assert!(bad.parse::<RoomId>().is_err(), "{bad:?} was taken for a room id");
        }
    }

    #[test]
    fn hex_ids_survive_their_text() {
        let edges = (0..64).flat_map(|bit| [(1 << bit) - 1, 1 << bit]);
        for number in edges.chain([0x7f3a, u64::MAX]) {
            let id = PartyId(number);
            assert_eq!(id.to_string(), format!("party_{number:04x}"));
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!(PlayerId(0x7f3a).to_string(), "p_7f3a");
        assert!("p_+7".parse::<PlayerId>().is_err());
    }

    #[test]
    fn a_session_names_its_gateway() {
        assert_eq!(SessionId::on(7, 42).gateway(), 7);
    }
}
