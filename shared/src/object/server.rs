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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerAttributes {
    /// Its name.
    pub name: String,
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
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
    /// What happened to it last: `master_up`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<String>,
    /// When that was, as an HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggered_at: Option<String>,
    /// Seconds since it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime: Option<u64>,
    /// The id of the server that it replicates from; -1: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master_id: Option<i64>,
    /// The number of the ring of servers that it is in.
    #[serde(default)]
    pub master_group: Option<u64>,
    /// Whether this gateway holds a lock on it; `null`: gateways take no locks.
    #[serde(default)]
    pub lock_held: Option<bool>,
    /// Its replication connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slave_connections: Option<Vec<ReplicaConnection>>,
}

/// A replication connection of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplicaConnection {
    /// Its name; empty for the only one.
    pub connection_name: String,
    /// The last event received.
    pub gtid_io_pos: String,
    /// Why nothing is received.
    pub last_io_error: String,
    /// Why nothing is applied.
    pub last_sql_error: String,
    /// The other server's host.
    pub master_host: String,
    /// Its port.
    pub master_port: u16,
    /// Its id; -1: not known.
    pub master_server_id: i64,
    /// Its name, if it is one that is watched.
    pub master_server_name: Option<String>,
    /// Seconds behind it.
    pub seconds_behind_master: Option<u64>,
    /// `Yes`, `Connecting`, `No`.
    pub slave_io_running: String,
    /// `Yes`, `No`.
    pub slave_sql_running: String,
    /// `No`, `Slave_Pos`, `Current_Pos`.
    pub using_gtid: String,
}

/// Counters of one server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerStatistics {
    /// Connections of sessions now.
    pub connections: u64,
    /// Connections of sessions since the start.
    pub total_connections: u64,
    /// The most connections of sessions at a time.
    #[serde(default)]
    pub max_connections: u64,
    /// Statements under way.
    #[serde(default)]
    pub active_operations: u64,
    /// Packets of requests since the start.
    #[serde(default)]
    pub routed_packets: u64,
    /// Moving average of the time that reads take, with its unit: `923us`.
    #[serde(default)]
    pub adaptive_avg_select_time: String,
    /// Unused connections kept for other sessions: none.
    #[serde(default)]
    pub persistent_connections: u64,
    /// The most that were kept.
    #[serde(default)]
    pub max_pool_size: u64,
    /// Connections taken from those that were kept.
    #[serde(default)]
    pub reused_connections: u64,
    /// How often none was kept when one was wanted.
    #[serde(default)]
    pub connection_pool_empty: u64,
    /// Log-ins of sessions that it has refused.
    #[serde(default)]
    pub failed_auths: u64,
    /// How long statements took.
    #[serde(default)]
    pub response_time_distribution: ResponseTimes,
}

/// How long the statements on a server took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponseTimes {
    /// Reads.
    pub read: Distribution,
    /// Everything else.
    pub write: Distribution,
}

/// Statements by how long they took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Distribution {
    /// The buckets, the shortest first.
    pub distribution: Vec<Bucket>,
    /// `read` or `write`.
    pub operation: String,
    /// How much longer times each bucket takes than the one before.
    pub range_base: u64,
}

/// Statements that took about as long.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bucket {
    /// How many.
    pub count: u64,
    /// The longest time that falls into it, in seconds: `0.001000`.
    pub time: String,
    /// How long they took together, in seconds.
    pub total: f64,
}
