use super::*;

#[test]
fn statements_are_told_apart() {
    for (sql, kind, is_clear) in [
        ("SELECT 1", Kind::Select, true),
        (
            " /* x */ (select a from t) union (select 2);",
            Kind::Select,
            true,
        ),
        ("WITH x AS (SELECT 1) SELECT * FROM x", Kind::Select, true),
        ("WITH x AS (SELECT 1) DELETE FROM t", Kind::Write, true),
        ("SELECT a FROM t FOR UPDATE", Kind::Other, true),
        ("SELECT a FROM t LOCK IN SHARE MODE", Kind::Other, true),
        ("SELECT a INTO @x FROM t", Kind::Other, true),
        ("SELECT NEXTVAL(s)", Kind::Other, true),
        ("SELECT 1; SELECT 2", Kind::Other, true),
        ("SELECT 1; DELETE FROM t", Kind::Write, true),
        ("INSERT INTO t VALUES (1)", Kind::Write, true),
        ("CALL p()", Kind::Write, false),
        ("EXECUTE s", Kind::Write, false),
        ("SELECT 1; CALL p()", Kind::Write, false),
        ("BEGIN; DELETE FROM t; COMMIT", Kind::Write, true),
        ("BEGIN NOT ATOMIC DELETE FROM t", Kind::Write, false),
        ("BEGIN", Kind::Other, true),
        (
            "CREATE OR REPLACE TEMPORARY TABLE t (a INT)",
            Kind::TemporaryTable,
            true,
        ),
        ("SET NAMES latin1", Kind::Set, true),
        (
            "SET STATEMENT max_statement_time = 1 FOR UPDATE t SET a = 1",
            Kind::Write,
            false,
        ),
        (
            "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
            Kind::Set,
            true,
        ),
        ("SHOW TABLES", Kind::Other, true),
        ("SELECT 'a", Kind::Select, false),
        ("", Kind::Other, true),
    ] {
        let statement = Statement::read(sql.as_bytes(), Dialect::default());
        assert_eq!(
            (statement.kind, statement.is_clear),
            (kind, is_clear),
            "{sql}"
        );
    }
}

#[test]
fn statements_that_may_change_their_session_are_known() {
    for (sql, expected) in [
        ("SELECT 1; SET NAMES latin1", true),
        ("SELECT 1; USE b", true),
        ("SELECT 1; CREATE TEMPORARY TABLE t (a INT)", true),
        ("CREATE TEMPORARY TABLE t (a INT)", true),
        ("IF 1 THEN SET sql_mode = ''; END IF", true),
        ("BEGIN NOT ATOMIC SET sql_mode = ''; END", true),
        ("CALL p()", true),
        ("EXECUTE IMMEDIATE 'SET sql_mode = 0'", true),
        ("SET NAMES latin1;", false),
        ("UPDATE t SET a = 1", false),
        ("SELECT 1; SELECT 2", false),
    ] {
        let statement = Statement::read(sql.as_bytes(), Dialect::default());
        assert_eq!(statement.changes_session(), expected, "{sql}");
    }
}

fn is_repeatable(sql: &str) -> bool {
    let dialect = Dialect::default();
    let kinds = crate::sql::classify(sql.as_bytes(), dialect).kinds;
    Statement::read(sql.as_bytes(), dialect).is_repeatable(kinds)
}

#[test]
fn what_depends_on_more_than_tables_is_not_repeatable() {
    for (sql, expected) in [
        ("SELECT now(), a FROM t", false),
        ("SELECT current_timestamp", false),
        ("SELECT @a", false),
        ("SELECT @@version", false),
        ("SELECT rand() FROM t", false),
        ("SELECT upper(a), `now` FROM t", true),
        ("SELECT user FROM t", true),
        ("SELECT random_bytes(16)", false),
        ("SELECT uuid_v4(), a FROM t", false),
        ("SELECT log_visit(7)", false),
        ("SELECT get_lock('a', 1)", false),
        ("SELECT found_rows()", false),
        ("SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 10", false),
        ("SELECT lastval(s)", false),
        ("SELECT @a := 1", false),
        ("SELECT count(*), concat(a, 'now()') FROM t", true),
    ] {
        assert_eq!(is_repeatable(sql), expected, "{sql}");
    }
}

#[test]
fn tables_are_found() {
    for (sql, expected) in [
        ("SELECT 1", ""),
        (
            "SELECT a FROM T1 x, `db`.`t2` AS y WHERE a = (SELECT b FROM t3)",
            "t1 db.t2 t3",
        ),
        (
            "SELECT a, b FROM t1 LEFT JOIN t2 ON (t1.a = t2.a), t3 ORDER BY a, b",
            "t1 t2 t3",
        ),
        (
            "SELECT * FROM (SELECT * FROM t1) x JOIN (t2, t3)",
            "t1 t2 t3",
        ),
        ("SELECT a FROM t1 UNION SELECT b, c FROM t1", "t1"),
    ] {
        let tables = Statement::read(sql.as_bytes(), Dialect::default()).tables();
        let shown: Vec<_> = tables
            .iter()
            .map(|name| match &name.database {
                Some(database) => format!("{database}.{}", name.table),
                None => name.table.clone(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{sql}");
    }
}

#[test]
fn tables_that_are_not_seen_are_missed() {
    for (sql, expected) in [
        ("SELECT 1", true),
        ("SELECT a FROM t", true),
        ("SELECT a FROM (SELECT a FROM t) x", true),
        ("SELECT a FROM t JOIN u ON t.a IN (1, 'x', ?), v", true),
        ("SELECT substr(a FROM 2) FROM t", true),
        ("SELECT a FROM \"t\"", false),
        ("SELECT a FROM t, \"u\"", false),
        ("SELECT a FROM db.\"t\"", false),
        ("SELECT a FROM {OJ t LEFT JOIN u ON t.a = u.a}", false),
        ("SELECT a FROM window", false),
    ] {
        let statement = Statement::read(sql.as_bytes(), Dialect::default());
        assert_eq!(
            statement.all_tables(Kinds::empty()).is_some(),
            expected,
            "{sql}"
        );
    }
}

#[test]
fn names_keep_what_qualifies_them() {
    let statement = Statement::read(b"UPDATE Db.T SET `a``b` = 1", Dialect::default());
    assert!(statement.write().unwrap().names.contains(&"t".into()));
    let paths = statement.paths();
    assert!(paths.contains(&vec!["db".into(), "t".into()]));
    assert!(paths.contains(&vec!["a`b".into()]));
}
