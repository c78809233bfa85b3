//! What a session is known by.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::sessions::log_switches::LogSwitches;

/// Facts about a session that do not change while it lives.
#[derive(Debug)]
pub struct Identity {
    /// The session id: the connection id that the client was given.
    pub id: u64,
    /// The client's address: IP, or `localhost` for a Unix socket.
    pub remote: String,
    /// The client's TCP port; 0 for a Unix socket.
    pub port: u16,
    /// The service's name.
    pub service: Arc<str>,
    /// The listener's name.
    pub listener: Arc<str>,
    /// The worker that runs the session.
    pub thread: usize,
    /// When the client connected.
    pub connected: SystemTime,
    /// The same on the monotonic clock.
    pub connected_at: Instant,
    /// The TLS cipher of the client's connection.
    pub cipher: String,
    /// How long the session may be idle (the service's `wait_timeout`).
    pub idle_limit: Option<Duration>,
    /// Log levels that the service has on for its sessions.
    pub log: LogSwitches,
    /// How many of its last statements are kept.
    pub retain_statements: usize,
    /// How many lines of its log are kept; 0: only those that it logs for itself.
    pub trace_lines: usize,
    /// How long the client may take nothing of what is sent (`net_write_timeout`).
    pub write_limit: Option<Duration>,
    /// When connections that are not used are pinged (`connection_keepalive`).
    pub keep_alive: Option<Duration>,
    /// Whether that is also done while the client does nothing (`force_connection_keepalive`).
    pub keep_alive_always: bool,
}
