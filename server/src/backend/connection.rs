//! A connection to a server with a user logged in.

use std::sync::Arc;
use std::time::Duration;

use super::endpoint::Endpoint;
use super::error::{BackendError, Cause, Step, of};
use super::init::InitStatements;
use super::login;
use crate::auth::BackendSecret;
use crate::net::{PacketStream, Socket, Stream};
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{Attributes, SCRAMBLE_LEN};
use crate::wire::status::StatusFlags;

/// Who is to be logged in to a server, and how.
#[derive(Debug, Clone)]
pub struct BackendLogin {
    /// User name.
    pub user: Vec<u8>,
    /// What proves the password.
    pub secret: BackendSecret,
    /// Statements that are run behind the log-in.
    pub init_statements: InitStatements,
    /// Database to start in.
    pub database: Option<Vec<u8>>,
    /// What is wanted; what the server has not got is left out. TLS and compression are not wanted
    /// here: the first is the server's parameter, the second is not built.
    pub capabilities: Capabilities,
    /// Collation of the connection, its low byte.
    pub collation: u8,
    /// The largest packet the client takes.
    pub max_packet_size: u32,
    /// Connection attributes; sent when CONNECT_ATTRS is wanted and the server knows it.
    pub attributes: Attributes,
}

/// A logged-in connection, at the point where the first command may be sent.
#[derive(Debug)]
pub struct BackendConnection {
    /// The connection; nothing was read past the server's OK packet.
    pub stream: Stream,
    /// The connection's id at the server.
    pub connection_id: u32,
    /// The version in the server's greeting, such as `5.5.5-10.11.6-MariaDB`.
    pub server_version: String,
    /// What the server can do.
    pub server_capabilities: Capabilities,
    /// What was agreed on: the wanted capabilities that the server has, and those that the log-in
    /// itself needed.
    pub capabilities: Capabilities,
    /// The server's default collation, its low byte.
    pub collation: u8,
    /// The authentication plugin that the server's greeting names.
    pub auth_plugin: String,
    /// The server's last challenge; COM_CHANGE_USER is answered by it.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// The payload of the OK packet that ended the log-in.
    pub ok: Vec<u8>,
    /// The session's status behind the log-in and the first statements.
    pub status: StatusFlags,
}

/// Connects to a server and logs in, all of it within `timeout`.
pub async fn connect(
    endpoint: &Endpoint,
    login: &BackendLogin,
    timeout: Duration,
) -> Result<BackendConnection, BackendError> {
    let mut step = Step::Connecting;
    match tokio::time::timeout(timeout, login::log_in(endpoint, login, &mut step)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(cause)) => Err(of(endpoint.server(), step)(cause)),
        Err(_) => Err(of(endpoint.server(), step)(Cause::TimedOut(timeout))),
    }
}

/// Logs in on a connection that is there already, to what is called `name`, within `timeout`.
pub async fn connect_over(
    socket: Socket,
    name: &Arc<str>,
    login: &BackendLogin,
    timeout: Duration,
) -> Result<BackendConnection, BackendError> {
    let mut step = Step::Greeting;
    let stream = PacketStream::new(Stream::Plain(socket));
    let logged_in = login::log_in_on(stream, None, login, &mut step);
    match tokio::time::timeout(timeout, logged_in).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(cause)) => Err(of(name, step)(cause)),
        Err(_) => Err(of(name, step)(Cause::TimedOut(timeout))),
    }
}
