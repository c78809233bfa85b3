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
    /// The services that have its servers.
    pub services: Vec<Arc<str>>,
    /// Whether it watches them now.
    pub running: bool,
}

impl Objects {
    /// All monitors.
    pub fn monitors(&self) -> Vec<MonitorView> {
        let layout = self.layout();
        let configured = layout.monitors.values();
        configured
            .map(|configured| {
                let parameters = &configured.object.parameters;
                let name = &configured.object.name;
                let monitor = self.running().monitor(name);
                MonitorView {
                    object: Described::of(configured),
                    module: parameters.module.clone(),
                    servers: parameters.servers.clone(),
                    services: layout.services_of_cluster(name),
                    running: monitor.is_some_and(|monitor| monitor.is_running()),
                }
            })
            .collect()
    }
}
