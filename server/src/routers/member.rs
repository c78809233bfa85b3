//! A server of a service, as one session sees it.

use std::sync::Arc;
use std::time::Duration;

use super::candidate::Candidate;
use crate::config::Rank;
use crate::servers::ServerStates;

/// A server of a service, as one session sees it. Its index is its place in the service's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, for hints.
    pub name: Arc<str>,
    /// What everybody knows of it.
    pub candidate: Candidate,
    /// The session's connection to it.
    pub link: LinkState,
    /// How many connections the sessions of this service have to it.
    pub service_connections: u64,
    /// How long reads take there, a moving average; `None`: none has been measured.
    pub response_time: Option<Duration>,
    /// How many statements are under way there, those of all sessions.
    pub busy: u64,
}

/// A session's connection to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// There is none; one can be opened.
    Closed,
    /// There is one.
    Open,
    /// It could not be opened, or was lost. Not to be tried again before the server's state has
    /// changed or some time has passed; then it is [`LinkState::Closed`].
    Failed,
}

impl Member {
    /// Whether it is connected.
    pub(super) fn is_open(&self) -> bool {
        self.link == LinkState::Open
    }

    pub(super) fn states(&self) -> ServerStates {
        self.candidate.states
    }

    pub(super) fn rank(&self) -> Rank {
        self.candidate.rank
    }
}
