//! What goes wrong with servers.

use std::sync::Arc;
use std::time::Duration;

use crate::auth::accounts::AccountsError;
use crate::net::NetError;
use crate::wire::Malformed;
use crate::wire::reply::ErrPacket;

/// Servers say these of themselves, not of the client: another server may do.
const OF_THIS_SERVER: [u16; 7] = [
    1040, // too many connections
    1053, // server shutdown in progress
    1129, // host is blocked after many errors
    1130, // host is not allowed to connect
    1203, // user has max_user_connections already
    1226, // user has exceeded a resource limit
    1927, // connection was killed
];

/// Servers say these when the time for a log-in is over, or something else broke it off.
const BROKEN_OFF: [u16; 5] = [
    1043, // bad handshake
    1158, // error reading communication packets
    1159, // timeout reading communication packets
    1160, // error writing communication packets
    1161, // timeout writing communication packets
];

/// "Unable to connect to foreign data source". The fitting 2003 is one of the client's own errors:
/// Connector/C takes a server that sends such a number for a broken one.
pub(super) const UNREACHABLE: u16 = 1429;

/// A failure of a server, or on the way to it. Display is for the log.
#[derive(Debug, thiserror::Error)]
#[error("server '{server}', while {step}: {cause}")]
pub struct BackendError {
    /// The server's name in the configuration.
    pub server: Arc<str>,
    /// What was going on.
    pub step: Step,
    /// What went wrong.
    pub cause: Cause,
}

/// What was being done with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its parameters were being made ready for use.
    Preparing,
    /// It was being dialled.
    Connecting,
    /// Its greeting was awaited, and TLS set up.
    Greeting,
    /// A user was being logged in.
    LoggingIn,
    /// It was asked something by the gateway itself.
    Querying,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Preparing => "getting ready",
            Self::Connecting => "connecting",
            Self::Greeting => "awaiting its greeting",
            Self::LoggingIn => "logging in",
            Self::Querying => "querying",
        })
    }
}

/// What went wrong with a server.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The connection did not come about or broke.
    #[error("{0}")]
    Net(#[from] NetError),
    /// It took longer than allowed.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The server answered with an error.
    #[error("error {}: {}", .0.code, String::from_utf8_lossy(&.0.message))]
    Server(ErrPacket),
    /// The server's bytes do not follow the protocol.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// The server is to be used with TLS only and has none.
    #[error("TLS is configured, but the server does not offer it")]
    TlsNotOffered,
    /// The TLS parameters cannot be used.
    #[error("TLS: {0}")]
    TlsParameters(String),
    /// The server asks for a plugin that is not built.
    #[error("authentication plugin '{0}' is not supported by this gateway yet")]
    PluginUnsupported(String),
    /// What is known of the client's password is not what the server's plugin needs.
    #[error("what is known of the client's password does not serve authentication plugin '{0}'")]
    SecretUnfit(&'static str),
    /// A statement of `connection_init_sql_file` failed.
    #[error("connection_init_sql_file: '{statement}': error {}: {}", .error.code,
        String::from_utf8_lossy(&.error.message))]
    InitFailed {
        /// The statement.
        statement: String,
        /// What the server says.
        error: ErrPacket,
    },
    /// A statement of `connection_init_sql_file` returned rows.
    #[error("connection_init_sql_file: '{0}' returns rows")]
    InitRows(String),
    /// The answer to a query is larger than the gateway takes.
    #[error("a result of more than {limit} bytes")]
    ResultTooLarge {
        /// The most bytes taken.
        limit: usize,
    },
    /// The server's account tables are not what they should be.
    #[error("{0}")]
    Accounts(#[from] AccountsError),
}

