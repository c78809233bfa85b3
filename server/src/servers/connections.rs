//! How many connections a server has: of sessions, and in pools.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::server::Server;
use crate::telemetry::worker;

/// Connection counters of one server.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// Those of sessions and those in pools: both count for `max_routing_connections`.
    open: AtomicU64,
    /// Those in pools that sessions could be given.
    pooled: AtomicU64,
    /// Those that are on their way into a pool.
    resetting: AtomicU64,
    total: AtomicU64,
    peak: AtomicU64,
    pooled_peak: AtomicU64,
    reused: AtomicU64,
    pool_was_empty: AtomicU64,
    failed_logins: AtomicU64,
}

/// What was counted of a server's pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolCounts {
    /// Connections in pools now, ready to be used.
    pub now: u64,
    /// Connections that are being reset: still in use, and in a pool a moment later.
    pub resetting: u64,
    /// The most that there were at a time.
    pub peak: u64,
    /// How often a session was given one, since the start.
    pub reused: u64,
    /// How often a session found none, since the start.
    pub empty: u64,
}

impl PoolCounts {
    /// Connections that no session has.
    pub fn kept(&self) -> u64 {
        self.now + self.resetting
    }
}

impl Connections {
    pub(super) fn current(&self) -> u64 {
        let open = self.open.load(Ordering::Relaxed);
        open.saturating_sub(self.pooled.load(Ordering::Relaxed))
    }

    pub(super) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    pub(super) fn pool(&self) -> PoolCounts {
        PoolCounts {
            now: self.pooled.load(Ordering::Relaxed),
            resetting: self.resetting.load(Ordering::Relaxed),
            peak: self.pooled_peak.load(Ordering::Relaxed),
            reused: self.reused.load(Ordering::Relaxed),
            empty: self.pool_was_empty.load(Ordering::Relaxed),
        }
    }

    pub(super) fn failed_logins(&self) -> u64 {
        self.failed_logins.load(Ordering::Relaxed)
    }

    pub(super) fn log_in_failed(&self) {
        self.failed_logins.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn pool_was_empty(&self) {
        self.pool_was_empty.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one more unless there are `max` already (0: no limit).
    pub(super) fn add(&self, max: u64) -> bool {
        let grow = |open| (max == 0 || open < max).then_some(open + 1);
        let grown = self
            .open
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grow);
        if grown.is_ok() {
            self.total.fetch_add(1, Ordering::Relaxed);
            self.peak.fetch_max(self.current(), Ordering::Relaxed);
        }
        grown.is_ok()
    }

    fn vacate(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    fn share(&self) {
        self.total.fetch_add(1, Ordering::Relaxed);
    }

    fn reset_begins(&self) {
        self.resetting.fetch_add(1, Ordering::Relaxed);
    }

    fn reset_ends(&self) {
        self.resetting.fetch_sub(1, Ordering::Relaxed);
    }

    fn park(&self) {
        let before = self.pooled.fetch_add(1, Ordering::Relaxed);
        self.pooled_peak.fetch_max(before + 1, Ordering::Relaxed);
    }

    fn leave_pool(&self) {
        self.pooled.fetch_sub(1, Ordering::Relaxed);
    }

    fn reuse(&self) {
        self.leave_pool();
        self.reused.fetch_add(1, Ordering::Relaxed);
        self.peak.fetch_max(self.current(), Ordering::Relaxed);
    }
}

/// A place at a server, of those that `max_routing_connections` allows. A connection that takes over
/// from another one may have its place, too, before that one is closed.
#[derive(Debug, Clone)]
pub struct Place(Arc<Occupied>);

/// Counts until nobody has the place any more.
struct Occupied(Arc<Server>);

impl Place {
    /// One that was just counted.
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self(Arc::new(Occupied(server)))
    }

    /// The server that it is at.
    pub fn server(&self) -> &Arc<Server> {
        &self.0.0
    }

    /// A permit for one more connection in this place.
    pub fn share(&self) -> ConnectionPermit {
        self.server().connection_counters().share();
        ConnectionPermit::new(self.clone())
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        self.0.connection_counters().vacate();
    }
}

impl fmt::Debug for Occupied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// Whose a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Session,
    /// It is on its way into a pool.
    Reset,
    Pool,
}

/// One counted connection to a server, until it is dropped.
#[derive(Debug)]
pub struct ConnectionPermit {
    place: Place,
    holder: Holder,
    /// How often the server was evicted before.
    evictions: u64,
}

impl ConnectionPermit {
    /// The permit of a connection in that place.
    pub(super) fn new(place: Place) -> Self {
        worker::here().opened();
        let evictions = place.server().evictions();
        Self {
            place,
            evictions,
            holder: Holder::Session,
        }
    }

    /// The place that the connection has.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether another connection has the place as well.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.place.0) > 1
    }

    /// Whether the connection has to be closed at once.
    pub fn is_evicted(&self) -> bool {
        self.server().evictions() != self.evictions
    }

    /// Waits until the connection has to be closed at once.
    pub async fn evicted(&self) {
        let mut changes = self.server().watch();
        while !self.is_evicted() {
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// The server that the connection is to.
    pub fn server(&self) -> &Arc<Server> {
        self.place.server()
    }

    /// The connection is no session's any more: it is made ready for another one's.
    pub fn reset_begins(&mut self) {
        self.now_is(Holder::Reset);
    }

    /// The connection is in a pool.
    pub fn park(&mut self) {
        self.now_is(Holder::Pool);
    }

    /// The connection is a session's again.
    pub fn reuse(&mut self) {
        if self.holder == Holder::Pool {
            self.holder = Holder::Session;
            self.server().connection_counters().reuse();
        }
    }

    fn now_is(&mut self, holder: Holder) {
        let before = std::mem::replace(&mut self.holder, holder);
        let counters = self.server().connection_counters();
        match holder {
            Holder::Session => {}
            Holder::Reset => counters.reset_begins(),
            Holder::Pool => counters.park(),
        }
        match before {
            Holder::Session => {}
            Holder::Reset => counters.reset_ends(),
            Holder::Pool => counters.leave_pool(),
        }
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        worker::here().closed();
        self.now_is(Holder::Session);
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
