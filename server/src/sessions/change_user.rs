//! COM_CHANGE_USER: another user logs in on the same connection.

use super::ClosedBy;
use super::backends::Backend;
use super::branch;
use super::connect::own_ok;
use super::entry::Entry;
use super::login::{Attempt, Caller, client_tls, send_error, switch_to_native};
use super::routed::Routed;
use super::session::Session;
use crate::auth::AuthError;
use crate::auth::accounts::Login;
use crate::auth::native::{self, BackendSecret};
use crate::net::{NetError, PacketStream, Stream};
use crate::routers::LinkState;
use crate::wire::Malformed;
use crate::wire::handshake::{AuthSwitchRequest, ChangeUser};
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
                server: self.relay.backend.name.clone(),
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
        let attempt = Attempt {
            user: &wanted.user,
            database: &wanted.database,
            scramble: self.scramble,
            proof: &wanted.auth_response,
            plugin: native::NAME,
            tls: client_tls(client.stream()),
            capabilities: self.login.capabilities,
        };
        let plugin = wanted.auth_plugin.as_deref();
        let checked = check(&mut client, attempt, plugin, &self.caller, &self.entry);
        let secret = match checked.await? {
            Ok(login) => login.secret,
            Err(error) => {
                send_error(&mut client, &error.packet()).await;
                return Err(ChangeError::Refused(error.to_string()));
            }
        };
        let collation = wanted.collation.unwrap_or(u16::from(self.login.collation));
        let told = ChangeUser {
            collation: Some(collation),
            ..wanted.clone()
        };
        let reply = match log_in_again(&mut self.relay.backend, &told, &secret).await? {
            Some(reply) => reply,
            // No server is connected; the next one will be as the new user.
            None => own_ok(self.login.capabilities),
        };
        client.write(&reply).await.map_err(ChangeError::Client)?;
        if reply.first() != Some(&OK_HEADER) {
            return Err(ChangeError::Refused(
                "the server refused the change of user".to_owned(),
            ));
        }
        if let Some(routed) = &mut self.relay.routed {
            routed.change_user(&told, &secret).await;
        }
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
        self.login.attributes = user.attributes;
        self.login.collation = u8::try_from(collation).unwrap_or(self.login.collation);
        self.login.database = Some(user.database).filter(|name| !name.is_empty());
        if let Some(routed) = &mut self.relay.routed {
            routed.base_database.clone_from(&self.login.database);
        }
        self.relay.backend.statements.clear();
        branch::equip(record, &self.caller, &self.login, &self.entry, &self.worker);
        self.relay.flow.was_reset();
        self.relay.tell_change();
        self.relay.show_connections();
    }
}

/// Whether the client is who it says.
async fn check(
    client: &mut PacketStream<&mut Stream>,
    attempt: Attempt<'_>,
    plugin: Option<&str>,
    caller: &Caller,
    entry: &Entry,
) -> Result<Result<Login, AuthError>, ChangeError> {
    // The C library shows its password for the scramble of the log-in only, even when it gets a
    // new one. What others send at first may be worth nothing.
    if plugin.is_none_or(|plugin| plugin == native::NAME) {
        let checked = attempt.check(caller, entry).await;
        if checked.is_ok() {
            return Ok(checked);
        }
    }
    let (scramble, proof) = switch_to_native(client)
        .await
        .map_err(ChangeError::Client)?;
    let attempt = Attempt {
        scramble,
        proof: &proof,
        ..attempt
    };
    Ok(attempt.check(caller, entry).await)
}

impl Routed {
    /// Another user logs in on the connections that are not in use. Those that can't be used so are
    /// closed: they are opened again when they are needed.
    async fn change_user(&mut self, user: &ChangeUser, secret: &BackendSecret) {
        let mut failed = Vec::new();
        for (member, backend) in self.parked_mut() {
            let changed = match backend.is_free() {
                true => log_in_again(backend, user, secret).await.ok().flatten(),
                false => None,
            };
            if changed.is_none_or(|reply| reply.first() != Some(&OK_HEADER)) {
                failed.push(member);
            }
        }
        for member in failed {
            self.closed(member, LinkState::Closed);
        }
        self.reset();
        self.router.reset();
    }
}

/// Changes the user of a server's connection. Returns the server's OK or ERR packet; `None` when
/// there is no connection.
async fn log_in_again(
    backend: &mut Backend,
    wanted: &ChangeUser,
    secret: &BackendSecret,
) -> Result<Option<Vec<u8>>, ChangeError> {
    let Some(seat) = &mut backend.seat else {
        return Ok(None);
    };
    let stream = backend.link.flushed().await;
    let stream = stream.map_err(|error| ChangeError::Backend(error.into()))?;
    let mut stream = PacketStream::new(stream);
    let request = ChangeUser {
        auth_response: secret.respond(&seat.scramble),
        auth_plugin: Some(native::NAME.to_owned()),
        ..wanted.clone()
    };
    let mut payload = Vec::new();
    request.encode(seat.agreed, &mut payload);
    stream.write(&payload).await.map_err(ChangeError::Backend)?;
    let mut reply = stream.read(REPLY_MAX).await.map_err(ChangeError::Backend)?;
    if reply.first() == Some(&EOF_HEADER) {
        let switch = AuthSwitchRequest::decode(&reply)?;
        seat.scramble = switch
            .scramble()
            .ok_or(Malformed::new("auth switch request"))?;
        let answer = secret.respond(&seat.scramble);
        stream.write(&answer).await.map_err(ChangeError::Backend)?;
        reply = stream.read(REPLY_MAX).await.map_err(ChangeError::Backend)?;
    }
    backend.statements.clear();
    Ok(Some(reply))
}
