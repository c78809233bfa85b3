//! The prepared statements of a connection.

use std::rc::Rc;

use super::{Backend, Step};
use crate::sessions::prepared::Statement;
use crate::wire::command::Command;
use crate::wire::packet::frame;

impl Backend {
    /// Whether a statement is prepared here or about to be, or could not be.
    pub fn prepares(&self, handle: u32) -> bool {
        let mut steps = self.steps.iter();
        self.statements.has(handle)
            || self.statements.failure(handle).is_some()
            || self.is_preparing(handle)
            || steps.any(|step| step.prepares() == Some(handle))
    }

    /// Whether a statement is prepared here, or could not be. If neither, it will be; `database` is
    /// the session's default database.
    pub fn has_prepared(
        &mut self,
        statement: &Rc<Statement>,
        database: impl FnOnce() -> Option<Rc<[u8]>>,
    ) -> bool {
        let handle = statement.handle();
        if self.statements.has(handle) || self.statements.failure(handle).is_some() {
            return true;
        }
        self.prepare_missing([statement], database().as_deref());
        false
    }

    /// Prepares the statements that are not prepared here yet: what could not be prepared before may
    /// be prepared now. Each means what it did in the default database of then; `database` is the
    /// session's now. Returns whether there are any.
    pub fn prepare_missing<'a>(
        &mut self,
        statements: impl IntoIterator<Item = &'a Rc<Statement>>,
        database: Option<&[u8]>,
    ) -> bool {
        let mut any = false;
        for statement in statements {
            if self.prepares(statement.handle()) {
                continue;
            }
            any = true;
            let prepare = Step::Prepare(Rc::clone(statement));
            match (statement.database.as_deref(), database) {
                (Some(then), Some(now)) if then != now => self.replay([
                    Step::Database {
                        name: then.into(),
                        may_be_gone: true,
                    },
                    prepare,
                    Step::Database {
                        name: now.into(),
                        may_be_gone: false,
                    },
                ]),
                _ => self.replay([prepare]),
            }
        }
        any
    }

    pub(super) fn is_preparing(&self, handle: u32) -> bool {
        let mut unread = self.unread.iter();
        unread.any(|unread| unread.step.prepares() == Some(handle))
    }

    /// Closes a prepared statement here.
    pub fn close_statement(&mut self, handle: u32) {
        if let Some(id) = self.statements.remove(handle) {
            let mut payload = vec![Command::StmtClose as u8];
            payload.extend_from_slice(&id.to_le_bytes());
            self.queue(&payload);
        }
    }

    /// Sends a request about a statement that has no reply.
    pub fn send_unanswered(&mut self, statement: &Statement, payload: &[u8]) {
        let mut framed = Vec::new();
        frame(payload, &mut 0, &mut framed);
        let command = Command::StmtSendLongData;
        if self
            .statements
            .translate(statement, command, &mut framed)
            .is_ok()
        {
            self.link.queue(&framed);
        }
    }
}
