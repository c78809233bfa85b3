//! Passwords and their hashes.

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::{
    self, PasswordHashString, PasswordHasher, PasswordVerifier, SaltString,
};
use rand::RngCore;
use sha2::{Digest as _, Sha256};

/// A password in clear; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes a password in.
    pub fn new(clear: impl Into<String>) -> Self {
        Self(clear.into())
    }

    /// A password that nobody knows.
    pub(super) fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(
            bytes
                .iter()
                .map(|byte| char::from(b'a' + byte % 26))
                .collect(),
        )
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Its argon2id hash with a fresh salt. Takes tens of milliseconds of a core.
    pub fn hash(&self) -> Result<PasswordHash, HashError> {
        let mut bytes = [0; 16];
        rand::rng().fill_bytes(&mut bytes);
        let salt = SaltString::encode_b64(&bytes).map_err(HashError::Failed)?;
        let hash = Argon2::default().hash_password(self.as_bytes(), &salt);
        Ok(PasswordHash(hash.map_err(HashError::Failed)?.serialize()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(*****)")
    }
}

/// The argon2id hash of a password (PHC string form); never printed.
#[derive(Clone)]
pub struct PasswordHash(PasswordHashString);

impl PasswordHash {
    /// Reads the PHC string form (`$argon2id$v=19$..`).
    pub fn from_phc(text: &str) -> Result<Self, HashError> {
        PasswordHashString::new(text)
            .map(Self)
            .map_err(HashError::Failed)
    }

    /// The PHC string form: to be kept, never to be shown.
    pub fn as_phc(&self) -> &str {
        self.0.as_str()
    }

    /// A number that no other hash has, which tells nothing of the password: the salt is in it.
    pub(super) fn number(&self) -> u64 {
        let digest = Sha256::digest(self.0.as_str());
        let bytes = digest.first_chunk().copied().unwrap_or_default();
        u64::from_le_bytes(bytes)
    }

    /// Whether `password` is the one; compares in constant time.
    pub fn matches(&self, password: &Password) -> Result<bool, HashError> {
        let hash = self.0.password_hash();
        match Argon2::default().verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(password_hash::Error::Password) => Ok(false),
            Err(error) => Err(HashError::Failed(error)),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(*****)")
    }
}

/// Why a password could not be hashed or compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The hash is malformed or the parameters are refused.
    #[error("{0}")]
    Failed(password_hash::Error),
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopped,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only_and_is_salted() {
        let hash = Password::new("mariadb").hash().unwrap();
        assert_eq!(hash.matches(&Password::new("mariadb")), Ok(true));
        assert_eq!(hash.matches(&Password::new("Mariadb")), Ok(false));
        let again = Password::new("mariadb").hash().unwrap();
        assert_ne!(hash.0.as_str(), again.0.as_str());
        assert!(hash.0.as_str().starts_with("$argon2id$"));
    }

    #[test]
    fn secrets_are_not_printed() {
        let password = Password::new("mariadb");
        let hash = password.hash().unwrap();
        assert_eq!(
            format!("{password:?} {hash:?}"),
            "Password(*****) PasswordHash(*****)"
        );
    }

    #[test]
    fn a_malformed_hash_is_an_error() {
        assert!(PasswordHash::from_phc("plain text").is_err());
    }
}
