//! Authentication plugins by name: those that are built and those that are only known.

use super::native::{self, BackendSecret, StoredPassword};

/// One way of proving a password.
pub trait AuthPlugin: Sync {
    /// The name in the protocol, as in an auth switch request.
    fn client_name(&self) -> &'static str;

    /// The name in the servers' account tables.
    fn account_name(&self) -> &'static str {
        self.client_name()
    }

    /// Checks a client's answer against what the account table stores.
    fn verify(&self, stored: &[u8], scramble: &[u8; 20], response: &[u8]) -> Verified;

    /// Answers a server's challenge; `None` when the plugin is not built or cannot use the secret.
    fn respond(&self, secret: &BackendSecret, scramble: &[u8; 20]) -> Option<Vec<u8>>;
}

/// What a plugin says about a client's answer.
#[derive(Debug)]
pub enum Verified {
    /// The right password; with this secret the client is logged in to servers.
    Accepted(BackendSecret),
    /// Not the right password.
    Rejected,
    /// This gateway cannot tell: the plugin is known by name only.
    NotBuilt,
}

/// Every plugin this gateway knows by name.
static PLUGINS: [&dyn AuthPlugin; 4] = [
    &Native,
    &Named {
        client: "caching_sha2_password",
        account: "caching_sha2_password",
    },
    &Named {
        client: "client_ed25519",
        account: "ed25519",
    },
    &Named {
        client: "auth_gssapi_client",
        account: "gssapi",
    },
];

/// The plugin that an account's row names. An account without a name of a plugin is native.
pub fn of_account(name: &str) -> Option<&'static dyn AuthPlugin> {
    if name.is_empty() {
        return Some(&Native);
    }
    PLUGINS
        .into_iter()
        .find(|plugin| plugin.account_name() == name)
}

/// The plugin that a peer names in the protocol. Without a name it is the native one.
pub fn of_protocol(name: &str) -> Option<&'static dyn AuthPlugin> {
    if name.is_empty() {
        return Some(&Native);
    }
    PLUGINS
        .into_iter()
        .find(|plugin| plugin.client_name() == name)
}

struct Native;

impl AuthPlugin for Native {
    fn client_name(&self) -> &'static str {
        native::NAME
    }

    fn verify(&self, stored: &[u8], scramble: &[u8; 20], response: &[u8]) -> Verified {
        StoredPassword::parse(stored)
            .verify(scramble, response)
            .map_or(Verified::Rejected, Verified::Accepted)
    }

    fn respond(&self, secret: &BackendSecret, scramble: &[u8; 20]) -> Option<Vec<u8>> {
        Some(secret.respond(scramble))
    }
}

/// A plugin that is known by its names, so that an error can say what is missing.
struct Named {
    client: &'static str,
    account: &'static str,
}

impl AuthPlugin for Named {
    fn client_name(&self) -> &'static str {
        self.client
    }

    fn account_name(&self) -> &'static str {
        self.account
    }

    fn verify(&self, _: &[u8], _: &[u8; 20], _: &[u8]) -> Verified {
        Verified::NotBuilt
    }

    fn respond(&self, _: &BackendSecret, _: &[u8; 20]) -> Option<Vec<u8>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_found_by_both_of_their_names() {
        let client_name = |account: &str| of_account(account).map(AuthPlugin::client_name);
        assert_eq!(
            client_name("mysql_native_password"),
            Some("mysql_native_password")
        );
        assert_eq!(client_name(""), Some("mysql_native_password"));
        assert_eq!(client_name("ed25519"), Some("client_ed25519"));
        assert_eq!(client_name("unix_socket"), None);
        let account_name = |client: &str| of_protocol(client).map(AuthPlugin::account_name);
        assert_eq!(account_name("client_ed25519"), Some("ed25519"));
        assert_eq!(
            account_name("caching_sha2_password"),
            Some("caching_sha2_password")
        );
        assert_eq!(account_name("dialog"), None);
    }

    #[test]
    fn a_plugin_that_is_only_named_neither_accepts_nor_answers() {
        let sha2 = of_protocol("caching_sha2_password").expect("named");
        assert!(matches!(
            sha2.verify(b"", b"01234567890123456789", b""),
            Verified::NotBuilt
        ));
        assert_eq!(
            sha2.respond(&BackendSecret::NoPassword, b"01234567890123456789"),
            None
        );
    }
}
