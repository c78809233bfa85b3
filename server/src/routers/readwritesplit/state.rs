//! What is known of a session.

use std::time::Instant;

use super::aftermath::Aftermath;
use super::prepared::{NamedStatement, NamedStatements, Statements};
use super::temporary::{TableNumber, TemporaryTables};
use crate::routers::{Purpose, RouteError};
use crate::sql::Classification;
use crate::wire::command::Command;

/// What is known of a session.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct State {
    /// The primary that it uses; it stays with it as long as that is one.
    pub primary: Option<usize>,
    /// It has lost its primary, and may not have another one.
    pub primary_given_up: bool,
    /// Whether it may open new connections.
    pub connects: bool,
    /// Where the last statement was run.
    pub last: Option<usize>,
    /// The open transaction.
    pub transaction: Option<Transaction>,
    /// The server that was told something about the next transaction, which must be run there.
    pub next_transaction: Option<usize>,
    /// `autocommit`
    pub autocommit: bool,
    /// Transactions only read if they don't say otherwise.
    pub reads_only: bool,
    /// The isolation level is `SERIALIZABLE`.
    pub serializable: bool,
    /// Tables are locked on the primary.
    pub locks_tables: bool,
    /// Only the primary knows the session's state.
    pub at_primary: bool,
    /// The server that alone has the right values of user variables.
    pub variables_at: Option<usize>,
    pub temporary: TemporaryTables,
    /// How often the default database was changed.
    pub database: u64,
    pub statements: Statements,
    pub named: NamedStatements,
    pub aftermath: Aftermath,
    /// The request under way, or the last one.
    pub asked: Option<Asked>,
    /// The session has lost what it can't do without; it ends with its next request.
    pub doomed: Option<RouteError>,
    /// Since when the request waits for a server.
    pub waits_since: Option<Instant>,
    /// The request is being routed again, and was counted the first time.
    pub again: bool,
    /// It has used functions or statements by which a server holds something for it.
    pub holds_locks: bool,
    /// Where a read began a transaction that is not the session's.
    pub stray: Option<usize>,
    /// It was sent to a server before, which was lost.
    pub was_sent: bool,
}

/// An open transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transaction {
    /// Where it is open.
    pub member: usize,
    /// It only reads.
    pub reads_only: bool,
}

/// A request that a server got.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Asked {
    pub command: Command,
    pub kinds: Classification,
    /// The server, or the one whose reply counts.
    pub member: usize,
    pub purpose: Purpose,
    /// Whether all servers got it.
    pub everyone: bool,
    /// Whether a filter has said where it goes.
    pub hinted: bool,
    pub statement: Option<u32>,
    /// The tables that it creates or drops, if that matters; for a COM_STMT_PREPARE all of its
    /// tables.
    pub tables: Vec<TableNumber>,
    /// What it does to prepared statements with names.
    pub named: NamedChange,
    /// Whether a user variable gets a value that may differ between servers.
    pub uneven: bool,
    /// Its reply is complete.
    pub answered: bool,
}

/// What a request does to prepared statements with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedChange {
    None,
    Prepares(Box<[u8]>, NamedStatement),
    Forgets(Box<[u8]>),
}

impl Default for State {
    fn default() -> Self {
        Self {
            primary: None,
            primary_given_up: false,
            connects: true,
            last: None,
            transaction: None,
            next_transaction: None,
            autocommit: true,
            reads_only: false,
            serializable: false,
            locks_tables: false,
            at_primary: false,
            variables_at: None,
            temporary: TemporaryTables::default(),
            database: 0,
            statements: Statements::default(),
            named: NamedStatements::default(),
            aftermath: Aftermath::default(),
            asked: None,
            doomed: None,
            waits_since: None,
            again: false,
            holds_locks: false,
            stray: None,
            was_sent: false,
        }
    }
}

impl State {
    /// Forgets all that servers forget at COM_RESET_CONNECTION.
    pub(super) fn reset(&mut self) {
        *self = Self {
            primary: self.primary,
            primary_given_up: self.primary_given_up,
            ..Self::default()
        };
    }

    /// Whether all that servers know of it can be told to others, apart from the aftermath.
    pub(super) fn is_portable(&self) -> bool {
        let is_somewhere = self.bound_to().is_some()
            || self.variables_at.is_some()
            || self.locks_tables
            || self.at_primary
            || self.holds_locks
            || !self.temporary.is_empty();
        !is_somewhere && self.connects && self.doomed.is_none()
    }

    /// What others can be told of it.
    pub(super) fn portable(self) -> Self {
        let mut statements = self.statements;
        statements.forget_places();
        Self {
            autocommit: self.autocommit,
            reads_only: self.reads_only,
            serializable: self.serializable,
            // The statements count from there.
            database: self.database,
            statements,
            named: self.named,
            ..Self::default()
        }
    }

    /// The server that must get the next statement.
    pub(super) fn bound_to(&self) -> Option<usize> {
        let open = self.transaction.map(|transaction| transaction.member);
        open.or(self.next_transaction)
    }

    /// Whether a request is under way at that server.
    pub(super) fn is_busy_at(&self, member: usize) -> bool {
        self.asked
            .as_ref()
            .is_some_and(|asked| !asked.answered && (asked.everyone || asked.member == member))
    }

    /// Whether all statements go to the primary.
    pub(super) fn needs_primary(&self) -> bool {
        self.locks_tables || self.at_primary || self.serializable
    }
}
