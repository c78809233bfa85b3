//! Services that follow a layout.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Running;
use super::follow::gone;
use super::prepared::{Prepared, ServiceStep};
use crate::backend::Endpoint;
use crate::config::{GatewayParameters, ParameterError, RetryParameters, ServiceParameters};
use crate::control::error::ObjectError;
use crate::control::layout::{Configured, Layout};
use crate::filters::NamedFilters;
use crate::servers::Server;
use crate::services::{AccountReader, ReaderSettings, Service, ServiceSnapshot, Target};

/// Servers, and how to reach them.
type Members = Vec<(Arc<Server>, Endpoint)>;

impl Running {
    pub(super) fn prepare_services(
        &self,
        present: &Layout,
        next: &Layout,
        prepared: &mut Prepared,
    ) -> Result<(), ObjectError> {
        let gateway = &next.maxscale.object.parameters;
        let same_reading = reading(gateway) == reading(&present.maxscale.object.parameters);
        for (name, configured) in inner_first(next) {
            let parameters = &configured.object.parameters;
            let service = self.service(name);
            let then = present.services.get(name);
            let same_object = then.is_some_and(|then| Arc::ptr_eq(then, configured));
            let (names, leaves) = (next.targets_of(parameters), next.leaves_of(parameters));
            let is_as_before = |names: &[Arc<str>], before: Option<Vec<Arc<str>>>| {
                let is_other = |name| {
                    prepared.endpoints.contains_key(name)
                        || prepared.new_services.contains_key(name)
                };
                before.is_some_and(|before| before == names) && !names.iter().any(is_other)
            };
            let before = then.map(|then| &then.object.parameters);
            let same_targets = is_as_before(&names, before.map(|then| present.targets_of(then)));
            let same_leaves = is_as_before(&leaves, before.map(|then| present.leaves_of(then)));
            if service.is_some() && same_object && same_targets && same_leaves && same_reading {
                continue;
            }
            let from = gateway.dialling().from;
            let targets = self.targets(&names, service.as_deref(), prepared, from)?;
            let read_from = self.members(&leaves, service.as_deref(), prepared, from)?;
            let filters = self.named_filters(parameters)?;
            let settings = reader_settings(name, parameters, read_from, gateway);
            let parameters = parameters.clone();
            prepared.services.push(if let Some(service) = service {
                let present = service.snapshot();
                let as_before =
                    same_leaves && same_reading && same_reader(&present.parameters, &parameters);
                ServiceStep::Alter {
                    service,
                    snapshot: Box::new(present.altered(parameters, targets, filters)),
                    reader: (!as_before).then_some(settings),
                }
            } else {
                let (reader, accounts) = AccountReader::new(settings);
                let snapshot = ServiceSnapshot::new(parameters, targets, filters);
                let service = Arc::new(Service::new(Arc::clone(name), snapshot, accounts));
                let kept = Arc::clone(&service);
                prepared.new_services.insert(Arc::clone(name), kept);
                ServiceStep::Add(service, reader)
            });
        }
        let gone = gone(&present.services, &next.services);
        prepared.services.extend(gone.map(ServiceStep::Remove));
        Ok(())
    }

    /// What a service routes to.
    fn targets(
        &self,
        names: &[Arc<str>],
        service: Option<&Service>,
        prepared: &Prepared,
        from: Option<IpAddr>,
    ) -> Result<Vec<Target>, ObjectError> {
        let target = |name: &Arc<str>| {
            let inner = prepared.new_services.get(name).cloned();
            if let Some(inner) = inner.or_else(|| self.service(name)) {
                return Ok(Target::Service(inner));
            }
            let mut members = self.members(std::slice::from_ref(name), service, prepared, from)?;
            let member = members.pop();
            let member = member.map(|(server, endpoint)| Target::Server(server, endpoint));
            member.ok_or_else(|| ObjectError::NotFound(name.to_string(), "a server"))
        };
        names.iter().map(target).collect()
    }

    fn members(
        &self,
        names: &[Arc<str>],
        service: Option<&Service>,
        prepared: &Prepared,
        from: Option<IpAddr>,
    ) -> Result<Members, ObjectError> {
        let known = service.map(|service| service.snapshot().members());
        let known = known.unwrap_or_default();
        let member = |name: &Arc<str>| {
            if let Some(new) = prepared.endpoints.get(name) {
                return Ok(new.clone());
            }
            if let Some(known) = known.iter().find(|(server, _)| server.name() == name) {
                return Ok(known.clone());
            }
            let server = self
                .servers
                .get(name)
                .ok_or_else(|| ObjectError::NotFound(name.to_string(), "a server"))?;
            let endpoint = Endpoint::of(&server, from).map_err(|error| ParameterError {
                parameter: "servers".to_owned(),
                message: error.to_string(),
            })?;
            Ok((server, endpoint))
        };
        names.iter().map(member).collect()
    }

    fn named_filters(&self, service: &ServiceParameters) -> Result<NamedFilters, ObjectError> {
        let filter = |name: &Arc<str>| {
            let configured = self
                .filters
                .get(name)
                .ok_or_else(|| ObjectError::NotFound(name.to_string(), "a filter"))?;
            Ok((Arc::clone(name), Arc::clone(&configured.filter)))
        };
        service.filters.iter().map(filter).collect()
    }
}

/// All services, each behind those that it routes to.
fn inner_first(layout: &Layout) -> Vec<(&Arc<str>, &Arc<Configured<ServiceParameters>>)> {
    let mut all: Vec<_> = layout.services.iter().collect();
    // None leads back to itself, so that it reaches fewer than any that routes to it.
    let reached = |parameters| layout.reached_from(parameters).len();
    all.sort_by_cached_key(|(_, service)| reached(&service.object.parameters));
    all
}

/// Whether accounts are read by the same user and from as many servers.
fn same_reader(one: &ServiceParameters, other: &ServiceParameters) -> bool {
    one.user == other.user
        && one.password == other.password
        && one.auth_all_servers == other.auth_all_servers
}

/// How often accounts are read, and how long that may take.
fn reading(gateway: &GatewayParameters) -> (u64, u64, Option<u64>, RetryParameters) {
    (
        gateway.auth_connect_timeout_ms,
        gateway.users_refresh_interval_ms,
        gateway.users_refresh_time_ms,
        gateway.query_retries,
    )
}

fn reader_settings(
    name: &Arc<str>,
    service: &ServiceParameters,
    servers: Members,
    gateway: &GatewayParameters,
) -> ReaderSettings {
    let every = Some(gateway.users_refresh_interval_ms).filter(|&ms| ms > 0);
    ReaderSettings {
        service: Arc::clone(name),
        servers,
        user: service.user.clone(),
        password: service.password.clone(),
        timeout: Duration::from_millis(gateway.auth_connect_timeout_ms),
        refresh_at_most_every: gateway.users_refresh_time_ms.map(Duration::from_millis),
        retries: gateway.query_retries,
        from_all: service.auth_all_servers,
        file: service.user_accounts_file.clone(),
        file_only: service.only_accounts_of_file,
        refresh_every: every.map(Duration::from_millis),
    }
}
