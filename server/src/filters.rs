//! Filters: what may be put between clients and servers.
//!
//! A [`Filter`] is a configured object; it opens a [`FilterSession`] for each session, which sees
//! the session's requests on their way to a server and the replies on their way back. A module is a
//! folder here and a line in [`registry`].

mod account;
mod audience;
mod branch;
mod cache;
mod ccrfilter;
mod chain;
mod comment;
mod configured;
mod hint_comment;
mod hintfilter;
mod journal;
mod local_time;
mod masking;
mod maxrows;
mod namedserverfilter;
mod nullfilter;
mod pattern;
mod prepared;
mod qlafilter;
mod regexfilter;
mod registry;
mod resultset_end;
mod rewritefilter;
mod settings;
mod tee;
mod throttlefilter;
mod topfilter;
mod tpmfilter;
mod transaction;
#[cfg(test)]
pub(crate) mod trial;

pub use branch::{
    Branch, BranchEnd, BranchError, BranchState, BranchTarget, BranchWatch, Branches, Copied,
    OpenBranch,
};
pub use chain::{FilterChain, NextChain, Passed, Stage};
pub use configured::{ConfiguredFilter, FilterRegistry, try_to_make};
pub use journal::{flush_logs, reopen_logs};
#[cfg(test)]
pub(crate) use nullfilter::null;
pub use registry::{CommandSpec, FilterModule, MODULES, commands, module, module_specs};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::config::Values;
use crate::pipeline::{Moment, Needs, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict};
use crate::wire::capabilities::Capabilities;

/// What a filter knows of the session that it is put into.
#[derive(Debug, Clone, Default)]
pub struct SessionFacts {
    /// The session id.
    pub id: u64,
    /// The user that the client logged in as.
    pub user: String,
    /// The client's address: IP, or `localhost` for a Unix socket.
    pub remote: String,
    /// The service's name.
    pub service: Arc<str>,
    /// The default database.
    pub database: Option<String>,
    /// What was agreed with the client: it decides how replies are written.
    pub capabilities: Capabilities,
    /// The collation that the client logged in with.
    pub collation: u16,
    /// Whether the session has run no statement yet (nor since its state was reset), so that it has
    /// no settings of its own.
    pub is_fresh: bool,
    /// Whether a transaction is open.
    pub in_transaction: bool,
    /// How it opens connections of its own to other servers and services.
    pub branches: Branches,
}

/// Why a filter can't be made, altered, or put into a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A parameter has a value that the module can't use.
    #[error("{parameter}: {message}")]
    Parameter {
        /// The parameter.
        parameter: &'static str,
        /// What is wrong with its value.
        message: String,
    },
    /// The filter can't be put into the session.
    #[error("{0}")]
    Open(String),
}

impl FilterError {
    /// The parameter that is wrong, if it is one.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Parameter { parameter, .. } => Some(parameter),
            Self::Open(_) => None,
        }
    }
}

/// A configured filter. Shared by all sessions that it is put into.
pub trait Filter: Send + Sync {
    /// What its sessions have to see.
    fn needs(&self) -> Needs;

    /// Puts it into a session.
    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError>;

    /// Takes new parameters, all or nothing. Sessions use them from their next statement on.
    fn alter(&self, values: &Values) -> Result<(), FilterError>;

    /// What it has to tell of itself; `Null` when nothing.
    fn diagnostics(&self) -> Value {
        Value::Null
    }

    /// Does what a command of its module says; those are in [`registry::commands`]. The answer is
    /// told to whoever asked, `Null` is nothing.
    fn command(&self, name: &str, _arguments: &[String]) -> Result<Value, FilterError> {
        Err(FilterError::Open(format!(
            "{name} is no command of the module"
        )))
    }
}

/// A filter in one session. Dropped when the session ends or the chain is replaced.
pub trait FilterSession {
    /// A request is on its way to a server.
    fn on_request(&mut self, _request: &mut Request, _now: Moment) -> Verdict {
        Verdict::Forward
    }

    /// A packet of a reply is on its way to the client (with `Needs::PACKETS`).
    fn on_packet(&mut self, _packet: &mut ReplyPacket, _now: Moment) -> PacketVerdict {
        PacketVerdict::Forward
    }

    /// The server was lost behind a part of its reply, and another one is asked: what has come is
    /// void, and the reply begins anew. The client has seen nothing of it.
    fn on_reply_again(&mut self) {}

    /// A reply is complete (with `Needs::REPLY_ENDS`).
    fn on_reply_end(&mut self, _end: &ReplyEnd, _now: Moment) {}

    /// The chain acts from now on. It may have waited since it was opened, and the session gone on
    /// meanwhile: `session` is what it is now. Not called in the chain that a session begins with.
    fn on_begin(&mut self, session: &SessionFacts) {
        self.on_change(session);
    }

    /// The session's user or default database is another one now.
    fn on_change(&mut self, _session: &SessionFacts) {}
}

/// Filters of a chain that is to be opened, in order, by name.
pub type NamedFilters = Arc<[(Arc<str>, Arc<dyn Filter>)]>;

/// Filter sessions that are open in the whole process: those opened less those closed.
static OPEN: AtomicU64 = AtomicU64::new(0);

/// How many filter sessions are open in the process. When no session lives it is 0.
pub fn open_filter_sessions() -> u64 {
    OPEN.load(Ordering::Relaxed)
}
