//! Parameters of a server.

use std::path::PathBuf;

use super::error::Fault;
use super::tls::TlsParameters;
use super::values::Values;

/// A section of `type=server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerParameters {
    /// Host name or IP address; empty when `socket` is given.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// Unix socket.
    pub socket: Option<PathBuf>,
    /// TLS towards the server.
    pub ssl: TlsParameters,
    /// Primary servers are used before secondary ones.
    pub rank: Rank,
    /// Which server becomes primary first.
    pub priority: i64,
    /// Most connections of sessions at a time; 0: no limit.
    pub max_routing_connections: u64,
    /// Whether a PROXY header goes first.
    pub proxy_protocol: bool,
}

/// The rank of a server. Lower is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Rank {
    /// Used as long as it can be.
    #[default]
    Primary,
    /// Used when no primary can be.
    Secondary,
}

impl Rank {
    pub(super) fn of(text: Option<&str>) -> Self {
        match text {
            Some("secondary") => Self::Secondary,
            _ => Self::Primary,
        }
    }
}

impl ServerParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            address: values.string("address"),
            port: values.port("port"),
            socket: values.path("socket"),
            ssl: TlsParameters::of(values),
            rank: Rank::of(values.text("rank")),
            priority: values.int("priority"),
            max_routing_connections: values.count("max_routing_connections"),
            proxy_protocol: values.flag("proxy_protocol"),
        }
    }

    /// What is wrong with them together.
    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = self.ssl.faults(false);
        match (self.address.is_empty(), &self.socket) {
            (true, None) => {
                faults.push(("type", Fault::new("no address", "one of address, socket")));
            }
            (false, Some(_)) => {
                let message = "both address and socket are given";
                faults.push(("socket", Fault::new(message, "one of them")));
            }
            _ => {}
        }
        faults
    }
}
