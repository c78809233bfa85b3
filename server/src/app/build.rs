//! From the configuration to the parts of the gateway.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};

use crate::backend::Endpoint;
use crate::config::{
    Configuration, GatewayParameters, ListenerParameters, MonitorParameters, Object,
    ServiceParameters, Targets,
};
use crate::filters::{FilterRegistry, NamedFilters};
use crate::listeners::Listener;
use crate::monitors::{self, MonitorHandle, MonitorSettings};
use crate::net::{NameResolver, tls};
use crate::servers::{Server, ServerRegistry};
use crate::services::{AccountReader, ReaderSettings, Service, ServiceSnapshot};
use crate::sessions::{BranchTargets, Branching, Door, Entry, Workers};

/// How long connecting a session to a server may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to log in.
const LOGIN_WITHIN: Duration = Duration::from_secs(10);

/// Everything that runs.
pub(super) struct Parts {
    pub workers: Workers,
    pub listeners: Vec<Arc<Listener>>,
    pub services: Vec<Arc<Service>>,
    pub servers: ServerRegistry,
    pub readers: Vec<AccountReader>,
    pub filters: FilterRegistry,
}

/// The servers and services that filters may send to.
struct Known {
    servers: ServerRegistry,
    services: Vec<Arc<Service>>,
}

impl BranchTargets for Known {
    fn server(&self, name: &str) -> Option<Arc<Server>> {
        self.servers.get(name)
    }

    fn service(&self, name: &str) -> Option<Arc<Service>> {
        let mut services = self.services.iter();
        services.find(|service| *service.name == *name).cloned()
    }
}

/// Makes all parts; binds the listeners' addresses, but accepts nobody yet.
pub(super) fn build(configuration: &Configuration) -> anyhow::Result<Parts> {
    let gateway = &configuration.maxscale.parameters;
    let servers = ServerRegistry::default();
    for server in &configuration.servers {
        servers.add(Server::new(
            Arc::clone(&server.name),
            server.parameters.clone(),
        ))?;
    }
    let mut parts = Parts {
        workers: Workers::start(gateway.threads).context("workers")?,
        listeners: Vec::new(),
        services: Vec::new(),
        servers,
        readers: Vec::new(),
        filters: FilterRegistry::from_objects(&configuration.filters)
            .map_err(|(name, error)| anyhow!("filter '{name}': {error}"))?,
    };
    for service in &configuration.services {
        let targets = targets(&service.parameters, configuration);
        let members = members(&targets, &parts.servers)?;
        let settings = reader_settings(&service.name, &service.parameters, &members, gateway);
        let (reader, accounts) = AccountReader::new(settings);
        parts.readers.push(reader);
        let name = Arc::clone(&service.name);
        let filters = service_filters(&service.parameters.filters, &parts.filters)?;
        let snapshot = ServiceSnapshot::new(service.parameters.clone(), members, filters);
        let service = Service::new(name, snapshot, accounts);
        parts.services.push(Arc::new(service));
    }
    let names = (!gateway.skip_name_resolve).then(|| Arc::new(NameResolver::confirmed()));
    let branching = Branching::new(Arc::new(Known {
        servers: parts.servers.clone(),
        services: parts.services.clone(),
    }));
    for listener in &configuration.listeners {
        let bound = bind(
            listener,
            &parts.services,
            names.clone(),
            &branching,
            gateway,
        )
        .with_context(|| format!("listener '{}' at {}", listener.name, place(listener)))?;
        parts.listeners.push(Arc::new(bound));
    }
    Ok(parts)
}

/// The servers that a service routes to, by name.
fn targets(service: &ServiceParameters, configuration: &Configuration) -> Vec<Arc<str>> {
    match &service.targets {
        Targets::Servers(names) => names.clone(),
        Targets::Cluster(monitor) => configuration
            .monitors
            .iter()
            .find(|object| object.name == *monitor)
            .map(|object| object.parameters.servers.clone())
            .unwrap_or_default(),
    }
}

