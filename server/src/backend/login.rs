//! The client's side of the connection phase (MariaDB documentation: "1 - Connecting").

use super::connection::{BackendConnection, BackendLogin};
use super::endpoint::{Endpoint, TlsTarget};
use super::error::{Cause, Step};
use crate::auth::plugin;
use crate::net::PacketStream;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{
    AuthSwitchRequest, HandshakeResponse, InitialHandshake, SCRAMBLE_LEN, SslRequest,
};
use crate::wire::reply::{ERR_HEADER, ErrPacket, OK_HEADER};

/// The longest packet of a server in a log-in: an OK packet with session state.
const REPLY_MAX: usize = 1024 * 1024;

/// A server that asks for more plugins than this does not come to an end.
const SWITCHES_MAX: usize = 4;

const SWITCH_HEADER: u8 = 0xfe;

/// What the log-in itself works with.
const NEEDED: Capabilities = Capabilities::PROTOCOL_41
    .union(Capabilities::SECURE_CONNECTION)
    .union(Capabilities::PLUGIN_AUTH)
    .union(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA);

/// What this side never does, whoever wants it.
const NOT_BUILT: Capabilities = Capabilities::COMPRESS
    .union(Capabilities::ZSTD_COMPRESSION_ALGORITHM)
    .union(Capabilities::MULTI_FACTOR_AUTHENTICATION);

/// Dials and logs in; `step` says at any time how far it is.
pub(super) async fn log_in(
    endpoint: &Endpoint,
    login: &BackendLogin,
    step: &mut Step,
) -> Result<BackendConnection, Cause> {
    let stream = endpoint.dial().await?;
    log_in_on(stream, endpoint.tls(), login, step).await
}

/// Logs in on a new connection; with TLS when there is a `target` for it.
pub(super) async fn log_in_on(
    mut stream: PacketStream,
    target: Option<&TlsTarget>,
    login: &BackendLogin,
    step: &mut Step,
) -> Result<BackendConnection, Cause> {
    *step = Step::Greeting;
    let greeting = read(&mut stream).await?;
    let greeting = InitialHandshake::decode(&greeting)?;
    let capabilities = agreed(login, target.is_some(), greeting.capabilities);
    if let Some(tls) = target {
        if !capabilities.contains(Capabilities::SSL) {
            return Err(Cause::TlsNotOffered);
        }
        let request = SslRequest {
            capabilities,
            max_packet_size: login.max_packet_size,
            collation: login.collation,
        };
        stream.write(&payload(|out| request.encode(out))).await?;
        stream = stream.connect_tls(&tls.connector, tls.name.clone()).await?;
    }
    *step = Step::LoggingIn;
    let response = response(login, capabilities, &greeting.scramble);
    stream.write(&payload(|out| response.encode(out))).await?;
    let (ok, scramble) = authenticate(&mut stream, login, greeting.scramble).await?;
    Ok(BackendConnection {
        stream: stream.into_stream(),
        connection_id: greeting.connection_id,
        server_version: greeting.server_version,
        server_capabilities: greeting.capabilities,
        capabilities,
        collation: greeting.collation,
        scramble,
        ok,
    })
}

/// Follows the server until its OK packet. Yields that and the last challenge.
async fn authenticate(
    stream: &mut PacketStream,
    login: &BackendLogin,
    mut scramble: [u8; SCRAMBLE_LEN],
) -> Result<(Vec<u8>, [u8; SCRAMBLE_LEN]), Cause> {
    for _ in 0..SWITCHES_MAX {
        let reply = read(stream).await?;
        match reply.first() {
            Some(&OK_HEADER) => return Ok((reply, scramble)),
            Some(&SWITCH_HEADER) => {
                let switch = AuthSwitchRequest::decode(&reply)?;
                let answer = plugin::of_protocol(&switch.plugin).and_then(|plugin| {
                    scramble = switch.scramble()?;
                    plugin.respond(&login.secret, &scramble)
                });
                let answer = answer.ok_or(Cause::PluginUnsupported(switch.plugin))?;
                stream.write(&answer).await?;
            }
            // More data of a plugin: none that is built has any.
            _ => return Err(Malformed::new("answer to a log-in").into()),
        }
    }
    Err(Malformed::new("series of authentication switch requests").into())
}

fn agreed(login: &BackendLogin, tls: bool, server: Capabilities) -> Capabilities {
    let mut wanted = (login.capabilities | NEEDED) - NOT_BUILT;
    wanted.set(Capabilities::SSL, tls);
    wanted.set(Capabilities::CONNECT_WITH_DB, login.database.is_some());
    wanted & server
}

fn response(
    login: &BackendLogin,
    capabilities: Capabilities,
    scramble: &[u8; SCRAMBLE_LEN],
) -> HandshakeResponse {
    HandshakeResponse {
        capabilities,
        max_packet_size: login.max_packet_size,
        collation: login.collation,
        user: login.user.clone(),
        auth_response: login.secret.respond(scramble),
        database: login.database.clone(),
        auth_plugin: Some(crate::auth::PLUGIN_NATIVE.to_owned()),
        attributes: login.attributes.clone(),
        zstd_level: None,
    }
}

fn payload(encode: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out);
    out
}

/// Reads a packet; the server's error is an error.
async fn read(stream: &mut PacketStream) -> Result<Vec<u8>, Cause> {
    let reply = stream.read(REPLY_MAX).await?;
    if reply.first() == Some(&ERR_HEADER) {
        return Err(Cause::Server(ErrPacket::decode(&reply)?));
    }
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::BackendSecret;

    fn login(capabilities: Capabilities, database: Option<&str>) -> BackendLogin {
        BackendLogin {
            user: b"u".to_vec(),
            secret: BackendSecret::from_password(b"p"),
            database: database.map(|name| name.as_bytes().to_vec()),
            capabilities,
            collation: 45,
            max_packet_size: 1 << 24,
            attributes: Vec::new(),
        }
    }

    #[test]
    fn what_is_agreed_on_is_wanted_known_to_the_server_and_built() {
        let check = |wanted, database, tls, server, expected: Capabilities| {
            assert_eq!(agreed(&login(wanted, database), tls, server), expected);
        };
        let all = Capabilities::all();
        let tracking = Capabilities::SESSION_TRACK;
        check(tracking, None, false, all, NEEDED | tracking);
        check(tracking, None, false, all - tracking, NEEDED);
        check(
            Capabilities::COMPRESS | Capabilities::SSL,
            None,
            false,
            all,
            NEEDED,
        );
        check(
            Capabilities::empty(),
            None,
            true,
            all,
            NEEDED | Capabilities::SSL,
        );
        check(
            Capabilities::empty(),
            Some("d"),
            false,
            all,
            NEEDED | Capabilities::CONNECT_WITH_DB,
        );
        check(Capabilities::CONNECT_WITH_DB, None, false, all, NEEDED);
    }

    #[test]
    fn a_response_answers_the_servers_challenge() {
        let login = login(Capabilities::empty(), None);
        let response = response(&login, NEEDED, b"01234567890123456789");
        assert_eq!(
            response.auth_response,
            login.secret.respond(b"01234567890123456789")
        );
        assert_eq!(
            response.auth_plugin.as_deref(),
            Some("mysql_native_password")
        );
    }
}
