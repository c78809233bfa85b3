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
    /// Its connections are to be opened anew.
    pub restarts: bool,
    pub keep_alive: bool,
    pub waker: Option<Waker>,
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
