//! Who refers to whom.

use std::sync::Arc;

use super::Layout;
use crate::config::{ServiceParameters, Targets};

impl Layout {
    /// Whether an object has that name.
    pub(in crate::control) fn knows(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("maxscale")
            || self.servers.contains_key(name)
            || self.services.contains_key(name)
            || self.listeners.contains_key(name)
            || self.monitors.contains_key(name)
    }

    /// The servers that a service routes to, in order.
    pub(in crate::control) fn members_of(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        match &service.targets {
            Targets::Servers(names) => names.clone(),
            Targets::Cluster(monitor) => self
                .monitors
                .get(monitor)
                .map(|monitor| monitor.object.parameters.servers.clone())
                .unwrap_or_default(),
        }
    }

    /// The services that route to a server.
    pub(in crate::control) fn services_with(&self, server: &str) -> Vec<Arc<str>> {
        let services = self.services.iter().filter(|(_, service)| {
            let members = self.members_of(&service.object.parameters);
            members.iter().any(|name| **name == *server)
        });
        services.map(|(name, _)| Arc::clone(name)).collect()
    }

    /// The services whose sessions begin with a filter.
    pub(in crate::control) fn services_filtered_by(&self, filter: &str) -> Vec<Arc<str>> {
        let services = self.services.iter().filter(|(_, service)| {
            let filters = &service.object.parameters.filters;
            filters.iter().any(|name| **name == *filter)
        });
        services.map(|(name, _)| Arc::clone(name)).collect()
    }

    /// The services that have the servers of a monitor.
    pub(in crate::control) fn services_of_cluster(&self, monitor: &str) -> Vec<Arc<str>> {
        let services = self.services.iter().filter(|(_, service)| {
            let targets = &service.object.parameters.targets;
            matches!(targets, Targets::Cluster(name) if **name == *monitor)
        });
        services.map(|(name, _)| Arc::clone(name)).collect()
    }

    /// The monitors that watch a server; there is one at most.
    pub(in crate::control) fn monitors_of(&self, server: &str) -> Vec<Arc<str>> {
        let monitors = self.monitors.iter().filter(|(_, monitor)| {
            let servers = &monitor.object.parameters.servers;
            servers.iter().any(|name| **name == *server)
        });
        monitors.map(|(name, _)| Arc::clone(name)).collect()
    }

    /// The listeners that lead to a service.
    pub(in crate::control) fn listeners_of(&self, service: &str) -> Vec<Arc<str>> {
        let listeners = self.listeners.iter();
        listeners
            .filter(|(_, listener)| *listener.object.parameters.service == *service)
            .map(|(name, _)| Arc::clone(name))
            .collect()
    }
}
