//! Services: a router, its servers and the accounts of their clients.

mod account_cache;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

pub use account_cache::{AccountCache, AccountReader, ReaderSettings};

use crate::auth::accounts::{Accounts, Rules};
use crate::backend::Endpoint;
use crate::config::{Secret, ServiceParameters};
use crate::filters::NamedFilters;
use crate::routers::{Candidate, ReadConnRoute, RouteError};
use crate::servers::Server;
use crate::wire::capabilities::Capabilities;

/// The version told to clients as long as no server's is known.
const DEFAULT_VERSION: &str = "5.5.5-10.11.0-MariaDB Sluicegate";
/// utf8mb4_general_ci, told to clients as long as no server's default is known.
const DEFAULT_COLLATION: u8 = 45;

/// What the gateway says of its servers before a client has said anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The server version.
    pub version: String,
    /// What every server that may be used can do.
    pub capabilities: Capabilities,
    /// The default collation, its low byte.
    pub collation: u8,
}

/// A service: what listeners offer and sessions use.
pub struct Service {
    /// Its name.
    pub name: Arc<str>,
    /// Its parameters.
    pub parameters: ServiceParameters,
    router: ReadConnRoute,
    servers: Vec<ServiceServer>,
    accounts: AccountCache,
    filters: RwLock<NamedFilters>,
    started: SystemTime,
    counters: Counters,
}

/// A server of a service, and how to reach it.
struct ServiceServer {
    server: Arc<Server>,
    endpoint: Endpoint,
}

#[derive(Debug, Default)]
struct Counters {
    sessions: AtomicU64,
    sessions_total: AtomicU64,
    failed_logins: AtomicU64,
}

/// A session's place among those that a service allows; given back when dropped.
pub struct Admission {
    service: Arc<Service>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.service
            .counters
            .sessions
            .fetch_sub(1, Ordering::Relaxed);
    }
}

impl Service {
    /// A service that routes to those servers.
    pub fn new(
        name: Arc<str>,
        parameters: ServiceParameters,
        servers: Vec<(Arc<Server>, Endpoint)>,
        accounts: AccountCache,
        filters: NamedFilters,
    ) -> Self {
        let servers = servers
            .into_iter()
            .map(|(server, endpoint)| ServiceServer { server, endpoint });
        Self {
            name,
            router: ReadConnRoute::from(&parameters),
            servers: servers.collect(),
            parameters,
            accounts,
            filters: RwLock::new(filters),
            started: SystemTime::now(),
            counters: Counters::default(),
        }
    }

