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
    known: HashMap<[u8; 32], Known>,
}

/// A credential that was right.
struct Known {
    until: Instant,
    /// The revision of the password that it was compared with: it is not good for another one.
    revision: u64,
}

impl Recent {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        Self {
            key,
            known: HashMap::new(),
        }
    }

    pub(super) fn remember(
        &mut self,
        user: &str,
        password: &Password,
        revision: u64,
        now: Instant,
    ) {
        self.known.retain(|_, known| known.until > now);
        if self.known.len() < REMEMBERED_MAX {
            let until = now + REMEMBERED_FOR;
            let digest = self.digest(user, password);
            self.known.insert(digest, Known { until, revision });
        }
    }

    /// Forgets all: a password was changed.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// The revision of the password that this one was right for.
    pub(super) fn knows(&self, user: &str, password: &Password, now: Instant) -> Option<u64> {
        let known = self.known.get(&self.digest(user, password));
        let known = known.filter(|known| known.until > now);
        known.map(|known| known.revision)
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
    fn a_credential_is_known_for_a_minute_with_the_revision_that_it_was_right_for() {
        let (mut recent, now) = (Recent::new(), Instant::now());
        let password = Password::new("secret");
        let known = |recent: &Recent, user: &str, password: &str, after: Duration| {
            recent.knows(user, &Password::new(password), now + after)
        };
        assert_eq!(known(&recent, "admin", "secret", Duration::ZERO), None);
        recent.remember("admin", &password, 7, now);
        let almost = Duration::from_secs(59);
        assert_eq!(known(&recent, "admin", "secret", almost), Some(7));
        let minute = Duration::from_mins(1);
        assert_eq!(known(&recent, "admin", "secret", minute), None);
        assert_eq!(known(&recent, "admins", "ecret", Duration::ZERO), None);
    }

    #[test]
    fn the_number_is_bounded() {
        let (mut recent, now) = (Recent::new(), Instant::now());
        for number in 0..1000 {
            recent.remember("admin", &Password::new(number.to_string()), 1, now);
        }
        assert_eq!(recent.known.len(), REMEMBERED_MAX);
    }
}
