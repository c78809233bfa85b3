//! A password as account tables store it.

use super::{crypt, same};

const SALT_LEN: usize = 20;
/// The number in the text counts so many rounds.
const ROUNDS_UNIT: u32 = 1000;
/// Rounds where the text of `sha256_password` says nothing of them.
const ROUNDS_USUAL: u32 = 5000;
/// More than this nobody waits for.
const ROUNDS_MAX: u32 = 0xfff * ROUNDS_UNIT;

/// A stored password: a slow hash, or no password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredHash {
    /// There is no password.
    Empty,
    /// A hash.
    Hash {
        /// How often it was hashed.
        rounds: u32,
        /// What was hashed with it.
        salt: [u8; SALT_LEN],
        /// The result as text.
        hash: Box<[u8]>,
    },
    /// Not a hash of this plugin: no password is the right one.
    Impossible,
}

impl StoredHash {
    /// Reads the text form: `$A$005$`, the salt in 20 bytes, the hash in 43 characters.
    pub fn parse(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        Self::parse_hash(text).unwrap_or(Self::Impossible)
    }

    /// Reads the text form of `sha256_password`: `$5$`, perhaps `rounds=` with a number and `$`, the
    /// salt in 20 bytes, `$`, the hash in 43 characters.
    pub fn parse_sha256(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        Self::parse_crypt(text).unwrap_or(Self::Impossible)
    }

    fn parse_crypt(text: &[u8]) -> Option<Self> {
        let mut rest = text.strip_prefix(b"$5$")?;
        let mut rounds = ROUNDS_USUAL;
        if let Some(told) = rest.strip_prefix(b"rounds=") {
            let end = told.iter().position(|byte| *byte == b'$')?;
            let (number, after) = told.split_at_checked(end)?;
            rounds = std::str::from_utf8(number).ok()?.parse().ok()?;
            rest = after.strip_prefix(b"$")?;
        }
        let (salt, hash) = rest.split_at_checked(SALT_LEN)?;
        let hash = hash.strip_prefix(b"$")?;
        let is_sound = hash.len() == crypt::HASH_LEN && (1..=ROUNDS_MAX).contains(&rounds);
        is_sound.then_some(())?;
        Some(Self::Hash {
            rounds,
            salt: salt.try_into().ok()?,
            hash: hash.into(),
        })
    }

    fn parse_hash(text: &[u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"$A$")?;
        let (number, rest) = rest.split_at_checked(3)?;
        let rounds = u32::from_str_radix(std::str::from_utf8(number).ok()?, 16).ok()?;
        let (salt, hash) = rest.strip_prefix(b"$")?.split_at_checked(SALT_LEN)?;
        (hash.len() == crypt::HASH_LEN && rounds > 0).then_some(())?;
        Some(Self::Hash {
            rounds: rounds * ROUNDS_UNIT,
            salt: salt.try_into().ok()?,
            hash: hash.into(),
        })
    }

    /// Whether it is this password. Takes milliseconds, on purpose.
    pub fn is_of(&self, password: &[u8]) -> bool {
        match self {
            Self::Empty => password.is_empty(),
            Self::Impossible => false,
            Self::Hash { rounds, salt, hash } => {
                !password.is_empty() && same(&crypt::hash(password, salt, *rounds), hash)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_and_only_it_is_found() {
        let salt = b"0123456789abcdefghij";
        let hash = crypt::hash(b"secret", salt, 5000);
        let stored = StoredHash::parse(&[&b"$A$005$"[..], salt, &hash].concat());
        assert!(stored.is_of(b"secret"));
        assert!(!stored.is_of(b"Secret"));
        assert!(!stored.is_of(b""));
        assert!(StoredHash::parse(b"").is_of(b""));
        assert!(!StoredHash::parse(b"").is_of(b"secret"));
    }

    #[test]
    fn a_hash_of_sha256_password_has_another_form() {
        let salt = b"0123456789abcdefghij";
        for (head, rounds) in [("$5$", 5000), ("$5$rounds=1234$", 1234)] {
            let hash = crypt::hash(b"secret", salt, rounds);
            let text = [head.as_bytes(), salt, b"$", &hash].concat();
            let stored = StoredHash::parse_sha256(&text);
            assert!(stored.is_of(b"secret"), "{head}");
            assert!(!stored.is_of(b"Secret"), "{head}");
            assert!(StoredHash::parse(&text) == StoredHash::Impossible);
        }
        assert!(StoredHash::parse_sha256(b"").is_of(b""));
        for text in [
            &b"$5$short"[..],
            b"$5$rounds=$0123456789abcdefghij$0123456789012345678901234567890123456789012",
            b"$5$rounds=0$0123456789abcdefghij$0123456789012345678901234567890123456789012",
            b"$5$rounds=99999999$0123456789abcdefghij$0123456789012345678901234567890123456789012",
            b"$5$rounds=10",
            b"$A$005$0123456789abcdefghij0123456789012345678901234567890123456789012",
        ] {
            assert!(StoredHash::parse_sha256(text) == StoredHash::Impossible);
        }
    }

    #[test]
    fn what_is_no_hash_admits_nobody() {
        for text in [
            &b"$A$005$short"[..],
            b"$A$xyz$0123456789abcdefghij0123456789012345678901234567890123456789012",
            b"$A$000$0123456789abcdefghij0123456789012345678901234567890123456789012",
            b"THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED",
        ] {
            assert!(StoredHash::parse(text) == StoredHash::Impossible);
            assert!(!StoredHash::parse(text).is_of(b""));
        }
    }
}
