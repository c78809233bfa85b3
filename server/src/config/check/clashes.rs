//! What two objects cannot both have.

use std::collections::HashMap;
use std::net::IpAddr;

use super::say;
use crate::config::configuration::Configuration;
use crate::config::error::{Fault, Report};
use crate::config::listener::ListenerParameters;

/// A server has one monitor: two would overwrite each other's findings.
pub(super) fn watched_twice(configuration: &Configuration, report: &mut Report) {
    let mut watched: HashMap<&str, &str> = HashMap::new();
    for monitor in &configuration.monitors {
        for server in &monitor.parameters.servers {
            let before = watched.insert(server, &monitor.name);
            if let Some(before) = before.filter(|before| *before != &*monitor.name) {
                let message = format!("servers: `{server}` is watched by `{before}` already");
                say(
                    monitor,
                    vec![("servers", Fault::new(message, "one monitor"))],
                    report,
                );
            }
        }
    }
}

/// Two listeners, or a listener and the API, cannot have the same port or socket.
pub(super) fn listen_twice(configuration: &Configuration, report: &mut Report) {
    let gateway = &configuration.maxscale.parameters;
    let mut taken: Vec<(String, &ListenerParameters)> = Vec::new();
    for listener in &configuration.listeners {
        let parameters = &listener.parameters;
        let clash = taken.iter().find(|(_, other)| clashes(parameters, other));
        let admin = gateway.admin_enabled
            && parameters.port == gateway.admin_port
            && same_address(&parameters.address, &gateway.admin_host);
        let owner = clash.map(|(name, _)| name.clone());
        let owner = owner.or_else(|| admin.then(|| "admin_port of [maxscale]".to_owned()));
        if let Some(owner) = owner {
            let (parameter, what) = match &parameters.socket {
                Some(path) => ("socket", path.display().to_string()),
                None => ("port", parameters.port.to_string()),
            };
            let message = format!("{parameter}: {what} is taken by {owner}");
            say(
                listener,
                vec![(parameter, Fault::new(message, "one not in use"))],
                report,
            );
        }
        taken.push((format!("listener `{}`", listener.name), parameters));
    }
}

fn clashes(one: &ListenerParameters, other: &ListenerParameters) -> bool {
    match (&one.socket, &other.socket) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.port == other.port && same_address(&one.address, &other.address),
        _ => false,
    }
}

/// Whether two listening addresses cannot share a port.
fn same_address(one: &str, other: &str) -> bool {
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one == other || one.is_unspecified() || other.is_unspecified(),
        _ => one == other,
    }
}
