//! Services.

use std::sync::Arc;

use super::{Described, Objects};
use crate::config::Targets;
use crate::services::Service;

/// A service, and what it does.
pub struct ServiceView {
    /// What is configured.
    pub object: Described,
    /// The router's module.
    pub router: String,
    /// The service that runs: what it counts and which accounts it knows is asked for when wanted.
    pub service: Arc<Service>,
    /// Its servers, in order.
    pub servers: Vec<Arc<str>>,
    /// The services that it routes to, in order.
    pub services: Vec<Arc<str>>,
    /// The monitor whose servers they are, if they are one's.
    pub monitor: Option<Arc<str>>,
    /// The listeners that lead to it.
    pub listeners: Vec<Arc<str>>,
    /// The filters of its new sessions, in order.
    pub filters: Vec<Arc<str>>,
}

impl Objects {
    /// All services.
    pub fn services(&self) -> Vec<ServiceView> {
        let layout = self.layout();
        let configured = layout.services.iter();
        configured
            .filter_map(|(name, configured)| {
                let service = self.running().service(name)?;
                let parameters = &configured.object.parameters;
                let monitor = match &parameters.targets {
                    Targets::Cluster(monitor) => Some(Arc::clone(monitor)),
                    Targets::Servers(_) => None,
                };
                Some(ServiceView {
                    object: Described::of(configured),
                    router: parameters.router.clone(),
                    service,
                    servers: layout.members_of(parameters),
                    services: layout.inner_of(parameters),
                    monitor,
                    listeners: layout.listeners_of(name),
                    filters: parameters.filters.clone(),
                })
            })
            .collect()
    }
}
