//! The `threads` resource: the workers.

use serde::{Deserialize, Serialize};

/// Attributes of one worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadAttributes {
    /// What it has counted.
    pub stats: ThreadStatistics,
}

/// What a worker has counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadStatistics {
    /// Connections of clients that it took.
    pub accepts: u64,
    /// Sockets that it has.
    pub current_descriptors: u64,
    /// Failed reads and writes.
    pub errors: u64,
    /// Connections that the other end closed.
    pub hangups: u64,
    /// Whether it takes connections of clients.
    pub listening: bool,
    /// How busy it was.
    pub load: ThreadLoad,
    /// The longest time in ms that a task waited for its turn.
    pub max_queue_time: u64,
    /// What it holds.
    pub memory: ThreadMemory,
    /// What it remembers of statements.
    pub query_classifier_cache: ThreadCache,
    /// Bytes read.
    pub read_bytes: u64,
    /// Reads.
    pub reads: u64,
    /// Sessions.
    pub sessions: u64,
    /// `Active`.
    pub state: String,
    /// Sockets that it had since the start.
    pub total_descriptors: u64,
    /// Writes.
    pub writes: u64,
    /// Bytes written.
    pub written_bytes: u64,
    /// Connections that wait to be freed: there are none.
    pub zombies: u64,
}

/// How busy a worker was, in percent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadLoad {
    /// In the last hour.
    pub last_hour: u64,
    /// In the last minute.
    pub last_minute: u64,
    /// In the last second.
    pub last_second: u64,
}

/// What a worker holds, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadMemory {
    /// Remembered statements.
    pub query_classifier: u64,
    /// Sessions.
    pub sessions: u64,
    /// All of it.
    pub total: u64,
    /// Connections that wait to be freed: there are none.
    pub zombies: u64,
}

/// What a worker remembers of statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadCache {
    /// Statements that made room.
    pub evictions: u64,
    /// Statements that were known.
    pub hits: u64,
    /// Statements that were put in.
    pub inserts: u64,
    /// Statements that were not known.
    pub misses: u64,
    /// Bytes.
    pub size: u64,
}
