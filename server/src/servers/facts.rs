//! What a monitor has found out about a server.

/// Facts about a server; those of the last time it answered when it is down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerFacts {
    /// `@@version`, such as `10.11.6-MariaDB`; empty as long as it is not known.
    pub version: String,
    /// The capabilities of its handshake: the classic 32 bits, MariaDB's own above them.
    pub capabilities: u64,
    /// The default collation that its handshake names (its low byte).
    pub collation: u8,
    /// How far it is behind the server it replicates from; `None`: it does not replicate, or it
    /// cannot say.
    pub replication_lag_s: Option<u64>,
    /// `@@gtid_current_pos`.
    pub gtid_current_pos: Option<String>,
    /// `@@gtid_binlog_pos`.
    pub gtid_binlog_pos: Option<String>,
    /// `@@server_id`.
    pub server_id: Option<u64>,
    /// `@@read_only`.
    pub read_only: Option<bool>,
}
