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
        let configured = self.0.configuration.monitors.iter();
        configured
            .map(|object| {
                let servers = object.parameters.servers.clone();
                let mut handles = self.0.monitors.iter();
                let handle = handles.find(|handle| *handle.name() == object.name);
                let watched = servers.iter().filter_map(|name| self.0.servers.get(name));
                MonitorView {
                    object: Described::of(object),
                    module: object.parameters.module.clone(),
                    is_running: handle.is_some_and(MonitorHandle::is_running),
                    report: handle.map(MonitorHandle::report).unwrap_or_default(),
                    watched: watched.collect(),
                    servers,
                }
            })
            .collect()
    }
}
