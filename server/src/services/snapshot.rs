//! What a service is at one moment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::connections::ServiceConnections;
use crate::auth::accounts::Rules;
use crate::backend::Endpoint;
use crate::config::{Secret, ServiceParameters};
use crate::filters::NamedFilters;
use crate::routers::{Candidate, RouteError, Router};
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
    servers: Vec<Member>,
}

/// A server of a service, and how to reach it.
#[derive(Clone)]
struct Member {
    server: Arc<Server>,
    endpoint: Endpoint,
}

impl ServiceSnapshot {
    /// A service that routes to those servers.
    pub fn new(
        parameters: ServiceParameters,
        servers: Vec<(Arc<Server>, Endpoint)>,
        filters: NamedFilters,
    ) -> Self {
        let servers = servers
            .into_iter()
            .map(|(server, endpoint)| Member { server, endpoint });
        Self {
            router: Router::of(&parameters),
            connections: ServiceConnections::new(servers.len()),
            servers: servers.collect(),
            parameters,
            filters,
        }
    }

    /// The service with other parameters, servers or filters: what it has counted goes on.
    #[must_use]
    pub fn altered(
        &self,
        parameters: ServiceParameters,
        servers: Vec<(Arc<Server>, Endpoint)>,
        filters: NamedFilters,
    ) -> Self {
        let before: Vec<Option<usize>> = servers
            .iter()
            .map(|(server, _)| self.servers().position(|known| Arc::ptr_eq(known, server)))
            .collect();
        Self {
            router: self.router.altered(&parameters),
            connections: self.connections.rearranged(before),
            ..Self::new(parameters, servers, filters)
        }
    }

    /// Its servers, in the order of the configuration.
    pub fn servers(&self) -> impl Iterator<Item = &Arc<Server>> {
        self.servers.iter().map(|member| &member.server)
    }

    /// Its servers with how to reach them, in the order of the configuration.
    pub fn members(&self) -> Vec<(Arc<Server>, Endpoint)> {
        let members = self.servers.iter();
        members
            .map(|member| (Arc::clone(&member.server), member.endpoint.clone()))
            .collect()
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
        if matches!(self.router, Router::Split(_)) {
            // With it a server leaves out definitions of columns that it believes the client to have;
            // but the client may have them from another server, from before a change of the table.
            offer.capabilities -= Capabilities::CACHE_METADATA;
        }
        if let Some(version) = &self.parameters.version_string {
            offer.version.clone_from(version);
        }
        offer
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

/// A limit as parameters have it: 0 is none.
fn limit(ms: u64) -> Option<Duration> {
    Some(ms).filter(|&ms| ms > 0).map(Duration::from_millis)
}
