//! Statements of people, with all of their results.

use std::sync::Arc;
use std::time::Duration;

use super::connection::{BackendConnection, BackendLogin, connect, connect_over};
use super::endpoint::Endpoint;
use super::error::{BackendError, Cause, Step, of};
use super::rows::decode_column_count;
use crate::auth::BackendSecret;
use crate::config::Secret;
use crate::net::{PacketStream, Socket};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::{
    ColumnDefinition, EOF_HEADER, ERR_HEADER, EofPacket, ErrPacket, OK_HEADER, OkPacket, TextRow,
};
use crate::wire::status::StatusFlags;

/// What is kept at least of a packet: the whole of any that is no row.
const PACKET_MIN: usize = 64 * 1024;
/// Longer than an EOF packet can be, a packet with its header is a row.
const EOF_LEN_MAX: usize = 9;
const LOCAL_INFILE_HEADER: u8 = 0xfb;
/// utf8mb4_general_ci.
const COLLATION: u8 = 45;
/// No EOF is left out and no column definition, so that results have one form only; no files.
const CAPABILITIES: Capabilities = Capabilities::LONG_FLAG
    .union(Capabilities::TRANSACTIONS)
    .union(Capabilities::MULTI_STATEMENTS)
    .union(Capabilities::MULTI_RESULTS)
    .union(Capabilities::CONNECT_ATTRS);

/// Takes what a statement returns, as it comes.
pub trait Results: Send {
    /// A resultset begins.
    fn begin(&mut self, columns: Vec<ColumnDefinition>);
    /// The bytes that the next row may have; a longer one is not shown.
    fn room(&self) -> usize;
    /// Takes room for that many bytes of a row that comes, until the row is there; false: there is
    /// none, and it is not shown.
    fn reserve(&mut self, bytes: usize) -> bool;
    /// A row.
    fn row(&mut self, row: &TextRow<'_>);
    /// There was a row that is not shown.
    fn lost_row(&mut self);
    /// There are no more rows.
    fn end(&mut self);
    /// A statement without rows has succeeded.
    fn done(&mut self, ok: &OkPacket);
    /// A statement has failed, or its rows have come to an early end. Nothing comes after that.
    fn failed(&mut self, error: ErrPacket);
}

/// A connection on which somebody runs statements in text.
///
/// After an error it is of no further use: those that the server sends are results.
#[derive(Debug)]
pub struct StatementConnection {
    stream: PacketStream,
    name: Arc<str>,
    connection_id: u32,
    capabilities: Capabilities,
    status: StatusFlags,
}

impl StatementConnection {
    /// How somebody logs in.
    pub fn login(user: &str, password: &Secret, database: Option<&str>) -> BackendLogin {
        BackendLogin {
            user: user.as_bytes().to_vec(),
            secret: BackendSecret::from_password(password.expose().as_bytes()),
            init_statements: Arc::default(),
            database: database.map(|name| name.as_bytes().to_vec()),
            capabilities: CAPABILITIES,
            collation: COLLATION,
            max_packet_size: 1 << 30,
            attributes: vec![(b"program_name".to_vec(), b"sluicegate".to_vec())],
        }
    }

    /// Connects to a server and logs in, all of it within `timeout`.
    pub async fn connect(
        endpoint: &Endpoint,
        login: &BackendLogin,
        timeout: Duration,
    ) -> Result<Self, BackendError> {
        let connection = connect(endpoint, login, timeout).await?;
        Ok(Self::on(connection, endpoint.server()))
    }

    /// The same over a socket that leads to what is called `name`.
    pub async fn connect_over(
        socket: Socket,
        name: &Arc<str>,
        login: &BackendLogin,
        timeout: Duration,
    ) -> Result<Self, BackendError> {
        let connection = connect_over(socket, name, login, timeout).await?;
        Ok(Self::on(connection, name))
    }

    fn on(connection: BackendConnection, name: &Arc<str>) -> Self {
        let mut stream = PacketStream::new(connection.stream);
        stream.read_ahead();
        Self {
            stream,
            name: Arc::clone(name),
            connection_id: connection.connection_id,
            capabilities: connection.capabilities,
            status: connection.status,
        }
    }

    /// The id that the other end gave the connection; a KILL names it.
    pub fn connection_id(&self) -> u32 {
        self.connection_id
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.status.contains(StatusFlags::IN_TRANS)
    }

    /// Runs statements, and shows `results` what they return. Waits as long as that takes.
    pub async fn run(&mut self, sql: &str, results: &mut dyn Results) -> Result<(), BackendError> {
        let run = self.try_run(sql, results).await;
        run.map_err(of(&self.name, Step::Querying))
    }

    /// Says good-bye.
    pub async fn quit(mut self) {
        // One that is lost needs none.
        let _ = self.send(Command::Quit, "").await;
    }

    async fn try_run(&mut self, sql: &str, results: &mut dyn Results) -> Result<(), Cause> {
        self.send(Command::Query, sql).await?;
        loop {
            let (first, _) = self.stream.read_start(PACKET_MIN).await?;
            match first.first() {
                Some(&OK_HEADER) => {
                    let ok = OkPacket::decode(&first, self.capabilities)?;
                    self.status = ok.status;
                    results.done(&ok);
                }
                Some(&ERR_HEADER) => {
                    results.failed(ErrPacket::decode(&first)?);
                    return Ok(());
                }
                None | Some(&LOCAL_INFILE_HEADER) => {
                    return Err(Malformed::new("answer to COM_QUERY").into());
                }
                Some(_) => {
                    if !self.rows(decode_column_count(&first)?, results).await? {
                        return Ok(());
                    }
                }
            }
            if !self.status.contains(StatusFlags::MORE_RESULTS_EXISTS) {
                return Ok(());
            }
        }
    }

    /// Reads a resultset of so many columns. False: it has ended with an error.
    async fn rows(&mut self, columns: usize, results: &mut dyn Results) -> Result<bool, Cause> {
        let mut definitions = Vec::with_capacity(columns.min(64));
        for _ in 0..columns {
            let (packet, _) = self.stream.read_start(PACKET_MIN).await?;
            definitions.push(ColumnDefinition::decode(&packet, self.capabilities)?);
        }
        let (end, _) = self.stream.read_start(PACKET_MIN).await?;
        self.status = EofPacket::decode(&end)?.status;
        results.begin(definitions);
        loop {
            let room = results.room();
            let may_keep = |bytes| bytes <= PACKET_MIN || results.reserve(bytes);
            let reading = self.stream.read_start_if(room.max(PACKET_MIN), may_keep);
            let (packet, is_whole) = reading.await?;
            match packet.first() {
                Some(&EOF_HEADER) if packet.len() < EOF_LEN_MAX => {
                    self.status = EofPacket::decode(&packet)?.status;
                    results.end();
                    return Ok(true);
                }
                Some(&ERR_HEADER) => {
                    results.failed(ErrPacket::decode(&packet)?);
                    return Ok(false);
                }
                _ if is_whole && packet.len() <= room => {
                    results.row(&TextRow::decode(&packet, columns)?);
                }
                _ => results.lost_row(),
            }
        }
    }

    async fn send(&mut self, command: Command, argument: &str) -> Result<(), Cause> {
        self.stream.restart_sequence();
        let mut payload = Vec::with_capacity(1 + argument.len());
        payload.push(command as u8);
        payload.extend_from_slice(argument.as_bytes());
        Ok(self.stream.write(&payload).await?)
    }
}
