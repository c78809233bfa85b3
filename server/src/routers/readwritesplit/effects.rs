//! What replies say of the session.

use super::SplitSession;
use super::state::{Asked, NamedChange, Transaction};
use crate::routers::{Purpose, Replied};
use crate::sql::{Kinds, Verb};
use crate::wire::command::Command;
use crate::wire::status::StatusFlags;

impl SplitSession {
    /// A reply is complete: the one that the client got.
    pub fn replied(&mut self, replied: &Replied) {
        let Some(mut asked) = self.state.asked.take() else {
            return;
        };
        asked.answered = true;
        self.state.was_sent = false;
        if asked.command == Command::StmtSendLongData {
            // The execution went where its parameters were sent ahead, without asking.
            asked.command = Command::StmtExecute;
        }
        self.counters.replied(&asked, replied.now);
        let worked = replied.error.is_none();
        // Of several statements this one may have worked, even if the last one failed.
        if asked.kinds.kinds.contains(Kinds::USE) || asked.command == Command::InitDb {
            self.state.database += 1;
        }
        self.state.aftermath.answered(&asked, replied);
        self.locks(&asked, worked);
        if let Some(status) = replied.status {
            self.transaction_is(&asked, replied.member, status);
        }
        self.next_transaction_is(&asked, worked);
        if asked.command.is_statement() {
            self.state.last = Some(replied.member);
        }
        if worked {
            self.session_is(&asked);
            self.statements_are(&asked, replied);
        }
        self.state.asked = Some(asked);
    }

    /// What keeps the session at the primary.
    fn locks(&mut self, asked: &Asked, worked: bool) {
        let kinds = asked.kinds.kinds;
        let is_statement = asked.command.is_statement();
        // What failed may have done a part of its work.
        let strict = self.parameters.strict_multi_stmt && kinds.contains(Kinds::MULTI)
            || self.parameters.strict_sp_calls && kinds.contains(Kinds::CALL);
        self.state.at_primary |= strict && is_statement;
        if !worked || !is_statement {
            return;
        }
        if kinds.contains(Kinds::UNLOCK_TABLES) {
            self.state.locks_tables = false;
        }
        if kinds.contains(Kinds::LOCK_TABLES) {
            self.state.locks_tables = true;
        }
        if kinds.contains(Kinds::SESSION_WRITE) && !asked.everyone {
            self.changed_at_one_server(asked);
        }
    }

    /// Only one server knows what was set.
    fn changed_at_one_server(&mut self, asked: &Asked) {
        let kinds = asked.kinds.kinds;
        // What these may do to the session is not known, and mostly they do nothing.
        let may_change = Kinds::NEXT_TRANSACTION | Kinds::COMPOUND | Kinds::PREPARE;
        if kinds.intersects(may_change) || asked.kinds.verb == Verb::Execute {
            return;
        }
        let variables_only = kinds.contains(Kinds::USERVAR_WRITE)
            && !kinds.intersects(Kinds::SYSVAR_WRITE | Kinds::USE | Kinds::DEALLOCATE);
        if !variables_only {
            self.state.at_primary = true;
        }
    }

    /// The status in a reply says whether a transaction is open.
    fn transaction_is(&mut self, asked: &Asked, member: usize, status: StatusFlags) {
        let kinds = asked.kinds.kinds;
        let is_open = status.contains(StatusFlags::IN_TRANS);
        // What a hint has sent elsewhere says nothing of the session.
        let counts =
            !asked.hinted || asked.purpose == Purpose::Primary || kinds.contains(Kinds::BEGIN);
        match self.state.transaction {
            Some(transaction) if transaction.member == member && !is_open => {
                self.state.transaction = None;
            }
            None if is_open && counts => {
                let reads_only = status.contains(StatusFlags::IN_TRANS_READONLY);
                // A read that without `autocommit` began one at a replica, before that was known of
                // the session: what follows may be writes, so it goes to the primary.
                let has_strayed = !reads_only
                    && !kinds.contains(Kinds::BEGIN)
                    && !self.state.reads_only
                    && asked.purpose != Purpose::Primary
                    && self.state.primary != Some(member);
                if has_strayed {
                    self.state.stray = Some(member);
                } else {
                    self.state.transaction = Some(Transaction { member, reads_only });
                }
            }
            _ => {}
        }
        if counts {
            self.state.autocommit = status.contains(StatusFlags::AUTOCOMMIT);
        }
        if is_open && kinds.contains(Kinds::BEGIN) && asked.command.is_statement() {
            let read_only = status.contains(StatusFlags::IN_TRANS_READONLY)
                || kinds.contains(Kinds::READ_ONLY_TRANSACTION);
            self.counters.transaction(read_only);
        }
    }

