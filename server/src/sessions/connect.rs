//! The session's connection to a server.

use std::collections::HashSet;
use std::sync::Arc;

use super::ClosedBy;
use super::entry::Entry;
use super::login::{Caller, PASSED_ON};
use crate::backend::{self, BackendConnection, BackendError, BackendLogin};
use crate::servers::{ConnectionPermit, Server};
use crate::services::ServiceSnapshot;
use crate::wire::reply::ErrPacket;

/// A connection to a server, and the place there that it takes.
pub(super) struct Connected {
    pub server: Arc<Server>,
    pub permit: ConnectionPermit,
    pub connection: BackendConnection,
}

/// Why no server could be connected to, and what the client is told.
pub(super) struct NotConnected {
    pub by: ClosedBy,
    pub packet: ErrPacket,
}

/// Connects to the server that the router picks; when that fails for a reason of the server's own,
/// to the next best.
pub(super) async fn connect(
    entry: &Entry,
    service: &ServiceSnapshot,
    caller: &Caller,
    login: &BackendLogin,
) -> Result<Connected, NotConnected> {
    let mut tried: HashSet<Arc<str>> = HashSet::new();
    let mut last: Option<ErrPacket> = None;
    loop {
        let server = match service.choose(|server| !tried.contains(server.name())) {
            Ok(server) => server,
            Err(error) => {
                let packet = last.unwrap_or_else(|| no_server(&error.to_string()));
                return Err(NotConnected {
                    by: ClosedBy::Router(error.to_string()),
                    packet,
                });
            }
        };
        tried.insert(Arc::clone(server.name()));
        let permit = match server.open_connection() {
            Ok(permit) => permit,
            Err(full) => {
                last = Some(no_server(&full.to_string()));
                continue;
            }
        };
        let Some(endpoint) = service.endpoint(&server, caller.address()) else {
            continue;
        };
        match backend::connect(&endpoint, login, entry.connect_timeout).await {
            Ok(connection)
                if !connection
                    .capabilities
                    .contains(login.capabilities & PASSED_ON) =>
            {
                tracing::warn!(
                    session = caller.id,
                    "server '{}' can't do what the client was offered",
                    server.name()
                );
                last = Some(no_server("the server can't do what the client was offered"));
            }
            Ok(connection) => {
                return Ok(Connected {
                    server,
                    permit,
                    connection,
                });
            }
            Err(error) => {
                tracing::warn!(session = caller.id, "{error}");
                let packet = error.packet();
                if !error.another_server_may_help() {
                    return Err(NotConnected {
                        by: lost(&server, &error),
                        packet,
                    });
                }
                last = Some(packet);
            }
        }
    }
}

fn lost(server: &Server, error: &BackendError) -> ClosedBy {
    ClosedBy::Backend {
        server: Arc::clone(server.name()),
        cause: error.to_string(),
    }
}

fn no_server(why: &str) -> ErrPacket {
    ErrPacket::new(1429, b"HY000", format!("No server to connect to: {why}"))
}
