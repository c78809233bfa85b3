//! The configuration file: read once into types before anything binds, every fault at once.
//!
//! [`load`] reads the file (and the files of the folder beside it), checks every section against
//! the tables of documented parameters and answers either a [`Configuration`] or everything that is
//! wrong with it, one [`ConfigError`] a line. [`load_over`] does the same with what was changed at run
//! time.

mod api;
mod at_run_time;
mod authentication;
mod check;
mod configuration;
mod disk_limits;
mod draft;
mod error;
mod export;
mod filter;
mod former;
mod gateway;
mod host_patterns;
mod include;
mod ini;
mod listener;
mod load;
mod module_names;
mod monitor;
mod networks;
mod overlay;
pub mod parameter;
mod script;
mod secret;
mod server;
mod service;
mod split;
mod suggest;
mod syntax;
pub mod tables;
mod tls;
mod values;

pub use api::{ApiAuditParameters, AuditFile, TokenParameters};
pub use at_run_time::Settable;
pub use authentication::{AuthenticationParameters, Authenticators, EdMode};
pub use check::audit_file as check_audit_file;
pub use configuration::{Configuration, Object, Source};
pub use disk_limits::DiskLimits;
pub use draft::is_object_name;
pub use error::ConfigError;
pub use export::{Passwords, export};
pub use filter::FilterParameters;
pub use gateway::{
    DialParameters, DumpStatements, GatewayParameters, LogParameters, LogThrottling,
    RetryParameters, SqlParameters,
};
pub use host_patterns::HostPatterns;
pub use listener::ListenerParameters;
pub use load::{load, load_over};
pub use module_names::canonical as module_name;
pub use monitor::{MonitorParameters, ReplicationParameters};
pub use networks::Networks;
pub use overlay::{Overlay, OverlaySection};
pub use script::ScriptCommand;
pub use secret::{REDACTED, Secret};
pub use server::{PoolParameters, Rank, ServerMonitoring, ServerParameters};
pub use service::{HistoryParameters, RouterOptions, ServiceLog, ServiceParameters, Targets};
pub use split::{PrimaryFailureMode, ReplicaSelection, SplitParameters, VariablesIn};
pub use tls::{TLS12_CIPHERS, TlsParameters, TlsVersions};
pub use values::{ParameterError, Values};
