//! The `maxscale` resource: the gateway itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Parameters;

/// Attributes of the gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MaxscaleAttributes {
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
    /// When it started (`Tue, 24 Nov 2026 00:29:16 GMT`).
    pub started_at: String,
    /// The same: it serves from its start.
    pub activated_at: String,
    /// What the program was built of; `unknown` when the build was not told.
    pub commit: String,
    /// Null: configurations are not shared between gateways.
    pub config_sync: Value,
    /// The folder of what survives a restart.
    pub process_datadir: String,
    /// The machine, its system, and what of it the gateway uses.
    pub system: Value,
    /// Seconds since it started.
    pub uptime: u64,
    /// The version of the program.
    pub version: String,
}
