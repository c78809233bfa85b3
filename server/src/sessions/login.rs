//! A client logs in: handshake, TLS, authentication.

use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use rand::RngCore;
use tokio::io::{AsyncRead, AsyncWrite};

use super::authentication::{ANSWER_MAX, Applicant, Authentication, FirstAnswer};
use super::blocked_hosts::BlockedHosts;
use super::door::Door;
use super::entry::Entry;
use super::{CloseReason, ClosedBy, During};
use crate::auth::accounts::{ClientTls, Login, Remote};
use crate::auth::{AuthError, BackendSecret, Plugin};
use crate::backend::BackendLogin;
use crate::net::{NetError, PacketStream, Peer, Stream};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{
    HandshakeResponse, InitialHandshake, SCRAMBLE_LEN, SslRequest, is_ssl_request,
};
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;

/// What the gateway itself has to do with, and therefore offers whatever the servers say.
const OWN_CAPABILITIES: Capabilities = Capabilities::CONNECT_WITH_DB
    .union(Capabilities::PROTOCOL_41)
    .union(Capabilities::SECURE_CONNECTION)
    .union(Capabilities::PLUGIN_AUTH)
    .union(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA)
    .union(Capabilities::CONNECT_ATTRS);

/// What goes through between client and server, when the server can do it.
pub(super) const PASSED_ON: Capabilities = Capabilities::MYSQL
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

/// A client that has shown who it is; its OK packet is still to be sent.
pub(super) struct LoggedIn {
    /// Who it is; behind a PROXY protocol header it calls from elsewhere than at first.
    pub caller: Caller,
    /// Its connection.
    pub stream: PacketStream,
    /// The user that it logged in as.
    pub user: Vec<u8>,
    /// How to log in to servers in its place.
    pub login: BackendLogin,
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
        CloseReason {
            by,
            during: During::Login,
        }
    }
}

/// Who wants in: what is known before the client says anything.
pub(super) struct Caller {
    /// The session id.
    pub id: u32,
    /// Where it calls from.
    pub peer: Peer,
    /// How its connection is protected.
    pub tls: ClientTls,
    /// The challenge that it got last.
    pub challenge: Cell<[u8; SCRAMBLE_LEN]>,
}

