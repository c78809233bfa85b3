//! What the workers tell of their sessions.

use std::sync::Arc;
use std::time::SystemTime;

/// A session as its worker saw it at one moment.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// The connection id that the client sees.
    pub id: u64,
    /// The user the client logged in as.
    pub user: String,
    /// The client's address, or `localhost` for a Unix socket.
    pub remote: String,
    /// The client's TCP port; 0 for a Unix socket.
    pub port: u16,
    /// The service's name.
    pub service: Arc<str>,
    /// The listener's name.
    pub listener: Arc<str>,
    /// What the session is doing.
    pub state: Activity,
    /// The default database.
    pub database: Option<String>,
    /// Whether a transaction is open.
    pub transaction: bool,
    /// When the client connected.
    pub connected: SystemTime,
    /// When the last byte came from the client or went to it.
    pub active: SystemTime,
    /// Statements since the start.
    pub statements: u64,
    /// Packets from the client and reply chunks to it.
    pub io_activity: u64,
    /// Bytes held in memory.
    pub memory_bytes: u64,
    /// The worker, from 0.
    pub thread: usize,
    /// Connections to servers.
    pub connections: Vec<ConnectionView>,
    /// The TLS cipher of the client's connection; empty without TLS.
    pub client_cipher: String,
    /// What the client's connector says of itself.
    pub attributes: Vec<(String, String)>,
}

/// What a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Waits for the client.
    Idle,
    /// A statement runs.
    Busy,
    /// Is about to end.
    Closing,
}

/// One connection of a session to a server.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// The server's name.
    pub server: Arc<str>,
    /// The id that the server gave.
    pub connection_id: u64,
    /// The TLS cipher; empty without TLS.
    pub cipher: String,
}

/// What changed between two looks.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// To be given as `since` the next time.
    pub upto: u64,
    /// New and changed sessions; all live ones when `complete` is false.
    pub changed: Vec<SessionView>,
    /// Sessions that ended, and why.
    pub ended: Vec<(u64, String)>,
    /// False when `since` was 0 or is too old: `changed` holds all live sessions.
    pub complete: bool,
}
