//! Connections of a session's own to other servers or services, for filters that send there what
//! goes by.
//!
//! Filters say what they want; who opens such a connection is handed in with the session's facts
//! ([`Branches`]). What is sent waits in a queue with limits: a branch that falls behind them is
//! dropped, and never holds the session up.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use crate::pipeline::Waiting;
use crate::wire::command::Command;

/// Where a branch goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchTarget {
    /// To the service or the server of that name.
    Any(Arc<str>),
    /// To the service of that name.
    Service(Arc<str>),
}

impl BranchTarget {
    /// The name of the service or server.
    pub fn name(&self) -> &Arc<str> {
        match self {
            Self::Any(name) | Self::Service(name) => name,
        }
    }
}

/// Why a branch can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BranchError {
    /// There is nothing of that name.
    #[error("there is no service and no server '{0}'")]
    Unknown(Arc<str>),
    /// What is sent there would come back here.
    #[error("the session is one of the service '{0}' itself")]
    Loop(Arc<str>),
    /// Nobody opens branches for the session.
    #[error("the session has no way to other servers")]
    Impossible,
}

/// Opens branches in the session's name.
pub trait OpenBranch {
    /// Begins to connect, with `database` as the default database. Never waits: what is sent before
    /// the branch is connected is queued.
    fn open(
        &self,
        target: &BranchTarget,
        database: Option<&str>,
        watch: Rc<dyn BranchWatch>,
    ) -> Result<Box<dyn Branch>, BranchError>;
}

/// A branch. When it is dropped, what is queued is still sent.
pub trait Branch {
    /// Queues a request. Never waits.
    fn send(&self, copied: Copied);

    /// What it is doing.
    fn state(&self) -> BranchState;

    /// Until it is not [`BranchState::Working`].
    fn rest(&self) -> Waiting;
}

/// A request for a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its command.
    pub command: Command,
    /// Its payload, command byte included; whole.
    pub payload: Vec<u8>,
    /// For requests about a prepared statement (and its preparation) the number that the filter has
    /// given it. The branch puts the id there that the statement has at its end.
    pub statement: Option<u32>,
}

/// What a branch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchState {
    /// Everything that was sent is answered.
    Resting,
    /// Something is to be sent or to be answered.
    Working,
    /// It is lost, and takes nothing more.
    Lost,
}

/// Why a branch is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchEnd {
    /// More waits for it than may.
    Behind,
    /// Its end can't be reached, or has closed the connection.
    Failed(String),
}

impl fmt::Display for BranchEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind => f.write_str("it has fallen behind"),
            Self::Failed(cause) => f.write_str(cause),
        }
    }
}

/// Is told what becomes of a branch.
pub trait BranchWatch {
    /// It is connected.
    fn connected(&self);
    /// A request was answered; with this error, if it was one.
    fn answered(&self, error: Option<u16>);
    /// It is lost, and so many requests with it.
    fn lost(&self, end: &BranchEnd, requests: u64);
}

/// The way to branches, if a session has one.
#[derive(Clone, Default)]
pub struct Branches(Option<Rc<dyn OpenBranch>>);

impl Branches {
    /// Branches that `opener` opens.
    pub fn by(opener: Rc<dyn OpenBranch>) -> Self {
        Self(Some(opener))
    }

    /// Opens one.
    pub fn open(
        &self,
        target: &BranchTarget,
        database: Option<&str>,
        watch: Rc<dyn BranchWatch>,
    ) -> Result<Box<dyn Branch>, BranchError> {
        let opener = self.0.as_ref().ok_or(BranchError::Impossible)?;
        opener.open(target, database, watch)
    }

    /// Whether both open branches for the same log-in.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl fmt::Debug for Branches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Branches")
    }
}
