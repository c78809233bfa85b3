//! A client logs in: handshake, TLS, authentication.

use std::net::SocketAddr;
use std::time::Duration;

use rand::RngCore;
use tokio::io::{AsyncRead, AsyncWrite};

use super::entry::Entry;
use super::{CloseReason, ClosedBy, During};
use crate::auth::AuthError;
use crate::auth::accounts::{ClientTls, Login, LoginAttempt, Remote};
use crate::auth::native::{self, BackendSecret};
use crate::backend::BackendLogin;
use crate::net::{NetError, PacketStream, Peer, Stream};
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

/// How long a log-in waits for the name of the client's address.
const NAME_WITHIN: Duration = Duration::from_secs(5);

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
    /// How to log in to servers in its place.
    pub login: BackendLogin,
    /// The scramble that it has shown its password for.
    pub scramble: [u8; SCRAMBLE_LEN],
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
    mut caller: Caller,
    entry: &Entry,
) -> Result<LoggedIn, LoginError> {
    let greeting = greeting(caller.id, new_scramble(), entry);
    let mut payload = Vec::new();
    greeting.encode(&mut payload);
    stream.write(&payload).await?;
    if entry.trusts(caller.peer)
        && let Some(source) = stream.read_proxy_header().await?
    {
        caller.peer = Peer::Tcp(source);
    }
    let mut reply = stream.read(RESPONSE_MAX).await?;
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
        reply = stream.read(RESPONSE_MAX).await?;
    } else if entry.tls.is_some() && caller.peer != Peer::Local {
        let error = ErrPacket::new(1045, b"28000", "Access without SSL denied");
        return refuse(&mut stream, &error, "it did not ask for TLS").await;
    }
    let mut response = match HandshakeResponse::decode(&reply) {
        Ok(response) => response,
        Err(error) => {
            return refuse(&mut stream, &ErrPacket::bad_handshake(), &error.to_string()).await;
        }
    };
    response.capabilities &= greeting.capabilities;
    let mut scramble = greeting.scramble;
    match authenticate(&mut stream, &mut response, &mut scramble, &caller, entry).await? {
        Ok(login) => {
            let login = backend_login(response, login.secret);
            Ok(LoggedIn {
                caller,
                stream,
                login,
                scramble,
            })
        }
        Err(error) => refuse(&mut stream, &error.packet(), &error.to_string()).await,
    }
}

async fn authenticate(
    stream: &mut PacketStream,
    response: &mut HandshakeResponse,
    scramble: &mut [u8; SCRAMBLE_LEN],
    caller: &Caller,
    entry: &Entry,
) -> Result<Result<Login, AuthError>, NetError> {
    let mut proof = std::mem::take(&mut response.auth_response);
    if response
        .auth_plugin
        .as_deref()
        .is_some_and(|name| name != native::NAME)
    {
        (*scramble, proof) = switch_to_native(stream).await?;
    }
    let attempt = Attempt {
        user: &response.user,
        database: response.database.as_deref().unwrap_or_default(),
        scramble: *scramble,
        proof: &proof,
        plugin: native::NAME,
        tls: client_tls(stream.stream()),
        capabilities: response.capabilities,
    };
    Ok(attempt.check(caller, entry).await)
}

/// What servers are told: the same as the client told, and its secret in place of its proof.
fn backend_login(response: HandshakeResponse, secret: BackendSecret) -> BackendLogin {
    BackendLogin {
        user: response.user,
        secret,
        database: response.database.filter(|name| !name.is_empty()),
        capabilities: response.capabilities,
        collation: response.collation,
        max_packet_size: response.max_packet_size,
        attributes: response.attributes,
    }
}

/// Asks the client to use mysql_native_password after all. Returns scramble and answer.
pub(super) async fn switch_to_native<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut PacketStream<S>,
) -> Result<([u8; SCRAMBLE_LEN], Vec<u8>), NetError> {
    let scramble = new_scramble();
    let mut payload = Vec::new();
    AuthSwitchRequest::new(native::NAME, &scramble).encode(&mut payload);
    stream.write(&payload).await?;
    let proof = stream.read(RESPONSE_MAX).await?;
    Ok((scramble, proof))
}

/// What a client shows to be let in.
pub(super) struct Attempt<'a> {
    pub user: &'a [u8],
    /// Empty: none.
    pub database: &'a [u8],
    pub scramble: [u8; SCRAMBLE_LEN],
    pub proof: &'a [u8],
    pub plugin: &'a str,
    pub tls: ClientTls,
    pub capabilities: Capabilities,
}

impl Attempt<'_> {
    /// Checks it against the service's accounts, which are read anew when they may be out of date.
    pub async fn check(&self, caller: &Caller, entry: &Entry) -> Result<Login, AuthError> {
        match self.check_once(caller, entry).await {
            Err(error) if error.refresh_may_help() && entry.service.refresh_accounts().await => {
                self.check_once(caller, entry).await
            }
            checked => checked,
        }
    }

    async fn check_once(&self, caller: &Caller, entry: &Entry) -> Result<Login, AuthError> {
        let accounts = entry.service.accounts().ok_or(AuthError::NoAccounts)?;
        let host_name = match (&entry.names, caller.address()) {
            (Some(names), Some(address)) if accounts.wants_host_name(self.user) => {
                let ip = address.ip().to_canonical();
                names.names(&[ip], NAME_WITHIN).await.remove(&ip)
            }
            _ => None,
        };
        let attempt = LoginAttempt {
            user: self.user,
            remote: caller.remote(),
            host_name: host_name.as_deref(),
            database: Some(self.database).filter(|name| !name.is_empty()),
            scramble: &self.scramble,
            auth_response: self.proof,
            plugin: self.plugin,
            tls: self.tls,
            handles_expired_password: self
                .capabilities
                .contains(Capabilities::CAN_HANDLE_EXPIRED_PASSWORDS),
        };
        accounts.authenticate(&attempt, &entry.service.snapshot().login_rules())
    }
}

/// How a client's connection is protected.
pub(super) fn client_tls(stream: &Stream) -> ClientTls {
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
        auth_plugin: native::NAME.to_owned(),
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
