//! `mysql_native_password`: challenge and response over SHA-1.
//!
//! The client answers `SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password)))` and the server
//! stores `SHA1(SHA1(password))`. Who holds the stored hash and sees a right answer therefore
//! learns `SHA1(password)`, which is all that is needed to log in to another server.

use std::fmt;

use sha1::{Digest, Sha1};

use super::BackendSecret;

/// The plugin's name, the same for clients and in account tables.
pub const NAME: &str = "mysql_native_password";

/// Bytes of a hash, a scramble and an answer.
pub const DIGEST_LEN: usize = 20;

/// The answer to a server's challenge, by SHA1(password).
pub fn respond(once: &[u8; DIGEST_LEN], scramble: &[u8; DIGEST_LEN]) -> [u8; DIGEST_LEN] {
    xor(once, &sha1(&[scramble, &sha1(&[once])]))
}

/// A stored password: SHA1(SHA1(password)), or no password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredPassword {
    /// Logs in with an empty answer only.
    Empty,
    /// SHA1(SHA1(password)).
    Hash([u8; DIGEST_LEN]),
    /// Not a hash of this plugin, as `USING 'invalid'` makes: no password is the right one.
    Impossible,
}

impl StoredPassword {
    /// Reads the text form of account tables: empty, or `*` and 40 hexadecimal digits.
    pub fn parse(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        text.strip_prefix(b"*")
            .and_then(parse_hex)
            .map_or(Self::Impossible, Self::Hash)
    }

    /// Whether `response` answers `scramble` with the right password; then the secret it proves.
    pub fn verify(&self, scramble: &[u8; DIGEST_LEN], response: &[u8]) -> Option<BackendSecret> {
        match (self, self.answered(scramble, response)?) {
            (Self::Hash(twice), BackendSecret::Sha1(once)) => {
                same(&sha1(&[&once]), twice).then_some(BackendSecret::Sha1(once))
            }
            (_, secret) => Some(secret),
        }
    }

    /// The secret that `response` proves if it is right, which is not checked.
    pub fn answered(&self, scramble: &[u8; DIGEST_LEN], response: &[u8]) -> Option<BackendSecret> {
        match self {
            Self::Empty => response.is_empty().then_some(BackendSecret::NoPassword),
            Self::Impossible => None,
            Self::Hash(twice) => {
                let response: &[u8; DIGEST_LEN] = response.try_into().ok()?;
                Some(BackendSecret::Sha1(xor(
                    response,
                    &sha1(&[scramble, twice]),
                )))
            }
        }
    }

    /// Whether it is this password.
    pub fn is_of(&self, password: &[u8]) -> bool {
        match self {
            Self::Empty => password.is_empty(),
            Self::Impossible => false,
            Self::Hash(twice) => same(&sha1(&[&sha1(&[password])]), twice),
        }
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword(*****)")
    }
}

pub(super) fn sha1(parts: &[&[u8]]) -> [u8; DIGEST_LEN] {
    let mut digest = Sha1::new();
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
fn same(left: &[u8; DIGEST_LEN], right: &[u8; DIGEST_LEN]) -> bool {
    left.iter()
        .zip(right)
        .fold(0, |seen, (l, r)| seen | (l ^ r))
        == 0
}

fn parse_hex(digits: &[u8]) -> Option<[u8; DIGEST_LEN]> {
    if digits.len() != 2 * DIGEST_LEN {
        return None;
    }
    let mut out = [0; DIGEST_LEN];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            *byte = (*byte << 4) | char::from(*digit).to_digit(16)? as u8;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Plugin;

    const SCRAMBLE: &[u8; 20] = b"abcdefghijABCDEFGHIJ";
    /// What a MariaDB server stores for the password `p`.
    const HASH_OF_P: &[u8] = b"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209";

    fn check(stored: &[u8], password: &[u8], expected: bool) {
        let respond = |secret: &BackendSecret| secret.respond(Plugin::Native, SCRAMBLE);
        let response = respond(&BackendSecret::from_password(password)).unwrap();
        let verified = StoredPassword::parse(stored).verify(SCRAMBLE, &response);
        assert_eq!(verified.is_some(), expected, "{stored:?} {password:?}");
        assert_eq!(StoredPassword::parse(stored).is_of(password), expected);
        if let Some(secret) = verified {
            let own = respond(&secret);
            assert_eq!(
                own,
                Some(response),
                "the derived secret must serve towards servers"
            );
        }
    }

    #[test]
    fn the_right_password_and_only_it_is_verified() {
        check(HASH_OF_P, b"p", true);
        check(&HASH_OF_P.to_ascii_lowercase(), b"p", true);
        check(HASH_OF_P, b"q", false);
        check(HASH_OF_P, b"", false);
        check(b"", b"", true);
        check(b"", b"p", false);
    }

    #[test]
    fn what_is_no_hash_admits_nobody() {
        for stored in [
            &b"invalid"[..],
            b"*",
            b"*7B9E",
            &[b'*'; 41],
            b"78a302dd267f6044",
        ] {
            check(stored, b"", false);
            check(stored, b"invalid", false);
        }
    }

    #[test]
    fn an_answer_of_another_length_or_another_challenge_is_wrong() {
        let secret = BackendSecret::from_password(b"p");
        let response = secret.respond(Plugin::Native, SCRAMBLE).unwrap();
        let stored = StoredPassword::parse(HASH_OF_P);
        assert!(stored.verify(SCRAMBLE, &response[..19]).is_none());
        assert!(stored.verify(b"01234567890123456789", &response).is_none());
    }

    #[test]
    fn secrets_do_not_show() {
        assert_eq!(
            format!("{:?}", StoredPassword::parse(HASH_OF_P)),
            "StoredPassword(*****)"
        );
    }
}
