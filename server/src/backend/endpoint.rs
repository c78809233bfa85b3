//! How a server is reached.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::error::{BackendError, Cause, Step, of};
use crate::config::ServerParameters;
use crate::net::{Address, PacketStream, Peer, Stream, proxy_protocol, tls};
use crate::servers::Server;

/// Everything needed to dial a server. Made once from its parameters, and cheap to clone.
#[derive(Clone)]
pub struct Endpoint {
    server: Arc<str>,
    parameters: Arc<ServerParameters>,
    address: Address,
    from: Option<IpAddr>,
    tls: Option<TlsTarget>,
    client: Option<SocketAddr>,
}

#[derive(Clone)]
pub(super) struct TlsTarget {
    pub(super) connector: TlsConnector,
    pub(super) name: ServerName<'static>,
}

impl Endpoint {
    /// How to reach `server` as it is configured now, from the address `from` of this host. Reads
    /// certificates, when it has any.
    pub fn of(server: &Server, from: Option<IpAddr>) -> Result<Self, BackendError> {
        Self::new(server.name(), &server.parameters(), from)
    }

    /// How to reach a server of that name and those parameters.
    pub fn new(
        server: &Arc<str>,
        parameters: &Arc<ServerParameters>,
        from: Option<IpAddr>,
    ) -> Result<Self, BackendError> {
        let address = match &parameters.socket {
            Some(path) => Address::Unix(path.clone()),
            None => Address::Tcp {
                host: parameters.address.clone(),
                port: parameters.port,
            },
        };
        let tls = if parameters.ssl.enabled {
            Some(TlsTarget::new(parameters).map_err(of(server, Step::Preparing))?)
        } else {
            None
        };
        Ok(Self {
            server: Arc::clone(server),
            parameters: Arc::clone(parameters),
            address,
            from,
            tls,
            client: None,
        })
    }

    /// The same for connections that are made for a client at that address: a server with
    /// `proxy_protocol` is told of it.
    #[must_use]
    pub fn on_behalf_of(mut self, client: Option<SocketAddr>) -> Self {
        self.client = client;
        self
    }

    /// The same by the server's second port, if it has one (`extra_port`).
    pub(super) fn by_extra_port(&self) -> Option<Self> {
        let extra = self.parameters.extra_port?;
        let Address::Tcp { host, .. } = &self.address else {
            return None;
        };
        let (host, port) = (host.clone(), extra);
        Some(Self {
            address: Address::Tcp { host, port },
            ..self.clone()
        })
    }

    /// The server's name in the configuration.
    pub fn server(&self) -> &Arc<str> {
        &self.server
    }

    /// The parameters that it was made of.
    pub fn parameters(&self) -> &Arc<ServerParameters> {
        &self.parameters
    }

    /// Where the server is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn tls(&self) -> Option<&TlsTarget> {
        self.tls.as_ref()
    }

    /// Connects, and sends the PROXY header if there is to be one.
    pub(super) async fn dial(&self) -> Result<PacketStream, Cause> {
        let socket = self.address.dial(self.from).await;
        let socket = socket.map_err(|error| Cause::Net(error.into()))?;
        let peer = match socket.peer() {
            Ok(Peer::Tcp(address)) => Some(address),
            _ => None,
        };
        let mut stream = PacketStream::new(Stream::Plain(socket));
        if self.parameters.proxy_protocol {
            let mut header = Vec::new();
            proxy_protocol::encode_v1(self.client, peer, &mut header);
            stream.write_raw(&header).await?;
        }
        Ok(stream)
    }
}

impl TlsTarget {
    fn new(parameters: &ServerParameters) -> Result<Self, Cause> {
        let wrong = |error: tls::TlsError| Cause::TlsParameters(error.to_string());
        Ok(Self {
            connector: tls::connector(&parameters.ssl).map_err(wrong)?,
            name: tls::server_name(&parameters.address).map_err(wrong)?,
        })
    }
}
