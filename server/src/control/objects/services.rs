//! Services.

use std::sync::Arc;
use std::time::SystemTime;

use super::{Described, Objects};
use crate::filters::NamedFilters;

/// A service, and what it does.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// What is configured.
    pub object: Described,
    /// The router's module.
    pub router: String,
    /// When it started.
    pub started: SystemTime,
    /// Sessions now.
    pub sessions: u64,
    /// Sessions since the start.
    pub sessions_total: u64,
    /// Connections that did not become sessions.
    pub failed_logins: u64,
    /// Its servers, in order.
    pub servers: Vec<Arc<str>>,
    /// The listeners that lead to it.
    pub listeners: Vec<Arc<str>>,
    /// The filters of its new sessions, in order.
    pub filters: Vec<Arc<str>>,
    /// The version of what can be changed at run time.
    pub version: u64,
}

impl Objects {
    /// All services.
    pub fn services(&self) -> Vec<ServiceView> {
        let configured = self.0.configuration.services.iter();
        configured
            .filter_map(|object| {
                let service = self
                    .0
                    .services
                    .iter()
                    .find(|service| service.name == object.name)?;
                let snapshot = service.snapshot();
                let servers = snapshot.servers();
                Some(ServiceView {
                    object: Described::of(object),
                    router: object.parameters.router.clone(),
                    started: service.started(),
                    sessions: service.session_count(),
                    sessions_total: service.session_total(),
                    failed_logins: service.failed_logins(),
                    servers: servers.map(|server| Arc::clone(server.name())).collect(),
                    listeners: self.listeners_of(&object.name),
                    filters: names_of(&service.filters()),
                    version: service.version(),
                })
            })
            .collect()
    }

    fn listeners_of(&self, service: &str) -> Vec<Arc<str>> {
        let listeners = self.0.configuration.listeners.iter();
        listeners
            .filter(|listener| *listener.parameters.service == *service)
            .map(|listener| Arc::clone(&listener.name))
            .collect()
    }
}

/// The names of the filters of a chain, in order.
pub(super) fn names_of(filters: &NamedFilters) -> Vec<Arc<str>> {
    filters.iter().map(|(name, _)| Arc::clone(name)).collect()
}
