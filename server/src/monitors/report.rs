//! What a monitor says of itself. What it says of servers stands with them.

use std::sync::Arc;

use crate::servers::Server;

/// A monitor at one moment.
#[derive(Debug, Clone, Default)]
pub struct MonitorReport {
    /// Rounds done since the gateway started.
    pub rounds: u64,
    /// The server that counts as the primary, whether it runs or not.
    pub primary: Option<Arc<Server>>,
}
