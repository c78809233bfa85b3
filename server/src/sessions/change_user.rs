//! COM_CHANGE_USER: another user logs in on the same connection.

use tokio::io::{AsyncRead, AsyncWrite};

use super::ClosedBy;
use super::branch;
use super::login::{Attempt, client_tls, send_error, switch_to_native};
use super::session::Session;
use crate::auth::native::{self, BackendSecret};
use crate::net::{NetError, PacketStream};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{AuthSwitchRequest, ChangeUser, SCRAMBLE_LEN};
use crate::wire::reply::{EOF_HEADER, OK_HEADER};

/// The longest packet of a server in a log-in: an OK packet with session state.
const REPLY_MAX: usize = 128 * 1024;

/// Why a change of user fails; each ends the session, as servers do.
#[derive(Debug, thiserror::Error)]
enum ChangeError {
    #[error("{0}")]
    Client(NetError),
    #[error("{0}")]
    Backend(NetError),
    #[error("{0}")]
    Malformed(#[from] Malformed),
    #[error("{0}")]
    Refused(String),
}

impl Session {
    /// Lets another user log in. Returns why the session ends, if it does.
    pub(super) async fn change_user(&mut self, payload: &[u8]) -> Option<ClosedBy> {
        match self.try_change_user(payload).await {
            Ok(()) => None,
            Err(ChangeError::Client(error)) => Some(ClosedBy::Client(error.to_string())),
            Err(ChangeError::Backend(error)) => Some(ClosedBy::Backend {
                server: self.server.name().clone(),
                cause: error.to_string(),
            }),
            Err(ChangeError::Malformed(error)) => Some(ClosedBy::Protocol(error.to_string())),
            Err(ChangeError::Refused(why)) => Some(ClosedBy::Client(why)),
        }
    }

    async fn try_change_user(&mut self, payload: &[u8]) -> Result<(), ChangeError> {
        let wanted = ChangeUser::decode(payload, self.login.capabilities)?;
        let stream = self.relay.client.flushed().await;
        let stream = stream.map_err(|error| ChangeError::Client(error.into()))?;
        let mut client = PacketStream::resume(stream, 1);
        // The scramble of the greeting is used up: the client gets a new one.
        let (scramble, proof) = switch_to_native(&mut client)
            .await
            .map_err(ChangeError::Client)?;
        let attempt = Attempt {
            user: &wanted.user,
            database: &wanted.database,
            scramble,
            proof: &proof,
            plugin: native::NAME,
            tls: client_tls(client.stream()),
            capabilities: self.login.capabilities,
        };
        let secret = match attempt.check(&self.caller, &self.entry).await {
            Ok(login) => login.secret,
            Err(error) => {
                send_error(&mut client, &error.packet()).await;
                return Err(ChangeError::Refused(error.to_string()));
            }
        };
        let stream = self.relay.backend.flushed().await;
        let stream = stream.map_err(|error| ChangeError::Backend(error.into()))?;
        let mut backend = PacketStream::new(stream);
        let collation = wanted.collation.unwrap_or(u16::from(self.login.collation));
        let told = ChangeUser {
            collation: Some(collation),
            ..wanted.clone()
        };
        let (reply, scramble) =
            log_in_again(&mut backend, &told, &secret, self.agreed, self.scramble).await?;
        client.write(&reply).await.map_err(ChangeError::Client)?;
        if reply.first() != Some(&OK_HEADER) {
            return Err(ChangeError::Refused(
                "the server refused the change of user".to_owned(),
            ));
        }
        self.scramble = scramble;
        self.now_is(wanted, secret);
        self.relay.record.login_answered(&reply);
        Ok(())
    }

    /// The session is another user's from now on.
    fn now_is(&mut self, user: ChangeUser, secret: BackendSecret) {
        let record = &self.relay.record;
        record.logged_in(&user.user, Some(&user.database), &user.attributes);
        record.set_transaction(false);
        let collation = user.collation.unwrap_or(u16::from(self.login.collation));
        record.begin_protocol(self.login.capabilities, collation);
        self.login.user = user.user;
        self.login.secret = secret;
        branch::equip(record, &self.caller, &self.login, &self.entry, &self.worker);
        self.relay.flow.was_reset();
        self.relay.tell_change();
    }
}

/// Changes the user of the server's connection. Returns the server's OK or ERR packet, and the
/// scramble that its next log-in will be about.
async fn log_in_again<S: AsyncRead + AsyncWrite + Unpin>(
    backend: &mut PacketStream<S>,
    wanted: &ChangeUser,
    secret: &BackendSecret,
    capabilities: Capabilities,
    mut scramble: [u8; SCRAMBLE_LEN],
) -> Result<(Vec<u8>, [u8; SCRAMBLE_LEN]), ChangeError> {
    let request = ChangeUser {
        auth_response: secret.respond(&scramble),
        auth_plugin: Some(native::NAME.to_owned()),
        ..wanted.clone()
    };
    let mut payload = Vec::new();
    request.encode(capabilities, &mut payload);
    backend
        .write(&payload)
        .await
        .map_err(ChangeError::Backend)?;
    let mut reply = backend
        .read(REPLY_MAX)
        .await
        .map_err(ChangeError::Backend)?;
    if reply.first() == Some(&EOF_HEADER) {
        let switch = AuthSwitchRequest::decode(&reply)?;
        scramble = switch
            .scramble()
            .ok_or(Malformed::new("auth switch request"))?;
        backend
            .write(&secret.respond(&scramble))
            .await
            .map_err(ChangeError::Backend)?;
        reply = backend
            .read(REPLY_MAX)
            .await
            .map_err(ChangeError::Backend)?;
    }
    Ok((reply, scramble))
}
