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

    /// What a service routes to, in order: servers, and services.
    pub(in crate::control) fn targets_of(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        match &service.targets {
            Targets::Servers(names) => names.clone(),
            Targets::Cluster(monitor) => self
                .monitors
                .get(monitor)
                .map(|monitor| monitor.object.parameters.servers.clone())
                .unwrap_or_default(),
        }
    }

    /// The servers that a service routes to, in order.
    pub(in crate::control) fn members_of(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        let mut targets = self.targets_of(service);
        targets.retain(|name| !self.services.contains_key(name));
        targets
    }

    /// The services that a service routes to, in order.
    pub(in crate::control) fn inner_of(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        let mut targets = self.targets_of(service);
        targets.retain(|name| self.services.contains_key(name));
        targets
    }

    /// The services that route to a service.
    pub(in crate::control) fn outer_of(&self, service: &str) -> Vec<Arc<str>> {
        let services = self.services.iter().filter(|(_, other)| {
            let inner = self.inner_of(&other.object.parameters);
            inner.iter().any(|name| **name == *service)
        });
        services.map(|(name, _)| Arc::clone(name)).collect()
    }

    /// All services that requests of a service may get to, nearest first; the service itself is
    /// among them when it leads back to itself.
    pub(in crate::control) fn reached_from(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        let mut reached = self.inner_of(service);
        let mut at = 0;
        while let Some(name) = reached.get(at) {
            let inner = self.services.get(name);
            let inner = inner.map(|inner| self.inner_of(&inner.object.parameters));
            for name in inner.into_iter().flatten() {
                if !reached.contains(&name) {
                    reached.push(name);
                }
            }
            at += 1;
        }
        reached
    }

    /// The servers that requests of a service may get to: its own, then those of its services.
    pub(in crate::control) fn leaves_of(&self, service: &ServiceParameters) -> Vec<Arc<str>> {
        let mut leaves = self.members_of(service);
        for name in self.reached_from(service) {
            let inner = self.services.get(&name);
            let servers = inner.map(|inner| self.members_of(&inner.object.parameters));
            for server in servers.into_iter().flatten() {
                if !leaves.contains(&server) {
                    leaves.push(server);
                }
            }
        }
        leaves
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
