//! The `maxscale` resource: the gateway itself.

use serde::{Deserialize, Serialize};

use super::Parameters;

/// Attributes of the gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaxscaleAttributes {
    /// Its parameters.
    pub parameters: Parameters,
    /// When it started (`Tue, 24 Nov 2026 00:29:16 GMT`).
    pub started_at: String,
    /// Seconds since it started.
    pub uptime: u64,
    /// The version of the program.
    pub version: String,
}
