//! How many connections of sessions a server has.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::server::Server;
use crate::telemetry::worker;

/// Connection counters of one server.
#[derive(Debug, Default)]
pub(super) struct Connections {
    current: AtomicU64,
    total: AtomicU64,
    peak: AtomicU64,
}

impl Connections {
    pub(super) fn current(&self) -> u64 {
        self.current.load(Ordering::Relaxed)
    }

    pub(super) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Counts one more unless there are `max` already (0: no limit).
    pub(super) fn add(&self, max: u64) -> bool {
        let grow = |current| (max == 0 || current < max).then_some(current + 1);
        let grown = self
            .current
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grow);
        if let Ok(before) = grown {
            self.total.fetch_add(1, Ordering::Relaxed);
            self.peak.fetch_max(before + 1, Ordering::Relaxed);
        }
        grown.is_ok()
    }

    fn remove(&self) {
        self.current.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One counted connection to a server, until it is dropped.
pub struct ConnectionPermit {
    server: Arc<Server>,
    /// How often the server was evicted before.
    evictions: u64,
}

impl ConnectionPermit {
    /// The permit of a connection that was just counted.
    pub(super) fn new(server: Arc<Server>) -> Self {
        worker::here().opened();
        let evictions = server.evictions();
        Self { server, evictions }
    }

    /// Whether the connection has to be closed at once.
    pub fn is_evicted(&self) -> bool {
        self.server.evictions() != self.evictions
    }

    /// Waits until the connection has to be closed at once.
    pub async fn evicted(&self) {
        let mut changes = self.server.watch();
        while !self.is_evicted() {
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// The server that the connection is to.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        worker::here().closed();
        self.server.connection_counters().remove();
    }
}

impl fmt::Debug for ConnectionPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectionPermit")
            .field(&self.server.name())
            .finish()
    }
}

/// The server has `max_routing_connections` already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("server {server} has the {max} connections that max_routing_connections allows")]
pub struct ServerFull {
    /// The server's name.
    pub server: Arc<str>,
    /// The limit.
    pub max: u64,
}