impl BackendError {
    /// The error that the server itself sent.
    pub fn server_error(&self) -> Option<&ErrPacket> {
        match &self.cause {
            Cause::Server(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the same attempt may succeed on another server: the failure is this server's own,
    /// not that of the client's user or database.
    pub fn another_server_may_help(&self) -> bool {
        match &self.cause {
            Cause::Server(error) => {
                OF_THIS_SERVER.contains(&error.code) || BROKEN_OFF.contains(&error.code)
            }
            Cause::PluginUnsupported(_)
            | Cause::SecretUnfit(_)
            | Cause::InitFailed { .. }
            | Cause::InitRows(_) => false,
            _ => true,
        }
    }

    /// Whether the network is to blame: the same attempt may succeed in a moment.
    pub fn is_interruption(&self) -> bool {
        matches!(self.cause, Cause::Net(_) | Cause::TimedOut(_))
    }

    /// Whether the server has broken a log-in off that it had begun, and not because of the user: as
    /// a rule for want of an answer in time. The same attempt may succeed at once.
    pub fn is_broken_off(&self) -> bool {
        let has_begun = matches!(self.step, Step::Greeting | Step::LoggingIn);
        has_begun
            && match &self.cause {
                Cause::Net(NetError::Io(_) | NetError::Closed) => true,
                Cause::Server(error) => BROKEN_OFF.contains(&error.code),
                _ => false,
            }
    }

    /// Whether the server has no room for one more connection, or none for one more of this user.
    pub fn is_for_want_of_room(&self) -> bool {
        self.server_error().is_some_and(|error| match error.code {
            1040 | 1203 => true,
            // The others of a user's resources are to be had again after an hour.
            1226 => contains(&error.message, b"max_user_connections"),
            _ => false,
        })
    }

    /// Whether the server refused user or password.
    pub fn is_access_denied(&self) -> bool {
        match &self.cause {
            // Access denied: to the user, without a password, from that host, account locked.
            Cause::Server(error) => [1044, 1045, 1698, 1130, 4151, 3118].contains(&error.code),
            Cause::PluginUnsupported(_) | Cause::SecretUnfit(_) => true,
            _ => false,
        }
    }

    /// What a client may know: the server's own error, or that the server cannot be used. Addresses
    /// stay in the log.
    pub fn packet(&self) -> ErrPacket {
        match &self.cause {
            Cause::Server(error) => error.clone(),
            cause => {
                let what = match cause {
                    Cause::Net(NetError::Io(error)) => format!("{}", error.kind()),
                    Cause::Net(NetError::Tls(_)) | Cause::TlsParameters(_) => {
                        "TLS cannot be set up".to_owned()
                    }
                    cause => cause.to_string(),
                };
                let server = &self.server;
                let message = format!(
                    "Can't connect to server '{server}' (while {}: {what})",
                    self.step
                );
                ErrPacket::new(UNREACHABLE, b"HY000", message)
            }
        }
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|part| part == wanted)
}

/// A failure that is still to be told of which server it is.
pub(super) fn of(server: &Arc<str>, step: Step) -> impl Fn(Cause) -> BackendError {
    move |cause| BackendError {
        server: Arc::clone(server),
        step,
        cause,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn error(cause: Cause) -> BackendError {
        of(&Arc::from("db1"), Step::LoggingIn)(cause)
    }

    #[test]
    fn a_servers_own_error_is_what_the_client_gets() {
        let own = ErrPacket::new(1049, b"42000", "Unknown database 'x'");
        let unknown = error(Cause::Server(own.clone()));
        assert_eq!(unknown.packet(), own);
        assert_eq!(unknown.server_error(), Some(&own));
        let expected = "server 'db1', while logging in: error 1049: Unknown database 'x'";
        assert_eq!(unknown.to_string(), expected);
    }

    #[test]
    fn other_errors_name_the_server_and_no_address() {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "10.0.0.7 said no");
        let packet = error(Cause::Net(NetError::Io(refused))).packet();
        let message = String::from_utf8_lossy(&packet.message);
        assert_eq!(
            (packet.code, &*message),
            (
                1429,
                "Can't connect to server 'db1' (while logging in: connection refused)"
            )
        );
    }

    #[test]
    fn of_a_users_limits_only_that_of_connections_is_a_matter_of_room() {
        let check = |code, message: &str, expected| {
            let error = error(Cause::Server(ErrPacket::new(code, b"42000", message)));
            assert_eq!(error.is_for_want_of_room(), expected, "{error}");
        };
        check(1040, "Too many connections", true);
        check(1203, "User ann already has more than that", true);
        let exceeded =
            |what| format!("User 'ann' has exceeded the '{what}' resource (current value: 5)");
        check(1226, &exceeded("max_user_connections"), true);
        check(1226, &exceeded("max_queries_per_hour"), false);
        check(1226, &exceeded("max_connections_per_hour"), false);
        check(1045, "Access denied", false);
    }

    #[test]
    fn another_server_is_worth_a_try_unless_the_client_is_the_cause() {
        let check = |cause, another, denied| {
            let error = error(cause);
            assert_eq!(error.another_server_may_help(), another, "{error}");
            assert_eq!(error.is_access_denied(), denied, "{error}");
        };
        let server = |code| Cause::Server(ErrPacket::new(code, b"HY000", "x"));
        check(server(1045), false, true);
        check(server(1049), false, false);
        check(server(1040), true, false);
        check(server(1159), true, false);
        check(Cause::TimedOut(Duration::from_secs(1)), true, false);
        check(Cause::Net(NetError::Closed), true, false);
        check(Cause::PluginUnsupported("x".to_owned()), false, true);
    }

    #[test]
    fn a_log_in_that_had_begun_is_broken_off_by_the_server() {
        let check = |step, cause, expected| {
            let error = of(&Arc::from("db1"), step)(cause);
            assert_eq!(error.is_broken_off(), expected, "{error}");
        };
        let server = |code| Cause::Server(ErrPacket::new(code, b"08S01", "x"));
        let reset = || Cause::Net(NetError::Io(io::ErrorKind::ConnectionReset.into()));
        check(Step::LoggingIn, reset(), true);
        check(Step::Greeting, Cause::Net(NetError::Closed), true);
        check(Step::LoggingIn, server(1159), true);
        check(Step::Connecting, reset(), false);
        check(Step::LoggingIn, server(1045), false);
        let late = Cause::TimedOut(Duration::from_secs(1));
        check(Step::LoggingIn, late, false);
    }
}
