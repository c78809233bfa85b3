//! Passwords that were proved before, so that a short answer is enough the next time.
//!
//! What is kept of a password is SHA256(SHA256(password)), by which an answer is checked, and the
//! password itself, encrypted with SHA256(password): the key comes with each right answer and is
//! kept nowhere. So the gateway has the password when the client shows that it has it, and servers
//! that ask for it can be given it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use rand::RngCore as _;

use super::{DIGEST_LEN, SCRAMBLE_LEN, once_of, sha256};

/// Accounts that are remembered; the one remembered for longest is forgotten first.
const KNOWN_MAX: usize = 4096;
const NONCE_LEN: usize = 16;

/// An account with what its row stores: another password is another key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PasswordKey([u8; DIGEST_LEN]);

impl PasswordKey {
    /// The key of an account with what is stored for it.
    pub fn new(account: &str, stored: &[u8]) -> Self {
        Self(sha256(&[account.as_bytes(), b"\0", stored]))
    }
}

impl fmt::Debug for PasswordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordKey(*****)")
    }
}

/// What is kept of one password.
pub struct KnownPassword {
    twice: [u8; DIGEST_LEN],
    nonce: [u8; NONCE_LEN],
    sealed: Box<[u8]>,
}

impl KnownPassword {
    /// Of a password that was found right.
    pub fn new(password: &[u8]) -> Self {
        let once = sha256(&[password]);
        let mut nonce = [0; NONCE_LEN];
        rand::rng().fill_bytes(&mut nonce);
        Self {
            twice: sha256(&[&once]),
            sealed: applied(&once, &nonce, password).into(),
            nonce,
        }
    }

    /// The password, if the answer to the scramble is right.
    pub fn open(&self, scramble: &[u8; SCRAMBLE_LEN], response: &[u8]) -> Option<Box<[u8]>> {
        let once = once_of(response, scramble, &self.twice)?;
        Some(applied(&once, &self.nonce, &self.sealed).into())
    }
}

/// The text mixed with a stream that key and nonce make: SHA-256 of both and a counter.
fn applied(key: &[u8; DIGEST_LEN], nonce: &[u8; NONCE_LEN], text: &[u8]) -> Vec<u8> {
    let blocks = text.chunks(DIGEST_LEN).zip(0_u32..);
    let mixed = blocks.flat_map(|(block, count)| {
        let stream = sha256(&[key, nonce, &count.to_le_bytes()]);
        block
            .iter()
            .zip(stream)
            .map(|(byte, other)| byte ^ other)
            .collect::<Vec<_>>()
    });
    mixed.collect()
}

/// All passwords that are known.
#[derive(Default)]
pub struct KnownPasswords {
    known: Mutex<IndexMap<PasswordKey, KnownPassword>>,
}

impl KnownPasswords {
    /// Remembers a password that was found right.
    pub fn remember(&self, key: PasswordKey, password: &[u8]) {
        let entry = KnownPassword::new(password);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, entry);
        if known.len() > KNOWN_MAX {
            known.shift_remove_index(0);
        }
    }

    /// The account's password, if it is known and the answer to the scramble is right.
    pub fn open(
        &self,
        key: &PasswordKey,
        scramble: &[u8; SCRAMBLE_LEN],
        response: &[u8],
    ) -> Option<Box<[u8]>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key)?.open(scramble, response)
    }
}

#[cfg(test)]
mod tests {
    use super::super::respond;
    use super::*;

    const SCRAMBLE: &[u8; 20] = b"abcdefghijABCDEFGHIJ";

    #[test]
    fn a_right_answer_opens_the_password_and_no_other_does() {
        for password in ["p", "a password of more than thirty-two bytes, that is"] {
            let known = KnownPassword::new(password.as_bytes());
            let open = |answer: &str| known.open(SCRAMBLE, &respond(answer.as_bytes(), SCRAMBLE));
            assert_eq!(open(password).as_deref(), Some(password.as_bytes()));
            assert_eq!(open("other"), None);
            assert_eq!(known.open(SCRAMBLE, b""), None);
            assert_ne!(&*known.sealed, password.as_bytes());
        }
    }

    #[test]
    fn another_stored_password_is_another_key() {
        let known = KnownPasswords::default();
        let key = PasswordKey::new("'u'@'%'", b"first");
        known.remember(key, b"p");
        let response = respond(b"p", SCRAMBLE);
        assert!(known.open(&key, SCRAMBLE, &response).is_some());
        let changed = PasswordKey::new("'u'@'%'", b"second");
        assert!(known.open(&changed, SCRAMBLE, &response).is_none());
    }

    #[test]
    fn what_is_known_is_bounded() {
        let known = KnownPasswords::default();
        for number in 0..KNOWN_MAX + 10 {
            let key = PasswordKey::new(&format!("{number}"), b"");
            known.remember(key, b"p");
        }
        assert_eq!(known.known.lock().unwrap().len(), KNOWN_MAX);
    }
}
