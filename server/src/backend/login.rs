//! The client's side of the connection phase (MariaDB documentation: "1 - Connecting").

use super::authentication::{Authenticated, Conversation, read};
use super::connection::{BackendConnection, BackendLogin};
use super::endpoint::{Endpoint, TlsTarget};
use super::error::{Cause, Step};
use super::init::run_statements;
use crate::auth::Plugin;
use crate::net::PacketStream;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{HandshakeResponse, InitialHandshake, SCRAMBLE_LEN, SslRequest};

/// What the log-in itself works with.
pub(super) const NEEDED: Capabilities = Capabilities::PROTOCOL_41
    .union(Capabilities::SECURE_CONNECTION)
    .union(Capabilities::PLUGIN_AUTH)
    .union(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA);

/// What this side never does, whoever wants it.
pub(super) const NOT_BUILT: Capabilities = Capabilities::COMPRESS
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
    let first = first_answer(login, &greeting.auth_plugin, &greeting.scramble);
    let response = response(login, capabilities, &first);
    stream.write(&payload(|out| response.encode(out))).await?;
    let conversation = Conversation {
        secret: &login.secret,
        plugin: first.plugin,
        scramble: greeting.scramble,
        privacy: stream.stream().privacy(),
    };
    let Authenticated { ok, scramble } = conversation.run(&mut stream).await?;
    let status = run_statements(&mut stream, &login.init_statements, &ok).await?;
    Ok(BackendConnection {
        stream: stream.into_stream(),
        connection_id: greeting.connection_id,
        server_version: greeting.server_version,
        server_capabilities: greeting.capabilities,
        capabilities,
        collation: greeting.collation,
        auth_plugin: greeting.auth_plugin,
        scramble,
        ok,
        status,
    })
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
    first: &FirstAnswer,
) -> HandshakeResponse {
    HandshakeResponse {
        capabilities,
        max_packet_size: login.max_packet_size,
        collation: login.collation,
        user: login.user.clone(),
        auth_response: first.response.clone(),
        database: login.database.clone(),
        auth_plugin: Some(first.plugin.client_name().to_owned()),
        attributes: login.attributes.clone(),
        zstd_level: None,
    }
}

/// What is answered to the challenge in the greeting.
struct FirstAnswer {
    plugin: Plugin,
    response: Vec<u8>,
}

/// By the greeting's plugin if that can be, else by the native one; if neither can be the server
/// has to ask for another.
fn first_answer(login: &BackendLogin, named: &str, scramble: &[u8; SCRAMBLE_LEN]) -> FirstAnswer {
    let named = Plugin::of_protocol(named).filter(|plugin| *plugin == Plugin::CachingSha2);
    let plugins = named.into_iter().chain([Plugin::Native]);
    let mut answers = plugins.filter_map(|plugin| {
        let response = login.secret.respond(plugin, scramble)?;
        Some(FirstAnswer { plugin, response })
    });
    answers.next().unwrap_or(FirstAnswer {
        plugin: Plugin::Native,
        response: Vec::new(),
    })
}

fn payload(encode: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::auth::BackendSecret;

    fn login(capabilities: Capabilities, database: Option<&str>) -> BackendLogin {
        BackendLogin {
            user: b"u".to_vec(),
            secret: BackendSecret::from_password(b"p"),
            init_statements: Arc::default(),
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
        let scramble = b"01234567890123456789";
        let check = |login: &BackendLogin, named: &str, expected: Plugin, len: usize| {
            let first = first_answer(login, named, scramble);
            assert_eq!((first.plugin, first.response.len()), (expected, len));
            let response = response(login, NEEDED, &first);
            assert_eq!(
                response.auth_plugin.as_deref(),
                Some(expected.client_name())
            );
        };
        let mut login = login(Capabilities::empty(), None);
        check(&login, "mysql_native_password", Plugin::Native, 20);
        check(&login, "caching_sha2_password", Plugin::CachingSha2, 32);
        check(&login, "client_ed25519", Plugin::Native, 20);
        login.secret = BackendSecret::Sha1([1; 20]);
        check(&login, "caching_sha2_password", Plugin::Native, 20);
        login.secret = BackendSecret::Withheld;
        check(&login, "mysql_native_password", Plugin::Native, 0);
    }
}
