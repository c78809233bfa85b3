//! The `servers` resource.

use serde::{Deserialize, Serialize};

use super::{Parameters, Source};

/// The words of [`ServerAttributes::state`], which joins them with `, `: `Master, Running`.
pub mod state {
    /// Takes no sessions; those it has are ended.
    pub const MAINTENANCE: &str = "Maintenance";
    /// Takes no new sessions.
    pub const DRAINING: &str = "Draining";
    /// Takes no new sessions and has none.
    pub const DRAINED: &str = "Drained";
    /// The primary.
    pub const PRIMARY: &str = "Master";
    /// A replica that has replicas of its own.
    pub const RELAY: &str = "Relay Master";
    /// Replicates from a server that is not watched.
    pub const EXTERNAL_REPLICA: &str = "Slave of External Server";
    /// A replica.
    pub const REPLICA: &str = "Slave";
    /// A member of a synchronous cluster.
    pub const SYNCED: &str = "Synced";
    /// Does not let the monitor in.
    pub const AUTH_ERROR: &str = "Auth Error";
    /// Has little disk space left.
    pub const DISK_SPACE_EXHAUSTED: &str = "Disk Space Exhausted";
    /// Answers.
    pub const RUNNING: &str = "Running";
    /// Does not answer.
    pub const DOWN: &str = "Down";
}

/// Attributes of one server. Only what is known and true is present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerAttributes {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
    /// What it is: words of [`state`].
    pub state: String,
    /// Counters.
    pub statistics: ServerStatistics,
    /// Its version, once it was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_string: Option<String>,
    /// Seconds behind its primary; absent when it does not replicate or the lag is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication_lag: Option<u64>,
    /// `@@gtid_current_pos`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtid_current_pos: Option<String>,
    /// `@@gtid_binlog_pos`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gtid_binlog_pos: Option<String>,
    /// `@@server_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_id: Option<u64>,
    /// `@@server_id` again, under its older name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<u64>,
    /// `@@read_only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// Counters of one server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServerStatistics {
    /// Connections of sessions now.
    pub connections: u64,
    /// Connections of sessions since the start.
    pub total_connections: u64,
}
