//! How tokens are signed: algorithm, key and issuer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rand::RngCore;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::der::{Decode as _, Encode as _};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use rsa::pkcs8::{DecodePrivateKey as _, PrivateKeyInfo};
use sha2::{Digest as _, Sha256};

use super::Role;

/// Object identifiers as they stand in a SubjectPublicKeyInfo (RFC 5280, RFC 5480, RFC 8410).
const RSA_OID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const P256_OID: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384_OID: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519_OID: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// The issuer of tokens when nothing is said.
const ISSUER: &str = "maxscale";

/// Algorithm, key and issuer of tokens.
pub struct TokenRules {
    algorithm: Algorithm,
    issuer: String,
    /// Nobody else has the key: the tokens end with this process.
    is_random: bool,
    /// Of what signs, when that was given: the same key gives the same.
    fingerprint: [u8; 32],
    /// No other rules of this process have it.
    number: u64,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// A private key and its public one, DER.
#[derive(Clone)]
pub struct SigningPair {
    /// PKCS #8, or PKCS #1 for RSA and SEC 1 for elliptic curves.
    pub private: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub public: Vec<u8>,
}

/// Tokens can't be signed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRuleError {
    /// There is no such algorithm.
    #[error("there is no algorithm {0}")]
    Unknown(String),
    /// The key is for another one.
    #[error("the key is none for {0}")]
    OtherKey(String),
}

impl Default for TokenRules {
    /// HS256 with a random key.
    fn default() -> Self {
        Self::symmetric(Algorithm::HS256, None, ISSUER)
    }
}

impl TokenRules {
    /// Rules of `[maxscale]`: the algorithm by its documented name, a key of one's own for
    /// symmetric algorithms, the pair of the API's certificate for the others. `auto`: by the kind
    /// of the pair if it is one that can be used, else HS256.
    ///
    /// # Errors
    /// Why tokens can't be signed so.
    pub fn new(
        algorithm: &str,
        secret: Option<Vec<u8>>,
        pair: Option<&SigningPair>,
        issuer: &str,
    ) -> Result<Self, TokenRuleError> {
        let found = match (algorithm, pair) {
            ("auto", pair) => {
                let kind = pair.and_then(|pair| Some((of_kind(pair)?, pair)));
                let found = kind.and_then(|(found, pair)| Self::asymmetric(found, pair, issuer));
                let otherwise = || Self::symmetric(Algorithm::HS256, secret, issuer);
                return Ok(found.unwrap_or_else(otherwise));
            }
            (name, _) => named(name)?,
        };
        if is_symmetric(found) {
            return Ok(Self::symmetric(found, secret, issuer));
        }
        pair.and_then(|pair| Self::asymmetric(found, pair, issuer))
            .ok_or_else(|| TokenRuleError::OtherKey(algorithm.to_owned()))
    }

    /// By the pair; `None` when no token can be signed or verified with it.
    fn asymmetric(algorithm: Algorithm, pair: &SigningPair, issuer: &str) -> Option<Self> {
        let (encoding, decoding) = keys(algorithm, pair)?;
        let rules = Self {
            algorithm,
            issuer: issuer.to_owned(),
            is_random: false,
            fingerprint: Sha256::digest(&pair.private).into(),
            number: next(),
            encoding,
            decoding,
        };
        // The key is parsed only when something is signed.
        rules.works().then_some(rules)
    }

    fn works(&self) -> bool {
        let (now, age) = (SystemTime::now(), Duration::from_mins(1));
        let token = self.sign(("anybody", 0), Role::Basic, now, age);
        token.is_some_and(|token| self.verify(&token).is_some())
    }

    fn symmetric(algorithm: Algorithm, secret: Option<Vec<u8>>, issuer: &str) -> Self {
        let is_random = secret.is_none();
        let secret = secret.unwrap_or_else(|| {
            let mut key = vec![0; 64];
            rand::rng().fill_bytes(&mut key);
            key
        });
        Self {
            algorithm,
            issuer: issuer.to_owned(),
            is_random,
            fingerprint: if is_random {
                [0; 32]
            } else {
                Sha256::digest(&secret).into()
            },
            number: next(),
            encoding: EncodingKey::from_secret(&secret),
            decoding: DecodingKey::from_secret(&secret),
        }
    }

