//! A connection that no session uses.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::AsyncWrite;

use crate::backend::change_user::{ChangedUser, UserChange};
use crate::backend::connection::BackendLogin;
use crate::backend::error::{BackendError, Cause, Step, of};
use crate::backend::login::{NEEDED, NOT_BUILT};
use crate::config::ServerParameters;
use crate::net::{PacketStream, Stream};
use crate::servers::{ConnectionPermit, Server};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::handshake::SCRAMBLE_LEN;
use crate::wire::packet::frame;

/// What a connection and the session that takes it have in common: what was settled when the
/// connection was made, and can't be changed on it.
#[derive(Debug, Clone)]
pub struct Kinship {
    /// The parameters of the server that the connection was made by.
    parameters: Arc<ServerParameters>,
    capabilities: Capabilities,
    max_packet_size: u32,
}

impl Kinship {
    /// Of connections that are made by these parameters of the server, for such log-ins.
    pub fn new(parameters: &Arc<ServerParameters>, login: &BackendLogin) -> Self {
        // Whether there is TLS is the server's parameter, and a database is chosen with the user.
        let apart = NOT_BUILT | Capabilities::SSL | Capabilities::CONNECT_WITH_DB;
        Self {
            parameters: Arc::clone(parameters),
            capabilities: (login.capabilities | NEEDED) - apart,
            max_packet_size: login.max_packet_size,
        }
    }

    /// Whether connections so made can be another session's at all.
    fn can_be_shared(&self) -> bool {
        // A server with `proxy_protocol` knows them by their client's address; those of interactive
        // clients get a `wait_timeout` of their own only where they are made.
        !self.parameters.proxy_protocol && !self.capabilities.contains(Capabilities::INTERACTIVE)
    }
}

impl PartialEq for Kinship {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.parameters, &other.parameters)
            && self.capabilities == other.capabilities
            && self.max_packet_size == other.max_packet_size
    }
}

/// A connection that no session uses, at the point where a command may be sent.
#[derive(Debug)]
pub struct Unused {
    /// The connection.
    pub stream: Stream,
    /// The place at the server that it takes.
    pub permit: ConnectionPermit,
    /// Its id at the server.
    pub connection_id: u32,
    /// What was agreed with the server.
    pub agreed: Capabilities,
    /// The server's last challenge.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// The version in the server's greeting.
    pub version: Arc<str>,
    /// Who may take it.
    pub kinship: Kinship,
}

/// A connection that is another session's now.
#[derive(Debug)]
pub struct Adopted {
    /// The connection; what it was before, but for the challenge.
    pub connection: Unused,
    /// What the server has said.
    pub changed: ChangedUser,
}

impl Unused {
    /// The server.
    pub fn server(&self) -> &Arc<Server> {
        self.permit.server()
    }

    pub(super) fn kinship(&self) -> &Kinship {
        &self.kinship
    }

    /// It belongs to no session, and is about to be reset.
    pub(super) fn reset_begins(&mut self) {
        self.permit.reset_begins();
    }

    /// It can be given to a session.
    pub(super) fn is_ready(&mut self) {
        self.permit.park();
    }

    /// Whether it could be given to a session of those that are made now.
    pub(super) fn may_be_kept(&self) -> bool {
        let server = self.server();
        let parameters = server.parameters();
        parameters.pool.is_on()
            && self.kinship.can_be_shared()
            && Arc::ptr_eq(&parameters, &self.kinship.parameters)
            && server.states().is_open()
            && !server.is_removed()
            && !self.permit.is_evicted()
            && !self.permit.is_shared()
    }

    /// Whether the server has said nothing, as one does that is about to close.
    pub(super) fn is_silent(&mut self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        self.stream
            .poll_read_into(&mut cx, &mut [0; 1])
            .is_pending()
    }

    /// Logs another session in, within `timeout`.
    pub async fn adopt(
        mut self,
        login: &BackendLogin,
        timeout: Duration,
    ) -> Result<Adopted, BackendError> {
        let name = Arc::clone(self.server().name());
        let failed = of(&name, Step::LoggingIn);
        let privacy = self.stream.privacy();
        let mut stream = PacketStream::new(self.stream);
        let change = UserChange::of(login);
        let changing = change.run(&mut stream, privacy, self.agreed, self.scramble);
        let changed = tokio::time::timeout(timeout, changing).await;
        let changed = changed.map_err(|_| failed(Cause::TimedOut(timeout)))?;
        let changed = changed.map_err(failed)?;
        self.stream = stream.into_stream();
        self.scramble = changed.scramble;
        self.permit.reuse();
        Ok(Adopted {
            connection: self,
            changed,
        })
    }

    /// Closes it, and tells the server as far as that can be done at once.
    pub fn close(mut self) {
        let mut goodbye = Vec::new();
        frame(&[Command::Quit as u8], &mut 0, &mut goodbye);
        let mut cx = Context::from_waker(Waker::noop());
        let stream = &mut self.stream;
        if let Poll::Ready(Ok(_)) = Pin::new(&mut *stream).poll_write(&mut cx, &goodbye) {
            // Whether it could be told makes no difference any more.
            let _ = Pin::new(stream).poll_flush(&mut cx);
        }
    }
}
