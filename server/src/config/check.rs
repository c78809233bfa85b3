//! What only several parameters, or several objects, together can get wrong.

mod clashes;
mod encrypted;
mod patterns;
mod references;

use std::path::Path;

pub(super) use references::references;

use super::authentication::AuthenticationParameters;
use super::configuration::{Configuration, Object, Source};
use super::error::{ConfigError, Fault, Report};
use super::monitor::MonitorParameters;
use super::service::{ServiceParameters, Targets};

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
        let faults = AuthenticationParameters::faults(&listener.values);
        say(listener, faults, report);
    }
    for monitor in &configuration.monitors {
        say(monitor, MonitorParameters::faults(&monitor.values), report);
    }
    without_servers(configuration, report);
    encrypted::passwords(configuration, report);
    files(configuration, report);
    patterns::patterns(configuration, report);
    clashes::watched_twice(configuration, report);
    clashes::listen_twice(configuration, report);
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

/// The files that objects read must be there, and the certificate of the API.
fn files(configuration: &Configuration, report: &mut Report) {
    fn check<P>(object: &Object<P>, report: &mut Report) {
        let missing = object.values.files().filter_map(|(spec, path)| {
            let allowed = if spec.name.contains("ssl_") {
                "a PEM file"
            } else {
                "a file"
            };
            Some((spec.name, file_fault(spec.name, path, allowed)?))
        });
        say(object, missing.collect(), report);
    }
    check(&configuration.maxscale, report);
    for server in &configuration.servers {
        check(server, report);
    }
    for service in &configuration.services {
        check(service, report);
    }
    for listener in &configuration.listeners {
        check(listener, report);
    }
    for monitor in &configuration.monitors {
        check(monitor, report);
    }
    for filter in &configuration.filters {
        check(filter, report);
    }
}

/// Why requests can't be written where `admin_audit_file` says. Commands that don't serve need not be
/// able to, so that this is asked apart.
///
/// # Errors
/// The line that says so.
pub fn audit_file(configuration: &Configuration) -> Result<(), Vec<ConfigError>> {
    let mut report = Report::default();
    let gateway = &configuration.maxscale;
    let fault = gateway.parameters.admin_audit.fault();
    let faults = fault.map(|fault| ("admin_audit_file", fault));
    say(gateway, faults.into_iter().collect(), &mut report);
    if report.errors.is_empty() {
        Ok(())
    } else {
        Err(report.errors)
    }
}

fn file_fault(parameter: &str, path: &Path, allowed: &str) -> Option<Fault> {
    let error = std::fs::File::open(path).err()?;
    let message = format!("{parameter}: {} cannot be read: {error}", path.display());
    Some(Fault::new(message, allowed))
}
