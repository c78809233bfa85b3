//! The documented words for what statements do.

use crate::sql::{Kinds, Verb};

/// `sql::OP_SELECT`, by the first statement's verb.
pub(super) fn operation(verb: Verb) -> &'static str {
    match verb {
        Verb::Alter => "sql::OP_ALTER",
        Verb::Call => "sql::OP_CALL",
        Verb::Use => "sql::OP_CHANGE_DB",
        Verb::Create => "sql::OP_CREATE",
        Verb::Delete => "sql::OP_DELETE",
        Verb::Drop => "sql::OP_DROP",
        Verb::Execute => "sql::OP_EXECUTE",
        Verb::Explain | Verb::Describe | Verb::Analyze => "sql::OP_EXPLAIN",
        Verb::Grant => "sql::OP_GRANT",
        Verb::Insert | Verb::Replace => "sql::OP_INSERT",
        Verb::Kill => "sql::OP_KILL",
        Verb::Load => "sql::OP_LOAD",
        Verb::Revoke => "sql::OP_REVOKE",
        Verb::Select | Verb::Values | Verb::Table | Verb::With => "sql::OP_SELECT",
        Verb::Set => "sql::OP_SET",
        Verb::Show => "sql::OP_SHOW",
        Verb::Truncate => "sql::OP_TRUNCATE",
        Verb::Update => "sql::OP_UPDATE",
        _ => "sql::OP_UNDEFINED",
    }
}

/// The kinds that have a documented word.
const TYPES: [(Kinds, &str); 21] = [
    (Kinds::READ, "TYPE_READ"),
    (Kinds::WRITE, "TYPE_WRITE"),
    (Kinds::PRIMARY_READ, "TYPE_MASTER_READ"),
    (Kinds::SESSION_WRITE, "TYPE_SESSION_WRITE"),
    (Kinds::USERVAR_WRITE, "TYPE_USERVAR_WRITE"),
    (Kinds::USERVAR_READ, "TYPE_USERVAR_READ"),
    (Kinds::SYSVAR_READ, "TYPE_SYSVAR_READ"),
    (Kinds::GLOBAL_SYSVAR_READ, "TYPE_GSYSVAR_READ"),
    (Kinds::GLOBAL_SYSVAR_WRITE, "TYPE_GSYSVAR_WRITE"),
    (Kinds::BEGIN, "TYPE_BEGIN_TRX"),
    (Kinds::AUTOCOMMIT_ON, "TYPE_ENABLE_AUTOCOMMIT"),
    (Kinds::AUTOCOMMIT_OFF, "TYPE_DISABLE_AUTOCOMMIT"),
    (Kinds::ROLLBACK, "TYPE_ROLLBACK"),
    (Kinds::COMMIT, "TYPE_COMMIT"),
    (Kinds::PREPARE, "TYPE_PREPARE_NAMED_STMT"),
    (Kinds::EXECUTE, "TYPE_EXEC_STMT"),
    (Kinds::DEALLOCATE, "TYPE_DEALLOC_PREPARE"),
    (Kinds::CREATE_TEMPORARY_TABLE, "TYPE_CREATE_TMP_TABLE"),
    (Kinds::READ_ONLY_TRANSACTION, "TYPE_READONLY"),
    (Kinds::READ_WRITE_TRANSACTION, "TYPE_READWRITE"),
    (Kinds::NEXT_TRANSACTION, "TYPE_NEXT_TRX"),
];

/// `sql::TYPE_READ|sql::TYPE_SYSVAR_READ`.
pub(super) fn type_mask(kinds: Kinds) -> String {
    let words = TYPES.iter().filter(|(kind, _)| kinds.contains(*kind));
    let words: Vec<_> = words.map(|(_, word)| format!("sql::{word}")).collect();
    if words.is_empty() {
        return "sql::TYPE_UNKNOWN".to_owned();
    }
    words.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Dialect, classify};

    #[test]
    fn statements_have_the_documented_words() {
        let check = |sql: &str, expected: [&str; 2]| {
            let found = classify(sql.as_bytes(), Dialect::default());
            assert_eq!(
                [operation(found.verb), &type_mask(found.kinds)],
                expected,
                "{sql}"
            );
        };
        check("SELECT 1", ["sql::OP_SELECT", "sql::TYPE_READ"]);
        check(
            "INSERT INTO t VALUES (1)",
            ["sql::OP_INSERT", "sql::TYPE_WRITE"],
        );
        check("BEGIN", ["sql::OP_UNDEFINED", "sql::TYPE_BEGIN_TRX"]);
    }
}
