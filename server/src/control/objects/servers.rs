//! Servers.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Described, Objects};
use crate::servers::{Distribution, LastEvent, PoolCounts, Server, ServerFacts, ServerStates};

/// A server, and what is known of it.
#[derive(Debug, Clone)]
pub struct ServerView {
    /// What is configured.
    pub object: Described,
    /// What it is.
    pub states: ServerStates,
    /// What a monitor found out.
    pub facts: Arc<ServerFacts>,
    /// What happened to it last.
    pub last_event: Option<LastEvent>,
    /// What sessions have it do.
    pub statistics: ServerStatistics,
    /// The services that use it.
    pub services: Vec<Arc<str>>,
    /// The monitors that watch it.
    pub monitors: Vec<Arc<str>>,
}

impl ServerView {
    /// How long it has been running; `None` when it does not, or that is not known.
    pub fn uptime(&self) -> Option<Duration> {
        let since = self.facts.running_since?;
        let runs = self.states.contains(ServerStates::RUNNING);
        let uptime = SystemTime::now().duration_since(since).unwrap_or_default();
        runs.then_some(uptime)
    }
}

/// What sessions have a server do.
#[derive(Debug, Clone, Default)]
pub struct ServerStatistics {
    /// Connections of sessions now.
    pub connections: u64,
    /// Connections of sessions since the start.
    pub connections_total: u64,
    /// The most connections of sessions at a time.
    pub connections_peak: u64,
    /// Connections that no session uses.
    pub pool: PoolCounts,
    /// Log-ins of sessions that it has refused since the start.
    pub failed_logins: u64,
    /// Statements under way.
    pub active_operations: u64,
    /// Packets of requests since the start.
    pub routed_packets: u64,
    /// Moving average of the time that reads take.
    pub read_time: Option<Duration>,
    /// How long reads took.
    pub reads: Distribution,
    /// How long everything else took.
    pub writes: Distribution,
}

impl ServerStatistics {
    /// Those of `server` now.
    pub fn of(server: &Server) -> Self {
        let load = server.load();
        Self {
            connections: server.connections(),
            connections_total: server.connections_total(),
            connections_peak: server.connections_peak(),
            pool: server.pool(),
            failed_logins: server.failed_logins(),
            active_operations: load.busy(),
            routed_packets: load.packets(),
            read_time: load.response_time(),
            reads: load.reads(),
            writes: load.writes(),
        }
    }
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
                    last_event: server.last_event(),
                    statistics: ServerStatistics::of(&server),
                    services: layout.services_with(name),
                    monitors: layout.monitors_of(name),
                })
            })
            .collect()
    }
}
