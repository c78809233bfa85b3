//! Services.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;

use super::{Described, Objects};
use crate::config::Targets;

/// A service, and what it does.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// What is configured.
    pub object: Described,
    /// The router's module.
    pub router: String,
    /// When it started.
    pub started: SystemTime,
    /// Whether an administrator has stopped it.
    pub stopped: bool,
    /// Sessions now.
    pub sessions: u64,
    /// Sessions since the start.
    pub sessions_total: u64,
    /// Connections that did not become sessions.
    pub failed_logins: u64,
    /// Its servers, in order.
    pub servers: Vec<Arc<str>>,
    /// The monitor whose servers they are, if they are one's.
    pub monitor: Option<Arc<str>>,
    /// The listeners that lead to it.
    pub listeners: Vec<Arc<str>>,
    /// The filters of its new sessions, in order.
    pub filters: Vec<Arc<str>>,
    /// What its router tells of itself; null when nothing.
    pub diagnostics: Value,
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
                    started: service.started(),
                    stopped: service.is_stopped(),
                    sessions: service.session_count(),
                    sessions_total: service.session_total(),
                    failed_logins: service.failed_logins(),
                    servers: layout.members_of(parameters),
                    monitor,
                    listeners: layout.listeners_of(name),
                    filters: parameters.filters.clone(),
                    diagnostics: service.snapshot().router.diagnostics(),
                })
            })
            .collect()
    }
}
