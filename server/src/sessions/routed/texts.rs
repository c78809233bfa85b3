//! Texts that a session prepares again.

use std::rc::Rc;

use super::Routed;
use crate::sql::{Classification, Kinds};
use crate::wire::command::Command;

/// The server has as many prepared statements as it may have.
const TOO_MANY_STATEMENTS: u16 = 1461;

/// What may change the meaning of texts, apart from settings: it may be executed, or execute
/// something that sets the session.
const CHANGES: Kinds = Kinds::USE
    .union(Kinds::DDL)
    .union(Kinds::CREATE_TEMPORARY_TABLE)
    .union(Kinds::DROP_TEMPORARY_TABLE)
    .union(Kinds::LOCK_TABLES)
    .union(Kinds::UNLOCK_TABLES)
    .union(Kinds::CALL)
    .union(Kinds::STORED_FUNCTION)
    .union(Kinds::EXECUTE)
    .union(Kinds::COMPOUND)
    .union(Kinds::GLOBAL_SYSVAR_WRITE);

impl Routed {
    /// The kept request prepares a text that is prepared already: the answer to it.
    pub fn prepare_again(&mut self, database: Option<Rc<[u8]>>) -> Option<Vec<u8>> {
        let kinds = self.kept.kinds?;
        let since = self.history.total();
        let text = self.kept.payload().get(1..).unwrap_or_default();
        let again = self
            .prepared
            .again(text, kinds, since, database, self.status);
        let (id, answer) = again?;
        self.router.prepared_again(id, kinds, text, self.dialect);
        Some(answer)
    }

    /// The kept request is answered; texts that may mean something else now are forgotten. Returns
    /// the handles that nobody needs any more.
    pub fn outdated_texts(&mut self, error: Option<u16>) -> Vec<u32> {
        let kept = &self.kept;
        let runs = matches!(
            kept.command,
            Command::Query | Command::StmtExecute | Command::StmtBulkExecute
        );
        let changes = match kept.kinds {
            Some(kinds) => runs && changes_meanings(kinds, kept.payload()),
            None => runs || kept.command == Command::InitDb,
        };
        if changes || error == Some(TOO_MANY_STATEMENTS) {
            return self.prepared.forget_texts();
        }
        let failed = kept.statement.filter(|_| error.is_some());
        let freed = failed.and_then(|id| self.prepared.forget_text_of(id));
        Vec::from_iter(freed)
    }
}

/// Whether other texts may mean something else once a statement was run.
fn changes_meanings(statement: Classification, payload: &[u8]) -> bool {
    let kinds = statement.kinds;
    if !statement.parsed || kinds.intersects(CHANGES) {
        return true;
    }
    if kinds.intersects(Kinds::AUTOCOMMIT_ON | Kinds::AUTOCOMMIT_OFF) {
        return sets_more(payload);
    }
    let harmless = Kinds::USERVAR_WRITE | Kinds::NEXT_TRANSACTION | Kinds::PREPARE;
    kinds.intersects(Kinds::SYSVAR_WRITE)
        || kinds.contains(Kinds::SESSION_WRITE) && !kinds.intersects(harmless | Kinds::DEALLOCATE)
}

/// Whether a `SET` of `autocommit` may set something else, too.
pub(super) fn sets_more(payload: &[u8]) -> bool {
    payload.iter().any(|byte| matches!(byte, b',' | b';'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Dialect, classify};

    fn check(text: &str, expected: bool) {
        let kinds = classify(text.as_bytes(), Dialect::default());
        let changes = changes_meanings(kinds, text.as_bytes());
        assert_eq!(changes, expected, "{text}: {kinds:?}");
    }

    #[test]
    fn what_may_change_the_meaning_of_a_text_is_known() {
        for text in [
            "USE other",
            "SET sql_mode = 'ANSI'",
            "SET autocommit = 1, sql_mode = 'ANSI'",
            "SET NAMES latin1",
            "SET ROLE reader",
            "ALTER TABLE t ADD b INT",
            "CREATE TEMPORARY TABLE t (a INT)",
            "DROP TABLE t",
            "CALL p()",
            "SELECT f(1)",
            "LOCK TABLES t READ",
            "what is this",
        ] {
            check(text, true);
        }
        for text in [
            "SELECT a FROM t",
            "INSERT INTO t VALUES (1)",
            "SET @a = 1",
            "SET autocommit = 0",
            "BEGIN",
            "COMMIT",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        ] {
            check(text, false);
        }
    }
}