fn service_filters(names: &[Arc<str>], registry: &FilterRegistry) -> anyhow::Result<NamedFilters> {
    let filter = |name: &Arc<str>| {
        let configured = registry
            .get(name)
            .ok_or_else(|| anyhow!("there is no filter '{name}'"))?;
        Ok((Arc::clone(name), Arc::clone(&configured.filter)))
    };
    names.iter().map(filter).collect()
}

fn members(
    names: &[Arc<str>],
    servers: &ServerRegistry,
) -> anyhow::Result<Vec<(Arc<Server>, Endpoint)>> {
    let member = |name: &Arc<str>| {
        let server = servers
            .get(name)
            .ok_or_else(|| anyhow!("there is no server '{name}'"))?;
        let endpoint = Endpoint::of(&server)?;
        Ok((server, endpoint))
    };
    names.iter().map(member).collect()
}

fn reader_settings(
    name: &Arc<str>,
    service: &ServiceParameters,
    servers: &[(Arc<Server>, Endpoint)],
    gateway: &GatewayParameters,
) -> ReaderSettings {
    let every = Some(gateway.users_refresh_interval_ms).filter(|&ms| ms > 0);
    ReaderSettings {
        service: Arc::clone(name),
        servers: servers.to_vec(),
        user: service.user.clone(),
        password: service.password.clone(),
        timeout: Duration::from_millis(gateway.auth_connect_timeout_ms),
        refresh_at_most_every: Duration::from_millis(gateway.users_refresh_time_ms),
        file: service.user_accounts_file.clone(),
        file_only: service.only_accounts_of_file,
        refresh_every: every.map(Duration::from_millis),
    }
}

fn bind(
    listener: &Object<ListenerParameters>,
    services: &[Arc<Service>],
    names: Option<Arc<NameResolver>>,
    branching: &Branching,
    gateway: &GatewayParameters,
) -> anyhow::Result<Listener> {
    let parameters = listener.parameters.clone();
    let service = services
        .iter()
        .find(|service| service.name == parameters.service)
        .ok_or_else(|| anyhow!("there is no service '{}'", parameters.service))?;
    let tls = if parameters.ssl.enabled {
        Some(tls::acceptor(&parameters.ssl)?)
    } else {
        None
    };
    let entry = Entry {
        listener: Arc::clone(&listener.name),
        service: Arc::clone(service),
        tls,
        verify_client_host: parameters.ssl.verify_peer_host,
        proxy_networks: parameters.proxy_protocol_networks.clone(),
        names,
        retain_last_statements: gateway.retain_last_statements,
        door: Door::of(&parameters)?,
        login_timeout: LOGIN_WITHIN,
        connect_timeout: CONNECT_WITHIN,
        branching: branching.clone(),
    };
    let name = Arc::clone(&listener.name);
    Ok(Listener::bind(
        name,
        parameters,
        Arc::new(entry),
        gateway.threads,
    )?)
}

/// Where a listener listens, for an error.
fn place(listener: &Object<ListenerParameters>) -> String {
    let parameters = &listener.parameters;
    match &parameters.socket {
        Some(path) => path.display().to_string(),
        None => format!("{} port {}", parameters.address, parameters.port),
    }
}

/// Starts the monitors on the current runtime.
pub(super) fn start_monitors(
    configuration: &Configuration,
    servers: &ServerRegistry,
) -> Vec<MonitorHandle> {
    let start = |monitor: &Object<MonitorParameters>| {
        let names = &monitor.parameters.servers;
        monitors::start(MonitorSettings {
            name: Arc::clone(&monitor.name),
            parameters: monitor.parameters.clone(),
            servers: names.iter().filter_map(|name| servers.get(name)).collect(),
        })
    };
    configuration.monitors.iter().map(start).collect()
}
