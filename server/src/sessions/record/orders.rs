//! What a session is to do.

use std::task::Waker;
use std::time::{Duration, Instant};

use crate::sessions::ClosedBy;

/// What the worker wants of a session, until the session takes it.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub close: Option<ClosedBy>,
    pub drain_until: Option<Instant>,
    pub servers_changed: bool,
    /// Whether its connections are to be opened anew.
    pub restart: Restart,
    pub keep_alive: bool,
    pub waker: Option<Waker>,
}

/// Whether a session gets its service as it is now, and new connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Restart {
    /// It goes on with those it has.
    #[default]
    No,
    /// Once it is idle and has nothing that is on its connections only.
    Unnoticed,
    /// The same, but it may lose what its last statements have left behind: insert id, counts of rows,
    /// warnings.
    Forgetful,
}

/// An order that the session has to carry out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// End at once.
    Close(ClosedBy),
    /// End as soon as the session is idle.
    CloseWhenIdle(ClosedBy),
    /// Servers' states changed: check whether the session may go on.
    CheckServers,
    /// Ping connections that were not used for so long.
    KeepAlive {
        /// How long.
        idle: Duration,
        /// Whether the one in use is meant, too.
        always: bool,
    },
}

impl Orders {
    /// Lets the session look at its orders.
    pub fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}
