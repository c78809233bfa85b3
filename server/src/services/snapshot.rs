//! What a service is at one moment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Service;
use super::connections::ServiceConnections;
use crate::auth::Plugin;
use crate::auth::accounts::Rules;
use crate::backend::Endpoint;
use crate::config::{Secret, ServiceParameters};
use crate::filters::NamedFilters;
use crate::routers::{Candidate, RouteError, Router};
use crate::servers::{Server, ServerStates};
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
    /// The plugin that clients may answer by before their account is known.
    pub plugin: Plugin,
}

/// A service as it is configured at one moment. It never changes: a change of the service makes
/// another one, and a session keeps the one it began with.
pub struct ServiceSnapshot {
    /// The parameters.
    pub parameters: ServiceParameters,
    /// The filters that sessions begin with.
    pub filters: NamedFilters,
    /// The router.
    pub router: Router,
    /// How many connections its sessions have.
    pub connections: ServiceConnections,
    targets: Vec<Target>,
}

/// Where requests of a service may go.
#[derive(Clone)]
pub enum Target {
    /// A server, and how to reach it.
    Server(Arc<Server>, Endpoint),
    /// Another service.
    Service(Arc<Service>),
}

impl Target {
    /// What routers see of it.
    pub fn server(&self) -> &Arc<Server> {
        match self {
            Self::Server(server, _) => server,
            Self::Service(service) => service.as_target(),
        }
    }
}

impl ServiceSnapshot {
    /// A service that routes to those.
    pub fn new(parameters: ServiceParameters, targets: Vec<Target>, filters: NamedFilters) -> Self {
        Self {
            router: Router::of(&parameters),
            connections: ServiceConnections::new(targets.len()),
            targets,
            parameters,
            filters,
        }
    }

    /// The service with other parameters, servers or filters: what it has counted goes on.
    #[must_use]
    pub fn altered(
        &self,
        parameters: ServiceParameters,
        targets: Vec<Target>,
        filters: NamedFilters,
    ) -> Self {
        let position = |target: &Target| {
            let mut known = self.servers();
            known.position(|known| Arc::ptr_eq(known, target.server()))
        };
        let before: Vec<Option<usize>> = targets.iter().map(position).collect();
        Self {
            router: self.router.altered(&parameters),
            connections: self.connections.rearranged(before),
            ..Self::new(parameters, targets, filters)
        }
    }

