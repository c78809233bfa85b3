//! What a session is given by the listener it comes through.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio_rustls::TlsAcceptor;

use super::branch::Branching;
use super::door::Door;
use super::trace::TraceRules;
use crate::auth::accounts::ClientTls;
use crate::config::{DumpStatements, Networks, ServiceParameters};
use crate::net::{NameResolver, Peer};
use crate::services::Service;

/// A listener's door: where sessions come in.
pub struct Entry {
    /// The listener's name.
    pub listener: Arc<str>,
    /// The service that its sessions get.
    pub service: Arc<Service>,
    /// TLS for clients that ask for it.
    pub tls: Option<TlsAcceptor>,
    /// How the client's own connection is protected, for a session within that client's: it comes by a
    /// pair of sockets, which nobody can read along.
    pub carried_tls: Option<ClientTls>,
    /// Whether a client's certificate must be for the address it calls from.
    pub verify_client_host: bool,
    /// Networks whose PROXY protocol headers are believed.
    pub proxy_networks: Networks,
    /// Finds clients' names; `None` with `skip_name_resolve`.
    pub names: Option<Arc<NameResolver>>,
    /// How many of a session's last statements are kept if the service does not say.
    pub retain_last_statements: u64,
    /// When a session's last statements are logged.
    pub dump_last_statements: DumpStatements,
    /// How clients are let in.
    pub door: Door,
    /// What is kept of their logs.
    pub trace: TraceRules,
    /// Failed log-ins after which a host is blocked for a while; 0: none is.
    pub auth_errors_max: u64,
    /// Whether log-ins of superusers are logged as warnings.
    pub warn_of_superusers: bool,
    /// How long a client may take to log in.
    pub login_timeout: Duration,
    /// How long connecting to a server, log-in included, may take.
    pub connect_timeout: Duration,
    /// The address of this host to connect to servers from.
    pub local_address: Option<IpAddr>,
    /// How its sessions' filters find other servers and services.
    pub branching: Branching,
}

impl Entry {
    /// The same door for who comes over a pair of sockets, which nobody can read along: without TLS, and
    /// without a header that tells where the client is. The client's own connection is protected like
    /// that.
    pub(super) fn over_a_pair(&self, tls: ClientTls) -> Self {
        Self {
            listener: Arc::clone(&self.listener),
            service: Arc::clone(&self.service),
            tls: None,
            carried_tls: Some(tls),
            verify_client_host: false,
            proxy_networks: Networks::default(),
            names: self.names.clone(),
            retain_last_statements: self.retain_last_statements,
            dump_last_statements: self.dump_last_statements,
            door: self.door.clone(),
            trace: self.trace.clone(),
            auth_errors_max: self.auth_errors_max,
            warn_of_superusers: self.warn_of_superusers,
            login_timeout: self.login_timeout,
            connect_timeout: self.connect_timeout,
            local_address: self.local_address,
            branching: self.branching.clone(),
        }
    }

    /// How many of a session's last statements are kept.
    pub fn retain_statements(&self, service: &ServiceParameters) -> usize {
        let retain = service.retain_last_statements;
        usize::try_from(retain.unwrap_or(self.retain_last_statements)).unwrap_or_default()
    }

    /// Whether sessions that come through it are sessions of that service, or within one.
    pub fn is_within(&self, service: &str) -> bool {
        let path = self.branching.path().iter();
        path.chain([&self.service.name])
            .any(|name| **name == *service)
    }

    /// Whether sessions that come through it are within others. Those look after them: they are not
    /// idle by themselves.
    pub fn is_inner(&self) -> bool {
        !self.branching.path().is_empty()
    }

    /// Whether a client from there may send a PROXY protocol header.
    pub fn trusts(&self, peer: Peer) -> bool {
        match peer {
            Peer::Tcp(address) => self.proxy_networks.contains(address.ip()),
            Peer::Local => self.proxy_networks.contains_local(),
        }
    }
}

/// Gives session ids: 32 bits, as the handshake has them; never 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    last: Arc<AtomicU32>,
}

impl Ids {
    /// The next id.
    pub fn next(&self) -> u32 {
        loop {
            let id = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            if id != 0 {
                return id;
            }
        }
    }
}
