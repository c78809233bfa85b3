//! A configuration that is free of faults.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::error::ConfigError;
use super::filter::FilterParameters;
use super::gateway::GatewayParameters;
use super::listener::ListenerParameters;
use super::monitor::MonitorParameters;
use super::server::ServerParameters;
use super::service::ServiceParameters;
use super::values::Values;

/// Everything that the files say, in their order.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The section `[maxscale]`, or its defaults.
    pub maxscale: Object<GatewayParameters>,
    /// `type=server`.
    pub servers: Vec<Object<ServerParameters>>,
    /// `type=service`.
    pub services: Vec<Object<ServiceParameters>>,
    /// `type=listener`.
    pub listeners: Vec<Object<ListenerParameters>>,
    /// `type=monitor`.
    pub monitors: Vec<Object<MonitorParameters>>,
    /// `type=filter`.
    pub filters: Vec<Object<FilterParameters>>,
    /// What is accepted but worth saying, one line each.
    pub warnings: Vec<String>,
}

/// A configured object.
#[derive(Debug, Clone)]
pub struct Object<P> {
    /// Its name: the section's.
    pub name: Arc<str>,
    /// What this program makes of its parameters.
    pub parameters: P,
    /// Where it comes from.
    pub source: Source,
    /// Its parameters as documented.
    pub values: Values,
}

impl<P> Object<P> {
    /// What is wrong with one of its parameters, with the line that gives it.
    pub fn error(&self, parameter: &str, message: String) -> ConfigError {
        ConfigError {
            file: self.source.file.clone(),
            line: self.values.line(parameter).unwrap_or(self.source.line),
            section: self.name.to_string(),
            message,
            allowed: String::new(),
        }
    }
}

/// Where an object comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file with its parameters: what errors name.
    pub file: PathBuf,
    /// The section's line, 0 when the file has no such section.
    pub line: usize,
    /// The configuration file that it is in; `None`: it was made at run time.
    pub origin: Option<PathBuf>,
}

impl Source {
    /// Of an object that no file has.
    pub fn at_run_time() -> Self {
        Self {
            file: PathBuf::new(),
            line: 0,
            origin: None,
        }
    }
}

impl<P> Object<P> {
    /// Every documented parameter with its value or default, as the API shows it.
    pub fn parameter_values(&self) -> Map<String, Json> {
        self.values.to_json()
    }
}
