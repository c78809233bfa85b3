//! Changes of what objects refer to.

use std::sync::Arc;

use super::check::owned;
use super::{Layout, Tabled};
use crate::config::{
    MonitorParameters, Object, ServerParameters, ServiceParameters, Targets, Values,
};
use crate::control::error::ObjectError;
use crate::control::links::{FILTERS, LISTENERS, Links, MONITORS, Relationship, SERVERS, SERVICES};

impl Layout {
    /// Gives a server the services and the monitor that are wanted. Says whether anything changed.
    pub(in crate::control) fn relate_server(
        &mut self,
        name: &str,
        links: &Links,
    ) -> Result<bool, ObjectError> {
        let mut changed = false;
        if let Some(wanted) = links.get(MONITORS) {
            changed |= self.give_monitor(name, wanted)?;
        }
        if let Some(wanted) = links.get(SERVICES) {
            changed |= self.give_services(name, wanted)?;
        }
        Ok(changed)
    }

    fn give_services(&mut self, server: &str, wanted: &[String]) -> Result<bool, ObjectError> {
        let known = |name: &str| self.services.contains_key(name);
        Self::check_links(SERVICES, ServiceParameters::ONE, wanted, known)?;
        let mut changed = false;
        for (name, service) in self.services.clone() {
            let mut servers = owned(&self.members_of(&service.object.parameters));
            let (has, place) = (
                servers.iter().any(|other| other == server),
                wanted.iter().position(|other| **other == *name),
            );
            if has == place.is_some() {
                continue;
            }
            if let Targets::Cluster(monitor) = &service.object.parameters.targets {
                let message = format!("the servers of {name} are those of the monitor {monitor}");
                return Err(place.map_or_else(
                    || refused(SERVICES, message.clone()),
                    |index| ObjectError::Link {
                        relationship: SERVICES,
                        index,
                        message: message.clone(),
                    },
                ));
            }
            if has {
                servers.retain(|other| other != server);
            } else {
                servers.push(server.to_owned());
            }
            let inner = owned(&self.inner_of(&service.object.parameters));
            let values = service.object.values.clone();
            let values = values.with_targets(&servers, &inner);
            self.put(service.object.with(values)?);
            changed = true;
        }
        Ok(changed)
    }

    fn give_monitor(&mut self, server: &str, wanted: &[String]) -> Result<bool, ObjectError> {
        let known = |name: &str| self.monitors.contains_key(name);
        Self::check_links(MONITORS, MonitorParameters::ONE, wanted, known)?;
        if wanted.len() > 1 {
            return Err(ObjectError::Link {
                relationship: MONITORS,
                index: 1,
                message: "a server has one monitor at most".to_owned(),
            });
        }
        let mut changed = false;
        for (name, monitor) in self.monitors.clone() {
            let mut servers = owned(&monitor.object.parameters.servers);
            let has = servers.iter().any(|other| other == server);
            if has == wanted.iter().any(|other| **other == *name) {
                continue;
            }
            if has {
                servers.retain(|other| other != server);
            } else {
                servers.push(server.to_owned());
            }
            let values = monitor.object.values.clone().with_servers(&servers);
            self.put(monitor.object.with(values)?);
            changed = true;
        }
        Ok(changed)
    }

    /// The parameters of a monitor with the servers that are wanted.
    pub(in crate::control) fn related_monitor(
        &self,
        name: &str,
        values: Values,
        links: &Links,
    ) -> Result<Values, ObjectError> {
        if let Some(services) = links.get(SERVICES) {
            let present = self.services_of_cluster(name);
            stays(SERVICES, services, &present, "it is given at the service")?;
        }
        let Some(servers) = links.get(SERVERS) else {
            return Ok(values);
        };
        let known = |name: &str| self.servers.contains_key(name);
        Self::check_links(SERVERS, ServerParameters::ONE, servers, known)?;
        for (index, server) in servers.iter().enumerate() {
            let other = self.monitors_of(server).into_iter();
            if let Some(other) = other.into_iter().find(|other| **other != *name) {
                return Err(ObjectError::Link {
                    relationship: SERVERS,
                    index,
                    message: format!("{server} is watched by the monitor {other} already"),
                });
            }
        }
        Ok(values.with_servers(servers))
    }

    /// The parameters of a service with the servers, the monitor and the filters that are wanted.
    /// Whether filters exist is asked of `is_filter`.
    pub(in crate::control) fn related_service(
        &self,
        name: &str,
        mut values: Values,
        present: &ServiceParameters,
        links: &Links,
        is_filter: impl Fn(&str) -> bool,
    ) -> Result<Values, ObjectError> {
        if let Some(listeners) = links.get(LISTENERS) {
            let present = self.listeners_of(name);
            stays(
                LISTENERS,
                listeners,
                &present,
                "listeners are made and destroyed",
            )?;
        }
        if let Some(services) = links.get(SERVICES) {
            self.check_inner(name, services)?;
        }
        if let Some(filters) = links.get(FILTERS) {
            Self::check_links(FILTERS, "a filter", filters, is_filter)?;
            values = values.with_filters(filters);
        }
        self.with_targets(values, present, links)
    }

    /// Refuses services that a service can't route to: those that are not there, and those that
    /// lead back to it.
    fn check_inner(&self, name: &str, services: &[String]) -> Result<(), ObjectError> {
        let known = |inner: &str| inner == name || self.services.contains_key(inner);
        Self::check_links(SERVICES, ServiceParameters::ONE, services, known)?;
        let leads_back = |inner: &String| {
            let reached = self.services.get(inner.as_str());
            let reached = reached.map(|inner| self.reached_from(&inner.object.parameters));
            inner == name || reached.is_some_and(|all| all.iter().any(|one| **one == *name))
        };
        match services.iter().position(leads_back) {
            Some(index) => Err(ObjectError::Link {
                relationship: SERVICES,
                index,
                message: format!("{name} would route to itself"),
            }),
            None => Ok(()),
        }
    }

