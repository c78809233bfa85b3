//! readwritesplit: writes and transactions go to the primary, reads to the best replica, and what
//! changes the session to all servers that the session is connected to.
//!
//! [`ReadWriteSplit`] is the configured router, [`SplitSession`] its part in one session. The parts:
//! [`target`] says what a request needs, [`resolve`] which server that is, [`choice`] which replica
//! is best, [`fitness`] which servers may be used for what, [`state`] keeps what is known of the
//! session, [`effects`] learns it from replies, [`aftermath`] what of statements may still be asked
//! for, [`recovery`] decides what becomes of a session that has lost a connection.

mod aftermath;
mod choice;
mod effects;
mod fitness;
mod prepared;
mod recovery;
mod resolve;
mod state;
mod statistics;
mod target;
mod temporary;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::error::RouteError;
use super::member::Member;
use crate::config::{PrimaryFailureMode, SplitParameters};
use crate::sql::{Classification, Dialect};
use crate::wire::status::StatusFlags;
use state::State;
use statistics::{SessionCounters, SplitStatistics};

pub use statistics::{ServerQueries, SplitDiagnostics};

/// The configured router. A clone counts into the same statistics.
#[derive(Debug, Clone)]
pub struct ReadWriteSplit {
    parameters: Arc<SplitParameters>,
    statistics: Arc<SplitStatistics>,
    /// How many sessions have begun.
    sessions: Arc<AtomicU64>,
}

impl ReadWriteSplit {
    /// A router that has counted nothing so far.
    pub fn new(parameters: &SplitParameters) -> Self {
        Self {
            parameters: Arc::new(parameters.clone()),
            statistics: Arc::default(),
            sessions: Arc::default(),
        }
    }

    /// The same router with other parameters, for sessions that begin from now on.
    #[must_use]
    pub fn with(&self, parameters: &SplitParameters) -> Self {
        Self {
            parameters: Arc::new(parameters.clone()),
            ..self.clone()
        }
    }

    /// Its parameters.
    pub fn parameters(&self) -> &SplitParameters {
        &self.parameters
    }

    /// Its part in a new session.
    pub fn session(&self) -> SplitSession {
        let number = self.sessions.fetch_add(1, Ordering::Relaxed);
        SplitSession {
            parameters: Arc::clone(&self.parameters),
            counters: SessionCounters::new(Arc::clone(&self.statistics)),
            state: State::default(),
            turn: number,
        }
    }

    /// What it has counted.
    pub fn diagnostics(&self) -> SplitDiagnostics {
        self.statistics.diagnostics()
    }
}

/// The router's part in one session.
///
/// In order: [`begin`](Self::begin) and [`logged_in`](Self::logged_in); then for each request [`route`](Self::route), and
/// [`replied`](Self::replied) when the client has all of the reply or
/// [`lost`](Self::lost) when the connection was lost before; at last [`ended`](Self::ended).
/// Requests of which there is no reply need no `replied`. When states of servers change,
/// [`keep`](Self::keep).
#[derive(Debug)]
pub struct SplitSession {
    parameters: Arc<SplitParameters>,
    counters: SessionCounters,
    state: State,
    /// Rotates among servers that are equally good.
    turn: u64,
}

impl SplitSession {
    /// The servers to connect to at the start, the primary first; none with `lazy_connect`. One
    /// that can't be connected to is told to [`lost`](Self::lost).
    ///
    /// # Errors
    /// The session can't begin: there is no primary and `master_failure_mode=fail_instantly`, or
    /// there is no server at all.
    pub fn begin(&mut self, members: &[Member], now: Instant) -> Result<Vec<usize>, RouteError> {
        self.counters.begin(members, now);
        let primary = self.primary(members);
        let replicas = self.replicas_at_first(members);
        match (&primary, replicas.is_empty()) {
            (Err(refusals), _)
                if self.parameters.master_failure_mode == PrimaryFailureMode::FailInstantly =>
            {
                return Err(RouteError::NoPrimary(refusals.clone()));
            }
            (Err(refusals), true) if refusals.is_empty() => return Err(RouteError::NoServer),
            (Err(refusals), true) => return Err(RouteError::NoneFits(refusals.clone())),
            _ => {}
        }
        self.state.primary = primary.ok();
        if self.parameters.lazy_connect {
            return Ok(Vec::new());
        }
        let wanted = self
            .parameters
            .replicas_at_first
            .min(self.parameters.replicas_max);
        let replicas = replicas.into_iter().take(wanted);
        Ok(self.state.primary.into_iter().chain(replicas).collect())
    }

    /// What a server has said of the session behind the log-in, and behind the statements that each
    /// connection begins with.
    pub fn logged_in(&mut self, status: StatusFlags) {
        self.state.autocommit = status.contains(StatusFlags::AUTOCOMMIT);
    }

    /// Where a transaction is open that is not the session's, and has to be rolled back; told once.
    pub fn take_stray(&mut self) -> Option<usize> {
        self.state.stray.take()
    }

    /// The client has closed a prepared statement.
    pub fn closed_statement(&mut self, id: u32) {
        self.state.statements.remove(id);
    }

    /// Whether a text that is prepared again is one statement on the server.
    pub fn reuses_statements(&self) -> bool {
        self.parameters.reuse_prepared_statements
    }

    /// The client has prepared a text once more, and no server was asked.
    pub fn prepared_again(
        &mut self,
        id: u32,
        kinds: Classification,
        text: &[u8],
        dialect: Dialect,
    ) {
        let tables = text::tables_of(text, kinds, dialect, &self.state);
        self.state.statements.insert(id, kinds, tables);
    }

    /// The session is as new: COM_RESET_CONNECTION, COM_CHANGE_USER.
    pub fn reset(&mut self) {
        self.state.reset();
    }

    /// What was done in the session can't be done again on another connection (the history is
    /// full or disabled): from now on it makes do with the connections that it has.
    pub fn connect_no_more(&mut self) {
        self.state.connects = false;
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.state.transaction.is_some()
    }

    /// Whether the session can go on with other connections, to which its history is told. If it
    /// `forgets`, that may lose what its last statements have left behind.
    pub fn is_portable(&self, forgets: bool) -> bool {
        self.state.is_portable() && (forgets || self.state.aftermath.is_empty())
    }

    /// Goes on with the session that was another one's, on the connections that this one has.
    pub fn take_over(&mut self, other: &mut Self) {
        let state = std::mem::take(&mut other.state);
        self.state = State {
            primary: self.state.primary,
            ..state.portable()
        };
    }

    /// The session has ended.
    pub fn ended(&mut self, now: Instant) {
        self.counters.end(now);
    }
}

#[cfg(test)]
mod tests;
