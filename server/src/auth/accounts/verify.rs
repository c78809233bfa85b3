//! The password of a login attempt, checked by the account's plugins.

use super::account::{Account, Credential};
use super::attempt::{Ed25519Way, LoginAttempt, Rules};
use crate::auth::caching_sha2::{PasswordKey, StoredHash};
use crate::auth::ed25519::StoredKey;
use crate::auth::native::StoredPassword;
use crate::auth::{AuthError, BackendSecret, ClientName, Plugin, Proof, Wanted};

/// What one of the account's plugins makes of what the client has shown.
enum Judgement {
    /// The right password; with this secret the client is logged in to servers.
    Accepted(BackendSecret),
    /// Not the right password.
    Rejected,
    /// The client has to show something else.
    Ask(Plugin),
}

/// A password that was found right, to be remembered, and what logs the user in to servers.
pub(super) struct Verified {
    pub(super) secret: BackendSecret,
    pub(super) learned: Option<(PasswordKey, Box<[u8]>)>,
}

/// Tries the account's plugins in their order, as servers do: the first that the client has not
/// answered yet is the one it is asked for next.
pub(super) fn password(
    account: &Account,
    attempt: &LoginAttempt<'_>,
    rules: &Rules,
    client: &ClientName,
) -> Result<Verified, AuthError> {
    let name = account.name();
    let mut missing = None;
    let mut rejected = false;
    for credential in &account.credentials {
        let known = Plugin::of_account(&credential.plugin).filter(|plugin| plugin.is_built());
        let Some(plugin) = known.filter(|plugin| rules.plugins.allow(*plugin)) else {
            missing.get_or_insert(&credential.plugin);
            continue;
        };
        let check = Check {
            credential,
            key: PasswordKey::new(&name, &credential.stored),
            rules,
        };
        match check.judge(plugin, attempt.proofs) {
            Judgement::Ask(plugin) => {
                return Err(AuthError::Ask(Wanted {
                    plugin,
                    key: check.key,
                    is_next: rejected,
                }));
            }
            Judgement::Accepted(secret) => {
                let learned = check.learned(attempt.proofs);
                return Ok(Verified { secret, learned });
            }
            Judgement::Rejected => rejected = true,
        }
    }
    Err(match missing {
        Some(plugin) if !rejected => AuthError::PluginUnsupported(plugin.clone()),
        _ => AuthError::WrongPassword(client.clone()),
    })
}

struct Check<'a> {
    credential: &'a Credential,
    key: PasswordKey,
    rules: &'a Rules,
}

impl Check<'_> {
    fn judge(&self, plugin: Plugin, proofs: &[Proof]) -> Judgement {
        let stored = &self.credential.stored;
        for proof in proofs {
            match (plugin, proof) {
                (Plugin::Native, Proof::Native { scramble, response }) => {
                    return self.native(scramble, response);
                }
                (Plugin::CachingSha2, Proof::Password { password, .. }) => {
                    let is_right = || StoredHash::parse(stored).is_of(password);
                    return self.password(proof, password, is_right);
                }
                (Plugin::Sha256, Proof::Password { password, .. }) => {
                    let is_right = || StoredHash::parse_sha256(stored).is_of(password);
                    return self.password(proof, password, is_right);
                }
                (Plugin::Ed25519, Proof::Password { password, .. }) => {
                    let is_right = || StoredKey::parse(stored).is_of(password);
                    return self.password(proof, password, is_right);
                }
                (Plugin::Ed25519, Proof::Signature { nonce, signature }) => {
                    return if self.rules.skip_password
                        || StoredKey::parse(stored).verify(nonce, signature)
                    {
                        Judgement::Accepted(BackendSecret::Withheld)
                    } else {
                        Judgement::Rejected
                    };
                }
                _ => {}
            }
        }
        Judgement::Ask(match (plugin, self.rules.ed25519) {
            (Plugin::Sha256, _) | (Plugin::Ed25519, Ed25519Way::Password) => Plugin::CachingSha2,
            (plugin, _) => plugin,
        })
    }

    fn native(&self, scramble: &[u8; 20], response: &[u8]) -> Judgement {
        let stored = StoredPassword::parse(&self.credential.stored);
        let secret = if self.rules.skip_password {
            let answered = stored.answered(scramble, response);
            Some(answered.unwrap_or(BackendSecret::NoPassword))
        } else {
            stored.verify(scramble, response)
        };
        secret.map_or(Judgement::Rejected, Judgement::Accepted)
    }

    fn password(
        &self,
        proof: &Proof,
        password: &[u8],
        is_right: impl FnOnce() -> bool,
    ) -> Judgement {
        if self.rules.skip_password || self.is_known(proof) || is_right() {
            Judgement::Accepted(BackendSecret::from_password(password))
        } else {
            Judgement::Rejected
        }
    }

    /// Whether the proof's password was found to be the account's before.
    fn is_known(&self, proof: &Proof) -> bool {
        matches!(proof, Proof::Password { known: Some(key), .. } if *key == self.key)
    }

    fn learned(&self, proofs: &[Proof]) -> Option<(PasswordKey, Box<[u8]>)> {
        let mut proofs = proofs.iter();
        let shown = proofs.find(|proof| proof.plugin() == Plugin::CachingSha2)?;
        match shown {
            Proof::Password { password, .. }
                if !self.is_known(shown) && !self.rules.skip_password && !password.is_empty() =>
            {
                Some((self.key, password.clone()))
            }
            _ => None,
        }
    }
}
