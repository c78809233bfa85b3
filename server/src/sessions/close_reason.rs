//! Why a session ends.

use std::fmt;
use std::sync::Arc;

use crate::routers::RouteError;

/// Who ended a session, and what was going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseReason {
    /// Who or what ended it.
    pub by: ClosedBy,
    /// What the session was doing.
    pub during: During,
}

/// Who or what ends a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedBy {
    /// The client said COM_QUIT.
    Quit,
    /// The client's connection closed or broke.
    Client(String),
    /// A server's connection closed or broke.
    Backend {
        /// The server's name.
        server: Arc<str>,
        /// What was seen.
        cause: String,
    },
    /// An operator killed it.
    Admin,
    /// Another client killed it with a KILL statement.
    Kill,
    /// A time limit of the service ran out.
    Timeout(&'static str),
    /// There is no server that may serve the session, or go on to.
    Router(RouteError),
    /// A request that goes on was refused; the client has been told why.
    Refused(String),
    /// A filter of the session demands it; the client has been told why.
    Filter(String),
    /// The gateway stops.
    Shutdown,
    /// Bytes that no MariaDB client or server sends.
    Protocol(String),
}

/// What a session was doing when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// The client was logging in.
    Login,
    /// Nothing: the client's next command was awaited.
    Idle,
    /// A request was arriving.
    Request,
    /// A reply was being streamed.
    Reply,
    /// The client was sending a file (LOAD DATA LOCAL).
    Upload,
}

impl CloseReason {
    /// Whether another session could go on with the connections to servers.
    pub(super) fn leaves_connections(&self) -> bool {
        let by = match self.by {
            ClosedBy::Quit | ClosedBy::Client(_) | ClosedBy::Admin | ClosedBy::Timeout(_) => true,
            // They may be killed, broken or unwanted; or no session is to come.
            ClosedBy::Kill
            | ClosedBy::Backend { .. }
            | ClosedBy::Router(_)
            | ClosedBy::Refused(_)
            | ClosedBy::Filter(_)
            | ClosedBy::Protocol(_)
            | ClosedBy::Shutdown => false,
        };
        by && self.during == During::Idle
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            ClosedBy::Quit => return f.write_str("the client quit"),
            ClosedBy::Client(cause) => write!(f, "the client's connection was lost ({cause})")?,
            ClosedBy::Backend { server, cause } => {
                write!(f, "the connection to server '{server}' was lost ({cause})")?;
            }
            ClosedBy::Admin => f.write_str("killed by an operator")?,
            ClosedBy::Kill => f.write_str("killed by another client")?,
            ClosedBy::Timeout(limit) => write!(f, "{limit} ran out")?,
            ClosedBy::Router(error) => write!(f, "{error}")?,
            ClosedBy::Refused(cause) => write!(f, "a request was refused: {cause}")?,
            ClosedBy::Filter(cause) => write!(f, "closed by a filter: {cause}")?,
            ClosedBy::Shutdown => f.write_str("the gateway is shutting down")?,
            ClosedBy::Protocol(cause) => write!(f, "protocol violation: {cause}")?,
        }
        f.write_str(match self.during {
            During::Login => " while logging in",
            During::Idle => " while idle",
            During::Request => " while a request was arriving",
            During::Reply => " while a reply was awaited or being sent",
            During::Upload => " while the client was sending a file",
        })
    }
}
