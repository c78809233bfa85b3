//! Texts of the dashboard.

use crate::format;

/// The page.
pub const TITLE: &str = "Dashboard";
/// A chart.
pub const SESSIONS: &str = "Sessions";
/// A chart.
pub const STATEMENTS: &str = "Statements/s";
/// A chart.
pub const LATENCY: &str = "Latency";
/// A chart.
pub const ERRORS: &str = "Errors/s";
/// A chart.
pub const TRAFFIC: &str = "Bytes/s";
/// A chart.
pub const WORKERS: &str = "Workers busy";
/// A line.
pub const READ: &str = "read";
/// A line.
pub const WRITTEN: &str = "written";
/// A line.
pub const MEAN: &str = "mean";
/// A line.
pub const BUSIEST: &str = "busiest";
/// What sessions are doing, in the order of the page.
pub const COUNTERS: [&str; 5] = [
    "Sessions",
    "Busy",
    "In a transaction",
    "With filters",
    "With a pending chain",
];
/// Section.
pub const SERVERS: &str = "Servers";
/// Section.
pub const SERVICES: &str = "Services";
/// Section.
pub const MAP: &str = "How it hangs together";
/// The version and the age of the gateway.
pub fn gateway(version: &str, uptime_s: u64) -> String {
    format!("Sluicegate {version} · up {}", format::age(uptime_s * 1000))
}

/// Before the present value of a chart.
pub const NOW: &str = "now";
/// Before the largest value of a chart.
pub const MAX: &str = "max";
/// Before the limit of a chart.
pub const LIMIT: &str = "limit";
/// A chart without points.
pub const COLLECTING: &str = "Collecting…";

/// How long ago.
pub fn ago(ms: u64) -> String {
    format!("{} ago", format::age(ms))
}

/// The state of a service, and the services that it leads to.
pub fn leads_to(state: &str, services: &[String]) -> String {
    format!("{state}, leads to {}", services.join(", "))
}