    /// What its router chooses from, in the order of the configuration: its servers, and services as
    /// what they are to it.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.targets.iter().map(Target::server)
    }

    /// Its servers, in the order of the configuration.
    pub fn own_servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.targets.iter().filter_map(|target| match target {
            Target::Server(server, _) => Some(server),
            Target::Service(_) => None,
        })
    }

    /// Its servers with how to reach them, in the order of the configuration.
    pub fn members(&self) -> Vec<(Arc<Server>, Endpoint)> {
        let members = self.targets.iter().filter_map(|target| match target {
            Target::Server(server, endpoint) => Some((Arc::clone(server), endpoint.clone())),
            Target::Service(_) => None,
        });
        members.collect()
    }

    /// The service that stands behind one of `servers`, if that is none itself.
    pub fn inner(&self, server: &Arc<Server>) -> Option<&Arc<Service>> {
        self.targets.iter().find_map(|target| match target {
            Target::Service(service) if Arc::ptr_eq(service.as_target(), server) => Some(service),
            _ => None,
        })
    }

    /// The server of that name, if it is one of its servers.
    pub fn server(&self, name: &str) -> Option<Arc<Server>> {
        self.servers()
            .find(|server| **server.name() == *name)
            .map(Arc::clone)
    }

    /// The best server for a new session that has one server only, among those that `may` be used.
    pub fn choose(&self, may: impl Fn(&Server) -> bool) -> Result<Arc<Server>, RouteError> {
        let usable: Vec<_> = self.servers().filter(|server| may(server)).collect();
        let candidates: Vec<Candidate> =
            usable.iter().map(|server| Candidate::of(server)).collect();
        let Router::ReadConn(router) = &self.router else {
            return Err(RouteError::NoServer);
        };
        let chosen = router.choose(&candidates)?;
        usable
            .get(chosen)
            .map(|server| Arc::clone(server))
            .ok_or(RouteError::NoServer)
    }

    /// Whether a session may go on with a server that was chosen for it.
    pub fn check(&self, server: &Server) -> Result<(), RouteError> {
        match &self.router {
            Router::ReadConn(router) => router.check(&Candidate::of(server)),
            Router::Split(_) => Ok(()),
        }
    }

    /// How to reach a server for a client at that address.
    pub fn endpoint(&self, server: &Server, client: Option<SocketAddr>) -> Option<Endpoint> {
        let endpoint = self.targets.iter().find_map(|target| match target {
            Target::Server(known, endpoint) if known.name() == server.name() => Some(endpoint),
            _ => None,
        })?;
        Some(endpoint.clone().on_behalf_of(client))
    }

    /// Whether failed log-ins are logged as warnings.
    pub fn warns_of_failed_logins(&self) -> bool {
        self.parameters.log_auth_warnings
    }

    /// What clients are told of the servers.
    pub fn offer(&self) -> Offer {
        let mut offer = self.known_offer().unwrap_or_else(|| Offer {
            version: DEFAULT_VERSION.to_owned(),
            capabilities: Capabilities::empty(),
            collation: DEFAULT_COLLATION,
            plugin: Plugin::Native,
        });
        if let Some(version) = &self.parameters.version_string {
            offer.version = told_version(version);
        }
        offer
    }

    /// What is known of the servers together; `None`: nothing.
    pub(super) fn known_offer(&self) -> Option<Offer> {
        let facts = self.servers().map(|server| server.facts());
        let facts = facts.filter(|facts| !facts.version.is_empty());
        let mut offer: Option<Offer> = None;
        for facts in facts {
            let capabilities = Capabilities::from_bits_retain(facts.capabilities);
            let offer = offer.get_or_insert_with(|| Offer {
                version: facts.version.clone(),
                capabilities,
                collation: facts.collation,
                plugin: greeting_plugin(&facts.auth_plugin),
            });
            offer.capabilities &= capabilities;
        }
        if let (Router::Split(_), Some(offer)) = (&self.router, &mut offer) {
            // With it a server leaves out definitions of columns that it believes the client to have;
            // but the client may have them from another server, from before a change of the table.
            offer.capabilities -= Capabilities::CACHE_METADATA;
        }
        offer
    }

    /// What it is to a service that routes to it.
    pub(super) fn states(&self) -> ServerStates {
        let fits = |server: &&Arc<Server>| {
            let candidate = Candidate::of(server);
            match &self.router {
                Router::ReadConn(router) => router.check(&candidate).is_ok(),
                Router::Split(_) => candidate.states.contains(ServerStates::RUNNING),
            }
        };
        let fitting = self.servers().filter(fits);
        let mut fitting: Vec<ServerStates> = fitting.map(|server| server.states()).collect();
        let mut states = ServerStates::empty();
        for out_of_use in ServerStates::BY_OPERATOR {
            let others = fitting.iter().filter(|states| !states.contains(out_of_use));
            let others: Vec<ServerStates> = others.copied().collect();
            if others.is_empty() && !fitting.is_empty() {
                states |= out_of_use;
            } else {
                fitting = others;
            }
        }
        let all = fitting.into_iter().fold(states, ServerStates::union);
        all - (ServerStates::AUTH_ERROR | ServerStates::DISK_SPACE_EXHAUSTED)
    }

    /// How long a session may be idle.
    pub fn idle_limit(&self) -> Option<Duration> {
        limit(self.parameters.wait_timeout_ms)
    }

    /// How long a client may take nothing of what is sent to it.
    pub fn write_limit(&self) -> Option<Duration> {
        limit(self.parameters.net_write_timeout_ms)
    }

    /// When connections that are not used are pinged.
    pub fn keep_alive(&self) -> Option<Duration> {
        limit(self.parameters.connection_keepalive_ms)
    }

    /// How accounts are to be understood.
    pub fn login_rules(&self) -> Rules {
        Rules {
            enable_root: self.parameters.enable_root_user,
            localhost_match_wildcard_host: self.parameters.localhost_match_wildcard_host,
            ..Rules::default()
        }
    }

    /// The user that reads the accounts.
    pub fn reader(&self) -> (&str, &Secret) {
        (&self.parameters.user, &self.parameters.password)
    }
}

/// What clients are told of a `version_string`: one that begins neither as a version 5 nor as one of
/// MySQL has that of MariaDB before it, by which they know it as such.
fn told_version(version: &str) -> String {
    if version.starts_with(['5', '8', '9']) {
        version.to_owned()
    } else {
        format!("5.5.5-{version}")
    }
}

/// A limit as parameters have it: 0 is none.
fn limit(ms: u64) -> Option<Duration> {
    Some(ms).filter(|&ms| ms > 0).map(Duration::from_millis)
}

/// What clients are greeted with when their server says `named`: another plugin than these needs a
/// challenge of its own form.
fn greeting_plugin(named: &str) -> Plugin {
    match Plugin::of_protocol(named) {
        Some(Plugin::CachingSha2) => Plugin::CachingSha2,
        _ => Plugin::Native,
    }
}
