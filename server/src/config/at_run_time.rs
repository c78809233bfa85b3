//! Objects that are made or altered while the gateway runs.

use std::sync::Arc;

use super::configuration::{Object, Source};
use super::error::Fault;
use super::listener::ListenerParameters;
use super::monitor::MonitorParameters;
use super::server::ServerParameters;
use super::service::ServiceParameters;
use super::values::{ParameterError, Values, parameter_error};

/// Parameters that are made of [`Values`].
pub trait Settable: Sized {
    /// Makes them.
    fn of_values(values: &Values) -> Self;
    /// The first thing that is wrong with them together.
    fn fault(&self, values: &Values) -> Option<ParameterError>;
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
}

impl Settable for ServiceParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, values: &Values) -> Option<ParameterError> {
        first(Self::faults(values))
    }
}

impl Settable for ListenerParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, _: &Values) -> Option<ParameterError> {
        first(self.faults())
    }
}

impl Settable for MonitorParameters {
    fn of_values(values: &Values) -> Self {
        Self::of(values)
    }

    fn fault(&self, values: &Values) -> Option<ParameterError> {
        first(Self::faults(values))
    }
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
