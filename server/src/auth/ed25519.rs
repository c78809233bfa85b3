//! `client_ed25519`: the server sends a nonce, the client signs it (MariaDB documentation:
//! "Authentication Plugin - ed25519").
//!
//! The key is made of SHA-512 of the password where Ed25519 (RFC 8032) takes the hash of a random
//! seed; the account's row holds the public key. A signature proves the password and gives nothing
//! away: nobody can log in elsewhere with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha512};

/// The plugin's name in the protocol.
pub const NAME: &str = "client_ed25519";
/// The plugin's name in account tables.
pub const ACCOUNT_NAME: &str = "ed25519";
/// Bytes of a challenge.
pub const NONCE_LEN: usize = 32;
/// Bytes of an answer.
pub const SIGNATURE_LEN: usize = 64;

/// Signs a server's challenge.
pub fn sign(password: &[u8], nonce: &[u8; NONCE_LEN]) -> [u8; SIGNATURE_LEN] {
    let key = key(password);
    raw_sign::<Sha512>(&key, nonce, &VerifyingKey::from(&key)).to_bytes()
}

/// An account's public key.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey(Option<VerifyingKey>);

impl StoredKey {
    /// Reads the text form of account tables: base64 of 32 bytes. Whatever else stands there is
    /// the key of no password.
    pub fn parse(text: &[u8]) -> Self {
        let decoded = STANDARD_NO_PAD.decode(text).ok();
        let bytes = decoded.and_then(|bytes| bytes.try_into().ok());
        Self(bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()))
    }

    /// Whether `signature` is one of `nonce` by the account's password.
    pub fn verify(&self, nonce: &[u8; NONCE_LEN], signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        let key = self.0.as_ref();
        key.zip(signature.ok())
            .is_some_and(|(key, signature)| key.verify_strict(nonce, &signature).is_ok())
    }

    /// Whether it is the password's key.
    pub fn is_of(&self, password: &[u8]) -> bool {
        self.0.as_ref() == Some(&VerifyingKey::from(&key(password)))
    }
}

fn key(password: &[u8]) -> ExpandedSecretKey {
    ExpandedSecretKey::from_bytes(&Sha512::digest(password).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What MariaDB 10.11 stores for `PASSWORD('secret')` (MariaDB documentation: the example of
    /// the plugin's page).
    const OF_SECRET: &[u8] = b"ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY";

    #[test]
    fn the_right_password_and_only_it_is_verified() {
        let nonce = [42; NONCE_LEN];
        let key = StoredKey::parse(OF_SECRET);
        assert!(key.verify(&nonce, &sign(b"secret", &nonce)));
        assert!(!key.verify(&nonce, &sign(b"Secret", &nonce)));
        assert!(!key.verify(&[43; NONCE_LEN], &sign(b"secret", &nonce)));
        assert!(!key.verify(&nonce, b""));
        assert!(key.is_of(b"secret"));
        assert!(!key.is_of(b""));
    }

    #[test]
    fn what_is_no_key_admits_nobody() {
        let nonce = [42; NONCE_LEN];
        for text in [&b""[..], b"invalid", b"ZIgUREUg5PVgQ6LskhXmO", &[b'A'; 43]] {
            let key = StoredKey::parse(text);
            assert!(!key.verify(&nonce, &sign(b"", &nonce)));
            assert!(!key.is_of(b""));
        }
    }
}
