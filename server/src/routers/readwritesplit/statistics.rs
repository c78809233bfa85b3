//! What a service with readwritesplit counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::state::Asked;
use crate::routers::{Member, Purpose};
use crate::telemetry::Parts;

/// The counters of a service.
#[derive(Debug, Default)]
pub(super) struct SplitStatistics {
    routed: Parts<Routed>,
    rw_transactions: AtomicU64,
    ro_transactions: AtomicU64,
    servers: Mutex<BTreeMap<Arc<str>, Arc<ServerCounters>>>,
}

/// What is counted of each request, by the threads that route them.
#[derive(Debug, Default)]
struct Routed {
    primary: AtomicU64,
    replica: AtomicU64,
    all: AtomicU64,
}

/// The counters of a service for one of its servers.
#[derive(Debug, Default)]
struct ServerCounters {
    requests: Parts<Requests>,
    /// Sessions that have used it, those that have ended.
    sessions: AtomicU64,
    /// How long those were there, all together.
    present_us: AtomicU64,
    /// How long something was under way for them.
    active_us: AtomicU64,
    /// The reads of those.
    session_reads: AtomicU64,
}

/// The requests that a server got, by the threads that routed them.
#[derive(Debug, Default)]
struct Requests {
    reads: AtomicU64,
    writes: AtomicU64,
}

/// The sum of a counter of all threads.
fn sum<T>(parts: &Parts<T>, counter: fn(&T) -> &AtomicU64) -> u64 {
    let counters = parts.all().map(counter);
    counters
        .map(|counter| counter.load(Ordering::Relaxed))
        .sum()
}

/// What a service with readwritesplit has counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SplitDiagnostics {
    /// Requests.
    pub queries: u64,
    /// Those that needed the primary.
    pub route_primary: u64,
    /// Those that were for a replica.
    pub route_replica: u64,
    /// Those that went to all servers.
    pub route_all: u64,
    /// Transactions that may write, begun by a statement.
    pub rw_transactions: u64,
    /// Transactions that only read, begun by a statement.
    pub ro_transactions: u64,
    /// By server; those that were used.
    pub servers: Vec<ServerQueries>,
}

/// The same for one server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerQueries {
    /// The server.
    pub name: Arc<str>,
    /// Requests that it got, those for all servers included.
    pub total: u64,
    /// Those that were no writes.
    pub read: u64,
    /// Those that were writes.
    pub write: u64,
    /// How long sessions that used it lasted, on average.
    pub session_duration: Duration,
    /// For how much of that time something was under way, in percent.
    pub active_percent: f64,
    /// Reads of a session, on average.
    pub selects_per_session: u64,
}

impl SplitStatistics {
    fn server(&self, name: &Arc<str>) -> Arc<ServerCounters> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(servers.entry(Arc::clone(name)).or_default())
    }

    pub(super) fn diagnostics(&self) -> SplitDiagnostics {
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let servers = servers
            .iter()
            .map(|(name, counters)| counters.queries(name));
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let route_primary = sum(&self.routed, |routed| &routed.primary);
        let route_replica = sum(&self.routed, |routed| &routed.replica);
        let route_all = sum(&self.routed, |routed| &routed.all);
        SplitDiagnostics {
            queries: route_primary + route_replica + route_all,
            route_primary,
            route_replica,
            route_all,
            rw_transactions: get(&self.rw_transactions),
            ro_transactions: get(&self.ro_transactions),
            servers: servers.filter(|server| server.total > 0).collect(),
        }
    }
}

impl ServerCounters {
    fn queries(&self, name: &Arc<str>) -> ServerQueries {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let read = sum(&self.requests, |requests| &requests.reads);
        let write = sum(&self.requests, |requests| &requests.writes);
        let sessions = get(&self.sessions);
        let per_session = |sum: u64| sum.checked_div(sessions).unwrap_or_default();
        let present_us = get(&self.present_us);
        ServerQueries {
            name: Arc::clone(name),
            total: read + write,
            read,
            write,
            session_duration: Duration::from_micros(per_session(present_us)),
            active_percent: percent(get(&self.active_us), present_us),
            selects_per_session: per_session(get(&self.session_reads)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    100.0 * part as f64 / whole as f64
}

/// What one session counts.
#[derive(Debug)]
pub(super) struct SessionCounters {
    statistics: Arc<SplitStatistics>,
    servers: Vec<SessionServer>,
    began: Option<Instant>,
    /// When the request under way was routed.
    asked: Option<Instant>,
}

#[derive(Debug)]
struct SessionServer {
    counters: Arc<ServerCounters>,
    reads: u64,
    used: bool,
    active: Duration,
}

impl SessionCounters {
    pub(super) fn new(statistics: Arc<SplitStatistics>) -> Self {
        Self {
            statistics,
            servers: Vec::new(),
            began: None,
            asked: None,
        }
    }

    pub(super) fn begin(&mut self, members: &[Member], now: Instant) {
        let servers = members.iter().map(|member| SessionServer {
            counters: self.statistics.server(&member.name),
            reads: 0,
            used: false,
            active: Duration::ZERO,
        });
        self.servers = servers.collect();
        self.began = Some(now);
    }

    /// A request was sent on its way.
    pub(super) fn routed(&mut self, asked: &Asked, members: &[Member], now: Instant) {
        self.asked = Some(now);
        let add = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        let is_write = !asked.everyone && asked.purpose == Purpose::Primary;
        let routed = self.statistics.routed.own();
        add(if asked.everyone {
            &routed.all
        } else if asked.purpose == Purpose::Replica {
            &routed.replica
        } else {
            &routed.primary
        });
        for (index, server) in self.servers.iter_mut().enumerate() {
            let is_open = members.get(index).is_some_and(Member::is_open);
            let gets_it = index == asked.member || asked.everyone && is_open;
            if gets_it {
                server.used = true;
                let requests = server.counters.requests.own();
                add(if is_write {
                    &requests.writes
                } else {
                    &requests.reads
                });
                server.reads += u64::from(!is_write);
            }
        }
    }

    /// A reply is complete, or will never be.
    pub(super) fn replied(&mut self, asked: &Asked, now: Instant) {
        let Some(began) = self.asked.take() else {
            return;
        };
        if let Some(server) = self.servers.get_mut(asked.member) {
            server.active += now.saturating_duration_since(began);
        }
    }

    /// A transaction was begun by a statement.
    pub(super) fn transaction(&mut self, reads_only: bool) {
        let counter = if reads_only {
            &self.statistics.ro_transactions
        } else {
            &self.statistics.rw_transactions
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The session has ended.
    pub(super) fn end(&mut self, now: Instant) {
        let Some(began) = self.began.take() else {
            return;
        };
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let present_us = micros(now.saturating_duration_since(began));
        for server in self.servers.iter().filter(|server| server.used) {
            let add = |counter: &AtomicU64, sum| counter.fetch_add(sum, Ordering::Relaxed);
            add(&server.counters.sessions, 1);
            add(&server.counters.present_us, present_us);
            add(&server.counters.active_us, micros(server.active));
            add(&server.counters.session_reads, server.reads);
        }
    }
}
