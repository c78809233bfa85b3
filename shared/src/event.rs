//! Live events (`GET /v1/events`, server-sent events).
//!
//! A stream begins with a [`Snapshot`] (`event: snapshot`) and goes on with [`Delta`]s
//! (`event: delta`). Each has an `id:`; a client that comes back with it in `Last-Event-ID` gets the
//! deltas since, or a new snapshot when they are no longer kept. A reader that is too slow gets a new
//! snapshot in the middle of the stream. Before the server stops it says `event: goodbye`; its data is
//! empty. Comments (`: ..`) come when nothing else does, so that a dead connection is noticed.

use serde::{Deserialize, Serialize};

use crate::session::SessionConnection;

/// The event that carries a [`Snapshot`].
pub const SNAPSHOT: &str = "snapshot";
/// The event that carries a [`Delta`].
pub const DELTA: &str = "delta";
/// The last event before the server stops.
pub const GOODBYE: &str = "goodbye";

/// Everything that is true now.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The server's clock in milliseconds since 1970 (UTC), to compute ages by.
    pub now_ms: u64,
    /// All live sessions.
    pub sessions: Vec<SessionRow>,
}

/// What changed since the event before.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Delta {
    /// The server's clock in milliseconds since 1970 (UTC).
    pub now_ms: u64,
    /// Sessions that are new or changed, whole.
    pub changed: Vec<SessionRow>,
    /// Sessions that ended.
    pub ended: Vec<SessionEnd>,
}

/// What a list needs to know of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The session id.
    pub id: u64,
    /// The user.
    pub user: String,
    /// The client's address, `localhost` for a Unix socket.
    pub remote: String,
    /// The client's TCP port; 0 for a Unix socket.
    pub port: u16,
    /// The service's name.
    pub service: String,
    /// `idle`, `busy` (a statement runs) or `closing`.
    pub state: SessionState,
    /// The default database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Whether a transaction is open.
    pub transaction: bool,
    /// When the client connected, ms since 1970.
    pub connected_ms: u64,
    /// When the last byte came from the client or went to it, ms since 1970.
    pub active_ms: u64,
    /// Statements since the start.
    pub statements: u64,
    /// See `SessionAttributes::io_activity`.
    pub io_activity: u64,
    /// Bytes held in memory.
    pub memory: u64,
    /// The worker that runs it.
    pub thread: usize,
    /// Connections to servers.
    pub connections: Vec<SessionConnection>,
    /// The filters that act, in order.
    #[serde(default)]
    pub filters: Vec<String>,
    /// The filters that wait to take their place; absent when none do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Vec<String>>,
    /// The number of the last change of the filters that was accepted.
    #[serde(default)]
    pub generation: u64,
}

/// What a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// Waits for the client's next statement.
    Idle,
    /// A statement runs.
    Busy,
    /// Is about to end.
    Closing,
}

/// The end of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    /// The session id.
    pub id: u64,
    /// Why it ended, for a person.
    pub reason: String,
}