    /// Its servers, in the order of the configuration.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.servers.iter().map(|member| &member.server)
    }

    /// The server of that name, if it is one of its servers.
    pub fn server(&self, name: &str) -> Option<Arc<Server>> {
        self.servers()
            .find(|server| **server.name() == *name)
            .map(Arc::clone)
    }

    /// The best server for a new session among those that `may` be used.
    pub fn choose(&self, may: impl Fn(&Server) -> bool) -> Result<Arc<Server>, RouteError> {
        let usable: Vec<_> = self.servers().filter(|server| may(server)).collect();
        let candidates: Vec<Candidate> =
            usable.iter().map(|server| Candidate::of(server)).collect();
        let chosen = self.router.choose(&candidates)?;
        usable
            .get(chosen)
            .map(|server| Arc::clone(server))
            .ok_or(RouteError::NoServer)
    }

    /// Whether a session may go on with a server that was chosen for it.
    pub fn check(&self, server: &Server) -> Result<(), RouteError> {
        self.router.check(&Candidate::of(server))
    }

    /// How to reach a server for a client at that address.
    pub fn endpoint(&self, server: &Server, client: Option<SocketAddr>) -> Option<Endpoint> {
        let member = self
            .servers
            .iter()
            .find(|member| member.server.name() == server.name())?;
        Some(member.endpoint.clone().on_behalf_of(client))
    }

    /// What clients are told of the servers.
    pub fn offer(&self) -> Offer {
        let facts = self.servers().map(|server| server.facts());
        let facts = facts.filter(|facts| !facts.version.is_empty());
        let mut offer: Option<Offer> = None;
        for facts in facts {
            let capabilities = Capabilities::from_bits_retain(facts.capabilities);
            let offer = offer.get_or_insert_with(|| Offer {
                version: facts.version.clone(),
                capabilities,
                collation: facts.collation,
            });
            offer.capabilities &= capabilities;
        }
        let mut offer = offer.unwrap_or_else(|| Offer {
            version: DEFAULT_VERSION.to_owned(),
            capabilities: Capabilities::empty(),
            collation: DEFAULT_COLLATION,
        });
        if let Some(version) = &self.parameters.version_string {
            offer.version.clone_from(version);
        }
        offer
    }

    /// A place for one more session; `None` when `max_connections` has been reached.
    pub fn admit(self: &Arc<Self>) -> Option<Admission> {
        let counters = &self.counters;
        let before = counters.sessions.fetch_add(1, Ordering::Relaxed);
        let admission = Admission {
            service: Arc::clone(self),
        };
        let limit = self.parameters.max_connections;
        (limit == 0 || before < limit).then_some(admission)
    }

    /// A session has begun.
    pub fn session_began(&self) {
        self.counters.sessions_total.fetch_add(1, Ordering::Relaxed);
    }

    /// A client was refused.
    pub fn log_in_failed(&self) {
        self.counters.failed_logins.fetch_add(1, Ordering::Relaxed);
    }

    /// Sessions now, connections that are logging in included.
    pub fn session_count(&self) -> u64 {
        self.counters.sessions.load(Ordering::Relaxed)
    }

    /// Sessions since the start.
    pub fn session_total(&self) -> u64 {
        self.counters.sessions_total.load(Ordering::Relaxed)
    }

    /// Connections that did not become sessions, since the start.
    pub fn failed_logins(&self) -> u64 {
        self.counters.failed_logins.load(Ordering::Relaxed)
    }

    /// When it started.
    pub fn started(&self) -> SystemTime {
        self.started
    }

    /// How long a session may be idle.
    pub fn idle_limit(&self) -> Option<Duration> {
        limit(self.parameters.wait_timeout_ms)
    }

    /// How long a client may take nothing of what is sent to it.
    pub fn write_limit(&self) -> Option<Duration> {
        limit(self.parameters.net_write_timeout_ms)
    }

    /// The filters that its sessions begin with.
    pub fn filters(&self) -> NamedFilters {
        let filters = self.filters.read();
        Arc::clone(&filters.unwrap_or_else(PoisonError::into_inner))
    }

    /// Sessions that begin from now on have these filters.
    pub fn set_filters(&self, filters: NamedFilters) {
        *self.filters.write().unwrap_or_else(PoisonError::into_inner) = filters;
    }

    /// The accounts of its clients, as last read.
    ///
    /// `None` before they could be read for the first time.
    pub fn accounts(&self) -> Option<Arc<Accounts>> {
        self.accounts.current()
    }

    /// Reads the accounts anew, unless that was done a moment ago. Returns whether they were read.
    pub async fn refresh_accounts(&self) -> bool {
        self.accounts.refresh().await
    }

    /// How accounts are to be understood.
    pub fn login_rules(&self) -> Rules {
        Rules {
            enable_root: self.parameters.enable_root_user,
            localhost_match_wildcard_host: self.parameters.localhost_match_wildcard_host,
        }
    }

    /// The user that reads the accounts.
    pub fn reader(&self) -> (&str, &Secret) {
        (&self.parameters.user, &self.parameters.password)
    }
}

/// A limit as parameters have it: 0 is none.
fn limit(ms: u64) -> Option<Duration> {
    Some(ms).filter(|&ms| ms > 0).map(Duration::from_millis)
}
