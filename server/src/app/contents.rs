//! What is in the files that a configuration names. All that a start would trip over is said at once,
//! each with the line that names the file.

use super::{Failure, admin};
use crate::config::{ConfigError, Configuration};
use crate::filters;
use crate::net::tls;
use crate::sessions::Door;

/// Reads certificates, keys, rules, mappings and statements, and forgets them again.
///
/// # Errors
/// All that can't be read or understood.
pub(super) fn check(configuration: &Configuration) -> Result<(), Failure> {
    let mut errors: Vec<ConfigError> = Vec::new();
    let gateway = &configuration.maxscale;
    if let Err(error) = admin::tls(&gateway.parameters) {
        errors.push(gateway.error(&error.parameter, error.message.clone()));
    }
    for filter in &configuration.filters {
        if let Err(error) = filters::try_to_make(filter) {
            let parameter = error.parameter().unwrap_or("module");
            errors.push(filter.error(parameter, error.to_string()));
        }
    }
    for server in &configuration.servers {
        let ssl = &server.parameters.ssl;
        if let Some(Err(error)) = ssl.enabled.then(|| tls::connector(ssl)) {
            errors.push(server.error("ssl", error.to_string()));
        }
    }
    for listener in &configuration.listeners {
        let ssl = &listener.parameters.ssl;
        if let Some(Err(error)) = ssl.enabled.then(|| tls::acceptor(ssl)) {
            errors.push(listener.error("ssl", error.to_string()));
        }
        if let Err(error) = Door::of(&listener.parameters) {
            errors.push(listener.error(error.parameter(), error.to_string()));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::Config(errors))
    }
}