impl Caller {
    /// One who has said nothing yet.
    pub fn new(id: u32, peer: Peer) -> Self {
        Self {
            id,
            peer,
            tls: ClientTls::None,
            challenge: Cell::default(),
        }
    }

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

/// Greets a client, and reads its first answer. Those from where too many log-ins have failed are
/// refused: at once, unless somebody else may call in their name.
async fn greet(
    stream: &mut PacketStream,
    caller: &mut Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) -> Result<(InitialHandshake, Vec<u8>), LoginError> {
    let is_trusted = entry.trusts(caller.peer);
    if !is_trusted {
        refuse_blocked(stream, caller, entry, blocked).await?;
    }
    let greeting = greeting(caller.id, new_scramble(), entry);
    let mut payload = Vec::new();
    greeting.encode(&mut payload);
    stream.write(&payload).await?;
    if is_trusted && let Some(source) = stream.read_proxy_header().await? {
        caller.peer = Peer::Tcp(source);
    }
    let reply = stream.read(ANSWER_MAX).await?;
    if is_trusted {
        refuse_blocked(stream, caller, entry, blocked).await?;
    }
    Ok((greeting, reply))
}

/// Lets a client log in.
pub(super) async fn log_in(
    mut stream: PacketStream,
    mut caller: Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) -> Result<LoggedIn, LoginError> {
    let (greeting, mut reply) = greet(&mut stream, &mut caller, entry, blocked).await?;
    if is_ssl_request(&reply) {
        SslRequest::decode(&reply)?;
        let Some(tls) = &entry.tls else {
            return refuse(
                &mut stream,
                &ErrPacket::bad_handshake(),
                "it asked for TLS, which is off",
            )
            .await;
        };
        stream = stream.accept_tls(tls).await?;
        if entry.verify_client_host
            && let Some(address) = caller.address()
        {
            let verified = stream.stream().verify_host(address.ip());
            verified.map_err(|error| NetError::Tls(error.to_string()))?;
        }
        reply = stream.read(ANSWER_MAX).await?;
    } else if entry.tls.is_some() && caller.peer != Peer::Local {
        let error = ErrPacket::new(1045, b"28000", "Access without SSL denied");
        return refuse(&mut stream, &error, "it did not ask for TLS").await;
    }
    let own_tls = client_tls(stream.stream());
    caller.tls = entry.carried_tls.unwrap_or(own_tls);
    let mut response = match HandshakeResponse::decode(&reply) {
        Ok(response) => response,
        Err(error) => {
            return refuse(&mut stream, &ErrPacket::bad_handshake(), &error.to_string()).await;
        }
    };
    response.capabilities &= greeting.capabilities;
    match authenticate(&mut stream, &mut response, &greeting, &caller, entry).await? {
        Ok(login) => {
            let user = response.user.clone();
            let login = backend_login(response, login.secret, &entry.door).await;
            Ok(LoggedIn {
                caller,
                stream,
                user,
                login,
            })
        }
        Err(error) => {
            note_failure(&error, &caller, entry, blocked);
            refuse(&mut stream, &error.packet(), &error.to_string()).await
        }
    }
}

/// Refuses a client from where too many log-ins have failed.
async fn refuse_blocked(
    stream: &mut PacketStream,
    caller: &Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) -> Result<(), LoginError> {
    if !blocked.is_blocked(caller.peer, entry.auth_errors_max, Instant::now()) {
        return Ok(());
    }
    let error = ErrPacket::host_is_blocked(&caller.host());
    refuse(stream, &error, "its host is blocked").await
}

/// A log-in has failed: somebody may want to know, and the client may be guessing.
pub(super) fn note_failure(
    error: &AuthError,
    caller: &Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) {
    if entry.service.snapshot().warns_of_failed_logins() {
        tracing::warn!(
            session = caller.id,
            object = &*entry.service.name,
            "service '{}': a log-in from {} has failed: {error}",
            entry.service.name,
            caller.host()
        );
    }
    count_failure(error, caller, entry, blocked);
}

/// A log-in has failed that somebody else tells of: the client may be guessing.
pub(super) fn count_failure(
    error: &AuthError,
    caller: &Caller,
    entry: &Entry,
    blocked: &BlockedHosts,
) {
    let (max, now) = (entry.auth_errors_max, Instant::now());
    if error.may_be_a_guess() && blocked.failed(caller.peer, max, now) {
        tracing::warn!(
            session = caller.id,
            object = &*entry.service.name,
            "host {} is blocked for a minute: {max} log-ins have failed",
            caller.host()
        );
    }
}

async fn authenticate(
    stream: &mut PacketStream,
    response: &mut HandshakeResponse,
    greeting: &InitialHandshake,
    caller: &Caller,
    entry: &Entry,
) -> Result<Result<Login, AuthError>, NetError> {
    let answer = std::mem::take(&mut response.auth_response);
    let named = response.auth_plugin.as_deref().unwrap_or_default();
    let applicant = Applicant {
        user: response.user.clone(),
        database: response.database.clone().unwrap_or_default(),
        tls: caller.tls,
        handles_expired_password: response
            .capabilities
            .contains(Capabilities::CAN_HANDLE_EXPIRED_PASSWORDS),
        // Some say by a NUL that they have none.
        with_password: !matches!(answer.as_slice(), [] | [0]),
    };
    // A client that has not got the plugin of the greeting names its own, and answers nothing
    // before it has a challenge for that.
    let is_answer = !answer.is_empty() || named.is_empty() || named == greeting.auth_plugin;
    let named = Plugin::of_protocol(named).filter(|_| is_answer);
    let first = named.map(|plugin| FirstAnswer {
        plugin,
        scramble: greeting.scramble,
        response: answer,
    });
    caller.challenge.set(greeting.scramble);
    let mut authentication = Authentication {
        is_private: stream.stream().is_private(),
        stream,
        caller,
        entry,
        applicant,
    };
    authentication.run(first).await
}

/// What servers are told: the same as the client told, and its secret in place of its proof. A user
/// who is mapped comes as another.
async fn backend_login(
    response: HandshakeResponse,
    secret: BackendSecret,
    door: &Door,
) -> BackendLogin {
    let mapped = door.mapped(&response.user).await;
    let (user, secret) = match mapped {
        Some(mapped) => (mapped.user.into_bytes(), mapped.secret),
        None => (response.user, secret),
    };
    BackendLogin {
        user,
        secret,
        init_statements: Arc::clone(&door.init_statements),
        database: response.database.filter(|name| !name.is_empty()),
        capabilities: response.capabilities,
        collation: response.collation,
        max_packet_size: response.max_packet_size,
        attributes: response.attributes,
    }
}

/// How a client's connection is protected.
fn client_tls(stream: &Stream) -> ClientTls {
    match stream {
        Stream::Plain(_) => ClientTls::None,
        Stream::Tls(_) if stream.peer_certified() => ClientTls::Certificate,
        Stream::Tls(_) => ClientTls::Encrypted,
    }
}

fn greeting(id: u32, scramble: [u8; SCRAMBLE_LEN], entry: &Entry) -> InitialHandshake {
    let offer = entry.service.snapshot().offer();
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
        auth_plugin: offer.plugin.client_name().to_owned(),
    }
}

/// Random bytes that no client takes for the end of a string.
pub(super) fn new_scramble() -> [u8; SCRAMBLE_LEN] {
    let mut scramble = [0; SCRAMBLE_LEN];
    rand::rng().fill_bytes(&mut scramble);
    // Printable and without `$`: MariaDB's own scrambles have neither NUL nor `$`.
    scramble.map(|byte| match 33 + byte % 94 {
        b'$' => b'%',
        byte => byte,
    })
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
