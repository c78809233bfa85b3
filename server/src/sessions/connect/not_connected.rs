//! Why a session gets no connection.

use std::sync::Arc;

use crate::backend::BackendError;
use crate::routers::RouteError;
use crate::servers::Server;
use crate::sessions::ClosedBy;
use crate::wire::reply::ErrPacket;

/// Why no server could be connected to, and what the client is told.
pub(in crate::sessions) struct NotConnected {
    pub by: ClosedBy,
    pub packet: ErrPacket,
    /// Whether it may go better with another server.
    pub another_may_help: bool,
    /// Whether it was for want of a place at the server.
    pub is_full: bool,
}

impl NotConnected {
    /// Whether the database that was asked for is not there.
    pub(super) fn wants_database(&self) -> bool {
        self.packet.code == ErrPacket::UNKNOWN_DATABASE
    }
}

pub(super) fn failed(server: &Server, error: &BackendError) -> NotConnected {
    NotConnected {
        by: ClosedBy::Backend {
            server: Arc::clone(server.name()),
            cause: error.to_string(),
        },
        packet: error.packet(),
        another_may_help: error.another_server_may_help(),
        is_full: error.is_for_want_of_room(),
    }
}

/// A server can't be used, for a reason of its own.
pub(super) fn own_fault(server: &Server, why: &str) -> NotConnected {
    let packet = not_usable(why);
    NotConnected {
        by: ClosedBy::Backend {
            server: Arc::clone(server.name()),
            cause: String::from_utf8_lossy(&packet.message).into_owned(),
        },
        packet,
        another_may_help: true,
        is_full: false,
    }
}

/// There is no server; `last` is what the last one that was tried has said.
pub(super) fn no_server(error: RouteError, last: Option<ErrPacket>) -> NotConnected {
    NotConnected {
        packet: last.unwrap_or_else(|| not_usable(&error.to_string())),
        by: ClosedBy::Router(error),
        another_may_help: false,
        is_full: false,
    }
}

fn not_usable(why: &str) -> ErrPacket {
    ErrPacket::new(1429, b"HY000", format!("No server to connect to: {why}"))
}
