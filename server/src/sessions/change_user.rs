//! COM_CHANGE_USER: another user logs in on the same connection.

use tokio::io::{AsyncRead, AsyncWrite};

use super::ClosedBy;
use super::authentication::{Applicant, Authentication};
use super::branch;
use super::login::{client_tls, send_error};
use super::session::Session;
use crate::auth::{BackendSecret, Plugin};
use crate::backend::{Authenticated, Cause, Conversation, run_statements};
use crate::net::{NetError, PacketStream};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{ChangeUser, SCRAMBLE_LEN};
use crate::wire::reply::ErrPacket;

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
        let applicant = Applicant {
            user: wanted.user.clone(),
            database: wanted.database.clone(),
            tls: client_tls(client.stream()),
            handles_expired_password: self
                .login
                .capabilities
                .contains(Capabilities::CAN_HANDLE_EXPIRED_PASSWORDS),
            with_password: !wanted.auth_response.is_empty(),
        };
        let authentication = Authentication {
            is_private: client.stream().is_private(),
            stream: &mut client,
            caller: &self.caller,
            entry: &self.entry,
            applicant,
        };
        // The scramble of the greeting is used up: the client gets a new one.
        let secret = match authentication
            .run(None)
            .await
            .map_err(ChangeError::Client)?
        {
            Ok(login) => login.secret,
            Err(error) => {
                send_error(&mut client, &error.packet()).await;
                return Err(ChangeError::Refused(error.to_string()));
            }
        };
        let mapped = self.entry.door.mapped(&wanted.user).await;
        let (user, secret) = match mapped {
            Some(mapped) => (mapped.user.into_bytes(), mapped.secret),
            None => (wanted.user.clone(), secret),
        };
        let stream = self.relay.backend.flushed().await;
        let stream = stream.map_err(|error| ChangeError::Backend(error.into()))?;
        let is_private = stream.is_private();
        let mut backend = PacketStream::new(stream);
        let collation = wanted.collation.unwrap_or(u16::from(self.login.collation));
        let told = ChangeUser {
            user: user.clone(),
            collation: Some(collation),
            ..wanted.clone()
        };
        let challenge = Challenge {
            capabilities: self.agreed,
            scramble: self.scramble,
            is_private,
        };
        let logged_in = log_in_again(&mut backend, &told, &secret, &challenge).await;
        let Authenticated { ok, scramble } = match logged_in {
            Ok(authenticated) => authenticated,
            Err(Cause::Net(error)) => return Err(ChangeError::Backend(error)),
            Err(Cause::Malformed(error)) => return Err(error.into()),
            Err(cause) => {
                let packet = match &cause {
                    Cause::Server(error) => error.clone(),
                    cause => ErrPacket::new(1045, b"28000", cause.to_string()),
                };
                send_error(&mut client, &packet).await;
                let why = format!("the server refused the change of user: {cause}");
                return Err(ChangeError::Refused(why));
            }
        };
        run_statements(&mut backend, &self.login.init_statements)
            .await
            .map_err(|cause| ChangeError::Refused(cause.to_string()))?;
        client.write(&ok).await.map_err(ChangeError::Client)?;
        self.scramble = scramble;
        self.login.user = user;
        self.now_is(wanted, secret);
        self.relay.record.login_answered(&ok);
        Ok(())
    }

    /// The session is another user's from now on.
    fn now_is(&mut self, user: ChangeUser, secret: BackendSecret) {
        let record = &self.relay.record;
        record.logged_in(&user.user, Some(&user.database), &user.attributes);
        record.set_transaction(false);
        let collation = user.collation.unwrap_or(u16::from(self.login.collation));
        record.begin_protocol(self.login.capabilities, collation);
        self.login.secret = secret;
        branch::equip(record, &self.caller, &self.login, &self.entry, &self.worker);
        self.relay.flow.was_reset();
        self.relay.tell_change();
    }
}

/// What the answer to a server has to go by.
struct Challenge {
    capabilities: Capabilities,
    scramble: [u8; SCRAMBLE_LEN],
    is_private: bool,
}

/// Changes the user of the server's connection.
async fn log_in_again<S: AsyncRead + AsyncWrite + Unpin>(
    backend: &mut PacketStream<S>,
    wanted: &ChangeUser,
    secret: &BackendSecret,
    challenge: &Challenge,
) -> Result<Authenticated, Cause> {
    let plugin = Plugin::Native;
    let response = secret.respond(plugin, &challenge.scramble);
    let request = ChangeUser {
        auth_response: response.unwrap_or_default(),
        auth_plugin: Some(plugin.client_name().to_owned()),
        ..wanted.clone()
    };
    let mut payload = Vec::new();
    request.encode(challenge.capabilities, &mut payload);
    backend.write(&payload).await?;
    let conversation = Conversation {
        secret,
        plugin,
        scramble: challenge.scramble,
        is_private: challenge.is_private,
    };
    conversation.run(backend).await
}
