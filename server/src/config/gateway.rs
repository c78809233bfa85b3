//! Parameters of the gateway itself: the section `[maxscale]`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::api::{ApiAuditParameters, TokenParameters};
use super::error::Fault;
use super::host_patterns::HostPatterns;
use super::syntax::Value;
use super::tls::TlsVersions;
use super::values::{ParameterError, Values, parameter_error};

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
    /// The authorities of the API's clients.
    pub admin_ssl_ca: Option<PathBuf>,
    /// The API's TLS versions.
    pub admin_ssl_version: TlsVersions,
    /// Whether the API asks who is there.
    pub admin_auth: bool,
    /// What is written of requests.
    pub admin_audit: ApiAuditParameters,
    /// How tokens are signed.
    pub admin_jwt: TokenParameters,
    /// How long tokens are good for at most.
    pub admin_jwt_max_age_ms: u64,
    /// How the API runs statements.
    pub admin_sql: SqlParameters,
    /// From where the API may be read.
    pub admin_readonly_hosts: HostPatterns,
    /// From where the API may be read and written.
    pub admin_readwrite_hosts: HostPatterns,
    /// Folder of what must survive a restart.
    pub datadir: PathBuf,
    /// Folder that relative paths of other sections are meant from.
    pub module_configdir: PathBuf,
    /// Log levels and files.
    pub log: LogParameters,
    /// How long connecting and reading may take when accounts are read.
    pub auth_connect_timeout_ms: u64,
    /// The address of this host that servers are connected from.
    pub local_address: Option<String>,
    /// How often the gateway's own queries are tried again.
    pub query_retries: RetryParameters,
    /// Failed log-ins after which a host is blocked for a while; 0: none is.
    pub auth_errors_max: u64,
    /// Whether log-ins of superusers are logged as warnings.
    pub log_warn_super_user: bool,
    /// How often accounts are read anew; 0: when an unknown user appears.
    pub users_refresh_interval_ms: u64,
    /// How long to wait between two reads that unknown users cause; `None`: they cause none.
    pub users_refresh_time_ms: Option<u64>,
    /// Whether clients' host names are not looked for.
    pub skip_name_resolve: bool,
    /// Statements kept per session.
    pub retain_last_statements: u64,
    /// Log entries kept per session.
    pub session_trace: u64,
    /// A session's entries are logged at its end when this matches one.
    pub session_trace_match: Option<String>,
    /// When a session's last statements are logged.
    pub dump_last_statements: DumpStatements,
    /// Bytes for classified statements, of all workers together.
    pub query_classifier_cache_size: u64,
    /// Whether a crash leaves a core file.
    pub core_file: bool,
    /// Whether changes that were made at run time count after a restart.
    pub load_persisted_configs: bool,
    /// Whether changes are written so that they can.
    pub persist_runtime_changes: bool,
    /// Whether servers are only watched: no scripts are run.
    pub passive: bool,
}

/// How the API runs statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlParameters {
    /// Whether it does.
    pub enabled: bool,
    /// How long a connection may be idle; 0: no limit but its token's.
    pub idle_timeout_ms: u64,
    /// How long a statement may run; 0: no limit but its connection's.
    pub query_timeout_ms: u64,
}

impl Default for SqlParameters {
    fn default() -> Self {
        Self {
            enabled: true,
            idle_timeout_ms: 60 * 60 * 1000,
            query_timeout_ms: 0,
        }
    }
}

/// When a session's last statements are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DumpStatements {
    /// At no time.
    #[default]
    Never,
    /// When the session ends as none should.
    OnError,
    /// When the session ends.
    OnClose,
}

/// How the gateway connects to servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DialParameters {
    /// The address of this host to connect from.
    pub from: Option<IpAddr>,
    /// What becomes of its own queries that are interrupted.
    pub retries: RetryParameters,
}

/// What becomes of the gateway's own queries that are interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RetryParameters {
    /// `query_retries`: how often they are tried again.
    pub count: u64,
    /// `query_retry_timeout`: within what time.
    pub within_ms: u64,
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
    /// Whether that file is written.
    pub maxlog: bool,
    /// `log_warning`.
    pub warning: bool,
    /// `log_notice`.
    pub notice: bool,
    /// `log_info`.
    pub info: bool,
    /// `log_debug`.
    pub debug: bool,
    /// How often one error or warning is logged.
    pub throttling: LogThrottling,
}

