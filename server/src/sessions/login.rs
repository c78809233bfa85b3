//! A client logs in: handshake, TLS, authentication.

use std::net::SocketAddr;
use std::sync::Arc;

use rand::RngCore;
use tokio::io::{AsyncRead, AsyncWrite};

use super::entry::Entry;
use super::{CloseReason, ClosedBy, During};
use crate::auth::accounts::{Login, LoginAttempt, Remote};
use crate::auth::{AuthError, PLUGIN_NATIVE};
use crate::net::{NetError, PacketStream, Peer};
use crate::services::Service;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{
    AuthSwitchRequest, HandshakeResponse, InitialHandshake, SCRAMBLE_LEN, SslRequest,
    is_ssl_request,
};
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;

/// The longest handshake response: 64 KiB of attributes, names, and room.
const RESPONSE_MAX: usize = 128 * 1024;

/// What the gateway itself has to do with, and therefore offers whatever the servers say.
const OWN_CAPABILITIES: Capabilities = Capabilities::CONNECT_WITH_DB
    .union(Capabilities::PROTOCOL_41)
    .union(Capabilities::SECURE_CONNECTION)
    .union(Capabilities::PLUGIN_AUTH)
    .union(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA)
    .union(Capabilities::CONNECT_ATTRS);

/// What goes through between client and server, when the server can do it.
const PASSED_ON: Capabilities = Capabilities::MYSQL
    .union(Capabilities::FOUND_ROWS)
    .union(Capabilities::LONG_FLAG)
    .union(Capabilities::NO_SCHEMA)
    .union(Capabilities::ODBC)
    .union(Capabilities::LOCAL_FILES)
    .union(Capabilities::IGNORE_SPACE)
    .union(Capabilities::INTERACTIVE)
    .union(Capabilities::IGNORE_SIGPIPE)
    .union(Capabilities::TRANSACTIONS)
    .union(Capabilities::RESERVED)
    .union(Capabilities::MULTI_STATEMENTS)
    .union(Capabilities::MULTI_RESULTS)
    .union(Capabilities::PS_MULTI_RESULTS)
    .union(Capabilities::CAN_HANDLE_EXPIRED_PASSWORDS)
    .union(Capabilities::SESSION_TRACK)
    .union(Capabilities::DEPRECATE_EOF)
    .union(Capabilities::PROGRESS)
    .union(Capabilities::STMT_BULK_OPERATIONS)
    .union(Capabilities::EXTENDED_METADATA)
    .union(Capabilities::CACHE_METADATA);

/// A client that has shown who it is.
pub(super) struct LoggedIn {
    /// Its connection; the OK packet is still to be sent.
    pub stream: PacketStream,
    /// What it said.
    pub response: HandshakeResponse,
    /// What the accounts say of it.
    pub login: Login,
}

/// Why a log-in failed. The client has been told, as far as it could be.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoginError {
    /// The connection broke.
    #[error("{0}")]
    Net(#[from] NetError),
    /// The client does not speak the protocol.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// The client may not come in.
    #[error("{0}")]
    Refused(String),
}

impl LoginError {
    /// The reason for the session's end.
    pub fn reason(&self) -> CloseReason {
        let by = match self {
            Self::Net(error) => ClosedBy::Client(error.to_string()),
            Self::Malformed(error) => ClosedBy::Protocol(error.to_string()),
            Self::Refused(why) => ClosedBy::Client(why.clone()),
        };
        CloseReason { by, during: During::Login }
    }
}

/// Who wants in: what is known before the client says anything.
pub(super) struct Caller {
    /// The session id.
    pub id: u32,
    /// Where it calls from.
    pub peer: Peer,
}

impl Caller {
    /// The address of a TCP client.
    pub fn address(&self) -> Option<SocketAddr> {
        match self.peer {
            Peer::Tcp(address) => Some(address),
            Peer::Local => None,
        }
    }

    /// The address in words: IP, or `localhost` for a Unix socket.
    pub fn host(&self) -> String {
        match self.peer {
            Peer::Tcp(address) => address.ip().to_canonical().to_string(),
            Peer::Local => "localhost".to_owned(),
        }
    }

    /// The address as accounts' host patterns see it.
    pub fn remote(&self) -> Remote {
        match self.peer {
            Peer::Tcp(address) => Remote::Ip(address.ip().to_canonical()),
            Peer::Local => Remote::Local,
        }
    }
}

