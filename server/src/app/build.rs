//! From the configuration to the parts of the gateway.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use tokio::sync::watch;

use crate::config::Configuration;
use crate::control::objects::Objects;
use crate::control::{Surroundings, hosts_of};
use crate::filters::FilterRegistry;
use crate::net::{HostLookup, Hosts, NameResolver};
use crate::sessions::Workers;

/// Starts the workers and makes all objects: binds the listeners' addresses, but accepts nobody yet.
pub(super) async fn build(
    configuration: &Configuration,
    stopping: watch::Receiver<bool>,
) -> anyhow::Result<(Workers, Objects)> {
    let gateway = &configuration.maxscale.parameters;
    let remembered = gateway.query_classifier_cache_size;
    let workers = Workers::start(gateway.threads, remembered).context("workers")?;
    let filters = FilterRegistry::from_objects(&configuration.filters)
        .map_err(|(name, error)| anyhow!("filter '{name}': {error}"))?;
    let names = Arc::new(NameResolver::confirmed());
    let surroundings = Surroundings {
        sessions: workers.directory(),
        names,
        hosts: HostLookup::of_the_system(),
        stopping,
    };
    let mut hosts = Hosts::new();
    for listener in &configuration.listeners {
        let found = hosts_of(&surroundings.hosts, [&listener.parameters]).await;
        hosts.extend(found.map_err(|error| anyhow!("listener '{}': {error}", listener.name))?);
    }
    let objects = Objects::build(configuration.clone(), filters, surroundings, hosts)?;
    Ok((workers, objects))
}
