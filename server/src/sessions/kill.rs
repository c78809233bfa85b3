//! KILL: the id that a client knows of a connection is a session id of the gateway.
//!
//! The statement is carried out on the servers of the session meant, as the user who asks for it,
//! so that the servers' own rules say who may kill whom. A session that is to end is ended here,
//! too: one with several servers would do without the connections that it has lost.

use std::collections::HashSet;

use super::ClosedBy;
use super::session::Session;
use super::view::{ConnectionView, SessionView};
use crate::backend::{BackendLogin, Endpoint, QueryConnection};
use crate::services::ServiceSnapshot;
use crate::sql::details::{self, KillTarget};
use crate::sql::{self, Dialect, Verb};
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;

/// How often it is looked for connections that the session meant has opened meanwhile.
const LOOKS_MAX: u32 = 3;

/// A KILL of one connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kill {
    /// The statement up to the id: `KILL SOFT QUERY `.
    pub prefix: String,
    /// The session id.
    pub id: u64,
    /// Whether the session goes on and only its statement ends.
    pub query_only: bool,
}

/// What is to be done with a KILL.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// It ends a session, or its statement.
    Session(Kill),
    /// It says by other means than a connection's id what to end (`KILL USER ..`,
    /// `KILL QUERY ID ..`, `KILL CONNECTION_ID()`): that is for the server to do.
    PassOn,
    /// It may mean a session by its id, in a form that is not understood. On the server, the same
    /// id would be somebody else's connection.
    Refuse,
    /// It is to be prepared: the ids that it would be executed with could not be followed.
    RefusePrepared,
}

/// Why a KILL has not been carried out.
#[derive(Debug)]
struct Failure {
    error: ErrPacket,
    /// Whether a server may have it and do it yet.
    may_come: bool,
}

impl Failure {
    fn refused(error: ErrPacket) -> Self {
        let may_come = false;
        Self { error, may_come }
    }
}

/// Reads a COM_PROCESS_KILL or the text of a statement.
pub(super) fn parse(payload: &[u8]) -> Plan {
    let Some((&number, rest)) = payload.split_first() else {
        return Plan::Refuse;
    };
    if number == Command::ProcessKill as u8 {
        return rest.first_chunk().map_or(Plan::Refuse, |id| {
            Plan::Session(Kill {
                prefix: "KILL ".to_owned(),
                id: u64::from(u32::from_le_bytes(*id)),
                query_only: false,
            })
        });
    }
    if number == Command::StmtPrepare as u8 {
        return Plan::RefusePrepared;
    }
    let text = sql::classify(rest, Dialect::default());
    if text.statements > 1 || text.verb != Verb::Kill {
        return Plan::Refuse;
    }
    match details::kill(rest, Dialect::default()) {
        Some(kill) => match kill.target {
            KillTarget::Connection(id) => {
                // Without a word it is a hard one; MySQL knows neither.
                let how = if kill.hard { "" } else { "SOFT " };
                let what = if kill.query_only {
                    "QUERY"
                } else {
                    "CONNECTION"
                };
                let prefix = format!("KILL {how}{what} ");
                let query_only = kill.query_only;
                Plan::Session(Kill {
                    prefix,
                    id,
                    query_only,
                })
            }
            KillTarget::Expression(text) if text.iter().any(u8::is_ascii_digit) => Plan::Refuse,
            KillTarget::Query(_) | KillTarget::User { .. } | KillTarget::Expression(_) => {
                Plan::PassOn
            }
        },
        None => Plan::Refuse,
    }
}