    fn next_transaction_is(&mut self, asked: &Asked, worked: bool) {
        if !asked.command.is_statement() || asked.everyone {
            return;
        }
        if asked.kinds.kinds.contains(Kinds::NEXT_TRANSACTION) {
            if worked {
                self.state.next_transaction = Some(asked.member);
            }
        } else if self.state.next_transaction == Some(asked.member) {
            self.state.next_transaction = None;
        }
    }

    /// What a statement that worked has changed of the session.
    fn session_is(&mut self, asked: &Asked) {
        if !asked.command.is_statement() {
            return;
        }
        let kinds = asked.kinds.kinds;
        self.state.holds_locks |= kinds.intersects(Kinds::USER_LOCK | Kinds::HANDLER);
        let is_lasting = kinds.contains(Kinds::SESSION_WRITE)
            && !kinds.intersects(Kinds::NEXT_TRANSACTION | Kinds::BEGIN);
        if is_lasting && kinds.contains(Kinds::READ_ONLY_TRANSACTION) {
            self.state.reads_only = true;
        }
        if is_lasting && kinds.contains(Kinds::READ_WRITE_TRANSACTION) {
            self.state.reads_only = false;
        }
        if is_lasting && kinds.contains(Kinds::ISOLATION) {
            self.state.serializable = kinds.contains(Kinds::SERIALIZABLE);
        }
        if kinds.contains(Kinds::USERVAR_WRITE) && (!asked.everyone || asked.uneven) {
            self.state.variables_at = Some(asked.member);
        }
        self.tables_are(asked);
    }

    /// Temporary tables come and go.
    fn tables_are(&mut self, asked: &Asked) {
        let kinds = asked.kinds.kinds;
        if kinds.contains(Kinds::CREATE_TEMPORARY_TABLE) {
            self.state.temporary.add(&asked.tables, asked.member);
        } else if asked.kinds.verb == Verb::Drop {
            // A text of several statements may do anything to the tables that it names.
            let is_alone = !kinds.contains(Kinds::MULTI);
            if is_alone && self.state.temporary.at() == Some(asked.member) {
                self.state.temporary.remove(&asked.tables);
            }
        } else if kinds.contains(Kinds::DDL) && self.state.temporary.has_any(&asked.tables) {
            // It may have another name now.
            self.state.temporary.add(&asked.tables, asked.member);
        }
    }

    fn statements_are(&mut self, asked: &Asked, replied: &Replied) {
        match asked.command {
            Command::StmtPrepare => {
                if let Some(id) = replied.prepared {
                    let tables = asked.tables.clone();
                    self.state.statements.insert(id, asked.kinds, tables);
                }
            }
            Command::StmtExecute | Command::StmtBulkExecute => {
                let has_cursor = replied
                    .status
                    .is_some_and(|status| status.contains(StatusFlags::CURSOR_EXISTS));
                if let Some(statement) = self.state.statements.get_mut(asked.statement) {
                    statement.at = Some(replied.member);
                    statement.parameters_sent = false;
                    statement.cursor_at = has_cursor.then_some(replied.member);
                }
            }
            Command::StmtReset => {
                if let Some(statement) = self.state.statements.get_mut(asked.statement) {
                    statement.parameters_sent = false;
                    statement.cursor_at = None;
                }
            }
            Command::ResetConnection | Command::ChangeUser => {
                // As the server's settings say, which its reply has told.
                let autocommit = self.state.autocommit;
                self.state.reset();
                self.state.autocommit = autocommit;
            }
            _ => {}
        }
        match &asked.named {
            NamedChange::None => {}
            NamedChange::Prepares(name, statement) => {
                self.state.named.insert(name.clone(), statement.clone());
            }
            NamedChange::Forgets(name) => self.state.named.remove(name),
        }
    }
}
