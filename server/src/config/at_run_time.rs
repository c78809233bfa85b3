//! Objects that are made or altered while the gateway runs.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::configuration::{Object, Source};
use super::error::Fault;
use super::gateway::GatewayParameters;
use super::listener::ListenerParameters;
use super::monitor::MonitorParameters;
use super::parameter::{ModuleSpec, ParameterSpec};
use super::server::ServerParameters;
use super::service::ServiceParameters;
use super::tables;
use super::values::{ParameterError, Values, parameter_error};

/// Parameters that are made of [`Values`].
pub trait Settable: Sized {
    /// Makes them.
    fn of_values(values: &Values) -> Self;
    /// The first thing that is wrong with them together.
    fn fault(&self, values: &Values) -> Option<ParameterError>;
    /// The values that [`Values::document`] made this of. Relative paths are meant from `folder`.
    ///
    /// # Errors
    /// What in it is not known any more.
    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError>;
}

impl Settable for ServerParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, _: &Values) -> Option<ParameterError> {
        let fault = first(self.faults())?;
        // In a file, the section's type is the line to blame.
        let is_missing = fault.parameter == "type";
        let parameter = if is_missing {
            "address".to_owned()
        } else {
            fault.parameter
        };
        Some(ParameterError { parameter, ..fault })
    }

    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError> {
        restored(&[tables::SERVER, tables::TLS], document, folder)
    }
}

impl Settable for ServiceParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, values: &Values) -> Option<ParameterError> {
        first(Self::faults(values))
    }

    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError> {
        let router = module(document, "router")?;
        let mut values = restored(&[tables::SERVICE, router.parameters], document, folder)?;
        values.set_module("router", router.name);
        Ok(values)
    }
}

impl Settable for ListenerParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, _: &Values) -> Option<ParameterError> {
        first(self.faults())
    }

    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError> {
        restored(&tables::whole_listener(), document, folder)
    }
}

impl Settable for MonitorParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, values: &Values) -> Option<ParameterError> {
        first(Self::faults(values))
    }

    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError> {
        let module = module(document, "module")?;
        let mut values = restored(&[tables::MONITOR, module.parameters], document, folder)?;
        values.set_module("module", module.name);
        Ok(values)
    }
}

impl Settable for GatewayParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, _: &Values) -> Option<ParameterError> {
        first(self.faults())
    }

    fn values_of(document: &Json, folder: &Path) -> Result<Values, ParameterError> {
        restored(&[tables::MAXSCALE], document, folder)
    }
}

/// The module that a document names.
fn module(document: &Json, parameter: &str) -> Result<&'static ModuleSpec, ParameterError> {
    let named = document
        .pointer("/parameters")
        .and_then(|all| all.get(parameter));
    let name = named.and_then(Json::as_str).unwrap_or_default();
    let mut modules = tables::MODULES.iter();
    let found = modules.find(|module| module.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| parameter_error(parameter, format!("there is no module '{name}'")))
}

fn restored(
    tables: &[&'static [ParameterSpec]],
    document: &Json,
    folder: &Path,
) -> Result<Values, ParameterError> {
    let mut values = Values::new(tables);
    let parameters = document.get("parameters").and_then(Json::as_object);
    for (name, value) in parameters.into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let set = values.set(name, &text, 0);
        set.map_err(|fault| parameter_error(name, fault.message))?;
    }
    Ok(values.with_paths_from(folder))
}

fn first(faults: Vec<(&'static str, Fault)>) -> Option<ParameterError> {
    let (parameter, fault) = faults.into_iter().next()?;
    let allowed = if fault.allowed.is_empty() {
        String::new()
    } else {
        format!(" (allowed: {})", fault.allowed)
    };
    let message = fault.message;
    let message = message
        .strip_prefix(&format!("{parameter}: "))
        .unwrap_or(&message);
    Some(parameter_error(parameter, format!("{message}{allowed}")))
}

impl<P: Settable> Object<P> {
    /// An object that no file has.
    ///
    /// # Errors
    /// What is wrong with its parameters together.
    pub fn at_run_time(name: &str, values: Values) -> Result<Self, ParameterError> {
        Self::made(Arc::from(name), Source::at_run_time(), values)
    }

    /// The same object with other parameters.
    ///
    /// # Errors
    /// What is wrong with them together.
    pub fn with(&self, values: Values) -> Result<Self, ParameterError> {
        Self::made(Arc::clone(&self.name), self.source.clone(), values)
    }

    fn made(name: Arc<str>, source: Source, values: Values) -> Result<Self, ParameterError> {
        let parameters = P::of_values(&values);
        match parameters.fault(&values) {
            Some(fault) => Err(fault),
            None => Ok(Self {
                name,
                parameters,
                source,
                values,
            }),
        }
    }
}

impl Values {
    /// The same with other servers.
    #[must_use]
    pub fn with_servers(mut self, servers: &[String]) -> Self {
        self.relate("targets", &[]);
        self.relate("servers", servers);
        self
    }

    /// The same with other servers, and services besides them.
    #[must_use]
    pub fn with_targets(mut self, servers: &[String], services: &[String]) -> Self {
        if services.is_empty() {
            return self.with_servers(servers);
        }
        self.relate("servers", &[]);
        self.relate("targets", &[servers, services].concat());
        self
    }

    /// The same with other filters.
    #[must_use]
    pub fn with_filters(mut self, filters: &[String]) -> Self {
        self.relate("filters", filters);
        self
    }

    /// The same with the servers of a monitor, or with none of one.
    #[must_use]
    pub fn with_cluster(mut self, monitor: Option<&str>) -> Self {
        let monitor: Vec<String> = monitor.map(str::to_owned).into_iter().collect();
        if !monitor.is_empty() {
            self = self.with_servers(&[]);
        }
        self.relate("cluster", &monitor);
        self
    }
}
