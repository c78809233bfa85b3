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
        let layout = self.layout();
        let configured = layout.servers.values();
        configured
            .filter_map(|configured| {
                let name = &configured.object.name;
                let server = self.running().servers.get(name)?;
                Some(ServerView {
                    object: Described::of(configured),
                    states: server.states(),
                    facts: server.facts(),
                    connections: server.connections(),
                    connections_total: server.connections_total(),
                    services: layout.services_with(name),
                    monitors: layout.monitors_of(name),
                })
            })
            .collect()
    }
}