impl Session {
    /// Carries out a KILL and answers it.
    pub(super) async fn kill(&mut self, payload: &[u8]) {
        let kill = match parse(payload) {
            Plan::Session(kill) => kill,
            Plan::PassOn => {
                let number = payload.first().copied().unwrap_or_default();
                let command = Command::from_byte(number).unwrap_or(Command::Query);
                self.relay.pass_on(command, payload);
                return;
            }
            Plan::RefusePrepared => {
                let message = "KILL can't be prepared: send it as a statement";
                self.relay
                    .answer_error(&ErrPacket::new(1295, b"HY000", message));
                return;
            }
            Plan::Refuse => {
                let message = "KILL of a session has to be a statement by itself, with its id";
                self.relay
                    .answer_error(&ErrPacket::new(1064, b"42000", message));
                return;
            }
        };
        let killed = self.try_kill(&self.entry.service.name, &self.service, &kill);
        match killed.await.map_err(|failure| failure.error) {
            Ok(()) => {
                self.relay.answer_ok();
            }
            Err(error) => self.relay.answer_error(&error),
        }
    }

    /// Ends a session of the service of that name, or its statement.
    async fn try_kill(
        &self,
        name: &str,
        service: &ServiceSnapshot,
        kill: &Kill,
    ) -> Result<(), Failure> {
        // Its connections are its own until they are killed: the servers know of no sessions.
        let Some(target) = self.worker.directory.pin(kill.id).await else {
            return Err(Failure::refused(ErrPacket::no_such_thread(kill.id)));
        };
        if target.id == u64::from(self.caller.id) && !kill.query_only {
            self.relay.record.close(ClosedBy::Kill);
            return Err(Failure::refused(ErrPacket::connection_killed()));
        }
        let outcome = if target.connections.is_empty() {
            self.kill_unconnected(name, kill, &target).await
        } else {
            self.kill_connections(service, kill, target).await
        };
        if let Err(Failure {
            may_come: false, ..
        }) = outcome
        {
            // Else anybody could keep all sessions' connections from being used again.
            self.worker.directory.unpin(kill.id).await;
        }
        outcome
    }

    async fn kill_connections(
        &self,
        service: &ServiceSnapshot,
        kill: &Kill,
        target: SessionView,
    ) -> Result<(), Failure> {
        let mut outcome = Ok(());
        let mut any = false;
        let mut may_come = false;
        let mut told = HashSet::new();
        let mut connections = target.connections;
        for _ in 0..LOOKS_MAX {
            for connection in connections {
                // One that has gone meanwhile does not keep the others alive.
                match self.kill_connection(service, kill, &connection).await {
                    Ok(()) if any => {}
                    Ok(()) => {
                        any = true;
                        // Before the next connection, which its statement may have moved on to.
                        self.end_killed(kill).await;
                    }
                    Err(failure) => {
                        may_come |= failure.may_come;
                        outcome = Err(failure.error);
                    }
                }
                told.insert((connection.server, connection.connection_id));
            }
            // It may have opened one since, for the very statement that is meant.
            let Some(now) = self.worker.directory.get(kill.id).await else {
                break;
            };
            connections = now.connections;
            connections.retain(|one| !told.contains(&(one.server.clone(), one.connection_id)));
            if connections.is_empty() {
                break;
            }
        }
        if any {
            return Ok(());
        }
        outcome.map_err(|error| Failure { error, may_come })
    }

    /// Kills a session that no server knows of, so that none can be asked whether it may be: by the
    /// rule that servers have for users without privileges.
    async fn kill_unconnected(
        &self,
        service: &str,
        kill: &Kill,
        target: &SessionView,
    ) -> Result<(), Failure> {
        if target.user != self.relay.record.user() || *target.service != *service {
            return Err(Failure::refused(ErrPacket::not_owner(kill.id)));
        }
        self.end_killed(kill).await;
        Ok(())
    }

    /// Ends the session that is meant, unless only its statement is.
    async fn end_killed(&self, kill: &Kill) {
        if !kill.query_only {
            // It may have ended by itself.
            self.worker
                .directory
                .end(kill.id, ClosedBy::Kill, None)
                .await;
        }
    }

