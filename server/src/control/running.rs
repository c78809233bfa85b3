//! What runs: made of a layout, and made to follow the next one.
//!
//! [`Running::prepare`] does everything that can fail: it reads certificates and binds addresses, but
//! nothing that is there already notices. [`Running::apply`] then can't fail.

mod follow;
mod listeners;
mod monitors;
mod prepared;
mod services;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use indexmap::IndexMap;
use tokio::sync::watch;

use crate::filters::FilterRegistry;
use crate::listeners::Listener;
use crate::monitors::MonitorHandle;
use crate::net::{HostLookup, NameResolver};
use crate::servers::ServerRegistry;
use crate::services::{AccountReader, Service};
use crate::sessions::SessionDirectory;

/// What the objects are put into.
pub struct Surroundings {
    /// The workers, and the sessions on them.
    pub sessions: SessionDirectory,
    /// Finds clients' names, unless `skip_name_resolve` is on.
    pub names: Arc<NameResolver>,
    /// Finds the addresses that listeners are to have.
    pub hosts: HostLookup,
    /// Becomes true when the gateway stops.
    pub stopping: watch::Receiver<bool>,
}

/// Things by name, in the order in which they were made.
type Named<T> = RwLock<IndexMap<Arc<str>, T>>;

/// Everything that runs.
pub(super) struct Running {
    pub(super) surroundings: Surroundings,
    pub(super) filters: FilterRegistry,
    pub(super) servers: ServerRegistry,
    services: Arc<Named<Arc<Service>>>,
    listeners: Named<Arc<Listener>>,
    monitors: Named<MonitorHandle>,
    /// Readers of accounts that have not begun.
    readers: Mutex<Vec<AccountReader>>,
    started: AtomicBool,
}

impl Running {
    /// Nothing runs yet.
    pub(super) fn new(surroundings: Surroundings, filters: FilterRegistry) -> Self {
        Self {
            surroundings,
            filters,
            servers: ServerRegistry::default(),
            services: Arc::default(),
            listeners: RwLock::default(),
            monitors: RwLock::default(),
            readers: Mutex::default(),
            started: AtomicBool::new(false),
        }
    }

    /// The service of that name.
    pub(super) fn service(&self, name: &str) -> Option<Arc<Service>> {
        get(&self.services, name)
    }

    /// All services.
    pub(super) fn all_services(&self) -> Vec<Arc<Service>> {
        all(&self.services)
    }

    /// The listener of that name.
    pub(super) fn listener(&self, name: &str) -> Option<Arc<Listener>> {
        get(&self.listeners, name)
    }

    /// A listener of that service, before others one that lets clients in.
    pub(super) fn listener_of(&self, service: &str) -> Option<Arc<Listener>> {
        let mut own = all(&self.listeners);
        own.retain(|listener| *listener.entry().service.name == *service);
        own.sort_by_key(|listener| listener.is_stopped());
        own.into_iter().next()
    }

    /// The monitor of that name.
    pub(super) fn monitor(&self, name: &str) -> Option<MonitorHandle> {
        get(&self.monitors, name)
    }

    /// Starts everything, in the order that lets the first client in when it can be served.
    pub(super) async fn start(&self) {
        self.started.store(true, Ordering::Relaxed);
        for service in self.all_services() {
            self.follow_target(&service);
        }
        let monitors = all(&self.monitors);
        for monitor in &monitors {
            monitor.start();
        }
        for monitor in &monitors {
            monitor.first_round().await;
        }
        for mut reader in self.waiting_readers() {
            reader.read_first().await;
            tokio::spawn(reader.run(self.surroundings.stopping.clone()));
        }
        for listener in all(&self.listeners) {
            listener.open(&self.surroundings.sessions).await;
            let name = &*listener.name;
            tracing::info!(object = name, "listener '{name}' accepts clients");
        }
    }

    /// Lets no more clients in.
    pub(super) async fn close(&self) {
        for listener in all(&self.listeners) {
            listener.close().await;
        }
    }

    /// Stops what watches servers.
    pub(super) async fn stop_monitors(&self) {
        for monitor in all(&self.monitors) {
            monitor.stop().await;
        }
    }

    fn is_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    fn waiting_readers(&self) -> Vec<AccountReader> {
        std::mem::take(&mut self.readers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn get<T: Clone>(named: &Named<T>, name: &str) -> Option<T> {
    let named = named.read().unwrap_or_else(PoisonError::into_inner);
    named.get(name).cloned()
}

fn all<T: Clone>(named: &Named<T>) -> Vec<T> {
    let named = named.read().unwrap_or_else(PoisonError::into_inner);
    named.values().cloned().collect()
}

fn insert<T>(named: &Named<T>, name: &Arc<str>, thing: T) {
    let mut named = named.write().unwrap_or_else(PoisonError::into_inner);
    named.insert(Arc::clone(name), thing);
}

fn remove<T>(named: &Named<T>, name: &str) -> Option<T> {
    let mut named = named.write().unwrap_or_else(PoisonError::into_inner);
    named.shift_remove(name)
}
