//! The gateway's own queries.

use std::sync::Arc;
use std::time::Duration;

use super::connection::{BackendLogin, connect};
use super::endpoint::Endpoint;
use super::error::{BackendError, Cause, Step, of};
use super::rows::{Rows, decode_column_count, decode_column_name, decode_row};
use crate::auth::BackendSecret;
use crate::config::Secret;
use crate::net::PacketStream;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::{EOF_HEADER, ERR_HEADER, ErrPacket, OK_HEADER};

/// The longest row taken.
const MESSAGE_MAX: usize = 64 * 1024 * 1024;

/// The most bytes of rows taken: a server's accounts are megabytes at most.
const RESULT_MAX: usize = 256 * 1024 * 1024;

/// utf8mb4_general_ci.
const COLLATION: u8 = 45;

/// Longer than an EOF packet can be, a packet with its header is a row.
const EOF_LEN_MAX: usize = 9;

const LOCAL_INFILE_HEADER: u8 = 0xfb;

/// No EOF is left out and no column definition, so that results have one form only.
const CAPABILITIES: Capabilities = Capabilities::LONG_FLAG
    .union(Capabilities::TRANSACTIONS)
    .union(Capabilities::CONNECT_ATTRS);

/// A connection that the gateway itself uses, for monitoring and to read accounts.
///
/// After an error that the server did not send it is of no further use.
#[derive(Debug)]
pub struct QueryConnection {
    stream: PacketStream,
    server: Arc<str>,
    timeout: Duration,
    write_timeout: Duration,
    version: String,
    capabilities: Capabilities,
    collation: u8,
    auth_plugin: String,
}

impl QueryConnection {
    /// Logs in, by the server's second port if it has one and there is room. `timeout` limits each
    /// of both attempts, and every later wait for the server.
    pub async fn connect(
        endpoint: &Endpoint,
        user: &str,
        password: &Secret,
        timeout: Duration,
    ) -> Result<Self, BackendError> {
        let login = BackendLogin {
            user: user.as_bytes().to_vec(),
            secret: BackendSecret::from_password(password.expose().as_bytes()),
            init_statements: Arc::default(),
            database: None,
            capabilities: CAPABILITIES,
            collation: COLLATION,
            max_packet_size: MESSAGE_MAX as u32,
            attributes: vec![(b"program_name".to_vec(), b"sluicegate".to_vec())],
        };
        if let Some(extra) = endpoint.by_extra_port() {
            match Self::log_in(&extra, &login, timeout).await {
                Err(error) if error.step == Step::Connecting || error.is_for_want_of_room() => {
                    tracing::debug!("extra_port: {error}");
                }
                connected => return connected,
            }
        }
        Self::log_in(endpoint, &login, timeout).await
    }

    /// Logs in as a client does, with the capabilities that this kind of connection has.
    pub async fn log_in(
        endpoint: &Endpoint,
        login: &BackendLogin,
        timeout: Duration,
    ) -> Result<Self, BackendError> {
        let login = BackendLogin {
            capabilities: CAPABILITIES,
            ..login.clone()
        };
        let connection = connect(endpoint, &login, timeout).await?;
        let mut stream = PacketStream::new(connection.stream);
        stream.read_ahead();
        Ok(Self {
            stream,
            server: Arc::clone(endpoint.server()),
            timeout,
            write_timeout: timeout,
            version: connection.server_version,
            capabilities: connection.server_capabilities,
            collation: connection.collation,
            auth_plugin: connection.auth_plugin,
        })
    }

    /// Limits every wait for the server from here on.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.set_timeouts(timeout, timeout);
    }

    /// Limits every wait for an answer, and every wait until a request is taken.
    pub fn set_timeouts(&mut self, read: Duration, write: Duration) {
        self.timeout = read;
        self.write_timeout = write;
    }

    /// The version in the server's greeting.
    pub fn server_version(&self) -> &str {
        &self.version
    }

    /// What the server can do.
    pub fn server_capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// The server's default collation, its low byte.
    pub fn server_collation(&self) -> u8 {
        self.collation
    }

    /// The authentication plugin that the server's greeting names.
    pub fn server_auth_plugin(&self) -> &str {
        &self.auth_plugin
    }

    /// Runs one statement. Its first result counts.
    pub async fn query(&mut self, sql: &str) -> Result<Rows, BackendError> {
        let result = self.try_query(sql).await;
        result.map_err(of(&self.server, Step::Querying))
    }

    /// Asks whether the server is there.
    pub async fn ping(&mut self) -> Result<(), BackendError> {
        let result = self.try_ping().await;
        result.map_err(of(&self.server, Step::Querying))
    }

    /// Says good-bye.
    pub async fn quit(mut self) {
        if let Err(cause) = self.send(Command::Quit, "").await {
            let name = &*self.server;
            tracing::debug!(
                object = name,
                "server '{name}' left without good-bye: {cause}"
            );
        }
    }

    async fn try_ping(&mut self) -> Result<(), Cause> {
        self.send(Command::Ping, "").await?;
        let reply = self.read().await?;
        if reply.first() == Some(&OK_HEADER) {
            return Ok(());
        }
        Err(Malformed::new("answer to COM_PING").into())
    }

    async fn try_query(&mut self, sql: &str) -> Result<Rows, Cause> {
        self.send(Command::Query, sql).await?;
        let first = self.read().await?;
        if matches!(first.first(), None | Some(&LOCAL_INFILE_HEADER)) {
            return Err(Malformed::new("answer to COM_QUERY").into());
        }
        if first.first() == Some(&OK_HEADER) {
            return Ok(Rows::default());
        }
        let mut rows = Rows::default();
        for _ in 0..decode_column_count(&first)? {
            rows.columns.push(decode_column_name(&self.read().await?)?);
        }
        if !is_eof(&self.read().await?) {
            return Err(Malformed::new("end of column definitions").into());
        }
        let mut size = 0;
        loop {
            let packet = self.read().await?;
            if is_eof(&packet) {
                return Ok(rows);
            }
            size += packet.len();
            if size > RESULT_MAX {
                return Err(Cause::ResultTooLarge { limit: RESULT_MAX });
            }
            rows.rows.push(decode_row(&packet, rows.columns.len())?);
        }
    }

    async fn send(&mut self, command: Command, argument: &str) -> Result<(), Cause> {
        self.stream.restart_sequence();
        let mut payload = Vec::with_capacity(1 + argument.len());
        payload.push(command as u8);
        payload.extend_from_slice(argument.as_bytes());
        let limit = self.write_timeout;
        let sent = tokio::time::timeout(limit, self.stream.write(&payload)).await;
        Ok(sent.map_err(|_| Cause::TimedOut(limit))??)
    }

    /// Reads a packet; the server's error is an error.
    async fn read(&mut self) -> Result<Vec<u8>, Cause> {
        let read = tokio::time::timeout(self.timeout, self.stream.read(MESSAGE_MAX)).await;
        let packet = read.map_err(|_| Cause::TimedOut(self.timeout))??;
        if packet.first() == Some(&ERR_HEADER) {
            return Err(Cause::Server(ErrPacket::decode(&packet)?));
        }
        Ok(packet)
    }
}

fn is_eof(packet: &[u8]) -> bool {
    packet.first() == Some(&EOF_HEADER) && packet.len() < EOF_LEN_MAX
}
