//! How the gateway is doing: memory, and samples of what it does. Beyond the documented API.

use serde::{Deserialize, Serialize};

/// Attributes of the gateway's memory, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemoryAttributes {
    /// As the operating system counts it.
    pub process: ProcessMemory,
    /// Remembered statements.
    pub query_classifier: u64,
    /// Sessions.
    pub sessions: u64,
}

/// The memory of the process, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProcessMemory {
    /// In memory now.
    pub resident: u64,
    /// The most that was.
    pub resident_peak: u64,
    /// Swapped out.
    pub swapped: u64,
    /// Addresses in use.
    #[serde(rename = "virtual")]
    pub virtual_size: u64,
}

/// Attributes of the samples of the last hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SamplesAttributes {
    /// How long one is.
    pub interval_ms: u64,
    /// The samples, the oldest first.
    pub samples: Vec<Sample>,
}

/// What happened within a few seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    /// Its end, in milliseconds since 1970.
    pub at_ms: u64,
    /// Answers that were errors.
    pub errors_per_s: f64,
    /// How long statements took.
    pub latency_us: Latency,
    /// Bytes read from clients and servers.
    pub read_bytes_per_s: f64,
    /// Memory of the process at its end.
    pub resident_bytes: u64,
    /// Each server.
    pub servers: Vec<ServerSample>,
    /// Each service.
    pub services: Vec<ServiceSample>,
    /// Sessions at its end.
    pub sessions: u64,
    /// Statements that were answered.
    pub statements_per_s: f64,
    /// How busy each worker was, in percent.
    pub workers: Vec<u64>,
    /// Bytes written to clients and servers.
    pub written_bytes_per_s: f64,
}

/// How long statements took, in microseconds; `null` when there were none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Option<u64>,
    /// 95 of 100 took no longer.
    pub p95: Option<u64>,
    /// 99 of 100 took no longer.
    pub p99: Option<u64>,
}

/// A server within a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerSample {
    /// Statements under way at the end.
    pub active_operations: u64,
    /// Connections of sessions at the end.
    pub connections: u64,
    /// Its name.
    pub id: String,
    /// How far it is behind its primary.
    pub replication_lag_s: Option<u64>,
    /// Requests that were sent to it.
    pub requests_per_s: f64,
}

/// A service within a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceSample {
    /// Answers that were errors.
    pub errors_per_s: f64,
    /// Its name.
    pub id: String,
    /// How long statements took.
    pub latency_us: Latency,
    /// Sessions at the end.
    pub sessions: u64,
    /// Statements that were answered.
    pub statements_per_s: f64,
}
