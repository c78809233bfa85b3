//! One session, from the client's connection to its end.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::connect::{Connected, connect};
use super::entry::Entry;
use super::flow::{Flow, OwnRequest};
use super::link::Link;
use super::login::{Caller, LoggedIn, LoginError, log_in, send_error};
use super::record::{Identity, SessionRecord};
use super::relay::{Exit, Relay};
use super::view::ConnectionView;
use super::worker::Worker;
use super::{CloseReason, ClosedBy, During};
use crate::backend::{BackendConnection, BackendLogin};
use crate::net::{PacketStream, Peer, Socket, Stream};
use crate::servers::{ConnectionPermit, Server};
use crate::services::Admission;
use crate::wire::command::Command;
use crate::wire::packet::frame;
use crate::wire::reply::ErrPacket;

/// Bytes that a session holds besides its record and its buffers.
pub(super) const FOOTPRINT: usize = size_of::<Session>();
/// How long a client may take to read why its session ends.
const GOODBYE_WITHIN: Duration = Duration::from_millis(500);

/// A session that has begun.
pub(super) struct Session {
    pub caller: Caller,
    pub entry: Arc<Entry>,
    pub worker: Rc<Worker>,
    pub server: Arc<Server>,
    pub relay: Relay,
    /// How the session logs in to servers.
    pub login: BackendLogin,
    /// The scramble that the server gave last.
    pub scramble: [u8; 20],
    _permit: ConnectionPermit,
    _admission: Admission,
}

/// Serves a client from its connection to its end.
pub(super) async fn run(socket: Socket, peer: Peer, entry: Arc<Entry>, worker: Rc<Worker>) {
    let mut caller = Caller { id: worker.ids.next(), peer };
    // Boxed: what logging in needs is not kept by the session that follows.
    let begun = Box::pin(begin(&mut caller, socket, &entry, &worker)).await;
    let (client, backend, relay) = match begun {
        Ok(begun) => begun,
        Err(reason) => {
            entry.service.log_in_failed();
            tracing::info!(session = caller.id, "no session for {}: {reason}", caller.name());
            return;
        }
    };
    let mut session = Session {
        caller,
        entry,
        worker,
        server: backend.server,
        relay,
        login: client.login,
        scramble: backend.connection,
        _permit: backend.permit,
        _admission: client.admission,
    };
    let reason = session.live().await;
    Box::pin(session.say_goodbye(&reason)).await;
}
