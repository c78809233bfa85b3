//! What a monitor is to do.

use std::sync::Arc;

use crate::config::{DialParameters, MonitorParameters};
use crate::servers::Server;

/// What a monitor is to do.
#[derive(Debug, Clone)]
pub struct MonitorSettings {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// Its parameters.
    pub parameters: MonitorParameters,
    /// The servers it watches, in the order of the configuration: of equals the first becomes the
    /// primary.
    pub servers: Vec<Arc<Server>>,
    /// How the gateway connects to servers.
    pub dialling: DialParameters,
    /// Whether no scripts are run: another gateway does it.
    pub passive: bool,
}
