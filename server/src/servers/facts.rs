//! What a monitor has found out about a server.

use std::sync::Arc;
use std::time::SystemTime;

/// Facts about a server; those of the last time it answered when it is down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerFacts {
    /// `@@version`, such as `10.11.6-MariaDB`; empty as long as it is not known.
    pub version: String,
    /// The capabilities of its handshake: the classic 32 bits, MariaDB's own above them.
    pub capabilities: u64,
    /// The default collation that its handshake names (its low byte).
    pub collation: u8,
    /// The authentication plugin that its handshake names.
    pub auth_plugin: String,
    /// How far it is behind the server it replicates from; `None`: it does not replicate, or it
    /// cannot say.
    pub replication_lag_s: Option<u64>,
    /// `@@gtid_current_pos`.
    pub gtid_current_pos: Option<String>,
    /// `@@gtid_binlog_pos`.
    pub gtid_binlog_pos: Option<String>,
    /// `@@gtid_domain_id`.
    pub gtid_domain_id: Option<u64>,
    /// `@@server_id`.
    pub server_id: Option<u64>,
    /// `@@read_only`.
    pub read_only: Option<bool>,
    /// Since when it runs, to the second.
    pub running_since: Option<SystemTime>,
    /// Its replication connections; `None` when it does not tell them to the monitor's user.
    pub links: Option<Vec<ReplicaLink>>,
    /// The number of the ring of servers that replicate from each other in which it is, if it is in
    /// one.
    pub group: Option<u64>,
}

/// A replication connection: the server replicates from another one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplicaLink {
    /// Its name; empty for the only one.
    pub name: String,
    /// The other server's address, in lower case, as this one knows it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The other server's id; `None` when it was never connected.
    pub server_id: Option<u64>,
    /// The other server, if the monitor watches it.
    pub server: Option<Arc<str>>,
    /// Whether events are received.
    pub receiving: Receiving,
    /// Whether what was received is applied.
    pub applying: bool,
    /// Seconds behind.
    pub lag_s: Option<u64>,
    /// The last event received.
    pub gtid_io_pos: String,
    /// `No`, `Slave_Pos`, `Current_Pos`.
    pub using_gtid: String,
    /// Why nothing is received.
    pub last_io_error: String,
    /// Why nothing is applied.
    pub last_sql_error: String,
}

/// State of the thread that receives events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Receiving {
    /// It receives.
    Yes,
    /// It tries to connect.
    Connecting,
    /// It has been stopped.
    #[default]
    No,
}

impl ReplicaLink {
    /// Whether it replicates, or would if the other server were there.
    pub fn is_active(&self) -> bool {
        self.applying && self.receiving != Receiving::No
    }

    /// Whether it replicates now.
    pub fn is_connected(&self) -> bool {
        self.applying && self.receiving == Receiving::Yes
    }
}

impl ServerFacts {
    /// How far the server is behind, by the worst of its connections that work.
    pub fn lag_s(&self) -> Option<u64> {
        let links = self.links.iter().flatten().filter(|link| link.is_active());
        links.filter_map(|link| link.lag_s).max()
    }
}
