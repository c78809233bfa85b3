//! What becomes of the gateway's own requests.

use std::collections::VecDeque;
use std::rc::Rc;

use super::step::{Step, Unread};
use super::{Backend, UNKNOWN_DATABASE, Unusable};
use crate::sessions::prepared::Statement;
use crate::wire::reply::ErrPacket;
use crate::wire::tracker::ReplySummary;

impl Backend {
    /// The reply to the oldest of the gateway's requests is complete.
    pub(super) fn complete(&mut self) -> Result<(), Unusable> {
        let Some((step, summary)) = self.unread.pop_front().and_then(Unread::into_reply) else {
            return Ok(());
        };
        let success = summary.error.is_none();
        if let Some(may_be_gone) = step.chooses_database() {
            self.is_astray = summary.error == Some(UNKNOWN_DATABASE);
            if self.is_astray && may_be_gone {
                return Ok(());
            }
        }
        match step {
            Step::Command {
                number, expected, ..
            } => return self.commanded(number, expected, success),
            Step::Prepare(statement) => return self.prepared(&statement, summary),
            Step::Database { .. } => {
                if let Some(error) = summary.error {
                    return Err(Unusable::NoDatabase(error));
                }
            }
            Step::Ping | Step::Rollback => {}
        }
        Ok(())
    }

    /// The server has prepared a statement, or can't: its tables may be gone, and the client may
    /// never execute it again.
    fn prepared(
        &mut self,
        statement: &Rc<Statement>,
        summary: ReplySummary,
    ) -> Result<(), Unusable> {
        let handle = statement.handle();
        match (summary.prepared, summary.error) {
            (Some(prepared), None) => self.statements.add(handle, prepared.statement_id),
            (_, code) => {
                let state = summary.error_state.unwrap_or(*b"HY000");
                let message = summary.error_message.unwrap_or_default();
                let error = ErrPacket::new(code.unwrap_or_default(), &state, message);
                self.statements.add_failed(handle, error);
                self.fail_commands_of(handle)?;
            }
        }
        // The client may have closed it meanwhile.
        if Rc::strong_count(statement) == 1 && !statement.is_needed() {
            self.close_statement(handle);
        }
        Ok(())
    }

    /// Session commands that execute a statement that can't be prepared have failed here.
    fn fail_commands_of(&mut self, handle: u32) -> Result<(), Unusable> {
        let executes = |step: &Step| {
            let needed = step.statement();
            needed.is_some_and(|needed| needed.handle() == handle)
        };
        let (failed, others): (VecDeque<Step>, VecDeque<Step>) =
            self.steps.drain(..).partition(executes);
        self.steps = others;
        for step in failed {
            if let Step::Command {
                number, expected, ..
            } = step
            {
                self.commanded(number, expected, false)?;
            }
        }
        Ok(())
    }

    /// A session command has ended.
    fn commanded(
        &mut self,
        number: u64,
        expected: Option<bool>,
        success: bool,
    ) -> Result<(), Unusable> {
        match expected {
            Some(expected) if expected != success => return Err(Unusable::Differs),
            Some(_) => {}
            None => self.unchecked.push((number, success)),
        }
        Ok(())
    }
}
