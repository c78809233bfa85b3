//! Parameters of a listener.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::authentication::AuthenticationParameters;
use super::error::Fault;
use super::networks::Networks;
use super::tls::TlsParameters;
use super::values::Values;

/// A section of `type=listener`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerParameters {
    /// The service that clients get.
    pub service: Arc<str>,
    /// The protocol module.
    pub protocol: String,
    /// The IP address or host name to listen on; `::` is all, IPv4 too.
    pub address: String,
    /// The TCP port; 0 when `socket` is given.
    pub port: u16,
    /// The Unix socket.
    pub socket: Option<PathBuf>,
    /// TLS towards clients.
    pub ssl: TlsParameters,
    /// Networks whose PROXY headers are believed.
    pub proxy_protocol_networks: Networks,
    /// Whether clients may use the replication protocol.
    pub allow_replication: bool,
    /// How clients are authenticated.
    pub authentication: AuthenticationParameters,
    /// The file that maps clients' users to users of the servers.
    pub user_mapping_file: Option<PathBuf>,
    /// The file with statements that every new connection to a server runs.
    pub connection_init_sql_file: Option<PathBuf>,
    /// System variables that clients are told of when they log in; `auto`: the server's value.
    pub connection_metadata: Vec<(String, String)>,
}

/// `name=value`; what has no `=` has no value.
fn metadata(item: &str) -> (String, String) {
    let (name, value) = item.split_once('=').unwrap_or((item, ""));
    (name.trim().to_owned(), value.trim().to_owned())
}

/// Whether it can be the name of a host: that of an address has a letter.
fn is_host_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    text.chars().all(good) && text.contains(|c: char| c.is_ascii_alphabetic())
}

/// The address to listen on. `localhost` is looked up nowhere.
fn address(text: &str) -> String {
    let text = if text == "localhost" {
        "127.0.0.1"
    } else {
        text
    };
    text.to_owned()
}

impl ListenerParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            service: values.text("service").unwrap_or_default().into(),
            protocol: values.string("protocol"),
            address: address(values.text("address").unwrap_or_default()),
            port: values.port("port"),
            socket: values.path("socket"),
            ssl: TlsParameters::of_listener(values),
            proxy_protocol_networks: values.networks("proxy_protocol_networks"),
            allow_replication: values.flag("MariaDBProtocol.allow_replication"),
            authentication: AuthenticationParameters::of(values),
            user_mapping_file: values.path("user_mapping_file"),
            connection_init_sql_file: values.path("connection_init_sql_file"),
            connection_metadata: values
                .list("connection_metadata")
                .iter()
                .map(|item| metadata(item))
                .collect(),
        }
    }

    /// What is wrong with them together.
    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = self.ssl.faults(true);
        match (self.port, &self.socket) {
            (0, None) => {
                faults.push((
                    "port",
                    Fault::new("no port to listen on", "one of port, socket"),
                ));
            }
            (1.., Some(_)) => {
                let message = "both port and socket are given";
                faults.push(("socket", Fault::new(message, "one of them")));
            }
            _ => {}
        }
        if self.address.parse::<IpAddr>().is_err() && !is_host_name(&self.address) {
            let message = format!(
                "`{}` is neither an IP address nor a host name",
                self.address
            );
            faults.push((
                "address",
                Fault::new(message, "an IPv4 or IPv6 address, :: for all, a host name"),
            ));
        }
        faults
    }
}
