//! The tokens that programs show: signed statements (RFC 7519) of which grant they belong to and how long they count.
//! What a grant is good for, and whether it is still, is looked up for every request.

use std::sync::Once;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::hmac;
use serde::{Deserialize, Serialize};
use signature::{Signer, Verifier};

use crate::vocab::{GrantId, ResumeToken};

/// Who makes the tokens.
const ISSUER: &str = "hearsay";
/// Whom they are for; a token for anything else is refused.
const AUDIENCE: &str = "hearsay-api";

/// What a token states.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The grant.
    sub: GrantId,
    /// Seconds since 1970.
    iat: i64,
    /// The same.
    exp: i64,
}

/// Signs tokens and reads them again.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    reading: DecodingKey,
}

impl Tokens {
    /// Tokens that this secret signs: 32 random bytes in base64url.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(secret: &str) -> anyhow::Result<Self> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Somebody else in this process may have set one; then it can do no less.
            let _ = PROVIDES.install_default();
        });
        let secret = URL_SAFE_NO_PAD.decode(secret)?;
        anyhow::ensure!(
            secret.len() == 32,
            "the key for tokens has {} bytes, not 32",
            secret.len()
        );
        Ok(Self {
            signing: EncodingKey::from_secret(&secret),
            reading: DecodingKey::from_secret(&secret),
        })
    }

    /// A fresh secret for [`Self::new`].
    #[must_use]
    pub fn draw_secret() -> String {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    }

    /// A token of a grant, good until a moment.
    #[must_use]
    pub fn sign(&self, grant: GrantId, now: DateTime<Utc>, until: DateTime<Utc>) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: grant,
            iat: now.timestamp(),
            exp: until.timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .expect("the claims are JSON and the key is one for HS256")
    }

    /// The word that follows on this one: always the same, and nobody finds it who does not have the secret.
    #[must_use]
    pub fn word_after(&self, word: &str) -> ResumeToken {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.signing.as_bytes());
        // No token begins so.
        let drawn = hmac::sign(&key, format!("after {word}").as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(drawn.as_ref());
        ResumeToken::of(bytes)
    }

    /// The grant that a token belongs to, if we signed it and it still counts.
    pub(super) fn read(&self, token: &str) -> Option<GrantId> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reading, &validation).ok()?.claims;
        Some(claims.sub)
    }
}

/// HS256 (RFC 7518, section 3.2) and nothing else.
static PROVIDES: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes())))),
        _ => Err(Error::from(ErrorKind::InvalidAlgorithm)),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.try_get_as_bytes()?);
            Ok(Box::new(Hs256(key)))
        }
        _ => Err(Error::from(ErrorKind::InvalidAlgorithm)),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(hmac::Key);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::{Value, json};

    use super::*;

    const HOUR: TimeDelta = TimeDelta::hours(1);

    fn tokens() -> Tokens {
        Tokens::new(&Tokens::draw_secret()).unwrap()
    }

    /// A token of these parts, signed by us.
    fn signed(tokens: &Tokens, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, tokens.signing.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
        format!("{message}.{signature}")
    }

    #[test]
    fn a_token_names_its_grant_until_it_ends() {
        let (tokens, grant, now) = (tokens(), GrantId::now_v7(), Utc::now());
        assert_eq!(tokens.read(&tokens.sign(grant, now, now + HOUR)), Some(grant));
        assert_eq!(tokens.read(&tokens.sign(grant, now - HOUR, now - TimeDelta::seconds(1))), None);
    }

    #[test]
    fn one_word_follows_on_another_by_the_secret_alone() {
        let (ours, theirs) = (tokens(), tokens());
        let next = ours.word_after("a");
        assert_eq!(next, ours.word_after("a"));
        assert_ne!(next, ours.word_after("b"));
        assert_ne!(next, theirs.word_after("a"));
    }

    #[test]
    fn what_we_did_not_sign_for_ourselves_is_no_token() {
        let (tokens, now) = (tokens(), Utc::now().timestamp());
        let good = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": GrantId::nil(), "iat": now, "exp": now + 60 });
        let hs256 = json!({ "alg": "HS256", "typ": "JWT" });
        assert!(tokens.read(&signed(&tokens, &hs256, &good)).is_some());
        for alg in ["none", "None", "HS384", "RS256", ""] {
            let header = json!({ "alg": alg, "typ": "JWT" });
            assert_eq!(tokens.read(&signed(&tokens, &header, &good)), None, "{alg}");
        }
        for (claim, value) in [
            ("aud", json!("somewhere")),
            ("iss", json!("somebody")),
            ("exp", json!(now - 1)),
            ("exp", json!("never")),
            ("sub", json!("everyone")),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            assert_eq!(tokens.read(&signed(&tokens, &hs256, &claims)), None, "{claims}");
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(tokens.read(&signed(&tokens, &hs256, &claims)), None, "{claims}");
        }
        let token = signed(&tokens, &hs256, &good);
        let unsigned = &token[..=token.rfind('.').unwrap()];
        let other = super::tests::tokens();
        assert_eq!(tokens.read(unsigned), None);
        assert_eq!(tokens.read(&token[..token.len() - 1]), None);
        assert_eq!(other.read(&token), None);
    }
}
