//! The question where a request goes, and the answer.

use std::time::Instant;

use super::error::RouteError;
use crate::pipeline::RouteHint;
use crate::sql::{Classification, Dialect};
use crate::wire::command::Command;

/// What a request is, for routing.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Its command.
    pub command: Command,
    /// The text of a COM_QUERY or a COM_STMT_PREPARE.
    pub text: Option<&'a [u8]>,
    /// What that text does; for a command that names a prepared statement, what that one does.
    /// `None`: nothing is known, it may write.
    pub kinds: Option<Classification>,
    /// The client's id of the prepared statement that it names.
    pub statement: Option<u32>,
    /// Where filters want it to go.
    pub hint: Option<&'a RouteHint>,
    /// The lag that a replica may have to get it.
    pub replication_lag_max_s: Option<u64>,
    /// Whether all of it is there; false for one of 16 MiB and more.
    pub whole: bool,
    /// How the text is to be read.
    pub dialect: Dialect,
    /// The time.
    pub now: Instant,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// To one server, which is connected first when its link is closed. If that fails: tell
    /// [`SplitSession::lost`](super::SplitSession::lost) (nothing was sent) and do what it says.
    One {
        /// Which.
        member: usize,
        /// As what.
        purpose: Purpose,
    },
    /// To all that are connected: a command that changes the session.
    All {
        /// The one whose reply the client gets; connected first when its link is closed. Replies
        /// of the others are dropped.
        answer: usize,
        /// Whether servers that are connected later have to be told, too.
        remember: bool,
    },
    /// Nobody can take it now. Ask again when something about a server changes, and at the latest
    /// then.
    Wait {
        /// When.
        until: Instant,
    },
    /// Nobody can take it: the client gets the error, and the session goes on.
    Refuse(RouteError),
    /// The session can't go on: it ends with the error.
    Close(RouteError),
}

/// As what a server gets a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It may write, or has to go where writes go.
    Primary,
    /// It only reads.
    Replica,
    /// Any server will do.
    Any,
}
