//! Servers.

use std::sync::Arc;

use super::{Described, Objects};
use crate::servers::{ServerFacts, ServerStates};

/// A server, and what is known of it.
#[derive(Debug, Clone)]
pub struct ServerView {
    /// What is configured.
    pub object: Described,
    /// What it is.
    pub states: ServerStates,
    /// What a monitor found out.
    pub facts: Arc<ServerFacts>,
    /// Connections of sessions now.
    pub connections: u64,
    /// Connections of sessions since the start.
    pub connections_total: u64,
    /// The services that use it.
    pub services: Vec<Arc<str>>,
    /// The monitors that watch it.
    pub monitors: Vec<Arc<str>>,
}

impl Objects {
    /// All servers.
    pub fn servers(&self) -> Vec<ServerView> {
        let configured = self.0.configuration.servers.iter();
        configured
            .filter_map(|object| {
                let server = self.0.servers.get(&object.name)?;
                Some(ServerView {
                    object: Described::of(object),
                    states: server.states(),
                    facts: server.facts(),
                    connections: server.connections(),
                    connections_total: server.connections_total(),
                    services: self.services_with(&object.name),
                    monitors: self.monitors_of(&object.name),
                })
            })
            .collect()
    }

    fn services_with(&self, server: &str) -> Vec<Arc<str>> {
        let services = self.0.services.iter();
        services
            .filter(|service| service.snapshot().server(server).is_some())
            .map(|service| Arc::clone(&service.name))
            .collect()
    }

    fn monitors_of(&self, server: &str) -> Vec<Arc<str>> {
        let monitors = self.0.configuration.monitors.iter();
        monitors
            .filter(|monitor| {
                monitor
                    .parameters
                    .servers
                    .iter()
                    .any(|name| **name == *server)
            })
            .map(|monitor| Arc::clone(&monitor.name))
            .collect()
    }
}
