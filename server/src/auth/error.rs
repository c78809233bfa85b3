//! Why a login is refused, and how the server would word it.

use std::fmt;

use super::Wanted;
use crate::wire::reply::ErrPacket;

/// The client as the server's messages name it, and whether it sent a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName {
    /// User name as the client sent it.
    pub user: String,
    /// Host name of the client, its address, or `localhost`.
    pub host: String,
    /// Whether an answer to the challenge was sent.
    pub with_password: bool,
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_password = if self.with_password { "YES" } else { "NO" };
        write!(
            f,
            "'{}'@'{}' (using password: {with_password})",
            self.user, self.host
        )
    }
}

/// Why a login attempt is refused. Display is the reason for the log; [`AuthError::reply`] is what
/// the client may know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The servers' accounts could not be read yet.
    #[error("the accounts of the servers are not known yet")]
    NoAccounts,
    /// No account matches user and host.
    #[error("no account matches {0}")]
    UnknownUser(ClientName),
    /// The account's password is another one.
    #[error("wrong password of {0}")]
    WrongPassword(ClientName),
    /// The service does not let the user root in (`enable_root_user`).
    #[error("enable_root_user is off: {0}")]
    RootRefused(ClientName),
    /// The account requires TLS, or a client certificate.
    #[error("the account requires TLS or a client certificate: {0}")]
    NeedsTls(ClientName),
    /// The password is right, the account is locked.
    #[error("account of {client} is locked")]
    Locked {
        /// Whose account.
        client: ClientName,
        /// Whether its server is MySQL, which words it in its own way.
        mysql: bool,
    },
    /// The password is right but expired, and the client cannot change it.
    #[error("password of {0} has expired")]
    ExpiredPassword(ClientName),
    /// The account may not use the database.
    #[error("account {account} may not use database '{database}'")]
    DatabaseDenied {
        /// The account in the server's notation, `'user'@'host pattern'`.
        account: String,
        /// The database asked for.
        database: String,
    },
    /// The client has not shown yet what the account wants: it is to be asked for it, with an auth
    /// switch request if need be.
    #[error("the client has to answer by {}", .0.plugin.client_name())]
    Ask(Wanted),
    /// The account logs in by a plugin that this gateway has not got.
    #[error("authentication plugin '{0}' is not built")]
    PluginUnsupported(String),
}

impl AuthError {
    /// The error for the client in the server's own wording: code, SQL state, message.
    pub fn reply(&self) -> (u16, [u8; 5], String) {
        match self {
            Self::UnknownUser(client)
            | Self::WrongPassword(client)
            | Self::RootRefused(client)
            | Self::NeedsTls(client) => {
                (1045, *b"28000", format!("Access denied for user {client}"))
            }
            Self::NoAccounts => {
                let message = "The accounts of the servers behind this gateway are not known yet";
                (1105, *b"HY000", message.to_owned())
            }
            Self::Locked {
                client: ClientName { user, host, .. },
                mysql: true,
            } => {
                let message =
                    format!("Access denied for user '{user}'@'{host}'. Account is locked.");
                (3118, *b"HY000", message)
            }
            Self::Locked { mysql: false, .. } => (
                4151,
                *b"HY000",
                "Access denied, this account is locked".to_owned(),
            ),
            Self::ExpiredPassword(_) => (1862, *b"HY000", EXPIRED.to_owned()),
            Self::DatabaseDenied { account, database } => (
                1044,
                *b"42000",
                format!("Access denied for user {account} to database '{database}'"),
            ),
            Self::Ask(wanted) => not_supported(wanted.plugin.client_name()),
            Self::PluginUnsupported(plugin) => not_supported(plugin),
        }
    }

    /// The same as a packet.
    pub fn packet(&self) -> ErrPacket {
        let (code, sqlstate, message) = self.reply();
        ErrPacket::new(code, &sqlstate, message)
    }

    /// Whether somebody may be guessing users and passwords.
    pub fn may_be_a_guess(&self) -> bool {
        matches!(
            self,
            Self::UnknownUser(_)
                | Self::WrongPassword(_)
                | Self::RootRefused(_)
                | Self::Ask(Wanted { is_next: true, .. })
        )
    }

    /// Whether account data that is read anew may let the same attempt succeed.
    pub fn refresh_may_help(&self) -> bool {
        !matches!(self, Self::RootRefused(_) | Self::Ask(_))
    }
}

const EXPIRED: &str = "Your password has expired. To log in you must change it using a client \
                       that supports expired passwords";

/// 1524 is the server's "plugin is not loaded"; its text would send the reader to the server.
fn not_supported(plugin: &str) -> (u16, [u8; 5], String) {
    let message = format!("Authentication plugin '{plugin}' is not supported by this gateway yet");
    (1524, *b"HY000", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(with_password: bool) -> ClientName {
        ClientName {
            user: "u".to_owned(),
            host: "h".to_owned(),
            with_password,
        }
    }

    #[test]
    fn replies_bear_the_wording_of_the_server() {
        let check = |error: AuthError, expected: &str| {
            let (code, state, message) = error.reply();
            let state = String::from_utf8_lossy(&state).into_owned();
            assert_eq!(format!("ERROR {code} ({state}): {message}"), expected);
        };
        for denied in [
            AuthError::UnknownUser,
            AuthError::WrongPassword,
            AuthError::NeedsTls,
        ] {
            let yes = "ERROR 1045 (28000): Access denied for user 'u'@'h' (using password: YES)";
            check(denied(client(true)), yes);
        }
        let no = "ERROR 1045 (28000): Access denied for user 'u'@'h' (using password: NO)";
        check(AuthError::RootRefused(client(false)), no);
        let locked = "ERROR 4151 (HY000): Access denied, this account is locked";
        let of = |mysql| AuthError::Locked {
            client: client(true),
            mysql,
        };
        check(of(false), locked);
        let locked = "ERROR 3118 (HY000): Access denied for user 'u'@'h'. Account is locked.";
        check(of(true), locked);
        let denied = AuthError::DatabaseDenied {
            account: "'u'@'%'".to_owned(),
            database: "d".to_owned(),
        };
        check(
            denied,
            "ERROR 1044 (42000): Access denied for user 'u'@'%' to database 'd'",
        );
        let unsupported = AuthError::PluginUnsupported("ed25519".to_owned());
        let expected = "ERROR 1524 (HY000): Authentication plugin 'ed25519' is not supported by \
                        this gateway yet";
        check(unsupported, expected);
    }
}
