//! Live events (`GET /v1/events`, server-sent events).
//!
//! A stream begins with a [`Snapshot`] (`event: snapshot`) and goes on with [`Delta`]s
//! (`event: delta`). Each has an `id:`; a client that comes back with it in `Last-Event-ID` gets the
//! deltas since, or a new snapshot when they are no longer kept. A reader that is too slow gets a new
//! snapshot in the middle of the stream. Before the server stops it says `event: goodbye`; its data is
//! empty. A `heartbeat` comes when nothing else does, so that a dead connection is noticed: an event
//! rather than a comment, which browsers hide from pages.
//!
//! With `filter=` and `fields[..]=`, as collections take them, a stream tells of some rows only, or of
//! some of their members. Rows are the attributes then: `filter=/attributes/user="ann"`,
//! `fields[sessions]=user,state`. A condition is about the kinds of rows that have the member it
//! names. A session that fulfils the conditions no more is among [`Delta::ended`], another object among
//! [`Changed::removed`]. The ids of such a stream are good for another one with the same parameters.

use serde::{Deserialize, Serialize};

use crate::session::SessionConnection;

/// The event that carries a [`Snapshot`].
pub const SNAPSHOT: &str = "snapshot";
/// The event that carries a [`Delta`].
pub const DELTA: &str = "delta";
/// The last event before the server stops.
pub const GOODBYE: &str = "goodbye";
/// The event that comes when there was no other for [`HEARTBEAT_EVERY_MS`]; its data is the server's
/// clock: `{"now_ms":1}`. It has no id: there is nothing to resume at.
pub const HEARTBEAT: &str = "heartbeat";
/// See [`HEARTBEAT`].
pub const HEARTBEAT_EVERY_MS: u64 = 5_000;

/// The member of a [`Snapshot`] and of [`Delta::objects`] that tells of servers.
pub const SERVERS: &str = "servers";
/// The one that tells of services.
pub const SERVICES: &str = "services";
/// The one that tells of filters.
pub const FILTERS: &str = "filters";
/// The member of a [`Snapshot`] and of a [`Delta`] that tells of changes by administrators.
pub const AUDIT: &str = "audit";

/// Everything that is true now.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The server's clock in milliseconds since 1970 (UTC), to compute ages by.
    pub now_ms: u64,
    /// All live sessions.
    pub sessions: Vec<SessionRow>,
    /// All servers, by name.
    #[serde(default)]
    pub servers: Vec<ServerRow>,
    /// All services, by name.
    #[serde(default)]
    pub services: Vec<ServiceRow>,
    /// All filters, by name.
    #[serde(default)]
    pub filters: Vec<FilterRow>,
    /// The last changes by administrators, the oldest first.
    #[serde(default)]
    pub audit: Vec<AuditRow>,
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
    /// Other objects that are new, changed or gone; absent when there are none.
    #[serde(default, skip_serializing_if = "ObjectChanges::is_empty")]
    pub objects: ObjectChanges,
    /// What administrators have changed meanwhile, the oldest first; absent when nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audit: Vec<AuditRow>,
}

/// What changed of servers, services and filters.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ObjectChanges {
    /// Of servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<Changed<ServerRow>>,
    /// Of services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<Changed<ServiceRow>>,
    /// Of filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Changed<FilterRow>>,
}

impl ObjectChanges {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What changed of the objects of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed<R> {
    /// Those that are new or changed, whole.
    pub changed: Vec<R>,
    /// The ids of those that are gone.
    pub removed: Vec<String>,
}

/// A server, as far as it changes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerRow {
    /// Its name.
    pub id: String,
    /// What it is: words of [`crate::object::server::state`].
    pub state: String,
    /// Connections of sessions.
    pub connections: u64,
    /// Connections of sessions since the start.
    #[serde(default)]
    pub total_connections: u64,
    /// Statements under way.
    pub active_operations: u64,
    /// Seconds behind its primary; absent when it does not replicate or the lag is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication_lag: Option<u64>,
    /// `@@gtid_current_pos`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtid_current_pos: Option<String>,
    /// Its version, once it was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A service, as far as it changes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRow {
    /// Its name.
    pub id: String,
    /// Moves with its parameters and with what it is related to, as `meta.version` does.
    #[serde(default)]
    pub version: u64,
    /// Its router.
    pub router: String,
    /// Whether an administrator has stopped it.
    pub stopped: bool,
    /// Sessions now.
    pub sessions: u64,
    /// Sessions since the start.
    pub total_sessions: u64,
    /// Statements since the start.
    pub statements: u64,
    /// Its servers, in order.
    pub servers: Vec<String>,
    /// The filters of its new sessions, in order.
    pub filters: Vec<String>,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterRow {
    /// Its name.
    pub id: String,
    /// Its module.
    pub module: String,
    /// Moves with its parameters.
    pub version: u64,
    /// The services whose sessions begin with it.
    pub services: Vec<String>,
}

/// A record of the audit; what was before and after is told by `GET /v1/audit/ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number.
    pub id: u64,
    /// The number of the operation: one may have several records.
    pub operation: u64,
    /// When, ms since 1970.
    pub at_ms: u64,
    /// Who.
    pub user: String,
    /// From where.
    pub address: String,
    /// What was done.
    pub action: String,
    /// The type of what was changed.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How it ended: `done`, or why it was not.
    pub outcome: String,
    /// The operation that it undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
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
