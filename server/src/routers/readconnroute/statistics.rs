//! What a service with readconnroute counts of its servers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::telemetry::Parts;

/// The counters of a service, by server.
#[derive(Debug, Default)]
pub(super) struct Statistics(Mutex<BTreeMap<Arc<str>, Arc<ServerMeter>>>);

/// Counts what sessions of a service have one of its servers do. All threads may write.
#[derive(Debug, Default)]
pub struct ServerMeter {
    requests: Parts<Requests>,
    /// Sessions that have ended.
    sessions: AtomicU64,
    /// What those did, together.
    session_requests: AtomicU64,
    present_us: AtomicU64,
    active_us: AtomicU64,
}

#[derive(Debug, Default)]
struct Requests {
    reads: AtomicU64,
    writes: AtomicU64,
}

/// What one session has done until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionUse {
    /// How long it was there.
    pub present: Duration,
    /// How long something was under way for it.
    pub active: Duration,
    /// Its statements.
    pub requests: u64,
}

/// What was counted of one server.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerRequests {
    /// The server.
    pub name: Arc<str>,
    /// Requests that came while the server was no primary.
    pub read: u64,
    /// Requests that came while it was the primary.
    pub write: u64,
    /// Sessions that have ended.
    pub sessions: u64,
    /// All of those together.
    pub used: SessionUse,
}

impl Statistics {
    pub(super) fn server(&self, name: &Arc<str>) -> Arc<ServerMeter> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(servers.entry(Arc::clone(name)).or_default())
    }

    pub(super) fn counts(&self) -> Vec<ServerRequests> {
        let servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let servers = servers.iter();
        servers.map(|(name, meter)| meter.counts(name)).collect()
    }
}

impl ServerMeter {
    /// A request goes to the server; statements are not looked at, so that all that goes to a primary
    /// counts as writing.
    pub fn came(&self, to_primary: bool) {
        let requests = self.requests.own();
        let counter = if to_primary {
            &requests.writes
        } else {
            &requests.reads
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A session has ended.
    pub fn ended(&self, used: SessionUse) {
        let add = |counter: &AtomicU64, count| counter.fetch_add(count, Ordering::Relaxed);
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        add(&self.sessions, 1);
        add(&self.session_requests, used.requests);
        add(&self.present_us, micros(used.present));
        add(&self.active_us, micros(used.active));
    }

    fn counts(&self, name: &Arc<str>) -> ServerRequests {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let sum = |counter: fn(&Requests) -> &AtomicU64| {
            let counters = self.requests.all().map(counter);
            counters.map(get).sum()
        };
        ServerRequests {
            name: Arc::clone(name),
            read: sum(|requests| &requests.reads),
            write: sum(|requests| &requests.writes),
            sessions: get(&self.sessions),
            used: SessionUse {
                present: Duration::from_micros(get(&self.present_us)),
                active: Duration::from_micros(get(&self.active_us)),
                requests: get(&self.session_requests),
            },
        }
    }
}
