//! Listeners that follow a layout.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::TlsAcceptor;

use super::follow::gone;
use super::prepared::{ListenerStep, Prepared};
use super::{Named, Running, get};
use crate::config::{GatewayParameters, ListenerParameters, ParameterError};
use crate::control::error::ObjectError;
use crate::control::layout::Layout;
use crate::listeners::{Listener, Place};
use crate::net::{Hosts, tls};
use crate::servers::{Server, ServerRegistry};
use crate::services::Service;
use crate::sessions::{BranchTargets, Branching, Door, Entry, TraceRules};

/// How long connecting a session to a server may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to log in.
const LOGIN_WITHIN: Duration = Duration::from_secs(10);

/// The servers and services that filters may send to.
struct Known {
    servers: ServerRegistry,
    services: Arc<Named<Arc<Service>>>,
}

impl BranchTargets for Known {
    fn server(&self, name: &str) -> Option<Arc<Server>> {
        self.servers.get(name)
    }

    fn service(&self, name: &str) -> Option<Arc<Service>> {
        get(&self.services, name)
    }
}

impl Running {
    pub(super) fn prepare_listeners(
        &self,
        present: &Layout,
        next: &Layout,
        prepared: &mut Prepared,
    ) -> Result<(), ObjectError> {
        let reads_files = present.files_read != next.files_read;
        let all = !Arc::ptr_eq(&present.maxscale, &next.maxscale) || reads_files;
        let gateway = &next.maxscale.object.parameters;
        for (name, configured) in &next.listeners {
            let then = present.listeners.get(name);
            let is_same = then.is_some_and(|then| Arc::ptr_eq(then, configured));
            if is_same && !all {
                continue;
            }
            let parameters = &configured.object.parameters;
            // What it has read holds up no change of something else, and is replaced by none.
            let running = self.listener(name).filter(|_| is_same && !reads_files);
            let read = match running {
                Some(running) => FilesRead::of(&running.entry()),
                None => FilesRead::read(parameters)?,
            };
            let entry = Arc::new(self.entry(name, parameters, gateway, prepared, read)?);
            prepared
                .listeners
                .push(if let Some(listener) = self.listener(name) {
                    ListenerStep::Alter(listener, entry)
                } else {
                    next.check_address(name, parameters)?;
                    let place = place(parameters, &next.hosts)?;
                    ListenerStep::Add(Arc::new(self.bind(name, place, parameters, entry)?))
                });
        }
        let gone = gone(&present.listeners, &next.listeners);
        prepared.listeners.extend(gone.map(ListenerStep::Remove));
        Ok(())
    }

    fn entry(
        &self,
        name: &Arc<str>,
        parameters: &ListenerParameters,
        gateway: &GatewayParameters,
        prepared: &Prepared,
        FilesRead { tls, door }: FilesRead,
    ) -> Result<Entry, ObjectError> {
        let service = &parameters.service;
        let new = prepared.new_services.get(service).cloned();
        let service = new
            .or_else(|| self.service(service))
            .ok_or_else(|| ObjectError::NotFound(service.to_string(), "a service"))?;
        Ok(Entry {
            carried_tls: None,
            listener: Arc::clone(name),
            service,
            tls,
            verify_client_host: parameters.ssl.verify_peer_host,
            proxy_networks: parameters.proxy_protocol_networks.clone(),
            names: (!gateway.skip_name_resolve).then(|| Arc::clone(&self.surroundings.names)),
            retain_last_statements: gateway.retain_last_statements,
            dump_last_statements: gateway.dump_last_statements,
            door,
            trace: trace_rules(gateway)?,
            auth_errors_max: gateway.auth_errors_max,
            warn_of_superusers: gateway.log_warn_super_user,
            login_timeout: LOGIN_WITHIN,
            connect_timeout: CONNECT_WITHIN,
            local_address: gateway.dialling().from,
            branching: Branching::new(Arc::new(Known {
                servers: self.servers.clone(),
                services: Arc::clone(&self.services),
            })),
        })
    }

    fn bind(
        &self,
        name: &Arc<str>,
        place: Place,
        parameters: &ListenerParameters,
        entry: Arc<Entry>,
    ) -> Result<Listener, ParameterError> {
        let workers = self.surroundings.sessions.workers();
        let bound = Listener::bind(Arc::clone(name), place, entry, workers);
        bound.map_err(|error| {
            let (parameter, place) = if let Some(path) = &parameters.socket {
                ("socket", path.display().to_string())
            } else {
                let is_name = parameters.address.parse::<IpAddr>().is_err();
                let place = format!("{} port {}", parameters.address, parameters.port);
                (if is_name { "address" } else { "port" }, place)
            };
            ParameterError {
                parameter: parameter.to_owned(),
                message: format!("{place} can't be listened on: {error}"),
            }
        })
    }
}

/// What a listener has of the files that its parameters name.
struct FilesRead {
    tls: Option<TlsAcceptor>,
    door: Door,
}

impl FilesRead {
    fn of(entry: &Entry) -> Self {
        Self {
            tls: entry.tls.clone(),
            door: entry.door.clone(),
        }
    }

    fn read(parameters: &ListenerParameters) -> Result<Self, ParameterError> {
        let ssl = &parameters.ssl;
        let tls = ssl.enabled.then(|| tls::acceptor(ssl)).transpose();
        let tls = tls.map_err(|error| ParameterError {
            parameter: "ssl".to_owned(),
            message: error.to_string(),
        })?;
        let door = Door::of(parameters).map_err(|error| ParameterError {
            parameter: error.parameter().to_owned(),
            message: error.to_string(),
        })?;
        Ok(Self { tls, door })
    }
}

/// Where a listener is to wait for clients. Its host name has been looked up before, where nobody
/// waits for it.
fn place(parameters: &ListenerParameters, hosts: &Hosts) -> Result<Place, ParameterError> {
    if let Some(path) = &parameters.socket {
        return Ok(Place::Unix(path.clone()));
    }
    let address = &parameters.address;
    let known = hosts.get(address).copied();
    let ip = known.or_else(|| address.parse().ok());
    let ip = ip.ok_or_else(|| ParameterError {
        parameter: "address".to_owned(),
        message: format!("the host name {address} has not been looked up"),
    })?;
    Ok(Place::Tcp((ip, parameters.port).into()))
}

/// What is kept of sessions' logs.
fn trace_rules(gateway: &GatewayParameters) -> Result<TraceRules, ParameterError> {
    let pattern = gateway.session_trace_match.as_deref();
    TraceRules::new(gateway.session_trace, pattern).map_err(|error| ParameterError {
        parameter: "session_trace_match".to_owned(),
        message: error.to_string(),
    })
}
