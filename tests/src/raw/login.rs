//! What a client says at its login.

use sha1::{Digest, Sha1};
use sha2::Sha256;

/// Capability bits, MariaDB's extended ones above bit 32.
pub mod capability {
    /// CLIENT_MYSQL: absent when the extended capabilities are used.
    pub const MYSQL: u64 = 1;
    /// CLIENT_CONNECT_WITH_DB
    pub const CONNECT_WITH_DB: u64 = 1 << 3;
    /// CLIENT_LOCAL_FILES
    pub const LOCAL_FILES: u64 = 1 << 7;
    /// CLIENT_PROTOCOL_41
    pub const PROTOCOL_41: u64 = 1 << 9;
    /// CLIENT_TRANSACTIONS
    pub const TRANSACTIONS: u64 = 1 << 13;
    /// CLIENT_SECURE_CONNECTION
    pub const SECURE_CONNECTION: u64 = 1 << 15;
    /// CLIENT_MULTI_STATEMENTS
    pub const MULTI_STATEMENTS: u64 = 1 << 16;
    /// CLIENT_MULTI_RESULTS
    pub const MULTI_RESULTS: u64 = 1 << 17;
    /// CLIENT_PS_MULTI_RESULTS
    pub const PS_MULTI_RESULTS: u64 = 1 << 18;
    /// CLIENT_PLUGIN_AUTH
    pub const PLUGIN_AUTH: u64 = 1 << 19;
    /// CLIENT_CONNECT_ATTRS
    pub const CONNECT_ATTRS: u64 = 1 << 20;
    /// CLIENT_SESSION_TRACK
    pub const SESSION_TRACK: u64 = 1 << 23;
    /// CLIENT_DEPRECATE_EOF
    pub const DEPRECATE_EOF: u64 = 1 << 24;
    /// MARIADB_CLIENT_STMT_BULK_OPERATIONS
    pub const BULK_OPERATIONS: u64 = 1 << 34;
}

const USUAL: u64 = capability::PROTOCOL_41
    | capability::TRANSACTIONS
    | capability::SECURE_CONNECTION
    | capability::MULTI_RESULTS
    | capability::PS_MULTI_RESULTS
    | capability::PLUGIN_AUTH;

/// A login with mysql_native_password.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// The user.
    pub user: &'a str,
    /// The password; empty for none.
    pub password: &'a str,
    /// The default database; empty for none.
    pub database: &'a str,
    /// Capabilities beside the usual ones.
    pub capabilities: u64,
    /// Connection attributes.
    pub attributes: &'a [(&'a str, &'a str)],
}

impl<'a> Login<'a> {
    /// A login with the usual capabilities and no default database.
    pub const fn new(user: &'a str, password: &'a str) -> Self {
        Self {
            user,
            password,
            database: "",
            capabilities: USUAL,
            attributes: &[],
        }
    }

    /// The same with a default database.
    #[must_use]
    pub const fn database(mut self, database: &'a str) -> Self {
        self.database = database;
        self
    }

    /// The same with further capabilities.
    #[must_use]
    pub const fn with(mut self, capabilities: u64) -> Self {
        self.capabilities |= capabilities;
        self
    }

    /// The same with connection attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: &'a [(&'a str, &'a str)]) -> Self {
        self.attributes = attributes;
        self
    }

    /// The handshake response (protocol 4.1).
    pub(super) fn encode(&self, scramble: &[u8]) -> Vec<u8> {
        let mut capabilities = self.capabilities;
        if !self.database.is_empty() {
            capabilities |= capability::CONNECT_WITH_DB;
        }
        if !self.attributes.is_empty() {
            capabilities |= capability::CONNECT_ATTRS;
        }
        let mut out = Vec::new();
        out.extend_from_slice(&capabilities.to_le_bytes()[..4]);
        out.extend_from_slice(&(1_u32 << 30).to_le_bytes());
        out.push(45); // utf8mb4_general_ci
        out.extend_from_slice(&[0; 19]);
        out.extend_from_slice(&capabilities.to_le_bytes()[4..]);
        out.extend_from_slice(self.user.as_bytes());
        out.push(0);
        let answer = native_password(self.password, scramble);
        out.push(u8::try_from(answer.len()).expect("20 bytes or none"));
        out.extend_from_slice(&answer);
        if !self.database.is_empty() {
            out.extend_from_slice(self.database.as_bytes());
            out.push(0);
        }
        out.extend_from_slice(b"mysql_native_password\0");
        if !self.attributes.is_empty() {
            let mut list = Vec::new();
            for text in self
                .attributes
                .iter()
                .flat_map(|(name, value)| [name, value])
            {
                list.push(u8::try_from(text.len()).expect("a short attribute"));
                list.extend_from_slice(text.as_bytes());
            }
            out.push(u8::try_from(list.len()).expect("few attributes"));
            out.extend_from_slice(&list);
        }
        out
    }
}

/// `SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password)))`, empty for an empty password.
pub(super) fn native_password(password: &str, scramble: &[u8]) -> Vec<u8> {
    if password.is_empty() {
        return Vec::new();
    }
    let once = Sha1::digest(password.as_bytes());
    let twice = Sha1::digest(once);
    let mask = Sha1::new()
        .chain_update(scramble)
        .chain_update(twice)
        .finalize();
    once.iter().zip(mask).map(|(a, b)| a ^ b).collect()
}

/// `SHA256(password) XOR SHA256(SHA256(SHA256(password)) + scramble)`, empty for an empty password.
pub(super) fn caching_sha2(password: &str, scramble: &[u8]) -> Vec<u8> {
    if password.is_empty() {
        return Vec::new();
    }
    let once = Sha256::digest(password.as_bytes());
    let mask = Sha256::new()
        .chain_update(Sha256::digest(once))
        .chain_update(scramble)
        .finalize();
    once.iter().zip(mask).map(|(a, b)| a ^ b).collect()
}
