//! The `services` resource.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Parameters, Source};

/// Attributes of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceAttributes {
    /// Sessions now.
    pub connections: u64,
    /// Sessions since the start.
    pub total_connections: u64,
    /// The listeners that lead to it, each as a resource.
    #[serde(default)]
    pub listeners: Vec<Value>,
    /// Its parameters.
    pub parameters: Parameters,
    /// The router's module.
    pub router: String,
    /// Where the parameters come from.
    pub source: Source,
    /// When it started (`Tue, 24 Nov 2026 00:29:16 GMT`).
    pub started: String,
    /// `Started`, or `Stopped` by an administrator.
    pub state: String,
    /// Counters.
    pub statistics: ServiceStatistics,
}

/// Counters of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceStatistics {
    /// Sessions now.
    pub connections: u64,
    /// Sessions since the start.
    pub total_connections: u64,
    /// Connections that did not become sessions.
    pub failed_auths: u64,
}
