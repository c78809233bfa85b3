//! Monitors.

use std::sync::Arc;

use super::{Described, Objects};
use crate::monitors::{MonitorHandle, MonitorReport};
use crate::servers::Server;

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
    /// Whether it runs.
    pub is_running: bool,
    /// What it says of itself.
    pub report: Arc<MonitorReport>,
    /// The servers themselves, with what it knows of them.
    pub watched: Vec<Arc<Server>>,
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
                let handle = self.running().monitor(name);
                let servers = parameters.servers.clone();
                let registry = &self.running().servers;
                let watched = servers.iter().filter_map(|name| registry.get(name));
                MonitorView {
                    object: Described::of(configured),
                    module: parameters.module.clone(),
                    is_running: handle.as_ref().is_some_and(MonitorHandle::is_running),
                    report: handle
                        .as_ref()
                        .map(MonitorHandle::report)
                        .unwrap_or_default(),
                    watched: watched.collect(),
                    services: layout.services_of_cluster(name),
                    servers,
                }
            })
            .collect()
    }
}