    /// The same with another random key, if the key is one; tokens that were given end.
    pub(in crate::auth::admin) fn renewed(&self) -> Option<Self> {
        let renewed = || Self::symmetric(self.algorithm, None, &self.issuer);
        self.is_random.then(renewed)
    }

    /// Whether both say the same, but for a random key.
    pub(in crate::auth::admin) fn is_like(&self, other: &Self) -> bool {
        let of = |rules: &Self| (rules.is_random, rules.algorithm, rules.fingerprint);
        of(self) == of(other) && self.issuer == other.issuer
    }

    /// No other rules of this process have this number.
    pub(in crate::auth::admin) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

/// A number that no rules had before.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn named(name: &str) -> Result<Algorithm, TokenRuleError> {
    use Algorithm::{
        ES256, ES384, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512,
    };
    let known = [
        HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384,
    ];
    if name == "ED25519" {
        return Ok(EdDSA);
    }
    let found = known.into_iter().find(|known| format!("{known:?}") == name);
    found.ok_or_else(|| TokenRuleError::Unknown(name.to_owned()))
}

fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
    )
}

/// The algorithm that goes with a kind of key.
fn of_kind(pair: &SigningPair) -> Option<Algorithm> {
    let kinds = [
        (ED25519_OID, Algorithm::EdDSA),
        (P256_OID, Algorithm::ES256),
        (P384_OID, Algorithm::ES384),
        (RSA_OID, Algorithm::RS256),
    ];
    let is_of = |oid: &[u8]| {
        pair.public
            .windows(oid.len())
            .take(24)
            .any(|part| part == oid)
    };
    let found = kinds.into_iter().find(|(oid, _)| is_of(oid));
    found.map(|(_, algorithm)| algorithm)
}

/// The keys for an algorithm; `None` when they are of another kind.
fn keys(algorithm: Algorithm, pair: &SigningPair) -> Option<(EncodingKey, DecodingKey)> {
    let kind = of_kind(pair)?;
    let private = &pair.private;
    match algorithm {
        Algorithm::EdDSA | Algorithm::ES256 | Algorithm::ES384 if kind != algorithm => None,
        Algorithm::EdDSA => {
            let public = DecodingKey::from_ed_der(tail(&pair.public, 32)?);
            Some((EncodingKey::from_ed_der(private), public))
        }
        // The point stands at the end, not compressed: a byte and both coordinates.
        Algorithm::ES256 | Algorithm::ES384 => {
            let coordinate = if algorithm == Algorithm::ES256 {
                32
            } else {
                48
            };
            let public = DecodingKey::from_ec_der(tail(&pair.public, 1 + 2 * coordinate)?);
            Some((EncodingKey::from_ec_der(&wrapped(pair)?), public))
        }
        _ if kind != Algorithm::RS256 => None,
        _ => {
            let key = RsaPrivateKey::from_pkcs8_der(private)
                .ok()
                .or_else(|| RsaPrivateKey::from_pkcs1_der(private).ok())?;
            let public = key.to_public_key().to_pkcs1_der().ok()?;
            let private = key.to_pkcs1_der().ok()?;
            Some((
                EncodingKey::from_rsa_der(private.as_bytes()),
                DecodingKey::from_rsa_der(public.as_bytes()),
            ))
        }
    }
}

/// The private key of an elliptic curve as PKCS #8, which one of SEC 1 is put into: jsonwebtoken
/// reads nothing else.
fn wrapped(pair: &SigningPair) -> Option<Vec<u8>> {
    if PrivateKeyInfo::from_der(&pair.private).is_ok() {
        return Some(pair.private.clone());
    }
    let public = SubjectPublicKeyInfoRef::from_der(&pair.public).ok()?;
    let key = PrivateKeyInfo::new(public.algorithm, &pair.private);
    key.to_der().ok()
}

fn tail(bytes: &[u8], len: usize) -> Option<&[u8]> {
    bytes.get(bytes.len().checked_sub(len)?..)
}

#[cfg(test)]
mod tests;
