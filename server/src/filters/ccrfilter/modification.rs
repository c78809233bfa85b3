//! Which statements change data.

use crate::sql::{Dialect, Kinds, Verb, classify};

/// Whether the text changes data, or may.
///
/// One SELECT never counts, whatever functions it calls (MaxScale documentation: "CCRFilter"), and
/// neither does what only changes variables of the server.
pub(super) fn is_modification(sql: &[u8], dialect: Dialect) -> bool {
    let found = classify(sql, dialect);
    let only_reads = matches!(
        found.verb,
        Verb::Select | Verb::Values | Verb::Table | Verb::Set | Verb::Show | Verb::Do
    );
    let is_exempt = only_reads && found.statements == 1 && !sets_for_write(found.kinds);
    found.kinds.contains(Kinds::WRITE) && !is_exempt
}

/// Whether a `SET STATEMENT .. FOR` stands before something that writes.
fn sets_for_write(kinds: Kinds) -> bool {
    kinds.contains(Kinds::SET_STATEMENT | Kinds::WRITE)
        && !kinds.intersects(Kinds::READ | Kinds::GLOBAL_SYSVAR_WRITE)
}

#[cfg(test)]
mod tests {
    use super::is_modification;
    use crate::sql::{Dialect, SqlMode};

    #[test]
    fn statements_that_change_data_are_known() {
        let check = |sql: &str, expected: bool| {
            let found = is_modification(sql.as_bytes(), Dialect::default());
            assert_eq!(found, expected, "{sql}");
        };
        check("INSERT INTO t VALUES (1)", true);
        check("  /* c */ update t set a = 1", true);
        check("/*!50000 DELETE */ FROM t", true);
        check("WITH c AS (SELECT 1) DELETE FROM t", true);
        check("WITH c AS (SELECT `delete` FROM t) SELECT 1", false);
        check("WITH c AS (SELECT 1 AS `update`) SELECT 1", false);
        check("SELECT 1; UPDATE t SET a = 1", true);
        check("BEGIN NOT ATOMIC INSERT INTO t VALUES (1); END", true);
        check(
            "SET STATEMENT max_statement_time = 1 FOR DELETE FROM t",
            true,
        );
        check("SET STATEMENT max_statement_time = 1 FOR SELECT 1", false);
        check("CALL p()", true);
        check("EXECUTE s", true);
        check("CREATE TABLE t (a INT)", true);
        check("ANALYZE TABLE t", true);
        check("SELECT 1", false);
        check("SELECT f(1) FROM t FOR UPDATE", false);
        check("(SELECT 'INSERT')", false);
        check("SET @a = 1", false);
        check("SET GLOBAL max_connections = 1", false);
        check("COMMIT", false);
        check("SHOW TABLES", false);
        check("", false);
    }

    #[test]
    fn a_statement_is_read_as_the_session_reads_it() {
        let sql = br"SELECT '\'; DELETE FROM t; -- '";
        let mut dialect = Dialect::default();
        assert!(!is_modification(sql, dialect));
        dialect.mode = SqlMode::NO_BACKSLASH_ESCAPES;
        assert!(is_modification(sql, dialect));
    }
}
