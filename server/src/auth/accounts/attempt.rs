//! A login attempt: what the client says, from where, and what the service demands.

use std::net::IpAddr;

use super::host_pattern::ClientHost;
use crate::auth::ClientName;
use crate::auth::native::BackendSecret;

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
    /// The challenge that was sent.
    pub scramble: &'a [u8; 20],
    /// The client's answer to it.
    pub auth_response: &'a [u8],
    /// The plugin by which the client answered, its name in the protocol; empty: native.
    pub plugin: &'a str,
    /// How the connection is protected.
    pub tls: ClientTls,
    /// The client can be let in to change an expired password (CAN_HANDLE_EXPIRED_PASSWORDS).
    pub handles_expired_password: bool,
}

/// What the service demands beyond the accounts.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Whether the user `root` may log in (`enable_root_user`).
    pub enable_root: bool,
    /// Whether the host `%` means clients of this machine too, as on the server
    /// (`localhost_match_wildcard_host`).
    pub localhost_match_wildcard_host: bool,
}

/// A login that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account that was used, `'user'@'host pattern'`.
    pub account: String,
    /// With this the client's user is logged in to servers.
    pub secret: BackendSecret,
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
            with_password: !self.auth_response.is_empty(),
        }
    }
}

fn looks_like_address(name: &str) -> bool {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < name.len() && rest.starts_with('.')
}
