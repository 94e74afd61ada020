//! How a push is signed (Standard Webhooks 1.0.0, "Signature scheme"): HMAC-SHA256 over the id, the time and the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use uuid::Uuid;

/// What secrets begin with.
const PREFIX: &str = "whsec_";
/// How long they are. Bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// What signs the pushes of a hook. Never shown.
#[derive(Debug, Clone)]
pub(super) struct Signer(hmac::Key);

impl Signer {
    /// Reads a secret.
    ///
    /// # Errors
    /// A sentence about what it is not, without any of it.
    pub(super) fn read(secret: &str) -> Result<Self, String> {
        let none = || {
            let (from, to) = (KEY_BYTES.start(), KEY_BYTES.end());
            format!("the secret is not {PREFIX} and {from} to {to} bytes in base64")
        };
        let encoded = secret.trim().strip_prefix(PREFIX).ok_or_else(none)?;
        let key = STANDARD.decode(encoded).map_err(|_| none())?;
        if !KEY_BYTES.contains(&key.len()) {
            return Err(none());
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &key)))
    }

    /// The header `webhook-signature` for a push that is sent now. `at` is in seconds since 1970.
    pub(super) fn sign(&self, id: Uuid, at: i64, body: &str) -> String {
        let signed = hmac::sign(&self.0, format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(signed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_whole_or_none() {
        let good = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert!(Signer::read(&good).is_ok());
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        for wrong in ["", "whsec_", "hunter2 is my word", &good[6..], &short, &format!("{good}!")] {
            let why = Signer::read(wrong).unwrap_err();
            assert!(wrong.len() < 10 || !why.contains(&wrong[6..]), "{why}");
        }
    }
}
