//! What is connected to.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::WorkbenchError;
use crate::auth::accounts::ClientTls;
use crate::backend::{BackendLogin, Endpoint, StatementConnection};
use crate::net::Peer;
use crate::sessions::{Entry, SessionDirectory};

/// Finds what connections go to.
pub trait Targets: Send + Sync {
    /// The server, service or listener of that name, as it is now.
    fn find(&self, name: &str) -> Result<Target, WorkbenchError>;
}

/// What a connection goes to.
#[derive(Clone)]
pub enum Target {
    /// A server, past all services.
    Server(Endpoint),
    /// A listener, through its door.
    Door(Arc<Entry>, SessionDirectory),
}

/// Who asked for a connection: through a door he comes as himself.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    /// From where.
    pub peer: Peer,
    /// How his own connection is protected.
    pub tls: ClientTls,
}

impl Target {
    /// Connects and logs in, all of it within `timeout`.
    pub(super) async fn connect(
        &self,
        login: &BackendLogin,
        visitor: Visitor,
        timeout: Duration,
    ) -> Result<StatementConnection, WorkbenchError> {
        let connected = match self {
            Self::Server(endpoint) => {
                let client = match visitor.peer {
                    Peer::Tcp(address) => Some(address),
                    Peer::Local => None,
                };
                let endpoint = endpoint.clone().on_behalf_of(client);
                StatementConnection::connect(&endpoint, login, timeout).await
            }
            Self::Door(entry, sessions) => {
                let begun = Instant::now();
                let visit = sessions.visit(entry, visitor.peer, visitor.tls);
                let late = |_| io::Error::from(io::ErrorKind::TimedOut);
                let visited = tokio::time::timeout(timeout, visit).await;
                let socket = visited.map_err(late)??;
                let rest = timeout.saturating_sub(begun.elapsed());
                StatementConnection::connect_over(socket, &entry.listener, login, rest).await
            }
        };
        connected.map_err(WorkbenchError::Connect)
    }
}
