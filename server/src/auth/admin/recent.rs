//! Credentials that were right a moment ago.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rand::RngCore;
use sha2::{Digest, Sha256};

use super::Password;

/// How long a credential is remembered after its password was checked.
const REMEMBERED_FOR: Duration = Duration::from_mins(1);
/// How many are remembered.
const REMEMBERED_MAX: usize = 64;

/// Remembers credentials by a digest under a key of this process, never in clear. The digest cannot
/// be steered from outside, so the time of a look-up tells nothing.
pub(super) struct Recent {
    key: [u8; 32],
    until: HashMap<[u8; 32], Instant>,
}

impl Recent {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        Self {
            key,
            until: HashMap::new(),
        }
    }

    pub(super) fn remember(&mut self, user: &str, password: &Password, now: Instant) {
        self.until.retain(|_, until| *until > now);
        if self.until.len() < REMEMBERED_MAX {
            self.until
                .insert(self.digest(user, password), now + REMEMBERED_FOR);
        }
    }

    /// Forgets all: a password was changed.
    pub(super) fn forget(&mut self) {
        self.until.clear();
    }

    pub(super) fn knows(&self, user: &str, password: &Password, now: Instant) -> bool {
        self.until
            .get(&self.digest(user, password))
            .is_some_and(|until| *until > now)
    }

    fn digest(&self, user: &str, password: &Password) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.key);
        digest.update((user.len() as u64).to_le_bytes());
        digest.update(user);
        digest.update(password.as_bytes());
        digest.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_known_for_a_minute() {
        let (mut recent, now) = (Recent::new(), Instant::now());
        let password = Password::new("secret");
        assert!(!recent.knows("admin", &password, now));
        recent.remember("admin", &password, now);
        assert!(recent.knows("admin", &password, now + Duration::from_secs(59)));
        assert!(!recent.knows("admin", &password, now + Duration::from_mins(1)));
        assert!(!recent.knows("admins", &Password::new("ecret"), now));
    }

    #[test]
    fn the_number_is_bounded() {
        let (mut recent, now) = (Recent::new(), Instant::now());
        for number in 0..1000 {
            recent.remember("admin", &Password::new(number.to_string()), now);
        }
        assert_eq!(recent.until.len(), REMEMBERED_MAX);
    }
}
