//! A login attempt: what the client says, from where, and what the service demands.

use std::net::IpAddr;

use super::host_pattern::ClientHost;
use crate::auth::ClientName;
use crate::auth::caching_sha2::PasswordKey;
use crate::auth::{BackendSecret, Plugin, Proof};

/// From where a client comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// Over TCP (the address of the client itself, behind a PROXY header too).
    Ip(IpAddr),
    /// Over a Unix socket: the host `localhost`.
    Local,
}

/// How a client's connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientTls {
    /// Not at all.
    None,
    /// TLS.
    Encrypted,
    /// TLS, and the client showed a certificate that was verified.
    Certificate,
}

/// What a client says and shows when it logs in, or changes its user.
#[derive(Debug, Clone, Copy)]
pub struct LoginAttempt<'a> {
    /// User name as sent; empty for the anonymous user.
    pub user: &'a [u8],
    /// From where.
    pub remote: Remote,
    /// The name of `remote`, when it was looked up (see [`Accounts::wants_host_name`]).
    pub host_name: Option<&'a str>,
    /// The database to start in.
    pub database: Option<&'a [u8]>,
    /// What the client has shown of its password so far.
    pub proofs: &'a [Proof],
    /// Whether it began by sending an answer.
    pub with_password: bool,
    /// How the connection is protected.
    pub tls: ClientTls,
    /// The client can be let in to change an expired password (CAN_HANDLE_EXPIRED_PASSWORDS).
    pub handles_expired_password: bool,
}

/// What the service demands beyond the accounts.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter")]
pub struct Rules {
    /// Whether the user `root` may log in (`enable_root_user`).
    pub enable_root: bool,
    /// Whether the host `%` means clients of this machine too, as on the server
    /// (`localhost_match_wildcard_host`).
    pub localhost_match_wildcard_host: bool,
    /// Plugins that clients may use (`authenticator`).
    pub plugins: AllowedPlugins,
    /// What accounts of `ed25519` are asked for (`ed_mode`).
    pub ed25519: Ed25519Way,
    /// Whether any password will do: servers are left to judge it (`skip_authentication`).
    pub skip_password: bool,
    /// Whether the host of an account matters (`match_host`).
    pub match_host: bool,
    /// How names of databases are compared (`lower_case_table_names`); `None`: as by the server.
    pub database_case: Option<DatabaseCase>,
}

impl Default for Rules {
    /// As servers do it.
    fn default() -> Self {
        Self {
            enable_root: true,
            localhost_match_wildcard_host: true,
            plugins: AllowedPlugins::default(),
            ed25519: Ed25519Way::Password,
            skip_password: false,
            match_host: true,
            database_case: None,
        }
    }
}

/// Which plugins clients may use. The default is all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AllowedPlugins {
    /// If given, only these: `mysql_native_password` with `caching_sha2_password` and
    /// `sha256_password`, `ed25519`.
    pub only: Option<(bool, bool)>,
}

impl AllowedPlugins {
    pub(super) fn allow(self, plugin: Plugin) -> bool {
        match (self.only, plugin) {
            (None, _) => true,
            (Some((passwords, _)), Plugin::Native | Plugin::CachingSha2 | Plugin::Sha256) => {
                passwords
            }
            (Some((_, ed25519)), Plugin::Ed25519) => ed25519,
            (Some(_), Plugin::Gssapi) => false,
        }
    }
}

/// What a client is asked for whose account is one of `ed25519`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ed25519Way {
    /// A signature. It serves no server: what logs in to servers has to come from elsewhere.
    Signature,
    /// Its password, by way of `caching_sha2_password`.
    Password,
}

/// How names of databases are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseCase {
    /// Their case matters.
    Sensitive,
    /// The name asked for is taken in small letters.
    Lowered,
    /// Their case does not matter.
    Insensitive,
}

/// A login that succeeded.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The account that was used, `'user'@'host pattern'`.
    pub account: String,
    /// With this the client's user is logged in to servers.
    pub secret: BackendSecret,
    /// A password that was found right, to be remembered for the account.
    pub learned: Option<(PasswordKey, Box<[u8]>)>,
    /// Whether the account has the privilege SUPER.
    pub is_superuser: bool,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Login({}, *****)", self.account)
    }
}

impl LoginAttempt<'_> {
    /// The client's host as accounts see it.
    pub(super) fn host(&self, rules: &Rules, skip_name_resolve: bool) -> ClientHost {
        let (address, local) = match self.remote {
            Remote::Local => (None, true),
            Remote::Ip(address) => {
                let address = address.to_canonical();
                (Some(address), address.is_loopback())
            }
        };
        let name = match self.remote {
            Remote::Local => Some("localhost"),
            Remote::Ip(_) if skip_name_resolve => None,
            Remote::Ip(_) if local => Some("localhost"),
            // A name like an address could match a pattern that is meant for addresses.
            Remote::Ip(_) => self.host_name.filter(|name| !looks_like_address(name)),
        };
        ClientHost {
            address,
            name: name.map(str::to_ascii_lowercase),
            matches_bare_wildcard: !local || rules.localhost_match_wildcard_host,
        }
    }

    /// The client as the server's messages name it.
    pub(super) fn client_name(&self, host: &ClientHost) -> ClientName {
        let address = || {
            host.address
                .map(|address| address.to_string())
                .unwrap_or_default()
        };
        ClientName {
            user: String::from_utf8_lossy(self.user).into_owned(),
            host: host.name.clone().unwrap_or_else(address),
            with_password: self.with_password,
        }
    }
}

fn looks_like_address(name: &str) -> bool {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < name.len() && rest.starts_with('.')
}
