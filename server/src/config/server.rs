//! Parameters of a server.

use std::path::PathBuf;

use super::disk_limits::DiskLimits;
use super::error::Fault;
use super::secret::Secret;
use super::tables;
use super::tls::TlsParameters;
use super::values::Values;

/// A section of `type=server`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerParameters {
    /// Host name or IP address; empty when `socket` is given.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// A second TCP port, for the gateway's own queries.
    pub extra_port: Option<u16>,
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
    /// Connections that no session uses.
    pub pool: PoolParameters,
    /// What a monitor has to know of it.
    pub monitoring: ServerMonitoring,
}

/// Parameters of a server that only monitors use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerMonitoring {
    /// The user that watches this server, if not the monitor's.
    pub user: Option<String>,
    /// Its password, if not the monitor's.
    pub password: Option<Secret>,
    /// The address that the other servers replicate from.
    pub private_address: Option<String>,
    /// How full its disks may be, if not as full as the monitor says.
    pub disk_space_threshold: DiskLimits,
}

/// Which connections are kept that no session uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolParameters {
    /// `persistpoolmax`: how many, of all workers together.
    pub size_max: u64,
    /// `persistmaxtime`: how long.
    pub age_max_ms: u64,
}

impl PoolParameters {
    /// Whether any are kept: both parameters have to say so.
    pub fn is_on(self) -> bool {
        self.size_max > 0 && self.age_max_ms > 0
    }
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
    /// Those of a service that stands where servers do, as the target of another one.
    pub fn of_target(rank: Rank) -> Self {
        Self {
            rank,
            ..Self::of(&Values::new(&[tables::SERVER, tables::TLS]))
        }
    }

    pub(super) fn of(values: &Values) -> Self {
        Self {
            address: values.string("address"),
            port: values.port("port"),
            extra_port: Some(values.port("extra_port")).filter(|&port| port > 0),
            socket: values.path("socket"),
            ssl: TlsParameters::of(values),
            rank: Rank::of(values.text("rank")),
            priority: values.int("priority"),
            max_routing_connections: values.count("max_routing_connections"),
            proxy_protocol: values.flag("proxy_protocol"),
            pool: PoolParameters {
                size_max: values.count("persistpoolmax"),
                age_max_ms: values.millis("persistmaxtime"),
            },
            monitoring: ServerMonitoring {
                user: values.text("monitoruser").map(str::to_owned),
                password: Some(values.secret("monitorpw")).filter(|secret| !secret.is_empty()),
                private_address: values.text("private_address").map(str::to_owned),
                disk_space_threshold: values.disk_limits("disk_space_threshold"),
            },
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
