//! The RSA key with which clients encrypt their password when there is no TLS.

use std::fmt;
use std::path::Path;

use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::OsRng;
use rsa::{Oaep, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;

use super::{SCRAMBLE_LEN, mixed};

/// Bits of a key that is made here.
const KEY_BITS: usize = 2048;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum RsaKeyError {
    /// The file can't be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It holds no key, or none that can be used.
    #[error("no usable RSA key: {0}")]
    Key(String),
}

/// A private key, and the public one as clients get it. Its debug form shows nothing.
pub struct RsaKey {
    private: RsaPrivateKey,
    public_pem: Vec<u8>,
}

impl RsaKey {
    /// A new key. Takes a while: not to be called where others wait.
    pub fn generate() -> Result<Self, RsaKeyError> {
        Self::of(RsaPrivateKey::new(&mut OsRng, KEY_BITS).map_err(fault)?)
    }

    /// Reads a private key in PEM form (PKCS #8 or PKCS #1).
    pub fn read(path: &Path) -> Result<Self, RsaKeyError> {
        let pem = std::fs::read_to_string(path)?;
        let key = RsaPrivateKey::from_pkcs8_pem(&pem)
            .map_err(fault)
            .or_else(|error| RsaPrivateKey::from_pkcs1_pem(&pem).map_err(|_| error))?;
        Self::of(key)
    }

    fn of(private: RsaPrivateKey) -> Result<Self, RsaKeyError> {
        let public = private.to_public_key();
        let pem = public.to_public_key_pem(LineEnding::LF).map_err(fault)?;
        Ok(Self {
            private,
            public_pem: pem.into_bytes(),
        })
    }

    /// The public key in PEM form.
    pub fn public_pem(&self) -> &[u8] {
        &self.public_pem
    }

    /// The password that a client has encrypted, without the NUL behind it.
    pub fn decrypt(&self, text: &[u8], scramble: &[u8; SCRAMBLE_LEN]) -> Option<Vec<u8>> {
        let padding = Oaep::new::<Sha1>();
        let text = self
            .private
            .decrypt_blinded(&mut OsRng, padding, text)
            .ok()?;
        let scramble = scramble.iter().cycle();
        let mut password: Vec<u8> = text.iter().zip(scramble).map(|(a, b)| a ^ b).collect();
        (password.pop() == Some(0)).then_some(password)
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKey(*****)")
    }
}

/// Encrypts a password for a server with the public key that it has sent.
pub fn encrypt(password: &[u8], scramble: &[u8; SCRAMBLE_LEN], pem: &[u8]) -> Option<Vec<u8>> {
    let key = RsaPublicKey::from_public_key_pem(std::str::from_utf8(pem).ok()?).ok()?;
    let text = mixed(password, scramble);
    key.encrypt(&mut OsRng, Oaep::new::<Sha1>(), &text).ok()
}

fn fault(error: impl fmt::Display) -> RsaKeyError {
    RsaKeyError::Key(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRAMBLE: &[u8; 20] = b"abcdefghijABCDEFGHIJ";

    #[test]
    fn what_is_encrypted_with_the_public_key_the_private_one_decrypts() {
        let key = RsaKey::generate().unwrap();
        for password in [&b"secret"[..], b"a password longer than a scramble"] {
            let text = encrypt(password, SCRAMBLE, key.public_pem()).unwrap();
            assert_eq!(key.decrypt(&text, SCRAMBLE).as_deref(), Some(password));
            assert_ne!(
                key.decrypt(&text, b"01234567890123456789").as_deref(),
                Some(password)
            );
        }
        assert_eq!(key.decrypt(b"nonsense", SCRAMBLE), None);
        assert_eq!(encrypt(b"p", SCRAMBLE, b"no key"), None);
        assert_eq!(format!("{key:?}"), "RsaKey(*****)");
    }
}
