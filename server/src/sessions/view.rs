//! What can be seen of a session from outside of its worker.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::CloseReason;
use super::chains::ChainView;
use super::last_statements::StatementView;
use super::log_switches::LogSwitches;

/// What a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Waits for the client's next command.
    Idle,
    /// A request arrives, runs, or is being answered.
    Busy,
    /// Ends as soon as it is idle.
    Closing,
}

/// A session at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session id.
    pub id: u64,
    /// The user that the client logged in as.
    pub user: String,
    /// The client's address: IP, or `localhost` for a Unix socket.
    pub remote: String,
    /// The client's TCP port; 0 for a Unix socket.
    pub port: u16,
    /// The service's name.
    pub service: Arc<str>,
    /// The listener's name.
    pub listener: Arc<str>,
    /// What it is doing.
    pub state: Activity,
    /// The default database.
    pub database: Option<String>,
    /// Whether a transaction is open, as the server last said.
    pub transaction: bool,
    /// When the client connected.
    pub connected: SystemTime,
    /// When the last request began.
    pub active: SystemTime,
    /// How long the session has had nothing to do.
    pub idle: Duration,
    /// Statements since the start.
    pub statements: u64,
    /// Requests from the client and chunks of replies to it, since the start.
    pub io_activity: u64,
    /// Bytes in the buffers of its connections.
    pub buffered_bytes: u64,
    /// Session commands that are remembered for servers that are connected later.
    pub history_len: u64,
    /// Bytes that these and prepared statements hold.
    pub history_bytes: u64,
    /// Bytes that its last statements hold.
    pub last_statements_bytes: u64,
    /// Bytes that it holds in memory in all.
    pub memory_bytes: u64,
    /// The worker that runs it.
    pub thread: usize,
    /// Its connections to servers.
    pub connections: Vec<ConnectionView>,
    /// The TLS cipher of the client's connection; empty without TLS.
    pub client_cipher: String,
    /// What the client's connector says of itself.
    pub attributes: Vec<(String, String)>,
    /// Its filters.
    pub chain: ChainView,
    /// The log levels that are on for it.
    pub log: LogSwitches,
    /// The version of what an administrator can change of it.
    pub version: u64,
    /// Its last statements, the oldest first.
    pub last_statements: Vec<StatementView>,
    /// The last lines of its log that are kept with it, the oldest first.
    pub trace: Vec<String>,
    /// Its end, if it has ended.
    pub end: Option<EndView>,
}

impl SessionView {
    /// Bytes of what may be much of it: its last statements and the lines of its log.
    pub(super) fn heavy_bytes(&self) -> usize {
        let statements = self.last_statements.iter().map(|kept| kept.text.len());
        let lines = self.trace.iter().map(String::len);
        statements.chain(lines).sum()
    }
}

/// The end of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndView {
    /// When it was.
    pub at: SystemTime,
    /// Why.
    pub reason: CloseReason,
}

/// A connection of a session to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// The server's name.
    pub server: Arc<str>,
    /// The connection id that the server gave.
    pub connection_id: u64,
    /// The TLS cipher; empty without TLS.
    pub cipher: String,
    /// Statements that went there since the session has the connection.
    pub statements: u64,
}

/// Counts the statements that go to a server on one connection, where they are sent.
pub(super) type StatementCount = Rc<Cell<u64>>;

/// A connection as the session's record keeps it.
#[derive(Debug, Clone)]
pub(super) struct CountedConnection {
    /// What was to be seen of it when it was told.
    pub seen: ConnectionView,
    /// Goes on counting.
    pub statements: StatementCount,
}

impl CountedConnection {
    /// What is to be seen of it now.
    pub fn view(&self) -> ConnectionView {
        ConnectionView {
            statements: self.statements.get(),
            ..self.seen.clone()
        }
    }
}

/// What changed among the sessions since a moment.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The moment up to which this tells; the next call's `since`.
    pub upto: u64,
    /// New and changed sessions; all live ones when not `complete`.
    pub changed: Vec<SessionView>,
    /// Sessions that ended: id and why.
    pub ended: Vec<(u64, String)>,
    /// Whether everything since then is told; if not, start again from `changed`.
    pub complete: bool,
}
