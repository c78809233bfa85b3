//! From the configuration to the parts of the gateway.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::sync::watch;

use crate::backend::Endpoint;
use crate::config::{Configuration, GatewayParameters, Object, ServiceParameters, Targets};
use crate::listeners::Listener;
use crate::monitors::MonitorHandle;
use crate::net::{proxy_protocol, tls};
use crate::servers::{Server, ServerRegistry};
use crate::services::{AccountReader, ReaderSettings, Service};
use crate::sessions::{Entry, Workers};

/// How long connecting a session to a server may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to log in.
const LOGIN_WITHIN: Duration = Duration::from_secs(10);

/// Everything that runs.
pub(super) struct Parts {
    pub workers: Workers,
    pub listeners: Vec<Arc<Listener>>,
    pub services: Vec<Arc<Service>>,
    pub monitors: Vec<MonitorHandle>,
    pub servers: ServerRegistry,
    pub readers: Vec<AccountReader>,
}

/// Makes all parts; binds the listeners' addresses, but accepts nobody yet.
pub(super) fn build(configuration: &Configuration) -> anyhow::Result<Parts> {
    let gateway = &configuration.maxscale.parameters;
    let servers = ServerRegistry::default();
    for server in &configuration.servers {
        servers.add(Server::new(Arc::clone(&server.name), server.parameters.clone()))?;
    }
    let mut parts = Parts {
        workers: Workers::start(gateway.threads).context("workers")?,
        listeners: Vec::new(),
        services: Vec::new(),
        monitors: Vec::new(),
        servers,
        readers: Vec::new(),
    };
    for service in &configuration.services {
        let targets = targets(&service.parameters, configuration);
        let members = members(&targets, &parts.servers)?;
        let settings = reader_settings(&service.name, &service.parameters, &members, gateway);
        let (reader, accounts) = AccountReader::new(settings);
        parts.readers.push(reader);
        let name = Arc::clone(&service.name);
        let service = Service::new(name, service.parameters.clone(), members, accounts);
        parts.services.push(Arc::new(service));
    }
    for listener in &configuration.listeners {
        let bound = bind(listener, &parts.services, gateway.threads)
            .with_context(|| format!("listener '{}'", listener.name))?;
        parts.listeners.push(Arc::new(bound));
    }
    Ok(parts)
}
