//! Parameters of a monitor.

use std::sync::Arc;

use super::disk_limits::DiskLimits;
use super::error::Fault;
use super::script::ScriptCommand;
use super::secret::Secret;
use super::values::Values;

/// A section of `type=monitor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorParameters {
    /// The module.
    pub module: String,
    /// The servers it watches.
    pub servers: Vec<Arc<str>>,
    /// User that watches them.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// How often they are looked at.
    pub monitor_interval_ms: u64,
    /// How often a connection is tried in one round.
    pub backend_connect_attempts: u64,
    /// How long a server may take to connect.
    pub backend_connect_timeout_ms: u64,
    /// How long a server may take to answer.
    pub backend_read_timeout_ms: u64,
    /// How long a server may take to receive.
    pub backend_write_timeout_ms: u64,
    /// How often disks are looked at; 0: never.
    pub disk_space_check_interval_ms: u64,
    /// How full the disks of servers may be that don't say it themselves.
    pub disk_space_threshold: DiskLimits,
    /// What runs at an event.
    pub script: Option<ScriptCommand>,
    /// How long it may run.
    pub script_timeout_ms: u64,
    /// The events at which it runs: their names, or `all`.
    pub events: Vec<String>,
    /// What `mariadbmon` adds.
    pub replication: ReplicationParameters,
}

/// Parameters of the module `mariadbmon` that have to do with what it finds out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicationParameters {
    /// Whether the servers know each other by the addresses that are configured here.
    pub assume_unique_hostnames: bool,
    /// Rounds that a primary may be down before another one is looked for.
    pub failcount: u64,
    /// Whether a server whose disks are full is put out of use.
    pub maintenance_on_low_disk_space: bool,
    /// What a primary must be, besides being one.
    pub master_conditions: Vec<String>,
    /// What a replica must be, besides being one.
    pub slave_conditions: Vec<String>,
    /// The lag whose crossing runs the script.
    pub script_max_replication_lag_s: Option<u64>,
}

impl MonitorParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            module: values.string("module"),
            servers: values.names("servers"),
            user: values.string("user"),
            password: values.secret("password"),
            monitor_interval_ms: values.millis("monitor_interval"),
            backend_connect_attempts: values.count("backend_connect_attempts").max(1),
            backend_connect_timeout_ms: values.millis("backend_connect_timeout"),
            backend_read_timeout_ms: values.millis("backend_read_timeout"),
            backend_write_timeout_ms: values.millis("backend_write_timeout"),
            disk_space_check_interval_ms: values.millis("disk_space_check_interval"),
            disk_space_threshold: values.disk_limits("disk_space_threshold"),
            script: values
                .text("script")
                .and_then(|text| ScriptCommand::parse(text).ok()),
            script_timeout_ms: values.millis("script_timeout"),
            events: values.list("events").to_vec(),
            replication: ReplicationParameters::of(values),
        }
    }

    /// What is wrong with them.
    pub(super) fn faults(values: &Values) -> Vec<(&'static str, Fault)> {
        let script = values.text("script").and_then(|text| {
            ScriptCommand::parse(text).map_or_else(Some, |command| command.fault())
        });
        let limits = values.text("disk_space_threshold");
        let limits = limits.and_then(|text| DiskLimits::parse(text).err());
        let limits = limits.map(|fault| {
            let message = format!("disk_space_threshold: {}", fault.message);
            ("disk_space_threshold", Fault { message, ..fault })
        });
        limits
            .into_iter()
            .chain(script.map(|fault| ("script", fault)))
            .collect()
    }
}

impl ReplicationParameters {
    fn of(values: &Values) -> Self {
        let lag = u64::try_from(values.int("script_max_replication_lag"));
        Self {
            assume_unique_hostnames: values.flag("assume_unique_hostnames"),
            failcount: values.count("failcount"),
            maintenance_on_low_disk_space: values.flag("maintenance_on_low_disk_space"),
            master_conditions: values.list("master_conditions").to_vec(),
            slave_conditions: values.list("slave_conditions").to_vec(),
            script_max_replication_lag_s: lag.ok(),
        }
    }
}
