//! Services: a router, its servers and the accounts of their clients.

mod account_cache;
mod connections;
mod counters;
mod snapshot;
mod target;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

pub use account_cache::{AccountCache, AccountReader, ReaderSettings, ServerVariables};
pub use connections::ServiceConnections;
use counters::Counters;
pub use counters::SessionCounts;
pub use snapshot::{Offer, ServiceSnapshot, Target};

use crate::auth::accounts::Accounts;
use crate::config::ServerParameters;
use crate::filters::NamedFilters;
use crate::servers::Server;
use crate::telemetry::StatementMeter;

/// A service: what listeners offer and sessions use.
pub struct Service {
    /// Its name.
    pub name: Arc<str>,
    current: RwLock<Arc<ServiceSnapshot>>,
    accounts: AccountCache,
    stopped: AtomicBool,
    /// How often log-ins under way were ended, by listener.
    log_ins_ended: RwLock<HashMap<Arc<str>, u64>>,
    started: SystemTime,
    counters: Counters,
    statements: Arc<StatementMeter>,
    /// What it is to a service that routes to it.
    target: Arc<Server>,
    /// Counts how often it was replaced.
    replaced: watch::Sender<u64>,
}

/// A session's place among those that a service allows; given back when dropped.
pub struct Admission {
    service: Arc<Service>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.service.counters.leave();
    }
}

impl Service {
    /// A service that begins as `snapshot` says.
    pub fn new(name: Arc<str>, snapshot: ServiceSnapshot, accounts: AccountCache) -> Self {
        let rank = snapshot.parameters.rank;
        let service = Self {
            target: Server::new(Arc::clone(&name), ServerParameters::of_target(rank)),
            replaced: watch::Sender::new(0),
            name,
            current: RwLock::new(Arc::new(snapshot)),
            accounts,
            stopped: AtomicBool::new(false),
            log_ins_ended: RwLock::default(),
            started: SystemTime::now(),
            counters: Counters::default(),
            statements: Arc::default(),
        };
        service.look();
        service
    }

    /// What it is now. Sessions take it once and keep it.
    pub fn snapshot(&self) -> Arc<ServiceSnapshot> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes it something else for the sessions that begin from now on.
    pub fn replace(&self, snapshot: ServiceSnapshot) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(snapshot);
        drop(current);
        self.look();
        self.replaced.send_modify(|count| *count += 1);
    }

    /// A place for one more session; `None` when `max_connections` has been reached.
    pub fn admit(self: &Arc<Self>) -> Option<Admission> {
        let before = self.counters.enter();
        let admission = Admission {
            service: Arc::clone(self),
        };
        let limit = self.snapshot().parameters.max_connections;
        (limit == 0 || before < limit).then_some(admission)
    }

    /// A session has begun.
    pub fn session_began(&self) {
        self.counters.began();
    }

    /// A client was refused.
    pub fn log_in_failed(&self) {
        self.counters.failed();
    }

    /// A session has ended, with so many session commands in its history.
    pub fn session_ended(&self, lifetime: Duration, history: u64) {
        self.counters.ended(lifetime, history);
    }

    /// What was counted of its sessions.
    pub fn sessions(&self) -> SessionCounts {
        self.counters.counts()
    }

    /// What counts its statements.
    pub fn statements(&self) -> &Arc<StatementMeter> {
        &self.statements
    }

    /// When it started.
    pub fn started(&self) -> SystemTime {
        self.started
    }

    /// The filters that its sessions begin with.
    pub fn filters(&self) -> NamedFilters {
        Arc::clone(&self.snapshot().filters)
    }

    /// The accounts of its clients, as last read.
    ///
    /// `None` before they could be read for the first time.
    pub fn accounts(&self) -> Option<Arc<Accounts>> {
        self.accounts.current()
    }

    /// When those were read.
    pub fn accounts_read(&self) -> Option<SystemTime> {
        self.accounts.read_at()
    }

    /// Reads the accounts in another way from now on, beginning at once.
    pub fn alter_reader(&self, settings: ReaderSettings) {
        self.accounts.alter(settings);
    }

    /// Whether it has been stopped by an administrator.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Notes that it was stopped, or started again.
    pub fn set_stopped(&self, stopped: bool) {
        self.stopped.store(stopped, Ordering::Relaxed);
    }

    /// Ends the log-ins that are under way on a listener: nobody finds them among the sessions yet.
    pub fn end_log_ins(&self, listener: &str) {
        let ended = self.log_ins_ended.write();
        let mut ended = ended.unwrap_or_else(PoisonError::into_inner);
        *ended.entry(Arc::from(listener)).or_default() += 1;
    }

    /// How often that was done: a log-in during which this moves leads to no session.
    pub fn log_ins_ended(&self, listener: &str) -> u64 {
        let ended = self.log_ins_ended.read();
        let ended = ended.unwrap_or_else(PoisonError::into_inner);
        ended.get(listener).copied().unwrap_or_default()
    }

    /// Reads the accounts anew in any case. Returns whether they were read.
    pub async fn reload_accounts(&self) -> bool {
        self.accounts.reload().await
    }

    /// The variables of the server that the accounts were read from, as a client of `utf8mb4` sees
    /// them; none before they could be read.
    pub fn variables(&self) -> Arc<ServerVariables> {
        self.accounts.variables()
    }

    /// Reads the accounts anew, unless that was done a moment ago. Returns whether they were read.
    pub async fn refresh_accounts(&self) -> bool {
        self.accounts.refresh().await
    }
}
