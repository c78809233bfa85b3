//! COM_CHANGE_USER: another user logs in on the same connection.

use super::session::Session;
use super::login::{Attempt, send_error, switch_to_native};
use super::ClosedBy;
use crate::auth::native;
use crate::net::{NetError, PacketStream};
use crate::wire::Malformed;
use crate::wire::handshake::{AuthSwitchRequest, ChangeUser};
use crate::wire::reply::ErrPacket;

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
                server: self.server.name.clone(),
                cause: error.to_string(),
            }),
            Err(ChangeError::Malformed(error)) => Some(ClosedBy::Protocol(error.to_string())),
            Err(ChangeError::Refused(why)) => Some(ClosedBy::Client(why)),
        }
    }

    async fn try_change_user(&mut self, payload: &[u8]) -> Result<(), ChangeError> {
        let capabilities = self.connection.capabilities;
        let wanted = ChangeUser::decode(payload, capabilities)?;
        let stream = self.relay.client.flushed().await;
        let stream = stream.map_err(|error| ChangeError::Client(error.into()))?;
        let mut client = PacketStream::resume(stream, 1);
        // The scramble of the greeting is used up: the client gets a new one.
        let (scramble, proof) = switch_to_native(&mut client).await.map_err(ChangeError::Client)?;
        let database = Some(wanted.database.as_slice()).filter(|name| !name.is_empty());
        let attempt = Attempt {
            user: &wanted.user,
            database,
            scramble,
            proof: &proof,
            tls: !self.relay.record.identity().cipher.is_empty(),
        };
        let login = match attempt.check(&self.caller, &self.service).await {
            Ok(login) => login,
            Err(error) => {
                let (code, sqlstate, message) = error.reply();
                send_error(&mut client, &ErrPacket::new(code, &sqlstate, message)).await;
                return Err(ChangeError::Refused(error.to_string()));
            }
        };
        let sent = ChangeUser {
            auth_response: login.secret.respond(&self.connection.scramble),
            auth_plugin: Some(native::NAME.to_owned()),
            ..wanted.clone()
        };
        let stream = self.relay.backend.flushed().await;
        let stream = stream.map_err(|error| ChangeError::Backend(error.into()))?;
        let mut backend = PacketStream::new(stream);
        let mut payload = Vec::new();
        sent.encode(capabilities, &mut payload);
        backend.write(&payload).await.map_err(ChangeError::Backend)?;
        let mut reply = backend.read(REPLY_MAX).await.map_err(ChangeError::Backend)?;
        if reply.first() == Some(&0xfe) {
            let switch = AuthSwitchRequest::decode(&reply)?;
            let scramble = switch.scramble().ok_or(Malformed::new("scramble"))?;
            self.connection.scramble = scramble;
            let answer = login.secret.respond(&scramble);
            backend.write(&answer).await.map_err(ChangeError::Backend)?;
            reply = backend.read(REPLY_MAX).await.map_err(ChangeError::Backend)?;
        }
        client.write(&reply).await.map_err(ChangeError::Client)?;
        if reply.first() != Some(&0) {
            return Err(ChangeError::Refused("the server refused the change of user".to_owned()));
        }
        self.now_is(wanted, login.secret);
        Ok(())
    }

    /// The session is another user's from now on.
    fn now_is(&mut self, user: ChangeUser, secret: native::BackendSecret) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let attributes = user.attributes.iter().map(|(k, v)| (text(k), text(v))).collect();
        let database = Some(text(&user.database)).filter(|name| !name.is_empty());
        let record = &self.relay.record;
        record.logged_in(text(&user.user), database, attributes);
        record.set_transaction(false);
        self.relay.own_request_done();
        self.login.user = user.user;
        self.login.secret = secret;
    }
}