    fn with_targets(
        &self,
        values: Values,
        present: &ServiceParameters,
        links: &Links,
    ) -> Result<Values, ObjectError> {
        let cluster = match (links.get(MONITORS), &present.targets) {
            (Some(monitors), _) => {
                let known = |name: &str| self.monitors.contains_key(name);
                Self::check_links(MONITORS, MonitorParameters::ONE, monitors, known)?;
                if monitors.len() > 1 {
                    let message = "a service has the servers of one monitor at most";
                    return Err(refused(MONITORS, message.to_owned()));
                }
                monitors.first().map(|name| Arc::from(name.as_str()))
            }
            (None, Targets::Cluster(monitor)) => Some(Arc::clone(monitor)),
            (None, Targets::Servers(_)) => None,
        };
        let servers = links.get(SERVERS);
        if let Some(servers) = servers {
            let known = |name: &str| self.servers.contains_key(name);
            Self::check_links(SERVERS, ServerParameters::ONE, servers, known)?;
        }
        let services = links.get(SERVICES);
        if let (Some(cluster), Some([_, ..])) = (&cluster, services) {
            let message =
                format!("it has the servers of the monitor {cluster} and nothing besides");
            return Err(refused(SERVICES, message));
        }
        if let Some(cluster) = cluster {
            let targets = Targets::Cluster(Arc::clone(&cluster));
            let named = self.monitors.get(&cluster);
            let members = named.map(|monitor| owned(&monitor.object.parameters.servers));
            let before = owned(&self.members_of(present));
            return match servers {
                Some(servers)
                    if Some(servers) != members.as_deref()
                        // Who gives another monitor need not know its servers.
                        && (present.targets == targets
                            || !(servers.is_empty() || *servers == *before)) =>
                {
                    let message = format!("its servers are those of the monitor {cluster}");
                    Err(refused(SERVERS, message))
                }
                _ => Ok(values.with_cluster(Some(&cluster))),
            };
        }
        if servers.is_none() && services.is_none() {
            return Ok(match &present.targets {
                Targets::Cluster(_) => values.with_cluster(None),
                Targets::Servers(_) => values,
            });
        }
        let (own, inner) = match &present.targets {
            // Without the monitor it has none of its own.
            Targets::Cluster(_) => (Vec::new(), Vec::new()),
            Targets::Servers(_) => (
                owned(&self.members_of(present)),
                owned(&self.inner_of(present)),
            ),
        };
        let values = values.with_cluster(None);
        Ok(values.with_targets(servers.unwrap_or(&own), services.unwrap_or(&inner)))
    }

    /// Takes a service out of those that route to it.
    pub(in crate::control) fn unlink_service(&mut self, inner: &str) -> Result<(), ObjectError> {
        for name in self.outer_of(inner) {
            let service = Arc::clone(self.find::<ServiceParameters>(&name)?);
            let parameters = &service.object.parameters;
            let servers = owned(&self.members_of(parameters));
            let mut services = owned(&self.inner_of(parameters));
            services.retain(|other| other != inner);
            let values = service.object.values.clone();
            self.put(
                service
                    .object
                    .with(values.with_targets(&servers, &services))?,
            );
        }
        Ok(())
    }

    /// Takes a server out of all services and monitors.
    pub(in crate::control) fn unlink_server(&mut self, server: &str) -> Result<(), ObjectError> {
        self.give_monitor(server, &[])?;
        // What it has through a monitor it has lost with it.
        self.give_services(server, &[])?;
        Ok(())
    }

    /// Gives services that have the servers of a monitor these servers for their own.
    pub(in crate::control) fn unlink_monitor(&mut self, monitor: &str) -> Result<(), ObjectError> {
        for name in self.services_of_cluster(monitor) {
            let service = Arc::clone(self.find::<ServiceParameters>(&name)?);
            let servers = owned(&self.members_of(&service.object.parameters));
            let values = service.object.values.clone();
            let values = values.with_cluster(None).with_servers(&servers);
            self.put(service.object.with(values)?);
        }
        Ok(())
    }

    /// Takes a filter out of all services.
    pub(in crate::control) fn unlink_filter(&mut self, filter: &str) -> Result<(), ObjectError> {
        for name in self.services_filtered_by(filter) {
            let service = Arc::clone(self.find::<ServiceParameters>(&name)?);
            let object: &Object<ServiceParameters> = &service.object;
            let mut filters = owned(&object.parameters.filters);
            filters.retain(|other| other != filter);
            let values = object.values.clone().with_filters(&filters);
            self.put(object.with(values)?);
        }
        Ok(())
    }
}

fn refused(relationship: Relationship, message: String) -> ObjectError {
    ObjectError::Relationship {
        relationship,
        message,
    }
}

/// Refuses other objects than the present ones, in whatever order.
fn stays(
    relationship: Relationship,
    given: &[String],
    present: &[Arc<str>],
    why: &str,
) -> Result<(), ObjectError> {
    let same = given.len() == present.len()
        && present
            .iter()
            .all(|name| given.iter().any(|given| **given == **name));
    if same {
        return Ok(());
    }
    Err(refused(
        relationship,
        format!("it can't be changed here: {why}"),
    ))
}
