//! The `services` resource.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Parameters, Source};

/// Attributes of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceAttributes {
    /// Sessions now.
    pub connections: u64,
    /// Sessions since the start.
    pub total_connections: u64,
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
    /// The router's module.
    pub router: String,
    /// Where the parameters come from.
    pub source: Source,
    /// When it started (`Tue, 24 Nov 2026 00:29:16 GMT`).
    pub started: String,
    /// `Started`.
    pub state: String,
    /// Its listeners, as resources.
    #[serde(default)]
    pub listeners: Vec<Value>,
    /// What its router tells of itself; the shape is the router's.
    #[serde(default)]
    pub router_diagnostics: Value,
    /// The accounts of its clients, without passwords.
    #[serde(default)]
    pub users: Vec<ServiceUser>,
    /// When they were read.
    #[serde(default)]
    pub users_last_update: Option<String>,
    /// Counters.
    pub statistics: ServiceStatistics,
}

/// An account that clients of a service may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceUser {
    /// The user.
    pub user: String,
    /// The pattern of the hosts that the user may come from.
    pub host: String,
    /// The authentication plugin.
    pub plugin: String,
    /// Whether a connection without TLS is refused.
    pub ssl: bool,
    /// The role that is active from login on; empty when there is none.
    pub default_role: String,
    /// Whether a global privilege lets it into every database.
    pub global_priv: bool,
}

/// Counters of one service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ServiceStatistics {
    /// Sessions now.
    pub connections: u64,
    /// The most that there were at a time.
    pub max_connections: u64,
    /// Sessions since the start.
    pub total_connections: u64,
    /// Connections that did not become sessions.
    pub failed_auths: u64,
    /// Statements under way.
    pub active_operations: u64,
    /// Packets of requests.
    pub routed_packets: u64,
    /// How long a session lives on average, in seconds.
    pub avg_session_lifetime: f64,
    /// How long the longest one lived, in seconds.
    pub max_session_lifetime: u64,
    /// Session commands in the histories of sessions that ended, on average.
    pub avg_sescmd_history_length: f64,
    /// Session commands in the longest of them.
    pub max_sescmd_history_length: u64,
}
