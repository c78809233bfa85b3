//! COM_CHANGE_USER: another user is logged in on a connection that is there already, whose state
//! begins anew (MariaDB documentation: "COM_CHANGE_USER").

use tokio::io::{AsyncRead, AsyncWrite};

use super::authentication::{Authenticated, Conversation};
use super::connection::BackendLogin;
use super::error::Cause;
use super::init::{InitStatements, run_statements};
use crate::auth::{BackendSecret, Plugin};
use crate::net::{PacketStream, Privacy};
use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{ChangeUser, SCRAMBLE_LEN};
use crate::wire::status::StatusFlags;

/// Who is logged in next. What the request says of authentication does not count.
pub struct UserChange<'a> {
    /// User, database, collation and attributes.
    pub request: ChangeUser,
    /// What proves the password.
    pub secret: &'a BackendSecret,
    /// Statements that are run behind the log-in.
    pub init_statements: &'a InitStatements,
}

/// What the server has said at the end.
#[derive(Debug)]
pub struct ChangedUser {
    /// The payload of its OK packet.
    pub ok: Vec<u8>,
    /// Its last challenge.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// The session's status behind the log-in and the first statements.
    pub status: StatusFlags,
}

impl<'a> UserChange<'a> {
    /// The same user as in a log-in.
    pub fn of(login: &'a BackendLogin) -> Self {
        let request = ChangeUser {
            user: login.user.clone(),
            auth_response: Vec::new(),
            database: login.database.clone().unwrap_or_default(),
            collation: Some(u16::from(login.collation)),
            auth_plugin: None,
            attributes: login.attributes.clone(),
        };
        Self {
            request,
            secret: &login.secret,
            init_statements: &login.init_statements,
        }
    }

    /// Logs in on a connection with these capabilities, whose server gave that challenge last.
    /// After an error the connection is of no further use.
    pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut PacketStream<S>,
        privacy: Privacy,
        agreed: Capabilities,
        scramble: [u8; SCRAMBLE_LEN],
    ) -> Result<ChangedUser, Cause> {
        let plugin = Plugin::Native;
        let request = ChangeUser {
            auth_response: self.secret.respond(plugin, &scramble).unwrap_or_default(),
            auth_plugin: Some(plugin.client_name().to_owned()),
            ..self.request.clone()
        };
        let mut payload = Vec::new();
        request.encode(agreed, &mut payload);
        stream.restart_sequence();
        stream.write(&payload).await?;
        let conversation = Conversation {
            secret: self.secret,
            plugin,
            scramble,
            privacy,
        };
        let Authenticated { ok, scramble } = conversation.run(stream).await?;
        let status = run_statements(stream, self.init_statements, &ok).await?;
        Ok(ChangedUser {
            ok,
            scramble,
            status,
        })
    }
}
