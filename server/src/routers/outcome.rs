//! What became of a request, and of connections.

use std::time::Instant;

use super::error::RouteError;
use crate::wire::status::StatusFlags;

/// The end of a reply: of the one that the client got, none of those that were dropped.
#[derive(Debug, Clone, Copy)]
pub struct Replied {
    /// Whose reply it was.
    pub member: usize,
    /// The last status in it; `None` if it had none (an ERR packet has none).
    pub status: Option<StatusFlags>,
    /// The error's number, if it was one.
    pub error: Option<u16>,
    /// The client's id of the statement that was prepared.
    pub prepared: Option<u32>,
    /// Whether it told of an insert id.
    pub insert_id: bool,
    /// Whether it told of affected rows or warnings.
    pub counted: bool,
    /// The time.
    pub now: Instant,
}

/// A connection that was lost, could not be opened, or may not stay
/// ([`SplitSession::keep`](super::SplitSession::keep)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// To which server.
    pub member: usize,
    /// During what.
    pub during: LostDuring,
}

/// What a connection was doing when it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostDuring {
    /// Nothing of the client's.
    Idle,
    /// The request for which there was a plan last.
    Request {
        /// Whether any of it may have reached the server.
        sent: bool,
        /// Whether the client has got any of the reply.
        passed_on: bool,
    },
}

/// What to do about a lost connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing: the session goes on without it, and so does the request under way.
    Ignore,
    /// Route the request once more; the connection's link is [`Failed`](super::LinkState::Failed)
    /// by then.
    Retry,
    /// The client gets the error, and the session goes on. If the client is in the middle of a
    /// packet, it can't be told: the session ends.
    Error(RouteError),
    /// The session ends; with the error, if the client can be told.
    Close(RouteError),
}
