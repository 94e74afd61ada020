//! Sealing of texts under the keys of the accounts that they belong to, and opening them again.
//!
//! A sealed text is ChaCha20-Poly1305 (RFC 8439) with a random nonce in front, in Base64 (RFC 4648, section 4). Its key is
//! made of the keys of all accounts that the text belongs to: when one of them is destroyed, the text is noise. The line's
//! number and the field's name are authenticated with it, so that a sealed text opens in its own place only.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::vocab::{AccountId, TextKey};

/// How a sealed text stands in its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    /// The numbers of the keys that together open it, ascending.
    keys: Vec<i64>,
    /// Nonce, text and tag, in Base64.
    sealed: String,
}

/// What the texts of one record are sealed with.
#[derive(Debug, Clone)]
pub enum Seals {
    /// Nothing: texts are written as they are.
    Plain,
    /// The keys of the accounts that occur in the record.
    Keys(Vec<TextKey>),
}

/// Why a sealed text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A key was destroyed, because somebody's account was erased.
    Erased,
    /// A key is not in the database: it is another server's, or was restored from before.
    NoKey,
    /// The keys are there, but this is not what they sealed.
    Damaged,
}

/// Seals a text for one place under the keys of all its owners.
pub(super) fn seal(text: &str, place: &str, keys: &[&TextKey]) -> Sealed {
    let mut keys: Vec<&TextKey> = keys.to_vec();
    keys.sort_unstable_by_key(|key| key.id);
    let nonce: [u8; NONCE_LEN] = rand::random();
    let mut bytes = nonce.to_vec();
    let mut body = text.as_bytes().to_vec();
    joint_key(keys.iter().map(|key| &key.bytes))
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.as_bytes()),
            &mut body,
        )
        .expect("a line is far below the 256 GiB that the cipher takes");
    bytes.append(&mut body);
    let sealed = BASE64_STANDARD.encode(bytes);
    Sealed { keys: keys.iter().map(|key| key.id).collect(), sealed }
}

/// One key made of several: the SHA-256 of them all, with what it is for in front.
fn joint_key<'a>(keys: impl Iterator<Item = &'a [u8; 32]>) -> LessSafeKey {
    let mut context = Context::new(&SHA256);
    context.update(b"hearsay moderation log 1");
    keys.for_each(|key| context.update(key));
    let key = UnboundKey::new(&CHACHA20_POLY1305, context.finish().as_ref())
        .expect("a SHA-256 has the 32 bytes of the cipher's key");
    LessSafeKey::new(key)
}

impl Seals {
    /// The keys of these accounts; none when one is missing.
    pub(super) fn of(&self, owners: &[AccountId]) -> Option<Vec<&TextKey>> {
        let Self::Keys(keys) = self else { return None };
        owners.iter().map(|owner| keys.iter().find(|key| key.account == *owner)).collect()
    }
}

/// All keys there are: what opens sealed texts.
#[derive(Debug, Default)]
pub struct Keyring {
    /// None for those that were destroyed.
    keys: HashMap<i64, Option<[u8; 32]>>,
}

impl Keyring {
    /// The keys by their numbers; none for those that were destroyed.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = (i64, Option<[u8; 32]>)>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Opens a text that was sealed for this place.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn open(&self, sealed: &Sealed, place: &str) -> Result<String, Unread> {
        let found: Option<Vec<_>> = sealed.keys.iter().map(|id| self.keys.get(id)).collect();
        let keys: Option<Vec<&[u8; 32]>> =
            found.ok_or(Unread::NoKey)?.into_iter().map(Option::as_ref).collect();
        let key = joint_key(keys.ok_or(Unread::Erased)?.into_iter());
        let bytes = BASE64_STANDARD.decode(&sealed.sealed).map_err(|_| Unread::Damaged)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(Unread::Damaged)?;
        let mut body = body.to_vec();
        let text = key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.as_bytes()),
                &mut body,
            )
            .map_err(|_| Unread::Damaged)?;
        String::from_utf8(text.to_vec()).map_err(|_| Unread::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(id: i64) -> TextKey {
        let account = AccountId(id.cast_unsigned());
        TextKey { id, account, bytes: [u8::try_from(id).unwrap(); 32] }
    }

    fn ring(keys: &[i64], destroyed: &[i64]) -> Keyring {
        let there = keys.iter().map(|id| (*id, Some(key(*id).bytes)));
        Keyring::new(there.chain(destroyed.iter().map(|id| (*id, None))))
    }

    proptest! {
        /// Whatever was typed opens with all its keys, in its place, and reads the same.
        #[test]
        fn what_was_sealed_opens(text: String) {
            let sealed = seal(&text, "7/detail", &[&key(2), &key(1)]);
            prop_assert_eq!(&sealed.keys, &[1, 2]);
            prop_assert_eq!(ring(&[1, 2, 3], &[]).open(&sealed, "7/detail"), Ok(text));
        }
    }

    #[test]
    fn every_key_is_needed() {
        let sealed = seal("secret", "7/detail", &[&key(1), &key(2)]);
        assert_eq!(ring(&[1], &[2]).open(&sealed, "7/detail"), Err(Unread::Erased));
        assert_eq!(ring(&[2], &[]).open(&sealed, "7/detail"), Err(Unread::NoKey));
        assert!(!format!("{sealed:?}").contains("secret"));
    }

    #[test]
    fn a_text_opens_in_its_own_place_and_unchanged_only() {
        let keys = ring(&[1], &[]);
        let sealed = seal("secret", "7/detail", &[&key(1)]);
        assert_eq!(keys.open(&sealed, "8/detail"), Err(Unread::Damaged));
        let mut changed = sealed.clone();
        changed.sealed.replace_range(20..21, if &sealed.sealed[20..21] == "A" { "B" } else { "A" });
        assert_eq!(keys.open(&changed, "7/detail"), Err(Unread::Damaged));
        let short = Sealed { keys: vec![1], sealed: "AAAA".to_owned() };
        assert_eq!(keys.open(&short, "7/detail"), Err(Unread::Damaged));
    }

    #[test]
    fn two_texts_are_never_sealed_alike() {
        let twice = [(); 2].map(|()| seal("secret", "7/detail", &[&key(1)]));
        assert_ne!(twice[0], twice[1]);
    }
}
