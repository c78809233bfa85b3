//! The gateway itself.

use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::Objects;

/// The gateway.
#[derive(Debug, Clone)]
pub struct GatewayView {
    /// Every documented parameter with its value or default; no secrets.
    pub parameters: Map<String, Value>,
    /// The version of its parameters.
    pub configured: u64,
    /// When it started.
    pub started: SystemTime,
    /// The version of the program.
    pub version: &'static str,
    /// The folder of what survives a restart.
    pub datadir: PathBuf,
    /// How many workers run sessions.
    pub threads: usize,
    /// Bytes that their workers remember of statements, at most.
    pub classifications_max: u64,
}

impl Objects {
    /// The gateway itself.
    pub fn gateway(&self) -> GatewayView {
        let layout = self.layout();
        let parameters = &layout.maxscale.object.parameters;
        GatewayView {
            datadir: parameters.datadir.clone(),
            threads: parameters.threads,
            classifications_max: parameters.query_classifier_cache_size,
            parameters: layout.maxscale.object.parameter_values(),
            configured: layout.maxscale.version,
            started: self.started(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