/// Lets a client log in.
pub(super) async fn log_in(
    mut stream: PacketStream,
    caller: &Caller,
    entry: &Entry,
) -> Result<LoggedIn, LoginError> {
    let scramble = new_scramble();
    let greeting = greeting(caller.id, scramble, entry);
    let mut payload = Vec::new();
    greeting.encode(&mut payload);
    stream.write(&payload).await?;
    let mut reply = stream.read(RESPONSE_MAX).await?;
    if is_ssl_request(&reply) {
        SslRequest::decode(&reply)?;
        let Some(tls) = &entry.tls else {
            return refuse(&mut stream, &bad_handshake(), "it asked for TLS, which is off").await;
        };
        stream = stream.accept_tls(tls).await?;
        reply = stream.read(RESPONSE_MAX).await?;
    }
    let mut response = match HandshakeResponse::decode(&reply) {
        Ok(response) => response,
        Err(error) => {
            return refuse(&mut stream, &bad_handshake(), &error.to_string()).await;
        }
    };
    response.capabilities &= greeting.capabilities;
    let native = response.auth_plugin.as_deref().is_none_or(|name| name == PLUGIN_NATIVE);
    let (scramble, proof) = if native && !response.auth_response.is_empty() {
        (scramble, std::mem::take(&mut response.auth_response))
    } else if native {
        (scramble, Vec::new())
    } else {
        switch_to_native(&mut stream).await?
    };
    let attempt = Attempt {
        user: &response.user,
        database: response.database.as_deref().filter(|name| !name.is_empty()),
        scramble,
        proof: &proof,
        tls: entry.tls.is_some() && stream.stream().holds_back(),
    };
    match attempt.check(caller, &entry.service).await {
        Ok(login) => Ok(LoggedIn { stream, response, login }),
        Err(error) => {
            let packet = error.packet();
            refuse(&mut stream, &packet, &error.to_string()).await
        }
    }
}

/// Asks the client to use mysql_native_password after all. Returns scramble and answer.
pub(super) async fn switch_to_native<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut PacketStream<S>,
) -> Result<([u8; SCRAMBLE_LEN], Vec<u8>), NetError> {
    let scramble = new_scramble();
    let mut payload = Vec::new();
    AuthSwitchRequest::new(PLUGIN_NATIVE, &scramble).encode(&mut payload);
    stream.write(&payload).await?;
    let proof = stream.read(RESPONSE_MAX).await?;
    Ok((scramble, proof))
}

/// What a client shows to be let in.
pub(super) struct Attempt<'a> {
    pub user: &'a [u8],
    pub database: Option<&'a [u8]>,
    pub scramble: [u8; SCRAMBLE_LEN],
    pub proof: &'a [u8],
    pub tls: bool,
}

impl Attempt<'_> {
    /// Checks it against the service's accounts, which are read anew when they may be out of date.
    pub async fn check(&self, caller: &Caller, service: &Arc<Service>) -> Result<Login, AuthError> {
        match self.check_once(caller, service) {
            Err(error) if error.refresh_may_help() && service.refresh_accounts().await => {
                self.check_once(caller, service)
            }
            checked => checked,
        }
    }

    fn check_once(&self, caller: &Caller, service: &Service) -> Result<Login, AuthError> {
        let attempt = LoginAttempt {
            user: self.user,
            remote: caller.remote(),
            host_name: None,
            database: self.database,
            scramble: &self.scramble,
            auth_response: self.proof,
            plugin: PLUGIN_NATIVE,
            tls: self.tls,
        };
        service.accounts().authenticate(&attempt, &service.login_rules())
    }
}

fn greeting(id: u32, scramble: [u8; SCRAMBLE_LEN], entry: &Entry) -> InitialHandshake {
    let offer = entry.service.offer();
    let mut capabilities = OWN_CAPABILITIES | (PASSED_ON & offer.capabilities);
    if entry.tls.is_some() {
        capabilities |= Capabilities::SSL;
    }
    InitialHandshake {
        server_version: offer.version,
        connection_id: id,
        scramble,
        capabilities,
        collation: offer.collation,
        status: StatusFlags::AUTOCOMMIT,
        auth_plugin: PLUGIN_NATIVE.to_owned(),
    }
}

/// Random bytes that no client takes for the end of a string.
fn new_scramble() -> [u8; SCRAMBLE_LEN] {
    let mut scramble = [0; SCRAMBLE_LEN];
    rand::rng().fill_bytes(&mut scramble);
    // Printable and without `$`: MariaDB's own scrambles have neither NUL nor `$`.
    scramble.map(|byte| match 33 + byte % 94 {
        b'$' => b'%',
        byte => byte,
    })
}

fn bad_handshake() -> ErrPacket {
    ErrPacket::new(1043, b"08S01", "Bad handshake")
}

/// Tells the client and gives up.
async fn refuse<T>(
    stream: &mut PacketStream,
    error: &ErrPacket,
    why: &str,
) -> Result<T, LoginError> {
    send_error(stream, error).await;
    Err(LoginError::Refused(why.to_owned()))
}

/// Sends an error to a client that may be gone already.
pub(super) async fn send_error<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut PacketStream<S>,
    error: &ErrPacket,
) {
    let mut payload = Vec::new();
    error.encode(Capabilities::PROTOCOL_41, &mut payload);
    if let Err(error) = stream.write(&payload).await {
        tracing::debug!("a client could not be told why: {error}");
    }
}
