//! Parameters of the gateway itself: the section `[maxscale]`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::error::Fault;
use super::host_patterns::HostPatterns;
use super::syntax::Value;
use super::tls::TlsVersions;
use super::values::Values;

/// The section `[maxscale]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one field per documented switch"
)]
pub struct GatewayParameters {
    /// Number of workers.
    pub threads: usize,
    /// Where the API listens.
    pub admin_host: String,
    /// The API's port.
    pub admin_port: u16,
    /// Whether there is an API.
    pub admin_enabled: bool,
    /// Whether the console is served.
    pub admin_gui: bool,
    /// Whether tokens and the console need TLS. By default not on a loopback address.
    pub admin_secure_gui: bool,
    /// Whether failed log-ins to the API are logged.
    pub admin_log_auth_failures: bool,
    /// Whether basic accounts are not shown what is in statements.
    pub admin_hide_sql: bool,
    /// The API's private key.
    pub admin_ssl_key: Option<PathBuf>,
    /// The API's certificate chain.
    pub admin_ssl_cert: Option<PathBuf>,
    /// The API's TLS versions.
    pub admin_ssl_version: TlsVersions,
    /// How long tokens are good for at most.
    pub admin_jwt_max_age_ms: u64,
    /// From where the API may be read.
    pub admin_readonly_hosts: HostPatterns,
    /// From where the API may be read and written.
    pub admin_readwrite_hosts: HostPatterns,
    /// Folder of what must survive a restart.
    pub datadir: PathBuf,
    /// Log levels and files.
    pub log: LogParameters,
    /// How long connecting and reading may take when accounts are read.
    pub auth_connect_timeout_ms: u64,
    /// How often accounts are read anew; 0: when an unknown user appears.
    pub users_refresh_interval_ms: u64,
    /// How long to wait between two reads that unknown users cause.
    pub users_refresh_time_ms: u64,
    /// Whether clients' host names are not looked for.
    pub skip_name_resolve: bool,
    /// Statements kept per session.
    pub retain_last_statements: u64,
    /// Log entries kept per session.
    pub session_trace: u64,
    /// A session's entries are logged at its end when this matches one.
    pub session_trace_match: Option<String>,
}

/// What is logged and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one field per documented switch"
)]
pub struct LogParameters {
    /// Folder of the log file; `None`: there is none.
    pub logdir: Option<PathBuf>,
    /// `log_warning`.
    pub warning: bool,
    /// `log_notice`.
    pub notice: bool,
    /// `log_info`.
    pub info: bool,
    /// `log_debug`.
    pub debug: bool,
}

/// Whether only programs on this host reach `host`.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Patterns that were read without a fault.
fn hosts(values: &Values, name: &str) -> HostPatterns {
    let text = values.text(name).unwrap_or_default();
    HostPatterns::parse(text).unwrap_or_default()
}

impl GatewayParameters {
    /// Fills in the defaults that depend on other values or on where the file is.
    pub(super) fn settle(values: &mut Values, file: &Path) {
        let secure = !is_loopback(&values.string("admin_host"));
        values.set_effective("admin_secure_gui", Value::Bool(secure));
        let datadir = file.with_extension("data").display().to_string();
        values.set_effective("datadir", Value::Text(datadir));
    }

    pub(super) fn of(values: &Values) -> Self {
        let logdir = values.path("logdir").filter(|_| values.flag("maxlog"));
        Self {
            threads: usize::try_from(values.count("threads")).unwrap_or(1).max(1),
            admin_host: values.string("admin_host"),
            admin_port: values.port("admin_port"),
            admin_enabled: values.flag("admin_enabled"),
            admin_gui: values.flag("admin_gui"),
            admin_secure_gui: values.flag("admin_secure_gui"),
            admin_log_auth_failures: values.flag("admin_log_auth_failures"),
            admin_hide_sql: values.flag("admin_hide_sql"),
            admin_ssl_key: values.path("admin_ssl_key"),
            admin_ssl_cert: values.path("admin_ssl_cert"),
            admin_ssl_version: TlsVersions::of(values.list("admin_ssl_version")),
            admin_jwt_max_age_ms: values.millis("admin_jwt_max_age"),
            admin_readonly_hosts: hosts(values, "admin_readonly_hosts"),
            admin_readwrite_hosts: hosts(values, "admin_readwrite_hosts"),
            datadir: values.path("datadir").unwrap_or_default(),
            log: LogParameters {
                logdir,
                warning: values.flag("log_warning"),
                notice: values.flag("log_notice"),
                info: values.flag("log_info"),
                debug: values.flag("log_debug"),
            },
            auth_connect_timeout_ms: values.millis("auth_connect_timeout"),
            users_refresh_interval_ms: values.millis("users_refresh_interval"),
            users_refresh_time_ms: values.millis("users_refresh_time"),
            skip_name_resolve: values.flag("skip_name_resolve"),
            retain_last_statements: values.count("retain_last_statements"),
            session_trace: values.count("session_trace"),
            session_trace_match: values.text("session_trace_match").map(str::to_owned),
        }
    }

    /// What is wrong with them together.
    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if self.admin_ssl_key.is_some() != self.admin_ssl_cert.is_some() {
            let message = "admin_ssl_key and admin_ssl_cert are given together or not at all";
            faults.push(("admin_ssl_key", Fault::new(message, "")));
        }
        if !self.admin_ssl_version.any() {
            faults.push(("admin_ssl_version", TlsVersions::fault("admin_ssl_version")));
        }
        faults
    }
}