    /// Kills a connection of a session of `service`. One to another service is a session there.
    async fn kill_connection(
        &self,
        service: &ServiceSnapshot,
        kill: &Kill,
        connection: &ConnectionView,
    ) -> Result<(), Failure> {
        let server = service.server(&connection.server);
        if let Some(inner) = server.as_ref().and_then(|server| service.inner(server)) {
            let within = Kill {
                prefix: kill.prefix.clone(),
                id: connection.connection_id,
                query_only: kill.query_only,
            };
            let snapshot = inner.snapshot();
            return Box::pin(self.try_kill(&inner.name, &snapshot, &within)).await;
        }
        let endpoint = server.and_then(|server| service.endpoint(&server, self.caller.address()));
        let statement = format!("{}{}", kill.prefix, connection.connection_id);
        self.run_on(endpoint, &statement).await
    }

    /// Runs a statement on a server, as the session's user, on a connection of its own.
    async fn run_on(&self, endpoint: Option<Endpoint>, statement: &str) -> Result<(), Failure> {
        let Some(endpoint) = endpoint else {
            let message = "The server of that session is gone";
            return Err(Failure::refused(ErrPacket::new(1094, b"HY000", message)));
        };
        let login = BackendLogin {
            database: None,
            ..self.login.clone()
        };
        let timeout = self.entry.connect_timeout;
        let connection = QueryConnection::log_in(&endpoint, &login, timeout).await;
        let mut connection = connection.map_err(|error| Failure::refused(error.packet()))?;
        let killed = connection.query(statement).await;
        killed.map_err(|error| Failure {
            error: error.packet(),
            may_come: error.server_error().is_none(),
        })?;
        connection.quit().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &Plan) {
        let mut payload = vec![Command::Query as u8];
        payload.extend_from_slice(text.as_bytes());
        assert_eq!(&parse(&payload), expected, "{text}");
    }

    fn session(prefix: &str, id: u64) -> Plan {
        Plan::Session(Kill {
            prefix: prefix.to_owned(),
            id,
            query_only: prefix.contains("QUERY"),
        })
    }

    #[test]
    fn a_kill_by_connection_id_is_read_in_all_its_forms() {
        check("KILL 17", &session("KILL CONNECTION ", 17));
        check("  kill query 4 ; ", &session("KILL QUERY ", 4));
        check(
            "KILL SOFT CONNECTION\n9",
            &session("KILL SOFT CONNECTION ", 9),
        );
        check("/* app:x */ KILL QUERY 57", &session("KILL QUERY ", 57));
        check("KILL 57 -- stop", &session("KILL CONNECTION ", 57));
    }

    #[test]
    fn other_kills_are_left_to_the_server() {
        check("KILL USER 'bob'", &Plan::PassOn);
        check("KILL QUERY ID 77", &Plan::PassOn);
        check("KILL CONNECTION_ID()", &Plan::PassOn);
    }

    #[test]
    fn a_kill_that_could_hit_a_stranger_is_refused() {
        check("KILL", &Plan::Refuse);
        check("KILL 1 + 1", &Plan::Refuse);
        check("KILL 5; SELECT 1", &Plan::Refuse);
        check("SELECT 1; KILL 5", &Plan::Refuse);
        check("PREPARE s FROM 'KILL 5'", &Plan::Refuse);
        check("BEGIN NOT ATOMIC KILL 5; END", &Plan::Refuse);
        check("/*! KILL 5 */", &session("KILL CONNECTION ", 5));
        let mut prepared = vec![Command::StmtPrepare as u8];
        prepared.extend_from_slice(b"KILL ?");
        assert_eq!(parse(&prepared), Plan::RefusePrepared);
    }

    #[test]
    fn the_command_is_read() {
        let kill = parse(&[Command::ProcessKill as u8, 3, 0, 0, 0]);
        assert_eq!(kill, session("KILL ", 3));
        assert_eq!(parse(&[Command::ProcessKill as u8, 3, 0]), Plan::Refuse);
    }
}
