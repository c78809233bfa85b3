//! What is configured, and what it is doing: servers, services, listeners, monitors, filters and the
//! gateway itself.

mod brief;
mod filters;
mod gateway;
mod listeners;
mod modules;
mod monitors;
mod servers;
mod services;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use serde_json::{Map, Value};

pub use brief::{Briefs, FilterBrief, ServerBrief, ServiceBrief};
pub use filters::FilterView;
pub use gateway::GatewayView;
pub use listeners::ListenerView;
pub use modules::ModuleView;
pub use monitors::MonitorView;
pub use servers::{ServerStatistics, ServerView};
pub use services::ServiceView;

use super::error::ObjectError;
use super::layout::{Configured, Layout};
use super::running::{Running, Surroundings};
use crate::config::{Configuration, is_object_name};
use crate::filters::FilterRegistry;
use crate::net::Hosts;
use crate::servers::ServerRegistry;
use crate::services::Service;

/// The configured objects; cheap to clone.
#[derive(Clone)]
pub struct Objects(Arc<Inner>);

struct Inner {
    layout: RwLock<Arc<Layout>>,
    running: Running,
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
    /// The version of what is configured.
    pub version: u64,
    /// When it became what it is.
    pub modified: SystemTime,
}

impl Objects {
    /// Makes the objects of a configuration: listeners are bound, but nothing runs. The names of hosts
    /// that listeners have for addresses are among `hosts`.
    ///
    /// # Errors
    /// Why they can't be made.
    pub fn build(
        configuration: Configuration,
        filters: FilterRegistry,
        surroundings: Surroundings,
        hosts: Hosts,
    ) -> Result<Self, ObjectError> {
        let mut layout = Layout::of(configuration);
        let running = Running::new(surroundings, filters);
        layout.hosts = hosts;
        let prepared = running.prepare(&layout.emptied(), &layout)?;
        layout.hosts.clear();
        // Nothing is left to be waited for before anything runs.
        running.apply(prepared);
        Ok(Self(Arc::new(Inner {
            layout: RwLock::new(Arc::new(layout)),
            running,
            started: SystemTime::now(),
        })))
    }

    /// Gives all that is configured versions from `first` on, so that a version of an earlier process
    /// is none of this one's. To be called before anybody is told of one.
    pub fn begin_versions(&self, first: u64) {
        let mut layout = Layout::clone(&self.layout());
        layout.begin_versions(first);
        self.set_layout(layout);
        self.filter_registry().begin_versions(first);
    }

    /// Starts monitors, reads accounts, and lets clients in.
    pub async fn start(&self) {
        self.0.running.start().await;
    }

    /// Lets no more clients in; sessions go on.
    pub async fn close(&self) {
        self.0.running.close().await;
    }

    /// Stops all monitors.
    pub async fn stop_monitors(&self) {
        self.0.running.stop_monitors().await;
    }

    /// The servers that there are.
    pub fn server_registry(&self) -> ServerRegistry {
        self.0.running.servers.clone()
    }

    /// The services that there are.
    pub fn service_list(&self) -> Vec<Arc<Service>> {
        self.0.running.all_services()
    }

    /// When the gateway started, and with it everything that is configured.
    pub fn started(&self) -> SystemTime {
        self.0.started
    }

    pub(super) fn layout(&self) -> Arc<Layout> {
        let layout = self.0.layout.read();
        Arc::clone(&layout.unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_layout(&self, next: Layout) {
        let layout = self.0.layout.write();
        *layout.unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }

    pub(super) fn running(&self) -> &Running {
        &self.0.running
    }

    pub(super) fn filter_registry(&self) -> &FilterRegistry {
        &self.0.running.filters
    }

    /// Refuses names that are none, and those of other objects.
    pub(super) fn check_new_name(&self, layout: &Layout, name: &str) -> Result<(), ObjectError> {
        if !is_object_name(name) {
            return Err(ObjectError::Name(name.to_owned()));
        }
        if layout.knows(name) || self.is_filter(name) {
            return Err(ObjectError::Taken(name.to_owned()));
        }
        Ok(())
    }
}

impl Described {
    fn of<P>(configured: &Configured<P>) -> Self {
        let object = &configured.object;
        Self {
            name: Arc::clone(&object.name),
            parameters: object.parameter_values(),
            file: object.source.origin.clone(),
            version: configured.version,
            modified: configured.modified,
        }
    }
}
