//! The gateway itself.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::Objects;

/// The gateway.
#[derive(Debug, Clone)]
pub struct GatewayView {
    /// Every documented parameter with its value or default; no secrets.
    pub parameters: Map<String, Value>,
    /// When it started.
    pub started: SystemTime,
    /// The version of the program.
    pub version: &'static str,
}

impl Objects {
    /// The gateway itself.
    pub fn gateway(&self) -> GatewayView {
        GatewayView {
            parameters: self.layout().maxscale.object.parameter_values(),
            started: self.started(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
