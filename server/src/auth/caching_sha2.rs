//! `caching_sha2_password` (MySQL documentation: "Caching SHA-2 Pluggable Authentication").
//!
//! The client answers a scramble by `SHA256(p) XOR SHA256(SHA256(SHA256(p)) + scramble)`. Only who
//! has seen the password before can check that, for account tables store a slow hash: else the
//! client is asked for the password itself, in a TLS connection or encrypted with an RSA key.

mod crypt;
mod known;
mod rsa_key;
mod stored;

pub use known::{KnownPassword, KnownPasswords, PasswordKey};
pub use rsa_key::{RsaKey, RsaKeyError, encrypt};
pub use stored::StoredHash;

use sha2::{Digest, Sha256};

/// The plugin's name, the same for clients and in account tables.
pub const NAME: &str = "caching_sha2_password";

/// The client asks for the RSA key.
pub const REQUEST_KEY: u8 = 2;
/// The answer to the scramble is right; an OK packet follows.
pub const FAST_SUCCESS: u8 = 3;
/// The password itself is asked for.
pub const FULL_AUTHENTICATION: u8 = 4;

pub(super) const DIGEST_LEN: usize = 32;
const SCRAMBLE_LEN: usize = 20;

/// The answer to a scramble.
pub fn respond(password: &[u8], scramble: &[u8; SCRAMBLE_LEN]) -> [u8; DIGEST_LEN] {
    let once = sha256(&[password]);
    xor(&once, &mask(&sha256(&[&once]), scramble))
}

/// SHA256(password) out of a right answer, for who knows SHA256(SHA256(password)).
fn once_of(
    response: &[u8],
    scramble: &[u8; SCRAMBLE_LEN],
    twice: &[u8; DIGEST_LEN],
) -> Option<[u8; DIGEST_LEN]> {
    let response: &[u8; DIGEST_LEN] = response.try_into().ok()?;
    let once = xor(response, &mask(twice, scramble));
    same(&sha256(&[&once]), twice).then_some(once)
}

fn mask(twice: &[u8; DIGEST_LEN], scramble: &[u8; SCRAMBLE_LEN]) -> [u8; DIGEST_LEN] {
    sha256(&[twice, scramble])
}

fn sha256(parts: &[&[u8]]) -> [u8; DIGEST_LEN] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

fn xor(left: &[u8; DIGEST_LEN], right: &[u8; DIGEST_LEN]) -> [u8; DIGEST_LEN] {
    let mut out = *left;
    for (byte, other) in out.iter_mut().zip(right) {
        *byte ^= other;
    }
    out
}

/// Compares without telling by its time where the first difference is.
fn same(left: &[u8], right: &[u8]) -> bool {
    let differences = left
        .iter()
        .zip(right)
        .fold(0, |seen, (l, r)| seen | (l ^ r));
    left.len() == right.len() && differences == 0
}

/// A password as it is encrypted: with a NUL behind it, mixed with the scramble.
fn mixed(password: &[u8], scramble: &[u8; SCRAMBLE_LEN]) -> Vec<u8> {
    let bytes = password.iter().chain(&[0]);
    let mixed = bytes.zip(scramble.iter().cycle());
    mixed.map(|(byte, other)| byte ^ other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_one_that_clients_of_mysql_give() {
        // Computed by the definition above with another implementation of SHA-256.
        let response = respond(b"secret", b"abcdefghijABCDEFGHIJ");
        let expected = "11d5b73463e27fddcafbdf272dfae644abf4843c2b24ead6a6f993faae49809a";
        let bytes = expected.as_bytes().chunks(2);
        let bytes = bytes.map(|digits| std::str::from_utf8(digits).unwrap());
        let bytes: Vec<_> = bytes
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect();
        assert_eq!(response.as_slice(), bytes);
    }

    #[test]
    fn who_knows_the_double_hash_learns_the_single_one_from_a_right_answer() {
        let scramble = b"abcdefghijABCDEFGHIJ";
        let once = sha256(&[b"secret"]);
        let twice = sha256(&[&once]);
        let response = respond(b"secret", scramble);
        assert_eq!(once_of(&response, scramble, &twice), Some(once));
        assert_eq!(
            once_of(&respond(b"other", scramble), scramble, &twice),
            None
        );
        assert_eq!(once_of(&response[..31], scramble, &twice), None);
        assert_eq!(once_of(&response, b"01234567890123456789", &twice), None);
    }
}
