//! COM_CHANGE_USER: another user logs in on the same connection.

use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::ClosedBy;
use super::authentication::{Applicant, Authentication, FirstAnswer};
use super::backends::{Backend, Lacks};
use super::blocked_hosts::BlockedHosts;
use super::branch;
use super::connect::{all, own_ok};
use super::entry::Entry;
use super::login::{count_failure, note_failure, send_error};
use super::metadata::LoginFacts;
use super::routed::Routed;
use super::session::Session;
use crate::auth::accounts::{ClientTls, Login};
use crate::auth::{AuthError, BackendSecret, Plugin};
use crate::backend::{BackendLogin, Cause, UserChange};
use crate::net::{NetError, PacketStream};
use crate::routers::LinkState;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::ChangeUser;
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;

/// A server whose connection is not in use keeps the client waiting no longer than this.
const PARKED_WITHIN: Duration = Duration::from_secs(1);

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
        let (caller, entry) = (&self.caller, &self.entry);
        let blocked = &self.worker.blocked_hosts;
        if blocked.is_blocked(caller.peer, entry.auth_errors_max, Instant::now()) {
            send_error(&mut client, &ErrPacket::host_is_blocked(&caller.host())).await;
            return Err(ChangeError::Refused("its host is blocked".to_owned()));
        }
        let authentication = Authentication {
            is_private: client.stream().is_private(),
            applicant: applicant(&wanted, &self.login, caller.tls),
            stream: &mut client,
            caller,
            entry,
        };
        let authenticated = authenticate(authentication, &wanted, blocked).await;
        let secret = match authenticated.map_err(ChangeError::Client)? {
            Ok(login) => login.secret,
            Err(error) => {
                note_failure(&error, caller, entry, blocked);
                send_error(&mut client, &error.packet()).await;
                return Err(ChangeError::Refused(error.to_string()));
            }
        };
        let mapped = self.entry.door.mapped(&wanted.user).await;
        let (user, secret) = match mapped {
            Some(mapped) => (mapped.user.into_bytes(), mapped.secret),
            None => (wanted.user.clone(), secret),
        };
        let collation = wanted.collation.unwrap_or(u16::from(self.login.collation));
        let told = UserChange {
            request: ChangeUser {
                user: user.clone(),
                collation: Some(collation),
                ..wanted.clone()
            },
            secret: &secret,
            init_statements: &self.login.init_statements,
        };
        let ok = match log_in_again(&told, &mut self.relay.backend).await {
            Ok(Some(ok)) => ok,
            // No server is connected; the next one will be as the new user.
            Ok(None) => own_ok(self.login.capabilities, StatusFlags::AUTOCOMMIT),
            Err(Cause::Net(error)) => return Err(ChangeError::Backend(error)),
            Err(Cause::Malformed(error)) => return Err(error.into()),
            Err(cause) => {
                let packet = refusal(&cause);
                send_error(&mut client, &packet).await;
                let why = format!("the server refused the change of user: {cause}");
                return Err(ChangeError::Refused(why));
            }
        };
        let answer = with_metadata(&ok, &self.entry, &self.login, self.caller.id, collation);
        client.write(&answer).await.map_err(ChangeError::Client)?;
        if let Some(routed) = &mut self.relay.routed {
            routed.change_user(&told).await;
            routed.logged_in(&self.relay.backend);
        }
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
        self.login.attributes = user.attributes;
        self.login.collation = u8::try_from(collation).unwrap_or(self.login.collation);
        self.login.database = Some(user.database).filter(|name| !name.is_empty());
        if let Some(routed) = &mut self.relay.routed {
            routed.base_database.clone_from(&self.login.database);
        }
        self.relay.backend.statements.clear();
        self.relay.record.set_history(0, 0);
        branch::equip(record, &self.caller, &self.login, &self.entry, &self.worker);
        self.relay.flow.was_reset();
        self.relay.tell_change();
        self.relay.show_connections();
    }
}