/// `log_throttling`: so many of the same in that time, then none for a while. A 0 among them: no
/// limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogThrottling {
    /// How many.
    pub count: u64,
    /// In which time.
    pub window_ms: u64,
    /// For how long none.
    pub suppress_ms: u64,
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
        let folder = file.with_extension("modules.d").display().to_string();
        values.set_effective("module_configdir", Value::Text(folder));
        ApiAuditParameters::settle(values);
    }

    pub(super) fn of(values: &Values) -> Self {
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
            admin_ssl_ca: values.path("admin_ssl_ca"),
            admin_ssl_version: TlsVersions::of(values.list("admin_ssl_version")),
            admin_auth: values.flag("admin_auth"),
            admin_audit: ApiAuditParameters::of(values),
            admin_jwt: TokenParameters::of(values),
            admin_jwt_max_age_ms: values.millis("admin_jwt_max_age"),
            admin_sql: SqlParameters {
                enabled: values.flag("admin_sql"),
                idle_timeout_ms: values.millis("admin_sql_idle_timeout"),
                query_timeout_ms: values.millis("admin_sql_query_timeout"),
            },
            admin_readonly_hosts: hosts(values, "admin_readonly_hosts"),
            admin_readwrite_hosts: hosts(values, "admin_readwrite_hosts"),
            datadir: values.path("datadir").unwrap_or_default(),
            module_configdir: values.path("module_configdir").unwrap_or_default(),
            log: LogParameters {
                logdir: values.path("logdir"),
                maxlog: values.flag("maxlog"),
                warning: values.flag("log_warning"),
                notice: values.flag("log_notice"),
                info: values.flag("log_info"),
                debug: values.flag("log_debug"),
                throttling: values.throttling("log_throttling"),
            },
            auth_connect_timeout_ms: values.millis("auth_connect_timeout"),
            local_address: values.text("local_address").map(str::to_owned),
            query_retries: RetryParameters {
                count: u64::try_from(values.int("query_retries")).unwrap_or_default(),
                within_ms: values.millis("query_retry_timeout"),
            },
            auth_errors_max: u64::try_from(values.int("max_auth_errors_until_block"))
                .unwrap_or_default(),
            log_warn_super_user: values.flag("log_warn_super_user"),
            users_refresh_interval_ms: values.millis("users_refresh_interval"),
            users_refresh_time_ms: u64::try_from(values.signed_millis("users_refresh_time")).ok(),
            skip_name_resolve: values.flag("skip_name_resolve"),
            retain_last_statements: values.count("retain_last_statements"),
            session_trace: values.count("session_trace"),
            session_trace_match: values.text("session_trace_match").map(str::to_owned),
            dump_last_statements: match values.text("dump_last_statements") {
                Some("on_close") => DumpStatements::OnClose,
                Some("on_error") => DumpStatements::OnError,
                _ => DumpStatements::Never,
            },
            query_classifier_cache_size: values.count("query_classifier_cache_size"),
            core_file: values.flag("core_file"),
            load_persisted_configs: values.flag("load_persisted_configs"),
            persist_runtime_changes: values.flag("persist_runtime_changes"),
            passive: values.flag("passive"),
        }
    }

    /// How the gateway connects to servers.
    pub fn dialling(&self) -> DialParameters {
        let from = self.local_address.as_ref();
        DialParameters {
            from: from.and_then(|address| address.parse().ok()),
            retries: self.query_retries,
        }
    }

    /// Looks whether requests can be written where `admin_audit_file` says.
    ///
    /// # Errors
    /// Why they can't.
    pub fn check_audit_file(&self) -> Result<(), ParameterError> {
        match self.admin_audit.fault() {
            Some(fault) => Err(parameter_error("admin_audit_file", fault.message)),
            None => Ok(()),
        }
    }

    /// What is wrong with them together.
    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if self.local_address.is_some() && self.dialling().from.is_none() {
            faults.push((
                "local_address",
                Fault::new("local_address is no IP address", "an IP address"),
            ));
        }
        if self.admin_ssl_key.is_some() != self.admin_ssl_cert.is_some() {
            let message = "admin_ssl_key and admin_ssl_cert are given together or not at all";
            faults.push(("admin_ssl_key", Fault::new(message, "")));
        }
        if self.admin_ssl_ca.is_some() && self.admin_ssl_cert.is_none() {
            let message = "admin_ssl_ca needs admin_ssl_key and admin_ssl_cert";
            faults.push(("admin_ssl_ca", Fault::new(message, "")));
        }
        if !self.admin_auth && !is_loopback(&self.admin_host) {
            let message =
                "admin_auth can only be off when admin_host is an address of this machine";
            faults.push((
                "admin_auth",
                Fault::new(message, "127.0.0.1, ::1, localhost"),
            ));
        }
        faults.extend(self.admin_jwt.fault(self.admin_ssl_key.is_some()));
        if !self.admin_ssl_version.any() {
            faults.push(("admin_ssl_version", TlsVersions::fault("admin_ssl_version")));
        }
        faults
    }
}
