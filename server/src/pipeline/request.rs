//! A request on its way through a chain.

use std::sync::Arc;

use crate::sql::Dialect;
use crate::wire::command::Command;

/// Where a filter wants a request to go. Routers that have a choice follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteHint {
    /// To the primary.
    Primary,
    /// To a replica.
    Replica,
    /// To the server of that name.
    Server(Arc<str>),
    /// To any of the servers of these names.
    AnyOf(Arc<[Arc<str>]>),
    /// To all servers.
    All,
    /// Where the request before went.
    Last,
}

/// A request as filters see it, and may change it.
///
/// Of a request longer than one packet (16 MiB) only the first packet is here; the rest follows to
/// the server behind it.
#[derive(Debug)]
pub struct Request {
    command: Command,
    payload: Vec<u8>,
    whole: bool,
    changed: bool,
    /// Where to send it; the last hint given wins.
    pub route: Option<RouteHint>,
    /// How the text of its statement is to be read.
    pub dialect: Dialect,
    /// The lag that a replica may have to get it, in seconds.
    pub replication_lag_max_s: Option<u64>,
}

impl Request {
    /// The request with that payload, its command byte included. `whole` is false when it goes on
    /// in further packets.
    pub fn new(command: Command, payload: Vec<u8>, whole: bool) -> Self {
        Self {
            command,
            payload,
            whole,
            changed: false,
            route: None,
            dialect: Dialect::default(),
            replication_lag_max_s: None,
        }
    }

    /// Its command.
    pub fn command(&self) -> Command {
        self.command
    }

    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Its payload, command byte included.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Whether a filter has changed it.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// The text of a statement (COM_QUERY, COM_STMT_PREPARE), in the client's character set.
    pub fn sql(&self) -> Option<&[u8]> {
        match self.command {
            Command::Query | Command::StmtPrepare => self.payload.get(1..),
            _ => None,
        }
    }

    /// Replaces the text of a statement. Does nothing to a request that has none, or that is not
    /// whole: returns whether it was done.
    pub fn set_sql(&mut self, sql: &[u8]) -> bool {
        if self.sql().is_none() || !self.whole {
            return false;
        }
        self.payload.truncate(1);
        self.payload.extend_from_slice(sql);
        self.changed = true;
        true
    }

    /// Takes the payload out; nothing is left to be looked at.
    pub fn take_payload(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.payload)
    }

    /// Gives the buffer back.
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_statements_can_be_changed() {
        let mut statement = Request::new(Command::Query, b"\x03SELECT 1".to_vec(), true);
        assert!(statement.set_sql(b"SELECT 2"));
        assert_eq!(
            (statement.payload(), statement.is_changed()),
            (&b"\x03SELECT 2"[..], true)
        );
        let mut part = Request::new(Command::Query, b"\x03SELECT 1".to_vec(), false);
        assert!(!part.set_sql(b"SELECT 2"));
        assert_eq!(
            (part.payload(), part.is_changed()),
            (&b"\x03SELECT 1"[..], false)
        );
        let mut ping = Request::new(Command::Ping, b"\x0e".to_vec(), true);
        assert!(!ping.set_sql(b"SELECT 2"));
        assert_eq!(ping.sql(), None);
    }
}
