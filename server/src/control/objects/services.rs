//! Services.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;

use super::{Described, Objects};
use crate::auth::accounts::ListedAccount;
use crate::config::Targets;
use crate::services::SessionCounts;
use crate::telemetry::StatementCounts;

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
    /// What was counted of its sessions.
    pub sessions: SessionCounts,
    /// What was counted of their statements.
    pub statements: StatementCounts,
    /// What its router tells of itself.
    pub router_diagnostics: Value,
    /// The accounts of its clients.
    pub accounts: Vec<ListedAccount>,
    /// When these were read.
    pub accounts_read: Option<SystemTime>,
    /// Its servers, in order.
    pub servers: Vec<Arc<str>>,
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
                    started: service.started(),
                    stopped: service.is_stopped(),
                    sessions: service.sessions(),
                    statements: service.statements().counts(),
                    router_diagnostics: service.snapshot().router.diagnostics(),
                    accounts: service
                        .accounts()
                        .map_or_else(Vec::new, |accounts| accounts.listed()),
                    accounts_read: service.accounts_read(),
                    servers: layout.members_of(parameters),
                    monitor,
                    listeners: layout.listeners_of(name),
                    filters: parameters.filters.clone(),
                })
            })
            .collect()
    }
}
