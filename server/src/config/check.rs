//! What only several parameters, or several objects, together can get wrong.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;

use super::configuration::{Configuration, Object, Source};
use super::draft::{Draft, DraftKind, Drafts};
use super::error::{Fault, Report};
use super::listener::ListenerParameters;
use super::service::{ServiceParameters, Targets};
use super::suggest::nearest;

/// The parameters that name other objects: of which section type, by which name, to which type.
const REFERENCES: &[(DraftKind, &str, DraftKind)] = &[
    (DraftKind::Service, "servers", DraftKind::Server),
    (DraftKind::Service, "targets", DraftKind::Server),
    (DraftKind::Service, "cluster", DraftKind::Monitor),
    (DraftKind::Service, "filters", DraftKind::Filter),
    (DraftKind::Listener, "service", DraftKind::Service),
    (DraftKind::Monitor, "servers", DraftKind::Server),
];

/// References to nothing, or to something of another type.
pub(super) fn references(drafts: &Drafts<'_>, report: &mut Report) {
    for draft in &drafts.objects {
        for (_, parameter, wanted) in REFERENCES.iter().filter(|(kind, ..)| *kind == draft.kind) {
            let one = draft.values.text(parameter).map(str::to_owned);
            let names = one
                .into_iter()
                .chain(draft.values.list(parameter).iter().cloned());
            let mut before: Vec<String> = Vec::new();
            for name in names {
                let fault = if before.contains(&name) {
                    Some(Fault::new(
                        format!("{parameter}: `{name}` is named twice"),
                        "once",
                    ))
                } else {
                    reference_fault(drafts, parameter, &name, *wanted)
                };
                if let Some(fault) = fault {
                    blame(draft, parameter, fault, report);
                }
                before.push(name);
            }
        }
    }
}

fn reference_fault(
    drafts: &Drafts<'_>,
    parameter: &str,
    name: &str,
    wanted: DraftKind,
) -> Option<Fault> {
    let word = wanted.word();
    let good = || {
        let objects = drafts.objects.iter().filter(|other| other.kind == wanted);
        objects.map(|other| other.name.as_str())
    };
    let message = match drafts.objects.iter().find(|other| other.name == name) {
        Some(other) if other.kind == wanted => return None,
        Some(other) => format!(
            "{parameter}: `{name}` is a {}, not a {word}",
            other.kind.word()
        ),
        // It is there but faulty, which has been said.
        None if drafts.knows(name) => return None,
        None => format!(
            "{parameter}: there is no {word} `{name}`{}",
            nearest(name, good())
        ),
    };
    let allowed = good().collect::<Vec<_>>().join(", ");
    let allowed = if allowed.is_empty() {
        format!("no {word} is configured")
    } else {
        allowed
    };
    Some(Fault::new(message, allowed))
}

fn blame(draft: &Draft, parameter: &str, fault: Fault, report: &mut Report) {
    let line = draft.values.line(parameter).unwrap_or(draft.line);
    report.error(&draft.file, line, &draft.name, fault);
}

/// What is wrong within each object, and between them.
pub(super) fn objects(configuration: &Configuration, report: &mut Report) {
    say(
        &configuration.maxscale,
        configuration.maxscale.parameters.faults(),
        report,
    );
    for server in &configuration.servers {
        say(server, server.parameters.faults(), report);
    }
    for service in &configuration.services {
        say(service, ServiceParameters::faults(&service.values), report);
    }
    for listener in &configuration.listeners {
        say(listener, listener.parameters.faults(), report);
    }
    without_servers(configuration, report);
    files(configuration, report);
    watched_twice(configuration, report);
    listen_twice(configuration, report);
}

fn say<P>(object: &Object<P>, faults: Vec<(&'static str, Fault)>, report: &mut Report) {
    // What follows from a value that could not be read is not worth a line of its own.
    let faults = faults
        .into_iter()
        .filter(|(parameter, _)| !object.values.is_faulty(parameter));
    for (parameter, fault) in faults {
        let line = object.values.line(parameter).unwrap_or(object.source.line);
        report.error(&object.source.file, line, &object.name, fault);
    }
}

/// Services and monitors without servers do nothing until they get some.
fn without_servers(configuration: &Configuration, report: &mut Report) {
    let mut warn = |name: &str, source: &Source| {
        report.warning(&source.file, source.line, name, "no servers are named");
    };
    for service in &configuration.services {
        if matches!(&service.parameters.targets, Targets::Servers(servers) if servers.is_empty()) {
            warn(&service.name, &service.source);
        }
    }
    for monitor in &configuration.monitors {
        if monitor.parameters.servers.is_empty() {
            warn(&monitor.name, &monitor.source);
        }
    }
}

/// The files with keys and certificates must be there.
fn files(configuration: &Configuration, report: &mut Report) {
    fn check<P>(object: &Object<P>, parameters: &[&'static str], report: &mut Report) {
        let missing = parameters.iter().filter_map(|parameter| {
            let path = object.values.path(parameter)?;
            let fault = file_fault(parameter, &path)?;
            Some((*parameter, fault))
        });
        say(object, missing.collect(), report);
    }
    const SSL: &[&str] = &["ssl_ca", "ssl_cert", "ssl_key"];
    check(
        &configuration.maxscale,
        &["admin_ssl_cert", "admin_ssl_key"],
        report,
    );
    for server in &configuration.servers {
        check(server, SSL, report);
    }
    for listener in &configuration.listeners {
        check(listener, SSL, report);
    }
}

fn file_fault(parameter: &str, path: &Path) -> Option<Fault> {
    let error = std::fs::File::open(path).err()?;
    let message = format!("{parameter}: {} cannot be read: {error}", path.display());
    Some(Fault::new(message, "a PEM file"))
}

/// A server has one monitor: two would overwrite each other's findings.
fn watched_twice(configuration: &Configuration, report: &mut Report) {
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
fn listen_twice(configuration: &Configuration, report: &mut Report) {
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
