//! Parameters of a monitor.

use std::sync::Arc;

use super::secret::Secret;
use super::values::Values;

/// A section of `type=monitor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorParameters {
    /// The module.
    pub module: String,
    /// The servers it watches.
    pub servers: Vec<Arc<str>>,
    /// User that watches them.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// How often they are looked at.
    pub monitor_interval_ms: u64,
    /// How often a connection is tried in one round.
    pub backend_connect_attempts: u64,
    /// How long a server may take to connect.
    pub backend_connect_timeout_ms: u64,
    /// How long a server may take to answer.
    pub backend_read_timeout_ms: u64,
    /// How long a server may take to receive.
    pub backend_write_timeout_ms: u64,
}

impl MonitorParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            module: values.string("module"),
            servers: values.names("servers"),
            user: values.string("user"),
            password: values.secret("password"),
            monitor_interval_ms: values.millis("monitor_interval"),
            backend_connect_attempts: values.count("backend_connect_attempts").max(1),
            backend_connect_timeout_ms: values.millis("backend_connect_timeout"),
            backend_read_timeout_ms: values.millis("backend_read_timeout"),
            backend_write_timeout_ms: values.millis("backend_write_timeout"),
        }
    }
}
