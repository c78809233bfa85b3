//! `mysql_native_password`: challenge and response over SHA-1.
//!
//! The client answers `SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password)))` and the server
//! stores `SHA1(SHA1(password))`. Who holds the stored hash and sees a right answer therefore
//! learns `SHA1(password)`, which is all that is needed to log in to another server: this is what
//! [`BackendSecret`] carries.

use std::fmt;

use sha1::{Digest, Sha1};

/// The plugin's name, the same for clients and in account tables.
pub const NAME: &str = "mysql_native_password";

const DIGEST_LEN: usize = 20;

/// What proves a client's password to a server. Its debug form shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum BackendSecret {
    /// The account has no password.
    NoPassword,
    /// SHA1(password).
    Sha1([u8; DIGEST_LEN]),
}

impl BackendSecret {
    /// The secret of a password known in clear, as the gateway's own accounts have it.
    pub fn from_password(password: &[u8]) -> Self {
        if password.is_empty() {
            Self::NoPassword
        } else {
            Self::Sha1(sha1(&[password]))
        }
    }

    /// The answer to a server's challenge: 20 bytes, or none without a password.
    pub fn respond(&self, scramble: &[u8; DIGEST_LEN]) -> Vec<u8> {
        match self {
            Self::NoPassword => Vec::new(),
            Self::Sha1(once) => xor(once, &sha1(&[scramble, &sha1(&[once])])).to_vec(),
        }
    }
}

impl fmt::Debug for BackendSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackendSecret(*****)")
    }
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
        match self {
            Self::Empty => response.is_empty().then_some(BackendSecret::NoPassword),
            Self::Impossible => None,
            Self::Hash(twice) => {
                let response: &[u8; DIGEST_LEN] = response.try_into().ok()?;
                let once = xor(response, &sha1(&[scramble, twice]));
                same(&sha1(&[&once]), twice).then_some(BackendSecret::Sha1(once))
            }
        }
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword(*****)")
    }
}

fn sha1(parts: &[&[u8]]) -> [u8; DIGEST_LEN] {
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

    const SCRAMBLE: &[u8; 20] = b"abcdefghijABCDEFGHIJ";
    /// What a MariaDB server stores for the password `p`.
    const HASH_OF_P: &[u8] = b"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209";

    fn check(stored: &[u8], password: &[u8], expected: bool) {
        let response = BackendSecret::from_password(password).respond(SCRAMBLE);
        let verified = StoredPassword::parse(stored).verify(SCRAMBLE, &response);
        assert_eq!(verified.is_some(), expected, "{stored:?} {password:?}");
        if let Some(secret) = verified {
            let own = BackendSecret::from_password(password);
            assert_eq!(secret, own, "the derived secret must serve towards servers");
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
        let response = BackendSecret::from_password(b"p").respond(SCRAMBLE);
        let stored = StoredPassword::parse(HASH_OF_P);
        assert!(stored.verify(SCRAMBLE, &response[..19]).is_none());
        assert!(stored.verify(b"01234567890123456789", &response).is_none());
    }

    #[test]
    fn secrets_do_not_show() {
        assert_eq!(
            format!("{:?}", BackendSecret::from_password(b"p")),
            "BackendSecret(*****)"
        );
        assert_eq!(
            format!("{:?}", StoredPassword::parse(HASH_OF_P)),
            "StoredPassword(*****)"
        );
    }
}
