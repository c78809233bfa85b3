//! How many connections the sessions of a service have to each of its servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A count for each server, in the service's order. Clones share the counts.
#[derive(Debug, Clone)]
pub struct ServiceConnections {
    counts: Arc<[Arc<AtomicU64>]>,
}

impl ServiceConnections {
    /// No connections to so many servers.
    pub fn new(servers: usize) -> Self {
        Self {
            counts: (0..servers).map(|_| Arc::default()).collect(),
        }
    }

    /// Counts of other servers: of each that was there already (at that index) its own goes on.
    #[must_use]
    pub fn rearranged(&self, before: impl IntoIterator<Item = Option<usize>>) -> Self {
        let counts = before.into_iter();
        let count = |index: Option<usize>| index.and_then(|index| self.counts.get(index).cloned());
        Self {
            counts: counts
                .map(|index| count(index).unwrap_or_default())
                .collect(),
        }
    }

    /// A session has connected to the server of that index.
    pub fn add(&self, server: usize) {
        if let Some(count) = self.counts.get(server) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A connection to it is gone.
    pub fn remove(&self, server: usize) {
        if let Some(count) = self.counts.get(server) {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many there are.
    pub fn count(&self, server: usize) -> u64 {
        let count = self.counts.get(server);
        count.map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
