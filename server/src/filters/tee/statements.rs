//! The session's prepared statements that are prepared at the branch, too.

use std::collections::HashMap;

use crate::pipeline::Request;
use crate::wire::command::Command;
use crate::wire::request::statement_id;

/// Statements that are known at once, at most; further ones are not copied.
const STATEMENTS_MAX: usize = 16 * 1024;
/// The id that means the statement prepared last (MariaDB documentation: "COM_STMT_EXECUTE").
const LAST_PREPARED: u32 = u32::MAX;

/// See the module. Each statement has a number for the branch, which finds its own id by it.
#[derive(Debug, Default)]
pub(super) struct Statements {
    numbers: HashMap<u32, u32>,
    next: u32,
    last: Option<u32>,
    /// The statement whose preparation is awaited.
    awaited: Option<u32>,
}

impl Statements {
    /// A statement is being prepared, and copied or not. Its number.
    pub(super) fn prepares(&mut self, copied: bool) -> Option<u32> {
        self.last = None;
        if !copied || self.numbers.len() >= STATEMENTS_MAX {
            return None;
        }
        self.next = self.next.wrapping_add(1);
        self.last = Some(self.next);
        self.awaited = self.last;
        self.last
    }

    /// The reply is complete. The number of a statement that could not be prepared.
    pub(super) fn prepared(&mut self, id: Option<u32>) -> Option<u32> {
        let number = self.awaited.take()?;
        if let Some(id) = id {
            self.numbers.insert(id, number);
            return None;
        }
        self.last = None;
        Some(number)
    }

    /// The number of the statement that a request is about; a close forgets it.
    pub(super) fn of(&mut self, request: &Request) -> Option<u32> {
        let id = statement_id(request.payload()).ok().flatten()?;
        if request.command() == Command::StmtClose {
            return self.numbers.remove(&id);
        }
        if id == LAST_PREPARED {
            return self.last;
        }
        self.numbers.get(&id).copied()
    }

    /// The connection was reset.
    pub(super) fn clear(&mut self) {
        *self = Self {
            next: self.next,
            ..Self::default()
        };
    }
}
