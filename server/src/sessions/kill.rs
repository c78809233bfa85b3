//! KILL: the id that a client knows of a connection is a session id of the gateway.
//!
//! The statement is carried out on the servers of the session meant, as the user who asks for it,
//! so that the servers' own rules say who may kill whom.

use super::session::Session;
use crate::backend::{BackendLogin, QueryConnection};
use crate::wire::command::Command;
use crate::wire::reply::{ErrPacket, OkPacket};
use crate::wire::status::StatusFlags;

/// A KILL of one connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kill {
    /// The statement up to the id: `KILL SOFT QUERY `.
    pub prefix: String,
    /// The session id.
    pub id: u64,
}

/// Reads a COM_PROCESS_KILL or the text of a statement; `None` when it kills by something else than
/// a connection's id (`KILL USER ..`, `KILL QUERY ID ..`): that is for the server to do.
pub(super) fn parse(payload: &[u8]) -> Option<Kill> {
    let (&number, rest) = payload.split_first()?;
    if number == Command::ProcessKill as u8 {
        let id = u32::from_le_bytes(*rest.first_chunk()?);
        return Some(Kill {
            prefix: "KILL ".to_owned(),
            id: u64::from(id),
        });
    }
    let text = std::str::from_utf8(rest)
        .ok()?
        .trim()
        .trim_end_matches(';')
        .trim_end();
    let (words, id) = text.rsplit_once(|c: char| c.is_ascii_whitespace())?;
    let id = id.parse().ok()?;
    let mut words = words
        .split_ascii_whitespace()
        .map(str::to_ascii_uppercase)
        .peekable();
    if words.next().as_deref() != Some("KILL") {
        return None;
    }
    let mut prefix = "KILL ".to_owned();
    for allowed in [["HARD", "SOFT"], ["CONNECTION", "QUERY"]] {
        if let Some(word) = words.next_if(|word| allowed.contains(&word.as_str())) {
            prefix.push_str(&word);
            prefix.push(' ');
        }
    }
    words.next().is_none().then_some(Kill { prefix, id })
}

impl Session {
    /// Carries out a KILL and answers it.
    pub(super) async fn kill(&mut self, payload: &[u8]) {
        let Some(kill) = parse(payload) else {
            let number = payload.first().copied().unwrap_or_default();
            let command = Command::from_byte(number).unwrap_or(Command::Query);
            self.relay.pass_on(command, payload);
            return;
        };
        match self.try_kill(&kill).await {
            Ok(()) => {
                let ok = OkPacket {
                    status: StatusFlags::AUTOCOMMIT,
                    ..OkPacket::default()
                };
                let mut payload = Vec::new();
                ok.encode(self.login.capabilities, &mut payload);
                self.relay.answer(&payload);
            }
            Err(error) => self.answer_error(&error),
        }
    }

    async fn try_kill(&self, kill: &Kill) -> Result<(), ErrPacket> {
        let Some(target) = self.worker.directory.get(kill.id).await else {
            let message = format!("Unknown thread id: {}", kill.id);
            return Err(ErrPacket::new(1094, b"HY000", message));
        };
        for connection in target.connections {
            let statement = format!("{}{}", kill.prefix, connection.connection_id);
            self.run_on(&connection.server, &statement).await?;
        }
        Ok(())
    }

    /// Runs a statement on a server, as the session's user, on a connection of its own.
    async fn run_on(&self, server: &str, statement: &str) -> Result<(), ErrPacket> {
        let service = &self.entry.service;
        let endpoint = service
            .server(server)
            .and_then(|server| service.endpoint(&server, self.caller.address()));
        let Some(endpoint) = endpoint else {
            return Err(ErrPacket::new(
                1094,
                b"HY000",
                "The server of that session is gone",
            ));
        };
        let login = BackendLogin {
            database: None,
            ..self.login.clone()
        };
        let timeout = self.entry.connect_timeout;
        let connection = QueryConnection::log_in(&endpoint, &login, timeout).await;
        let mut connection = connection.map_err(|error| error.packet())?;
        connection
            .query(statement)
            .await
            .map_err(|error| error.packet())?;
        connection.quit().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, u64)>) {
        let mut payload = vec![Command::Query as u8];
        payload.extend_from_slice(text.as_bytes());
        let expected = expected.map(|(prefix, id)| Kill {
            prefix: prefix.to_owned(),
            id,
        });
        assert_eq!(parse(&payload), expected, "{text}");
    }

    #[test]
    fn a_kill_by_connection_id_is_read_in_all_its_forms() {
        check("KILL 17", Some(("KILL ", 17)));
        check("  kill query 4 ; ", Some(("KILL QUERY ", 4)));
        check(
            "KILL HARD CONNECTION\n9",
            Some(("KILL HARD CONNECTION ", 9)),
        );
        check("kill soft 5", Some(("KILL SOFT ", 5)));
    }

    #[test]
    fn other_kills_are_left_to_the_server() {
        check("KILL USER 'bob'", None);
        check("KILL QUERY ID 77", None);
        check("KILL", None);
        check("KILL x", None);
        check("KILL 1 + 1", None);
    }

    #[test]
    fn the_command_is_read() {
        let kill = parse(&[Command::ProcessKill as u8, 3, 0, 0, 0]);
        assert_eq!(
            kill,
            Some(Kill {
                prefix: "KILL ".to_owned(),
                id: 3
            })
        );
        assert_eq!(parse(&[Command::ProcessKill as u8, 3, 0]), None);
    }
}
