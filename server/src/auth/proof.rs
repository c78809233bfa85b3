//! What a client has shown of its password, and what it is still asked for.

use std::fmt;

use super::caching_sha2::PasswordKey;
use super::native::DIGEST_LEN;
use super::{Plugin, ed25519};

/// What a client has shown.
pub enum Proof {
    /// Its answer to a challenge of `mysql_native_password`.
    Native {
        /// The challenge.
        scramble: [u8; DIGEST_LEN],
        /// The answer; empty: no password.
        response: Vec<u8>,
    },
    /// Its signature of a challenge of `client_ed25519`.
    Signature {
        /// The challenge.
        nonce: [u8; ed25519::NONCE_LEN],
        /// The signature.
        signature: Vec<u8>,
    },
    /// The password itself, by way of `caching_sha2_password`.
    Password {
        /// The password.
        password: Box<[u8]>,
        /// The account whose password it was found to be already.
        known: Option<PasswordKey>,
    },
}

impl Proof {
    /// The plugin by which it was shown.
    pub fn plugin(&self) -> Plugin {
        match self {
            Self::Native { .. } => Plugin::Native,
            Self::Signature { .. } => Plugin::Ed25519,
            Self::Password { .. } => Plugin::CachingSha2,
        }
    }

    /// Whether it is that there is no password.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Native { response, .. } => response.is_empty(),
            Self::Signature { .. } => false,
            Self::Password { password, .. } => password.is_empty(),
        }
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({:?}, *****)", self.plugin())
    }
}

/// What a client is to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The plugin by which.
    pub plugin: Plugin,
    /// The account, for passwords that are known already.
    pub key: PasswordKey,
    /// Whether what the client has shown before was not the account's password.
    pub is_next: bool,
}
