//! `sha256_password` (MySQL documentation: "SHA-256 Pluggable Authentication"), which MySQL has
//! deprecated in favour of `caching_sha2_password`: there is no short answer, a server is always
//! shown the password itself, in a TLS connection or encrypted with its RSA key.
//!
//! Clients of such accounts are asked for their password by way of `caching_sha2_password`.

/// The plugin's name, the same for clients and in account tables.
pub const NAME: &str = "sha256_password";

/// The client asks for the RSA key.
pub const REQUEST_KEY: u8 = 1;
