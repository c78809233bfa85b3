//! The `monitors` resource.

use serde::{Deserialize, Serialize};

use super::server::ReplicaConnection;
use super::{Parameters, Source};

/// Attributes of one monitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorAttributes {
    /// Its module.
    pub module: String,
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
    /// `Running` or `Stopped`.
    pub state: String,
    /// Rounds since the start.
    #[serde(default)]
    pub ticks: u64,
    /// What it knows of its servers.
    #[serde(default)]
    pub monitor_diagnostics: MonitorDiagnostics,
}

/// What a monitor knows of its servers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorDiagnostics {
    /// The server that counts as the primary.
    pub master: Option<String>,
    /// The domain in which the primary numbers its transactions.
    pub master_gtid_domain_id: Option<u64>,
    /// Whether this gateway is the one that acts; `null`: gateways do not act.
    #[serde(default)]
    pub primary: Option<bool>,
    /// `Idle`.
    #[serde(default)]
    pub state: String,
    /// Its servers.
    #[serde(default)]
    pub server_info: Vec<WatchedServer>,
}

/// A server as a monitor knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchedServer {
    /// Its name.
    pub name: String,
    /// `@@gtid_binlog_pos`.
    pub gtid_binlog_pos: Option<String>,
    /// `@@gtid_current_pos`.
    pub gtid_current_pos: Option<String>,
    /// The number of the ring of servers that it is in.
    pub master_group: Option<u64>,
    /// Whether this gateway holds a lock on it; `null`: gateways take no locks.
    pub lock_held: Option<bool>,
    /// `@@read_only`.
    pub read_only: Option<bool>,
    /// `@@server_id`.
    pub server_id: Option<u64>,
    /// Its replication connections.
    pub slave_connections: Vec<ReplicaConnection>,
}
