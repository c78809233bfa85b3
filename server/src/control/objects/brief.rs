//! What changes of objects while nobody configures them, in few words: for who follows it live.

use std::sync::Arc;

use super::Objects;
use crate::servers::{ServerFacts, ServerStates};

/// All objects in few words.
#[derive(Debug, Clone, Default)]
pub struct Briefs {
    /// The servers.
    pub servers: Vec<ServerBrief>,
    /// The services.
    pub services: Vec<ServiceBrief>,
    /// The filters.
    pub filters: Vec<FilterBrief>,
}

/// A server in few words.
#[derive(Debug, Clone)]
pub struct ServerBrief {
    /// Its name.
    pub name: Arc<str>,
    /// What it is.
    pub states: ServerStates,
    /// Connections of sessions.
    pub connections: u64,
    /// Connections of sessions since the start.
    pub connections_total: u64,
    /// Statements under way.
    pub active_operations: u64,
    /// What a monitor knows.
    pub facts: Arc<ServerFacts>,
}

/// A service in few words.
#[derive(Debug, Clone)]
pub struct ServiceBrief {
    /// Its name.
    pub name: Arc<str>,
    /// The version of what is configured.
    pub version: u64,
    /// Its router.
    pub router: String,
    /// Whether an administrator has stopped it.
    pub stopped: bool,
    /// Sessions now.
    pub sessions: u64,
    /// Sessions since the start.
    pub sessions_total: u64,
    /// Statements since the start.
    pub statements: u64,
    /// Its servers, in order.
    pub servers: Vec<Arc<str>>,
    /// The filters of its new sessions, in order.
    pub filters: Vec<Arc<str>>,
}

/// A filter in few words.
#[derive(Debug, Clone)]
pub struct FilterBrief {
    /// Its name.
    pub name: Arc<str>,
    /// Its module.
    pub module: &'static str,
    /// The version of what is configured.
    pub version: u64,
    /// The services whose sessions begin with it.
    pub services: Vec<Arc<str>>,
}

impl Objects {
    /// All objects in few words.
    pub fn briefs(&self) -> Briefs {
        let layout = self.layout();
        let servers = self.server_registry().all();
        let servers = servers.iter().map(|server| ServerBrief {
            name: Arc::clone(server.name()),
            states: server.states(),
            connections: server.connections(),
            connections_total: server.connections_total(),
            active_operations: server.load().busy(),
            facts: server.facts(),
        });
        let services = self.service_list().into_iter().filter_map(|service| {
            // Filters and version from one place, lest the ones be told with the number of others.
            let configured = layout.services.get(&service.name)?;
            let snapshot = service.snapshot();
            Some(ServiceBrief {
                name: Arc::clone(&service.name),
                version: configured.version,
                router: snapshot.parameters.router.clone(),
                stopped: service.is_stopped(),
                sessions: service.sessions().now,
                sessions_total: service.sessions().total,
                statements: service.statements().counts().times.count(),
                servers: snapshot
                    .own_servers()
                    .map(|server| Arc::clone(server.name()))
                    .collect(),
                filters: configured.object.parameters.filters.clone(),
            })
        });
        let filters = self.filter_registry().all();
        let filters = filters.iter().map(|filter| FilterBrief {
            name: Arc::clone(&filter.name),
            module: filter.module,
            version: filter.version,
            services: layout.services_filtered_by(&filter.name),
        });
        Briefs {
            servers: servers.collect(),
            services: services.collect(),
            filters: filters.collect(),
        }
    }
}
