//! What a client's password is known as, to log it in to servers.

use std::fmt;

use super::plugin::Plugin;
use super::{caching_sha2, ed25519, native, sha256};

/// What proves a client's password to a server. Its debug form shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum BackendSecret {
    /// The account has no password.
    NoPassword,
    /// SHA1(password): serves `mysql_native_password` only.
    Sha1([u8; native::DIGEST_LEN]),
    /// The password itself: serves every plugin.
    Password(Box<[u8]>),
    /// The client has proved its password without giving anything away that a server would take.
    Withheld,
}

impl BackendSecret {
    /// The secret of a password known in clear.
    pub fn from_password(password: &[u8]) -> Self {
        if password.is_empty() {
            Self::NoPassword
        } else {
            Self::Password(password.into())
        }
    }

    /// The answer to a server's challenge; `None` when the secret does not serve that plugin, or
    /// the challenge is none of it.
    pub fn respond(&self, plugin: Plugin, challenge: &[u8]) -> Option<Vec<u8>> {
        match (plugin, self) {
            (_, Self::Withheld) | (Plugin::Gssapi, _) => None,
            // By itself it says that there is none; a password it is asked for after this.
            (Plugin::Sha256, Self::NoPassword) => Some(vec![0]),
            // Its plugin signs with an empty password, too.
            (Plugin::Ed25519, Self::NoPassword) => sign(b"", challenge),
            (_, Self::NoPassword) => Some(Vec::new()),
            (Plugin::Native, Self::Sha1(once)) => {
                Some(native::respond(once, scramble(challenge)?).to_vec())
            }
            (_, Self::Sha1(_)) => None,
            (Plugin::Sha256, Self::Password(_)) => Some(vec![sha256::REQUEST_KEY]),
            (Plugin::Native, Self::Password(password)) => {
                let once = native::sha1(&[password]);
                Some(native::respond(&once, scramble(challenge)?).to_vec())
            }
            (Plugin::CachingSha2, Self::Password(password)) => {
                Some(caching_sha2::respond(password, scramble(challenge)?).to_vec())
            }
            (Plugin::Ed25519, Self::Password(password)) => sign(password, challenge),
        }
    }

    /// The password itself, if it is known.
    pub fn password(&self) -> Option<&[u8]> {
        match self {
            Self::NoPassword => Some(b""),
            Self::Password(password) => Some(password),
            Self::Sha1(_) | Self::Withheld => None,
        }
    }
}

/// The scramble in a challenge, which servers end with a NUL.
fn scramble(challenge: &[u8]) -> Option<&[u8; 20]> {
    let scramble = match challenge {
        [scramble @ .., 0] if scramble.len() == 20 => scramble,
        all => all,
    };
    scramble.try_into().ok()
}

fn sign(password: &[u8], challenge: &[u8]) -> Option<Vec<u8>> {
    let nonce = challenge.first_chunk::<{ ed25519::NONCE_LEN }>()?;
    Some(ed25519::sign(password, nonce).to_vec())
}

impl fmt::Debug for BackendSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackendSecret(*****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRAMBLE: &[u8] = b"abcdefghijABCDEFGHIJ";

    #[test]
    fn a_secret_serves_the_plugins_it_can() {
        let nonce = [7; 32];
        let password = BackendSecret::from_password(b"p");
        let once = BackendSecret::Sha1(native::sha1(&[b"p"]));
        let native = password.respond(Plugin::Native, SCRAMBLE);
        assert_eq!(once.respond(Plugin::Native, SCRAMBLE), native);
        let with_nul = [SCRAMBLE, b"\0"].concat();
        assert_eq!(once.respond(Plugin::Native, &with_nul), native);
        let lengths = |secret: &BackendSecret| {
            [
                secret.respond(Plugin::Native, SCRAMBLE),
                secret.respond(Plugin::CachingSha2, SCRAMBLE),
                secret.respond(Plugin::Ed25519, &nonce),
                secret.respond(Plugin::Sha256, SCRAMBLE),
                secret.respond(Plugin::Gssapi, b""),
            ]
            .map(|answer| answer.map(|bytes| bytes.len()))
        };
        assert_eq!(
            lengths(&password),
            [Some(20), Some(32), Some(64), Some(1), None]
        );
        assert_eq!(lengths(&once), [Some(20), None, None, None, None]);
        let none = BackendSecret::from_password(b"");
        assert_eq!(lengths(&none), [Some(0), Some(0), Some(64), Some(1), None]);
        assert_eq!(lengths(&BackendSecret::Withheld), [None; 5]);
    }

    #[test]
    fn a_challenge_of_another_length_has_no_answer() {
        let password = BackendSecret::from_password(b"p");
        assert_eq!(password.respond(Plugin::Native, b"short"), None);
        assert_eq!(password.respond(Plugin::CachingSha2, b""), None);
        assert_eq!(password.respond(Plugin::Ed25519, SCRAMBLE), None);
    }

    #[test]
    fn secrets_do_not_show() {
        let secret = BackendSecret::from_password(b"hunter2");
        assert_eq!(format!("{secret:?}"), "BackendSecret(*****)");
    }
}
