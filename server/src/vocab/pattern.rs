//! What a ban may name besides a person: names that look alike, and ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::skeleton;

/// The fewest letters that a pattern must have, so that none means everyone.
const LETTERS_MIN: usize = 3;
/// The longest pattern. Characters.
const PATTERN_CHARS_MAX: usize = 40;
/// The widest range of IPv4 addresses. Bits that must agree.
const IPV4_BITS_MIN: u8 = 8;
/// The widest range of IPv6 addresses. Bits that must agree.
const IPV6_BITS_MIN: u8 = 16;

/// Names that look like this: `*` is any run of letters, `?` is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamePattern(String);

impl NamePattern {
    /// Whether a name is like it, however it is written.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let name: Vec<char> = skeleton(name).chars().collect();
        glob(&pattern, &name)
    }
}

impl FromStr for NamePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.chars().count() > PATTERN_CHARS_MAX {
            return Err(format!("A pattern has at most {PATTERN_CHARS_MAX} characters."));
        }
        if !text.chars().all(|c| c.is_alphabetic() || c == '*' || c == '?') {
            return Err("A pattern has letters, * and ?, nothing else.".to_owned());
        }
        if text.chars().filter(|c| c.is_alphabetic()).count() < LETTERS_MIN {
            return Err(format!("A pattern needs {LETTERS_MIN} letters, lest it mean everyone."));
        }
        let parts = text.split_inclusive(['*', '?']).map(|part| {
            let letters = part.trim_end_matches(['*', '?']);
            format!("{}{}", skeleton(letters), &part[letters.len()..])
        });
        Ok(Self(parts.collect()))
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Matches in time proportional to the product of the lengths: only the last `*` is ever tried again.
fn glob(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, seen)) => {
                    star = Some((at, seen + 1));
                    p = at + 1;
                    n = seen + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The addresses whose first bits agree, written `10.1.0.0/16`; one address without the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    first: IpAddr,
    bits: u8,
}

impl AddressRange {
    /// Whether an address lies in it. An IPv4 address is the same however it is written.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && network(address, self.bits) == self.first
    }

    fn whole(address: IpAddr) -> u8 {
        if address.is_ipv4() { 32 } else { 128 }
    }
}

impl FromStr for AddressRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape =
            || format!("{text:?} is not an address: write 10.1.2.3, 10.1.0.0/16 or 2001:db8::/32.");
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let typed: IpAddr = address.parse().map_err(|_| shape())?;
        let address = typed.to_canonical();
        let whole = Self::whole(address);
        let bits = match bits {
            None => whole,
            // The bits were counted for the longer form of the address.
            Some(_) if address != typed => return Err(shape()),
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= whole).ok_or_else(shape)?,
        };
        let least = if address.is_ipv4() { IPV4_BITS_MIN } else { IPV6_BITS_MIN };
        if bits < least {
            return Err(format!("That is half the world: at least /{least}, please."));
        }
        Ok(Self { first: network(address, bits), bits })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == Self::whole(self.first) {
            return self.first.fmt(f);
        }
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// The address with all but its first bits cleared.
fn network(address: IpAddr, bits: u8) -> IpAddr {
    let bits = u32::from(bits);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> NamePattern {
        text.parse().unwrap()
    }

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap()
    }

    #[test]
    fn patterns_match_whole_names_however_written() {
        for (like, name, is) in [
            ("*troll*", "Stroller", true),
            ("troll*", "Stroll", false),
            ("tr?ll", "Trull", true),
            ("tr?ll", "Trll", false),
            ("ada", "Аda", true),
            ("ADA*", "Adam", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyyd", false),
        ] {
            assert_eq!(pattern(like).matches(name), is, "{like} {name}");
        }
    }

    #[test]
    fn no_pattern_means_everyone() {
        for bad in
            ["*", "**", "a*", "??", "a b*c", "abc;--*", "", &"a".repeat(41), &"*a".repeat(30)]
        {
            assert!(bad.parse::<NamePattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges_hold_what_begins_alike() {
        assert!(range("10.1.0.0/16").contains("10.1.255.3".parse().unwrap()));
        assert!(range("10.1.0.0/16").contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!range("10.1.0.0/16").contains("10.2.0.0".parse().unwrap()));
        assert!(range("10.1.2.3").contains("10.1.2.3".parse().unwrap()));
        assert!(!range("10.1.2.3").contains("10.1.2.2".parse().unwrap()));
        assert!(range("2001:db8::/32").contains("2001:db8:9::1".parse().unwrap()));
        assert!(!range("2001:db8::/32").contains("2001:db9::1".parse().unwrap()));
        assert_eq!(range("10.1.2.3/16").to_string(), "10.1.0.0/16");
        assert_eq!(range("10.1.2.3/32").to_string(), "10.1.2.3");
        assert_eq!(range("::ffff:10.1.2.3"), range("10.1.2.3"));
    }

    #[test]
    fn what_is_no_range_or_too_wide_is_refused() {
        for bad in [
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/7",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0",
            "10.0.0.0/8/8",
            "::ffff:1.2.3.4/0",
        ] {
            assert!(bad.parse::<AddressRange>().is_err(), "{bad}");
        }
    }

    proptest! {
        /// A range written down is the same range when read.
        #[test]
        fn ranges_survive_their_text(address: [u8; 4], bits in 8u8..=32) {
            let one = range(&format!("{}/{bits}", IpAddr::from(address)));
            prop_assert_eq!(range(&one.to_string()), one);
            prop_assert!(one.contains(address.into()));
        }

        /// `*x*` is "contains", whatever the name.
        #[test]
        fn stars_around_mean_contains(name in "[a-c]{0,12}", part in "[a-c]{3}") {
            prop_assert_eq!(pattern(&format!("*{part}*")).matches(&name), name.contains(&part));
        }
    }
}
