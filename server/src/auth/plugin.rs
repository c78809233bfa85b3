//! Authentication plugins by name: those that are built and those that are only known.

use super::{caching_sha2, ed25519, native, sha256};

/// A way of proving a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plugin {
    /// `mysql_native_password`
    Native,
    /// `caching_sha2_password`
    CachingSha2,
    /// `sha256_password`
    Sha256,
    /// `ed25519`
    Ed25519,
    /// `gssapi`, known by its name only.
    Gssapi,
}

impl Plugin {
    const ALL: [Self; 5] = [
        Self::Native,
        Self::CachingSha2,
        Self::Sha256,
        Self::Ed25519,
        Self::Gssapi,
    ];

    /// The plugin that an account's row names. An account without a name of a plugin is native.
    pub fn of_account(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::Native);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|plugin| plugin.account_name() == name)
    }

    /// The plugin that a peer names in the protocol. Without a name it is the native one.
    pub fn of_protocol(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::Native);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|plugin| plugin.client_name() == name)
    }

    /// The name in the protocol, as in an auth switch request.
    pub fn client_name(self) -> &'static str {
        match self {
            Self::Native => native::NAME,
            Self::CachingSha2 => caching_sha2::NAME,
            Self::Sha256 => sha256::NAME,
            Self::Ed25519 => ed25519::NAME,
            Self::Gssapi => "auth_gssapi_client",
        }
    }

    /// The name in the servers' account tables.
    pub fn account_name(self) -> &'static str {
        match self {
            Self::Native | Self::CachingSha2 | Self::Sha256 => self.client_name(),
            Self::Ed25519 => ed25519::ACCOUNT_NAME,
            Self::Gssapi => "gssapi",
        }
    }

    /// Whether this gateway can do more than name it.
    pub fn is_built(self) -> bool {
        self != Self::Gssapi
    }
}

#[cfg(test)]
mod tests {
    use super::Plugin;

    #[test]
    fn plugins_are_found_by_both_of_their_names() {
        for (account, client, plugin) in [
            (
                "mysql_native_password",
                "mysql_native_password",
                Plugin::Native,
            ),
            ("", "", Plugin::Native),
            (
                "caching_sha2_password",
                "caching_sha2_password",
                Plugin::CachingSha2,
            ),
            ("sha256_password", "sha256_password", Plugin::Sha256),
            ("ed25519", "client_ed25519", Plugin::Ed25519),
            ("gssapi", "auth_gssapi_client", Plugin::Gssapi),
        ] {
            assert_eq!(Plugin::of_account(account), Some(plugin));
            assert_eq!(Plugin::of_protocol(client), Some(plugin));
        }
        assert_eq!(Plugin::of_account("unix_socket"), None);
        assert_eq!(Plugin::of_protocol("dialog"), None);
        assert!(!Plugin::Gssapi.is_built());
    }
}
