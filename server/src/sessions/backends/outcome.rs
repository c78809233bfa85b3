//! What becomes of the gateway's own requests.

use std::collections::VecDeque;
use std::rc::Rc;

use super::step::{Step, Unread};
use super::{Backend, Lacks, Unusable};
use crate::sessions::prepared::Statement;
use crate::sql::tables::tables;
use crate::sql::{Dialect, Kinds, Verb, classify};
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;
use crate::wire::tracker::ReplySummary;

/// ER_NO_DB_ERROR
const NO_DATABASE: u16 = 1046;
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
        if success && step.chooses_database().is_some() {
            self.lacks = Lacks::Nothing;
            self.has_database = true;
        }
        match step {
            Step::Command {
                chooses: Some(false),
                ..
            } if summary.error == Some(ErrPacket::UNKNOWN_DATABASE) => {
                return Err(Unusable::NoDatabase(ErrPacket::UNKNOWN_DATABASE));
            }
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
    /// that depend on it. If none is chosen after it, the connection is without one. `message` is what
    /// the server says.
    fn goes_without_database(&mut self, message: &[u8]) -> Result<(), Unusable> {
        let mut waits = self.steps.iter();
        let end = waits.position(|step| step.chooses_database().is_some());
        if end.is_none() && self.has_database {
            // It would go on in another database.
            return Err(Unusable::NoDatabase(ErrPacket::UNKNOWN_DATABASE));
        }
        if end.is_none() {
            self.lacks = Lacks::DatabaseStill;
        }
        let mut others = self.steps.split_off(end.unwrap_or(self.steps.len()));
        let mut kept = VecDeque::new();
        for step in std::mem::take(&mut self.steps) {
            match step {
                Step::Prepare(statement) if may_name_things(&statement.text) => {
                    let gone = self.gone(&statement, message);
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

    /// Why a statement can't be prepared whose database is gone, of which the server says `message`.
    fn gone(&self, statement: &Statement, message: &[u8]) -> ErrPacket {
        let seat = self.seat.as_ref();
        let is_mariadb = seat.is_some_and(|seat| seat.version.contains("MariaDB"));
        let missing = table_missing(statement).filter(|_| is_mariadb);
        missing.unwrap_or_else(|| ErrPacket::new(ErrPacket::UNKNOWN_DATABASE, b"42000", message))
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
                let mut error = ErrPacket::new(code.unwrap_or_default(), &state, message);
                if self.lacks != Lacks::Nothing && error.code == NO_DATABASE {
                    let name = statement.database.as_deref().unwrap_or_default();
                    let name = String::from_utf8_lossy(name);
                    let message = format!("Unknown database '{name}'");
                    error = self.gone(statement, message.as_bytes());
                }
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

/// Whether a text may name tables or functions of the default database. Of statements that read or
/// write rows, or set something, it is known what they name; of all others it is not.
fn may_name_things(text: &[u8]) -> bool {
    let dialect = Dialect::default();
    let read = classify(text, dialect);
    let sets_plainly = read.verb == Verb::Set && !text.contains(&b'(');
    if sets_plainly && read.statements == 1 {
        return false;
    }
    let is_known = read.parsed && read.statements == 1 && NAME_TABLES_ONLY.contains(&read.verb);
    let may_call = Kinds::STORED_FUNCTION | Kinds::SEQUENCE;
    let mut tables = tables(text, dialect).into_iter();
    !is_known || read.kinds.intersects(may_call) || tables.any(|table| table.database.is_none())
}

/// Statements whose tables are found, wherever they are named.
const NAME_TABLES_ONLY: [Verb; 9] = [
    Verb::Select,
    Verb::With,
    Verb::Values,
    Verb::Insert,
    Verb::Replace,
    Verb::Update,
    Verb::Delete,
    Verb::Do,
    Verb::Set,
];

/// The same of a session command.
fn command_may_name_things(payload: &[u8]) -> bool {
    match payload.split_first() {
        Some((&command, text)) if command == Command::Query as u8 => may_name_things(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::may_name_things;

    #[test]
    fn a_text_that_names_only_other_databases_needs_no_default_one() {
        for text in [
            "SELECT CONCAT(?, '!')",
            "SET @a = 1, time_zone = ?",
            "SET @a = (SELECT MAX(a) FROM other.t)",
            "SET @a = CONCAT('a', ?)",
            "WITH c AS (SELECT a FROM other.t) SELECT a FROM c",
            "VALUES (1, ?)",
            "SELECT t.a, COUNT(*) FROM other.t JOIN `third`.u USING (a) WHERE b IN (SELECT b FROM other.v)",
            "INSERT INTO other.t (a) SELECT b FROM third.t ON DUPLICATE KEY UPDATE a = VALUES(a)",
            "UPDATE other.t x SET x.a = ? WHERE x.b = (SELECT MAX(b) FROM third.t)",
            "DELETE FROM other.t WHERE a = ?",
            "REPLACE INTO other.t VALUES (?, NOW())",
        ] {
            assert!(!may_name_things(text.as_bytes()), "{text}");
        }
        for text in [
            "SELECT a FROM t",
            "SELECT a FROM other.t JOIN u USING (a)",
            "SELECT a FROM other.t WHERE b IN (SELECT b FROM v)",
            "SELECT f(a) FROM other.t",
            "SELECT f()",
            "INSERT INTO other.t SELECT a FROM u",
            "INSERT INTO other.t VALUES (f(?))",
            "INSERT INTO other.t VALUES (NEXTVAL(s))",
            "UPDATE other.t SET a = (SELECT MAX(a) FROM u)",
            "DELETE FROM other.t WHERE a IN (SELECT a FROM u)",
            "DELETE a FROM other.t AS a JOIN u",
            "SET @a = (SELECT MAX(a) FROM t)",
            "SET @a = (SELECT MAX(a) FROM other.t WHERE b = (SELECT b FROM u))",
            "SET @a = f(1)",
            "CALL p()",
            "CALL other.p()",
            "CREATE TABLE other.t AS SELECT * FROM u",
            "SHOW TABLES",
            "WITH c AS (SELECT a FROM t) SELECT a FROM c",
            "EXPLAIN SELECT a FROM other.t",
            "PREPARE s FROM 'SELECT a FROM t'",
            "INSERT INTO other.t VALUES (1); INSERT INTO t VALUES (1)",
            "TABLE t",
            "HELP 'x'",
        ] {
            assert!(may_name_things(text.as_bytes()), "{text}");
        }
    }
}
