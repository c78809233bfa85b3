//! The names of all metrics (Prometheus), with what they mean.

/// What kind of number a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts by buckets.
    Histogram,
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// What it means.
    pub help: &'static str,
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    let kind = MetricKind::Counter;
    Metric { name, kind, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    let kind = MetricKind::Gauge;
    Metric { name, kind, help }
}

/// Always 1; its label is the version.
pub const BUILD: Metric = gauge("sluicegate_build_info", "The version that runs.");
/// When the gateway started.
pub const STARTED: Metric = gauge(
    "sluicegate_start_time_seconds",
    "When the gateway started, in seconds since 1970.",
);
/// Memory of the process.
pub const RESIDENT: Metric = gauge("process_resident_memory_bytes", "Memory of the process.");
/// Addresses of the process.
pub const VIRTUAL: Metric = gauge(
    "process_virtual_memory_bytes",
    "Addresses that the process uses.",
);
/// Sessions of a service.
pub const SESSIONS: Metric = gauge("sluicegate_service_sessions", "Sessions of a service.");
/// Sessions of a service since the start.
pub const SESSIONS_TOTAL: Metric = counter(
    "sluicegate_service_sessions_opened_total",
    "Sessions of a service since the start.",
);
/// Clients of a service that were refused.
pub const FAILED_LOGINS: Metric = counter(
    "sluicegate_service_failed_logins_total",
    "Connections to a service that did not become sessions.",
);
/// Statements of a service by how long they took.
pub const STATEMENTS: Metric = Metric {
    name: "sluicegate_service_statement_duration_seconds",
    kind: MetricKind::Histogram,
    help: "Statements of a service, from the first byte of the request to the last of its reply.",
};
/// Statements that were answered with an error.
pub const STATEMENT_ERRORS: Metric = counter(
    "sluicegate_service_statement_errors_total",
    "Replies of a service that were errors.",
);
/// Connections of sessions to a server.
pub const CONNECTIONS: Metric = gauge(
    "sluicegate_server_connections",
    "Connections of sessions to a server.",
);
/// Connections of sessions to a server since the start.
pub const CONNECTIONS_TOTAL: Metric = counter(
    "sluicegate_server_connections_opened_total",
    "Connections of sessions to a server since the start.",
);
/// Connections to a server that no session uses.
pub const POOL: Metric = gauge(
    "sluicegate_server_pooled_connections",
    "Connections to a server that no session uses.",
);
/// Connections that were used again.
pub const POOL_REUSED: Metric = counter(
    "sluicegate_server_reused_connections_total",
    "Connections to a server that a session got from another one.",
);
/// Sessions that found no connection to use again.
pub const POOL_EMPTY: Metric = counter(
    "sluicegate_server_pool_empty_total",
    "Times that a session found no connection in the pool.",
);
/// Log-ins that a server has refused.
pub const SERVER_FAILED_LOGINS: Metric = counter(
    "sluicegate_server_failed_logins_total",
    "Log-ins of sessions that a server has refused.",
);
/// Statements under way on a server.
pub const OPERATIONS: Metric = gauge(
    "sluicegate_server_active_operations",
    "Statements under way on a server.",
);
/// Requests sent to a server.
pub const PACKETS: Metric = counter(
    "sluicegate_server_routed_packets_total",
    "Packets of requests sent to a server.",
);
/// One for each state of a server: 1 when it is in it.
pub const SERVER_STATE: Metric = gauge(
    "sluicegate_server_state",
    "1 for each state that a server is in, else 0.",
);
/// How far a server is behind.
pub const LAG: Metric = gauge(
    "sluicegate_server_replication_lag_seconds",
    "How far a server is behind its primary.",
);
/// Rounds of a monitor.
pub const MONITOR_ROUNDS: Metric = counter(
    "sluicegate_monitor_rounds_total",
    "Rounds that a monitor has done.",
);
/// Whether a monitor runs.
pub const MONITOR_RUNNING: Metric = gauge("sluicegate_monitor_running", "1 when a monitor runs.");
/// Filter sessions that are open.
pub const FILTER_SESSIONS: Metric = gauge(
    "sluicegate_filter_sessions",
    "Sessions of filters that are open, those of pending chains included.",
);
/// Clients that a worker serves.
pub const WORKER_CLIENTS: Metric = gauge(
    "sluicegate_worker_clients",
    "Clients that a worker serves, those that log in included.",
);
/// Time of a worker on a processor.
pub const WORKER_CPU: Metric = counter(
    "sluicegate_worker_cpu_seconds_total",
    "Time that a worker was on a processor.",
);
/// Bytes that a worker has read.
pub const WORKER_READ: Metric = counter(
    "sluicegate_worker_read_bytes_total",
    "Bytes that a worker has read from clients and servers.",
);
/// Bytes that a worker has written.
pub const WORKER_WRITTEN: Metric = counter(
    "sluicegate_worker_written_bytes_total",
    "Bytes that a worker has written to clients and servers.",
);
/// Reads and writes of a worker that failed.
pub const WORKER_ERRORS: Metric = counter(
    "sluicegate_worker_io_errors_total",
    "Reads and writes of a worker that have failed.",
);
/// Connections of the API to run statements.
pub const SQL_CONNECTIONS: Metric = gauge(
    "sluicegate_sql_connections",
    "Connections of the API to run statements.",
);

/// All of them.
pub const ALL: &[Metric] = &[
    BUILD,
    STARTED,
    RESIDENT,
    VIRTUAL,
    SESSIONS,
    SESSIONS_TOTAL,
    FAILED_LOGINS,
    STATEMENTS,
    STATEMENT_ERRORS,
    CONNECTIONS,
    CONNECTIONS_TOTAL,
    POOL,
    POOL_REUSED,
    POOL_EMPTY,
    SERVER_FAILED_LOGINS,
    OPERATIONS,
    PACKETS,
    SERVER_STATE,
    LAG,
    MONITOR_ROUNDS,
    MONITOR_RUNNING,
    FILTER_SESSIONS,
    SQL_CONNECTIONS,
    WORKER_CLIENTS,
    WORKER_CPU,
    WORKER_READ,
    WORKER_WRITTEN,
    WORKER_ERRORS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_follow_the_rules_of_prometheus() {
        let mut seen = BTreeSet::new();
        for metric in ALL {
            let Metric { name, kind, help } = metric;
            assert!(seen.insert(name), "{name}: twice");
            assert!(help.ends_with('.'), "{name}");
            let is_total = name.ends_with("_total");
            assert_eq!(is_total, *kind == MetricKind::Counter, "{name}");
            // To OpenMetrics both would be one.
            let family = name.trim_end_matches("_total");
            let is_other = |other: &&Metric| other.name == family && other.name != *name;
            assert_eq!(ALL.iter().find(is_other), None, "{name}");
            let good = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(name.chars().all(good), "{name}");
        }
    }

    #[test]
    fn the_dashboard_shows_metrics_that_there_are() {
        let dashboard = include_str!("../../../docs/grafana/sluicegate.json");
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let words = dashboard.split(|c: char| !is_name(c));
        let used: BTreeSet<&str> = words
            .filter(|word| word.starts_with("sluicegate_") || word.starts_with("process_"))
            .map(|word| word.trim_end_matches("_bucket").trim_end_matches("_count"))
            .collect();
        let known: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
        assert!(used.len() > 10);
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), [&""; 0]);
    }
}
