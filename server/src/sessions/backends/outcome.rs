//! What becomes of the gateway's own requests.

use std::collections::VecDeque;
use std::rc::Rc;

use super::step::{Step, Unread};
use super::{Backend, Unusable};
use crate::sessions::prepared::Statement;
use crate::sql::tables::tables;
use crate::sql::{Dialect, Verb, classify};
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;
use crate::wire::tracker::ReplySummary;

/// ER_NO_SUCH_TABLE
const NO_SUCH_TABLE: u16 = 1146;

impl Backend {
    /// The reply to the oldest of the gateway's requests is complete.
    pub(super) fn complete(&mut self) -> Result<(), Unusable> {
        let Some((step, summary)) = self.unread.pop_front().and_then(Unread::into_reply) else {
            return Ok(());
        };
        let success = summary.error.is_none();
        if step.chooses_database() == Some(true)
            && summary.error == Some(ErrPacket::UNKNOWN_DATABASE)
        {
            return self.goes_without_database(&summary.error_message.unwrap_or_default());
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

    /// A default database is gone. What waits for it, up to the next choice of one, would be done
    /// in another: statements that name something of it can't be prepared, and commands have failed
    /// that depend on it. `message` is what the server says.
    fn goes_without_database(&mut self, message: &[u8]) -> Result<(), Unusable> {
        let mut waits = self.steps.iter();
        let end = waits.position(|step| step.chooses_database().is_some());
        let mut others = self.steps.split_off(end.unwrap_or(self.steps.len()));
        let mut kept = VecDeque::new();
        for step in std::mem::take(&mut self.steps) {
            match step {
                Step::Prepare(statement) if may_name_things(&statement.text) => {
                    let missing = table_missing(&statement);
                    let gone = ErrPacket::new(ErrPacket::UNKNOWN_DATABASE, b"42000", message);
                    let gone = missing.filter(|_| self.is_mariadb()).unwrap_or(gone);
                    self.statements.add_failed(statement.handle(), gone);
                }
                Step::Command {
                    number,
                    ref payload,
                    ref statement,
                    expected,
                    ..
                } => {
                    let fails = match statement {
                        Some(statement) => {
                            !self.statements.has(statement.handle())
                                && may_name_things(&statement.text)
                        }
                        None => command_may_name_things(payload),
                    };
                    if fails {
                        self.commanded(number, expected, false)?;
                    } else {
                        kept.push_back(step);
                    }
                }
                step => kept.push_back(step),
            }
        }
        kept.append(&mut others);
        self.steps = kept;
        Ok(())
    }

    fn is_mariadb(&self) -> bool {
        let seat = self.seat.as_ref();
        seat.is_some_and(|seat| seat.version.contains("MariaDB"))
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

/// What MariaDB says when a statement is executed whose database is gone, if it reads or writes a table
/// there.
fn table_missing(statement: &Statement) -> Option<ErrPacket> {
    let database = String::from_utf8_lossy(statement.database.as_deref()?);
    let tables = tables(&statement.text, Dialect::default());
    let mut tables = tables.iter().filter(|table| table.database.is_none());
    let table = tables.next()?.name.unquoted();
    let table = String::from_utf8_lossy(&table);
    let message = format!("Table '{database}.{table}' doesn't exist");
    Some(ErrPacket::new(NO_SUCH_TABLE, b"42S02", message))
}

/// Whether a text may name tables or functions of the default database: all do but those that set
/// something to what is neither a query nor a call, and those that read nothing.
fn may_name_things(text: &[u8]) -> bool {
    let dialect = Dialect::default();
    let read = classify(text, dialect);
    if read.verb == Verb::Set && read.statements == 1 {
        return text.contains(&b'(');
    }
    !read.is_plain_read() || !tables(text, dialect).is_empty()
}

/// The same of a session command.
fn command_may_name_things(payload: &[u8]) -> bool {
    match payload.split_first() {
        Some((&command, text)) if command == Command::Query as u8 => may_name_things(text),
        _ => false,
    }
}
