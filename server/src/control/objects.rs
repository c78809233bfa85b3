//! What is configured, and what it is doing: servers, services, listeners, monitors, filters and the
//! gateway itself.

mod filters;
mod gateway;
mod listeners;
mod modules;
mod monitors;
mod servers;
mod services;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};

pub use filters::FilterView;
pub use gateway::GatewayView;
pub use listeners::ListenerView;
pub use modules::ModuleView;
pub use monitors::MonitorView;
pub use servers::{ServerStatistics, ServerView};
pub use services::ServiceView;

use crate::config::{Configuration, Object};
use crate::filters::FilterRegistry;
use crate::monitors::MonitorHandle;
use crate::servers::ServerRegistry;
use crate::services::Service;

/// The configured objects; cheap to clone.
#[derive(Clone)]
pub struct Objects(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) configuration: Configuration,
    servers: ServerRegistry,
    pub(super) services: Vec<Arc<Service>>,
    pub(super) filters: FilterRegistry,
    monitors: Vec<MonitorHandle>,
    started: SystemTime,
}

/// What every configured object has.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Its name.
    pub name: Arc<str>,
    /// Every documented parameter with its value or default; no secrets.
    pub parameters: Map<String, Value>,
    /// The file it comes from; `None`: it was made at run time.
    pub file: Option<PathBuf>,
}

impl Objects {
    /// The objects of `configuration`, of which `servers`, `services` and `monitors` run.
    pub fn new(
        configuration: Configuration,
        servers: ServerRegistry,
        services: Vec<Arc<Service>>,
        filters: FilterRegistry,
        monitors: Vec<MonitorHandle>,
    ) -> Self {
        Self(Arc::new(Inner {
            configuration,
            servers,
            services,
            filters,
            monitors,
            started: SystemTime::now(),
        }))
    }

    /// When the gateway started, and with it everything that is configured.
    pub fn started(&self) -> SystemTime {
        self.0.started
    }
}

impl Described {
    fn of<P>(object: &Object<P>) -> Self {
        Self {
            name: Arc::clone(&object.name),
            parameters: object.parameter_values(),
            file: object.source.origin.clone(),
        }
    }
}
