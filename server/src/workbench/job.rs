//! What a connection does: statements that run, and what is left of them.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::outcome::Answer;
use crate::backend::StatementConnection;

/// How statements have ended: with results, or with the connection.
pub(super) type Ended = Result<Arc<Answer>, String>;

/// Statements that are to run.
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) sql: Arc<str>,
    /// The most rows of a resultset; `None`: no limit but that of bytes.
    pub(super) rows_max: Option<u64>,
    /// Who waits for the end; `None`: it is kept until somebody asks.
    pub(super) waiting: Option<oneshot::Sender<Ended>>,
}

/// What is left of statements that nobody has waited for.
pub(super) struct Kept {
    pub(super) number: u64,
    pub(super) sql: Arc<str>,
    pub(super) ended: Ended,
}

/// What a connection does.
pub(super) enum State {
    /// Nothing.
    Resting(Box<StatementConnection>),
    /// It runs statements.
    Running {
        number: u64,
        sql: Arc<str>,
        task: AbortHandle,
    },
    /// It is being made anew.
    Connecting,
    /// It was lost, and why.
    Lost(String),
    /// It was closed.
    Closed,
}
