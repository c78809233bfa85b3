//! The `sessions` resource (API.md, *Resources*).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Attributes of one session. Only what is known and true is present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionAttributes {
    /// `Session started`, or why it ends.
    pub state: String,
    /// The user the client logged in as.
    pub user: String,
    /// The client's address: IP, or `localhost` for a Unix socket.
    pub remote: String,
    /// The client's TCP port; 0 for a Unix socket.
    pub port: u16,
    /// When the client connected (`Tue, 24 Nov 2026 00:29:16 GMT`).
    pub connected: String,
    /// Seconds since the client connected.
    pub seconds_alive: f64,
    /// Seconds since the last byte from the client or to it.
    pub idle: f64,
    /// Packets from the client and reply chunks to it, counted since the start.
    pub io_activity: u64,
    /// The worker that runs the session, from 0.
    pub thread: usize,
    /// The listener through which the client came.
    #[serde(default)]
    pub listener: String,
    /// The default database; absent when none is selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Whether a transaction is open, as the server last said.
    pub transaction: bool,
    /// Statements (COM_QUERY, COM_STMT_EXECUTE, ..) since the start.
    pub statement_count: u64,
    /// The filters that act, and those that wait.
    #[serde(default)]
    pub filters: SessionFilters,
    /// The last lines of its log that are kept, the oldest first.
    #[serde(default)]
    pub log: Vec<String>,
    /// What an administrator has set for this session.
    #[serde(default)]
    pub parameters: SessionParameters,
    /// The last statements, the oldest first, as many as `retain_last_statements` says.
    #[serde(default)]
    pub queries: Vec<SessionQuery>,
    /// Bytes that the session holds in memory.
    pub memory: SessionMemory,
    /// Connections to servers.
    pub connections: Vec<SessionConnection>,
    /// The client's end.
    pub client: SessionClient,
    /// Why a session that has ended did so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_reason: Option<CloseReason>,
    /// When a session that has ended did so (`Tue, 24 Nov 2026 00:29:16 GMT`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// Why a session has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CloseReason {
    /// Who ended it: `client`, `server`, `administrator`, `kill`, `timeout`, `router`, `filter`,
    /// `shutdown` or `protocol` (somebody sent what is no packet of it).
    pub by: String,
    /// What it was doing: `login`, `idle`, `request`, `reply` or `upload`.
    pub during: String,
    /// The whole of it as a sentence.
    pub detail: String,
}

/// The chain of filters of one session, and its replacement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionFilters {
    /// The filters that act, in order.
    pub active: Vec<String>,
    /// The filters that wait to take their place; `null` when none do.
    pub pending: Option<Vec<String>>,
    /// The number of the last change that was accepted; 0 before the first.
    pub generation: u64,
    /// When what waits takes its place.
    pub apply: Apply,
}

/// When a new chain takes the old one's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Apply {
    /// As soon as the session is idle.
    #[default]
    Idle,
    /// As soon as the session is idle and has no open transaction.
    TransactionEnd,
}

/// Log levels that are on for one session besides those that are on for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch per documented level"
)]
pub struct SessionParameters {
    /// Debug.
    pub log_debug: bool,
    /// Errors.
    pub log_error: bool,
    /// Info.
    pub log_info: bool,
    /// Notices.
    pub log_notice: bool,
    /// Warnings.
    pub log_warning: bool,
}

/// One of the last statements of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionQuery {
    /// Its command (`COM_QUERY`).
    pub command: String,
    /// Its text; of long ones the beginning.
    pub statement: String,
    /// When it came, in the gateway's local time (`2026-11-24T00:29:16.507`).
    pub received: String,
    /// When its reply was complete; `null` while it is not.
    pub completed: Option<String>,
    /// Who replied; nobody when a filter has answered.
    pub responses: Vec<QueryResponse>,
}

/// A server's reply to a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryResponse {
    /// The server's name.
    pub server: String,
    /// How long it took, in ms.
    pub duration: u64,
}

/// Bytes held by one session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
// Documents have their members in the order of their names.
pub struct SessionMemory {
    /// Buffers of the client's and the servers' connections; absent when not counted apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_buffers: Option<ConnectionBuffers>,
    /// What is known of prepared statements that are executed; nothing is kept of them.
    #[serde(default)]
    pub exec_metadata: u64,
    /// The last statements.
    #[serde(default)]
    pub last_queries: u64,
    /// Statements that are kept to be repeated on another server; none are.
    #[serde(default)]
    pub sescmd_history: u64,
    /// All of it.
    pub total: u64,
    /// Variables of the session that are kept; none are.
    #[serde(default)]
    pub variables: u64,
}

/// Bytes held in the buffers of a session's connections.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionBuffers {
    /// All of them.
    pub total: u64,
}

/// One connection of a session to a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionConnection {
    /// The server's name.
    pub server: String,
    /// The connection id that the server gave (`SELECT CONNECTION_ID()`).
    pub connection_id: u64,
    /// The TLS cipher; empty without TLS.
    pub cipher: String,
    /// Statements (COM_QUERY, COM_STMT_EXECUTE, ..) that went there since the session has the
    /// connection; one that goes to all servers counts on each, one that is repeated for a new connection
    /// does not. Beyond the documented API.
    #[serde(default)]
    pub statements: u64,
}

/// The client's end of a session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionClient {
    /// The TLS cipher; empty without TLS.
    pub cipher: String,
    /// What the client's connector says of itself (`_client_name`, `program_name`, ..).
    pub connection_attributes: BTreeMap<String, String>,
    /// Statements that are kept to be repeated on another server.
    #[serde(default)]
    pub sescmd_history_len: u64,
    /// Descriptions of prepared statements that are kept with them.
    #[serde(default)]
    pub sescmd_history_stored_metadata: u64,
    /// Replies that are kept with them.
    #[serde(default)]
    pub sescmd_history_stored_responses: u64,
}
