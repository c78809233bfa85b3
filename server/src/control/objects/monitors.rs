//! Monitors.

use std::sync::Arc;

use super::{Described, Objects};

/// A monitor.
#[derive(Debug, Clone)]
pub struct MonitorView {
    /// What is configured.
    pub object: Described,
    /// Its module.
    pub module: String,
    /// The servers it watches, in order.
    pub servers: Vec<Arc<str>>,
}

impl Objects {
    /// All monitors.
    pub fn monitors(&self) -> Vec<MonitorView> {
        let configured = self.0.configuration.monitors.iter();
        configured
            .map(|object| MonitorView {
                object: Described::of(object),
                module: object.parameters.module.clone(),
                servers: object.parameters.servers.clone(),
            })
            .collect()
    }
}