/// Who wants to go on with the session of `login`.
fn applicant(wanted: &ChangeUser, login: &BackendLogin, tls: ClientTls) -> Applicant {
    let capabilities = login.capabilities;
    Applicant {
        user: wanted.user.clone(),
        database: wanted.database.clone(),
        tls,
        handles_expired_password: capabilities.contains(Capabilities::CAN_HANDLE_EXPIRED_PASSWORDS),
        with_password: !wanted.auth_response.is_empty(),
    }
}

/// What the client is told when a server does not let it in.
fn refusal(cause: &Cause) -> ErrPacket {
    match cause {
        Cause::Server(error) => error.clone(),
        cause => ErrPacket::new(1045, b"28000", cause.to_string()),
    }
}

/// The server's OK packet with what clients are told when they log in.
fn with_metadata(
    ok: &[u8],
    entry: &Entry,
    login: &BackendLogin,
    connection_id: u32,
    collation: u16,
) -> Vec<u8> {
    let facts = LoginFacts {
        configured: &entry.door.metadata,
        variables: &entry.service.variables(),
        capabilities: login.capabilities,
        collation: u8::try_from(collation).unwrap_or(login.collation),
        connection_id: u64::from(connection_id),
        sessions: entry.service.sessions().now,
    };
    facts.told(ok)
}

/// Asks the client for what its new account wants. What it has sent with its request answers the
/// challenge that it got last: some clients go by that only, others wait for a new one.
async fn authenticate<S: AsyncRead + AsyncWrite + Unpin>(
    mut authentication: Authentication<'_, S>,
    wanted: &ChangeUser,
    blocked: &BlockedHosts,
) -> Result<Result<Login, AuthError>, NetError> {
    let named = wanted.auth_plugin.as_deref().unwrap_or_default();
    let first = Plugin::of_protocol(named).map(|plugin| FirstAnswer {
        plugin,
        scramble: authentication.caller.challenge.get(),
        response: wanted.auth_response.clone(),
    });
    match authentication.run(first).await? {
        Err(error @ AuthError::WrongPassword(_)) => {
            let judged = authentication.run(None).await;
            // Whoever does not show the right one now had a guess, even if it has gone. A refusal is
            // told of once.
            let (caller, entry) = (authentication.caller, authentication.entry);
            match &judged {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => count_failure(&error, caller, entry, blocked),
                Err(_) => note_failure(&error, caller, entry, blocked),
            }
            judged
        }
        judged => Ok(judged),
    }
}

impl Routed {
    /// Another user logs in on the connections that are not in use, on all at the same time. Those
    /// that can't be used so are closed, and so are those whose server does not answer soon: they
    /// are opened again when they are needed.
    async fn change_user(&mut self, told: &UserChange<'_>) {
        let parked = self.parked_mut().map(async |(member, backend)| {
            // One that is busy with the gateway's own requests is not worth waiting for.
            let changed = if backend.is_free() {
                timeout(PARKED_WITHIN, log_in_again(told, backend)).await
            } else {
                return Some(member);
            };
            let is_usable = matches!(changed, Ok(Ok(Some(_))));
            (!is_usable).then_some(member)
        });
        let failed = all(parked.collect()).await;
        for member in failed.into_iter().flatten() {
            self.closed(member, LinkState::Closed);
        }
        self.reset();
        self.router.reset();
    }
}

/// Changes the user of a server's connection. Returns the server's OK packet; `None` when there is no
/// connection.
async fn log_in_again(
    told: &UserChange<'_>,
    backend: &mut Backend,
) -> Result<Option<Vec<u8>>, Cause> {
    let Some(seat) = &mut backend.seat else {
        return Ok(None);
    };
    let stream = backend.link.flushed().await.map_err(NetError::from)?;
    // Whoever does not wait for the end leaves a connection that is of no use.
    backend.is_logging_in = true;
    let privacy = stream.privacy();
    let mut stream = PacketStream::new(stream);
    let changing = told.run(&mut stream, privacy, seat.agreed, seat.scramble);
    let changed = changing.await?;
    backend.is_logging_in = false;
    backend.lacks = Lacks::Nothing;
    backend.has_database = true;
    seat.scramble = changed.scramble;
    seat.status = changed.status;
    backend.statements.clear();
    Ok(Some(changed.ok))
}

#[cfg(test)]
mod tests;
