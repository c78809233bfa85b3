//! Parameters of a service.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::Fault;
use super::secret::Secret;
use super::server::Rank;
use super::split::SplitParameters;
use super::values::Values;

/// A section of `type=service`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one field per documented switch"
)]
pub struct ServiceParameters {
    /// The router's module.
    pub router: String,
    /// Where its servers come from.
    pub targets: Targets,
    /// Its rank among the targets of a service that it is one of.
    pub rank: Rank,
    /// The filters of new sessions, in order.
    pub filters: Vec<Arc<str>>,
    /// User that reads the accounts.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// Roles of the servers to use (readconnroute).
    pub router_options: RouterOptions,
    /// Whether a primary may serve where only replicas are asked for (readconnroute).
    pub master_accept_reads: bool,
    /// Replicas must lag less; 0: any lag will do (readconnroute).
    pub max_replication_lag_ms: u64,
    /// What readwritesplit has of its own; its defaults when the router is another one.
    pub split: SplitParameters,
    /// Whether root may log in.
    pub enable_root_user: bool,
    /// Whether the host pattern `%` covers `localhost`.
    pub localhost_match_wildcard_host: bool,
    /// Whether failed log-ins are warnings.
    pub log_auth_warnings: bool,
    /// Most sessions at a time; 0: no limit.
    pub max_connections: u64,
    /// Sessions that are idle for so long are closed; 0: never.
    pub wait_timeout_ms: u64,
    /// How long a client may take nothing of what is sent; 0: no limit.
    pub net_write_timeout_ms: u64,
    /// The version that clients are told; `None`: the servers'.
    pub version_string: Option<String>,
    /// The session commands that are remembered.
    pub history: HistoryParameters,
    /// How often connections that are not used are pinged; 0: never.
    pub connection_keepalive_ms: u64,
    /// Whether that is also done while the client itself does nothing.
    pub force_connection_keepalive: bool,
    /// Statements kept per session; `None`: as `[maxscale]` says.
    pub retain_last_statements: Option<u64>,
    /// Whether accounts are read from all servers, not from one.
    pub auth_all_servers: bool,
    /// A file with further accounts.
    pub user_accounts_file: Option<PathBuf>,
    /// Whether that file alone counts, and servers are not asked.
    pub only_accounts_of_file: bool,
    /// Whether log entries are kept per session, whatever the gateway says.
    pub session_trace: bool,
    /// Log levels that this service's sessions have besides the global ones.
    pub log: ServiceLog,
}

/// How sessions remember the commands that changed them, for servers that are connected later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryParameters {
    /// Whether they are remembered at all (`disable_sescmd_history`).
    pub enabled: bool,
    /// Distinct commands, at most (`max_sescmd_history`); 0: no limit.
    pub len_max: u64,
    /// Whether the oldest go when there are more (`prune_sescmd_history`).
    pub prune: bool,
}

/// Where the servers of a service come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// `servers`, or `targets`, among which may be services: these, in order.
    Servers(Vec<Arc<str>>),
    /// `cluster`: those of this monitor.
    Cluster(Arc<str>),
}

bitflags::bitflags! {
    /// `router_options`: the roles of the servers to use.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RouterOptions: u8 {
        /// `master`.
        const PRIMARY = 1;
        /// `slave`.
        const REPLICA = 2;
        /// `running`.
        const RUNNING = 4;
        /// `synced`.
        const SYNCED = 8;
    }
}

/// Log levels switched on for one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch per documented level"
)]
pub struct ServiceLog {
    /// `log_warning`.
    pub warning: bool,
    /// `log_notice`.
    pub notice: bool,
    /// `log_info`.
    pub info: bool,
    /// `log_debug`.
    pub debug: bool,
}

impl RouterOptions {
    fn of(names: &[String]) -> Self {
        let flags = names.iter().map(|name| match name.as_str() {
            "master" => Self::PRIMARY,
            "slave" => Self::REPLICA,
            "synced" => Self::SYNCED,
            _ => Self::RUNNING,
        });
        let all = flags.fold(Self::empty(), Self::union);
        if all.is_empty() { Self::RUNNING } else { all }
    }
}

impl Targets {
    fn of(values: &Values) -> Self {
        if let Some(monitor) = values.text("cluster") {
            return Self::Cluster(monitor.into());
        }
        let servers = values.names("servers");
        Self::Servers(if servers.is_empty() {
            values.names("targets")
        } else {
            servers
        })
    }
}

impl ServiceParameters {
    pub(super) fn of(values: &Values) -> Self {
        let router = values.string("router");
        // Each of the two has parameters that the other one does not have.
        let (router_options, split) = if router == "readwritesplit" {
            (RouterOptions::RUNNING, SplitParameters::of(values))
        } else {
            let options = RouterOptions::of(values.list("router_options"));
            (options, SplitParameters::default())
        };
        Self {
            router,
            targets: Targets::of(values),
            rank: Rank::of(values.text("rank")),
            filters: values.names("filters"),
            user: values.string("user"),
            password: values.secret("password"),
            router_options,
            split,
            master_accept_reads: values.flag("master_accept_reads"),
            max_replication_lag_ms: values.millis("max_replication_lag"),
            enable_root_user: values.flag("enable_root_user"),
            localhost_match_wildcard_host: values.flag("localhost_match_wildcard_host"),
            log_auth_warnings: values.flag("log_auth_warnings"),
            max_connections: values.count("max_connections"),
            wait_timeout_ms: values.millis("wait_timeout"),
            net_write_timeout_ms: values.millis("net_write_timeout"),
            version_string: values.text("version_string").map(str::to_owned),
            history: HistoryParameters {
                enabled: !values.flag("disable_sescmd_history"),
                len_max: values.count("max_sescmd_history"),
                prune: values.flag("prune_sescmd_history"),
            },
            connection_keepalive_ms: values.millis("connection_keepalive"),
            force_connection_keepalive: values.flag("force_connection_keepalive"),
            retain_last_statements: u64::try_from(values.int("retain_last_statements")).ok(),
            auth_all_servers: values.flag("auth_all_servers"),
            user_accounts_file: values.path("user_accounts_file"),
            only_accounts_of_file: values.text("user_accounts_file_usage")
                == Some("file_only_always"),
            session_trace: values.flag("session_trace"),
            log: ServiceLog {
                warning: values.flag("log_warning"),
                notice: values.flag("log_notice"),
                info: values.flag("log_info"),
                debug: values.flag("log_debug"),
            },
        }
    }

    /// What is wrong with them together.
    pub(super) fn faults(values: &Values) -> Vec<(&'static str, Fault)> {
        let given = ["servers", "targets", "cluster"].map(|name| (name, values.line(name)));
        let given = given
            .into_iter()
            .filter_map(|(name, line)| line.map(|_| name));
        let excess = given.skip(1).map(|name| {
            let message = format!("{name} is given besides another source of servers");
            (
                name,
                Fault::new(message, "one of servers, targets, cluster"),
            )
        });
        excess.collect()
    }
}
