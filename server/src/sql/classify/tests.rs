use proptest::prelude::*;

use super::*;
use crate::sql::canonical::canonicalize;
use crate::sql::dialect::{ServerVersion, SqlMode};
use crate::sql::samples;

/// The kinds by name; `?` before them if not all was understood.
fn render(found: &Classification) -> String {
    let names = found.kinds.iter_names().map(|(name, _)| name);
    let names = names.collect::<Vec<_>>().join(" ");
    if found.parsed {
        names
    } else {
        format!("? {names}")
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = classify(text.as_bytes(), Dialect::default());
    assert_eq!(render(&found), expected, "{text}");
}

#[track_caller]
fn check_all(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        check(text, expected);
    }
}

#[test]
fn selects_read() {
    check_all(&[
        ("SELECT 1", "READ"),
        (
            "select a, COUNT(*) from t where b in (1,2) group by a",
            "READ",
        ),
        ("((SELECT 1) UNION (SELECT 2))", "READ"),
        ("VALUES (1), (2)", "READ"),
        ("TABLE t", "READ"),
        ("DO 1", "READ"),
        ("HELP 'contents'", "READ"),
        ("CHECKSUM TABLE t", "READ"),
        ("SELECT * FROM (SELECT 1 AS x) AS t (y)", "READ"),
        ("SELECT * FROM (SELECT 1 AS x) t (y)", "READ"),
        (
            "SELECT CAST(a AS CHAR(10)), x.`a` FROM y x USE INDEX (i) JOIN z USING (a)",
            "READ",
        ),
        (
            "SELECT SUM(a) OVER (PARTITION BY b ORDER BY c) FROM t",
            "READ",
        ),
        (
            "SELECT GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ',') FROM t",
            "READ",
        ),
        ("SELECT 1 PROCEDURE ANALYSE()", "READ"),
        (
            "SELECT JSON_VALUE(a, '$.b') FROM JSON_TABLE('[]', '$[*]' COLUMNS (a INT PATH '$')) \
             AS t",
            "READ",
        ),
        (
            "SELECT /* INTO OUTFILE */ 'FOR UPDATE' FROM t -- FOR UPDATE",
            "READ",
        ),
        ("SELECT `for` `update`, t.into, t.nextvalue FROM t", "READ"),
        ("SELECT next value FROM t", "READ"),
        ("SELECT a.b (1) FROM t", "READ WRITE STORED_FUNCTION"),
        ("SELECT mine(1)", "READ WRITE STORED_FUNCTION"),
        ("SELECT `abs`(1)", "READ WRITE STORED_FUNCTION"),
        (
            "SELECT SUBSTRING(a FROM mine(1)) FROM t",
            "READ WRITE STORED_FUNCTION",
        ),
    ]);
}

#[test]
fn some_reads_are_for_the_primary_or_the_same_server() {
    check_all(&[
        (
            "SELECT LAST_INSERT_ID()",
            "READ PRIMARY_READ LAST_INSERT_ID",
        ),
        (
            "SELECT @@last_insert_id",
            "READ PRIMARY_READ SYSVAR_READ LAST_INSERT_ID",
        ),
        (
            "SELECT @@session.`identity`",
            "READ PRIMARY_READ SYSVAR_READ LAST_INSERT_ID",
        ),
        ("SELECT NEXTVAL(s)", "READ WRITE SEQUENCE"),
        ("SELECT NEXT VALUE FOR s", "READ WRITE SEQUENCE"),
        ("SELECT SETVAL(s, 5)", "READ WRITE SEQUENCE"),
        ("SELECT s.nextval FROM dual", "READ WRITE SEQUENCE"),
        ("SELECT LASTVAL(s)", "READ PRIMARY_READ SEQUENCE"),
        ("SELECT PREVIOUS VALUE FOR s", "READ PRIMARY_READ SEQUENCE"),
        ("SELECT GET_LOCK('a', 1)", "READ PRIMARY_READ USER_LOCK"),
        ("DO RELEASE_LOCK('a')", "READ PRIMARY_READ USER_LOCK"),
        ("SELECT IS_FREE_LOCK('a')", "READ PRIMARY_READ USER_LOCK"),
        ("SELECT FOUND_ROWS()", "READ PREVIOUS_STATEMENT"),
        ("SELECT SQL_CALC_FOUND_ROWS a FROM t", "READ COUNTS_ROWS"),
        ("SELECT ROW_COUNT()", "READ PREVIOUS_STATEMENT"),
        (
            "SELECT @@warning_count",
            "READ SYSVAR_READ PREVIOUS_STATEMENT",
        ),
        (
            "SELECT a FROM t FOR UPDATE",
            "READ PRIMARY_READ LOCKING_READ",
        ),
        (
            "SELECT a FROM t FOR SHARE",
            "READ PRIMARY_READ LOCKING_READ",
        ),
        (
            "SELECT a FROM t LOCK IN SHARE MODE",
            "READ PRIMARY_READ LOCKING_READ",
        ),
        (
            "SELECT * FROM (SELECT a FROM t FOR UPDATE SKIP LOCKED) x",
            "READ PRIMARY_READ LOCKING_READ",
        ),
        ("SELECT NOW(), CURRENT_USER, rand()", "READ VOLATILE"),
        ("HANDLER t READ FIRST", "READ PRIMARY_READ HANDLER"),
    ]);
}

#[test]
fn variables_are_noticed() {
    check_all(&[
        ("SELECT @a", "READ USERVAR_READ"),
        ("SELECT@a", "READ USERVAR_READ"),
        ("SELECT @a := 1", "READ USERVAR_WRITE"),
        ("SELECT @a := @a + 1", "READ USERVAR_READ USERVAR_WRITE"),
        (
            "SELECT a, b INTO @a, @b FROM t WHERE c = @c",
            "READ USERVAR_READ USERVAR_WRITE INTO_VARIABLE",
        ),
        (
            "SELECT a FROM t INTO @a",
            "READ USERVAR_WRITE INTO_VARIABLE",
        ),
        (
            "SELECT a FROM t INTO OUTFILE '/tmp/x'",
            "READ WRITE INTO_FILE",
        ),
        (
            "SELECT a INTO DUMPFILE '/tmp/x' FROM t",
            "READ WRITE INTO_FILE",
        ),
        ("SELECT @@version", "READ SYSVAR_READ"),
        (
            "SELECT @@GLOBAL.version",
            "READ SYSVAR_READ GLOBAL_SYSVAR_READ",
        ),
        ("INSERT INTO t VALUES (@a := 5)", "WRITE USERVAR_WRITE"),
        (
            "GET DIAGNOSTICS CONDITION 1 @a = MESSAGE_TEXT",
            "READ USERVAR_WRITE PREVIOUS_STATEMENT INTO_VARIABLE",
        ),
    ]);
}

#[test]
fn data_is_written() {
    check_all(&[
        ("INSERT INTO t VALUES (1)", "WRITE"),
        ("INSERT INTO db.t (a, b) SELECT a, b FROM u", "WRITE"),
        (
            "insert t (a) values (1) on duplicate key update a = values(a)",
            "WRITE",
        ),
        ("REPLACE t (a) VALUES (1)", "WRITE"),
        (
            "REPLACE INTO `t`(a) VALUES (REPLACE('a', 'b', 'c'))",
            "WRITE",
        ),
        ("INSERT INTO t VALUES (mine(1))", "WRITE STORED_FUNCTION"),
        (
            "INSERT INTO t VALUES (LAST_INSERT_ID())",
            "WRITE PRIMARY_READ LAST_INSERT_ID",
        ),
        ("INSERT INTO t VALUES (1) RETURNING id", "WRITE RETURNING"),
        ("UPDATE t SET a = a + 1", "WRITE"),
        ("DELETE FROM t WHERE a = 1", "WRITE"),
        ("DELETE FROM t RETURNING *", "WRITE RETURNING"),
        (
            "LOAD DATA INFILE 'x' INTO TABLE t (a, b)",
            "WRITE LOAD_DATA",
        ),
        (
            "LOAD DATA LOCAL INFILE 'x' INTO TABLE t",
            "WRITE LOAD_DATA LOAD_LOCAL",
        ),
        (
            "load data low_priority local infile 'x' into table t (a, @b) SET c = @b",
            "WRITE USERVAR_READ USERVAR_WRITE LOAD_DATA LOAD_LOCAL",
        ),
        (
            "LOAD XML LOCAL INFILE 'x' INTO TABLE t",
            "WRITE LOAD_DATA LOAD_LOCAL",
        ),
        ("LOAD INDEX INTO CACHE t", "WRITE"),
        ("CALL p(1)", "WRITE CALL"),
        ("CALL `db`.p(@a)", "WRITE USERVAR_READ USERVAR_WRITE CALL"),
        ("CALL p", "WRITE CALL"),
    ]);
}

#[test]
fn common_tables_come_before_their_statement() {
    check_all(&[
        ("WITH a AS (SELECT 1) SELECT * FROM a", "READ CTE"),
        (
            "WITH RECURSIVE a(x, y) AS (SELECT 1, 2 UNION SELECT x, y FROM a), b AS (SELECT 2) \
             SELECT * FROM a, b",
            "READ CTE",
        ),
        (
            "WITH a AS (SELECT mine(1)) SELECT * FROM a",
            "READ WRITE STORED_FUNCTION CTE",
        ),
        (
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            "WRITE CTE",
        ),
        (
            "WITH a AS (SELECT 1) UPDATE t, a SET t.x = a.x",
            "WRITE CTE",
        ),
        ("WITH a AS (SELECT 1) (SELECT * FROM a)", "READ CTE"),
        (
            "WITH RECURSIVE a AS (SELECT 1 AS x) CYCLE x RESTRICT SELECT * FROM a",
            "READ CTE",
        ),
        ("WITH a AS (SELECT 1", "? WRITE CTE"),
        ("WITH 1", "? WRITE"),
        (
            "INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a",
            "WRITE",
        ),
    ]);
    let found = classify(b"WITH a AS (SELECT 1) DELETE FROM t", Dialect::default());
    assert_eq!(found.verb, Verb::Delete);
}

#[test]
fn transactions_begin_and_end() {
    check_all(&[
        ("BEGIN", "BEGIN IMPLICIT_COMMIT"),
        ("begin work;", "BEGIN IMPLICIT_COMMIT"),
        ("START TRANSACTION", "BEGIN IMPLICIT_COMMIT"),
        (
            "START TRANSACTION READ ONLY",
            "BEGIN READ_ONLY_TRANSACTION IMPLICIT_COMMIT",
        ),
        (
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE",
            "BEGIN READ_WRITE_TRANSACTION IMPLICIT_COMMIT",
        ),
        ("COMMIT", "COMMIT"),
        ("COMMIT WORK AND CHAIN NO RELEASE", "COMMIT CHAIN"),
        ("ROLLBACK AND NO CHAIN RELEASE", "ROLLBACK RELEASE"),
        ("ROLLBACK WORK TO SAVEPOINT s", "PRIMARY_READ SAVEPOINT"),
        ("SAVEPOINT s", "PRIMARY_READ SAVEPOINT"),
        ("RELEASE SAVEPOINT s", "PRIMARY_READ SAVEPOINT"),
        ("XA START 'x'", "WRITE XA"),
        ("XA BEGIN 'x'", "WRITE XA"),
        ("XA RECOVER", "READ PRIMARY_READ XA"),
        (
            "LOCK TABLES a READ, b WRITE",
            "WRITE IMPLICIT_COMMIT LOCK_TABLES",
        ),
        ("UNLOCK TABLES", "WRITE UNLOCK_TABLES"),
        (
            "FLUSH TABLES WITH READ LOCK",
            "WRITE IMPLICIT_COMMIT LOCK_TABLES",
        ),
        ("START SLAVE", "WRITE"),
    ]);
}

#[test]
fn the_session_is_changed() {
    check_all(&[
        ("SET @a = 1", "SESSION_WRITE USERVAR_WRITE"),
        (
            "SET @a = 1, @b := @a",
            "SESSION_WRITE USERVAR_READ USERVAR_WRITE",
        ),
        (
            "SET @a = LAST_INSERT_ID()",
            "PRIMARY_READ SESSION_WRITE USERVAR_WRITE LAST_INSERT_ID",
        ),
        ("SET sql_mode = 'ANSI'", "SESSION_WRITE SYSVAR_WRITE"),
        (
            "SET @@session.sql_mode = CONCAT(@@sql_mode, ',ANSI')",
            "SESSION_WRITE SYSVAR_READ SYSVAR_WRITE",
        ),
        (
            "SET GLOBAL max_connections = 5",
            "WRITE GLOBAL_SYSVAR_WRITE",
        ),
        (
            "SET @@global.max_connections = 5",
            "WRITE GLOBAL_SYSVAR_WRITE",
        ),
        ("SET GLOBAL a = 5, b = 6", "WRITE GLOBAL_SYSVAR_WRITE"),
        (
            "SET @@global.a = 5, b = 6",
            "WRITE SESSION_WRITE SYSVAR_WRITE GLOBAL_SYSVAR_WRITE",
        ),
        ("SET NAMES utf8mb4", "SESSION_WRITE SYSVAR_WRITE"),
        (
            "SET NAMES 'utf8' COLLATE utf8_bin, @a = 1",
            "SESSION_WRITE USERVAR_WRITE SYSVAR_WRITE",
        ),
        ("SET CHARACTER SET utf8", "SESSION_WRITE SYSVAR_WRITE"),
        ("SET ROLE admin", "SESSION_WRITE"),
        ("SET DEFAULT ROLE admin FOR u", "WRITE IMPLICIT_COMMIT DDL"),
        (
            "SET PASSWORD FOR 'u'@'h' = PASSWORD('x')",
            "WRITE IMPLICIT_COMMIT DDL",
        ),
        ("SET", "? WRITE SESSION_WRITE"),
        ("SET a", "? WRITE SESSION_WRITE"),
        ("SET a = 1 2", "SESSION_WRITE SYSVAR_WRITE"),
        ("SET RESOURCE GROUP x", "? WRITE SESSION_WRITE"),
        ("USE db", "SESSION_WRITE USE"),
        ("PREPARE p FROM 'SELECT 1'", "SESSION_WRITE PREPARE"),
        ("PREPARE p FROM @a", "SESSION_WRITE USERVAR_READ PREPARE"),
        ("EXECUTE p USING @a", "WRITE USERVAR_READ EXECUTE"),
        (
            "EXECUTE IMMEDIATE 'SELECT 1'",
            "? WRITE SESSION_WRITE LITERALS_MATTER",
        ),
        ("DEALLOCATE PREPARE p", "SESSION_WRITE DEALLOCATE"),
        ("DROP PREPARE p", "SESSION_WRITE DEALLOCATE"),
        ("KILL 5", "WRITE KILL"),
    ]);
}

#[test]
fn autocommit_and_isolation_are_understood() {
    check_all(&[
        (
            "SET autocommit = 1",
            "SESSION_WRITE SYSVAR_WRITE AUTOCOMMIT_ON LITERALS_MATTER",
        ),
        (
            "SET @@autocommit=0",
            "SESSION_WRITE SYSVAR_WRITE AUTOCOMMIT_OFF LITERALS_MATTER",
        ),
        (
            "SET SESSION autocommit := 'off'",
            "SESSION_WRITE SYSVAR_WRITE AUTOCOMMIT_OFF LITERALS_MATTER",
        ),
        (
            "SET `autocommit` = TRUE",
            "SESSION_WRITE SYSVAR_WRITE AUTOCOMMIT_ON LITERALS_MATTER",
        ),
        (
            "SET @@local.autocommit = OFF, @a = 1",
            "SESSION_WRITE USERVAR_WRITE SYSVAR_WRITE AUTOCOMMIT_OFF LITERALS_MATTER",
        ),
        (
            "SET autocommit = DEFAULT",
            "SESSION_WRITE SYSVAR_WRITE LITERALS_MATTER",
        ),
        (
            "SET autocommit = (SELECT 0)",
            "SESSION_WRITE SYSVAR_WRITE LITERALS_MATTER",
        ),
        ("SET GLOBAL autocommit = 0", "WRITE GLOBAL_SYSVAR_WRITE"),
        (
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SESSION_WRITE NEXT_TRANSACTION ISOLATION SERIALIZABLE",
        ),
        (
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
            "SESSION_WRITE SYSVAR_WRITE READ_ONLY_TRANSACTION ISOLATION",
        ),
        (
            "SET SESSION TRANSACTION READ WRITE",
            "SESSION_WRITE SYSVAR_WRITE READ_WRITE_TRANSACTION",
        ),
        (
            "SET GLOBAL TRANSACTION READ ONLY",
            "WRITE GLOBAL_SYSVAR_WRITE",
        ),
        ("SET TRANSACTION READ", "? WRITE SESSION_WRITE"),
        (
            "SET tx_isolation = 'SERIALIZABLE'",
            "SESSION_WRITE SYSVAR_WRITE ISOLATION SERIALIZABLE LITERALS_MATTER",
        ),
        (
            "SET SESSION transaction_isolation = 'READ-COMMITTED'",
            "SESSION_WRITE SYSVAR_WRITE ISOLATION LITERALS_MATTER",
        ),
        (
            "SET tx_read_only = 1",
            "SESSION_WRITE SYSVAR_WRITE READ_ONLY_TRANSACTION LITERALS_MATTER",
        ),
    ]);
}

#[test]
fn statements_may_be_wrapped() {
    check_all(&[
        (
            "SET STATEMENT max_statement_time = 10 FOR SELECT 1",
            "READ SET_STATEMENT",
        ),
        (
            "SET STATEMENT a = (SELECT 1), b = 2 FOR INSERT INTO t VALUES (1)",
            "WRITE SET_STATEMENT",
        ),
        (
            "SET STATEMENT a = 1 FOR SET STATEMENT b = 2 FOR SELECT @x",
            "READ USERVAR_READ SET_STATEMENT",
        ),
        ("SET STATEMENT a = 1", "? WRITE SESSION_WRITE SET_STATEMENT"),
        ("SET STATEMENT a = 1 FOR nothing", "? WRITE SET_STATEMENT"),
        ("SET statement = 1", "SESSION_WRITE SYSVAR_WRITE"),
        ("EXPLAIN SELECT @a", "READ USERVAR_READ EXPLAIN"),
        (
            "EXPLAIN FORMAT=JSON UPDATE t SET a = 1",
            "READ PRIMARY_READ EXPLAIN",
        ),
        ("EXPLAIN ANALYZE SELECT 1", "READ EXPLAIN"),
        ("EXPLAIN t", "READ EXPLAIN"),
        ("EXPLAIN FOR CONNECTION 5", "READ EXPLAIN"),
        ("DESC t a", "READ EXPLAIN"),
        ("ANALYZE SELECT 1", "READ EXPLAIN"),
        ("ANALYZE FORMAT=JSON DELETE FROM t", "WRITE EXPLAIN"),
        ("ANALYZE TABLE t", "WRITE IMPLICIT_COMMIT"),
        (
            "ANALYZE NO_WRITE_TO_BINLOG TABLE t",
            "WRITE IMPLICIT_COMMIT",
        ),
    ]);
    let deep = "EXPLAIN ".repeat(100_000) + "SELECT 1";
    check(&deep, "READ EXPLAIN");
    let deep = "SET STATEMENT a=1 FOR ".repeat(100_000) + "SELECT 1";
    check(&deep, "? WRITE SET_STATEMENT");
}

#[test]
fn shows_read() {
    check_all(&[
        ("SHOW TABLES", "READ SHOW"),
        ("SHOW FULL TABLES FROM db", "READ SHOW"),
        ("SHOW SLAVE STATUS", "READ SHOW"),
        ("SHOW ALL REPLICAS STATUS", "READ SHOW"),
        ("SHOW MASTER STATUS", "READ PRIMARY_READ SHOW"),
        ("SHOW BINARY LOGS", "READ PRIMARY_READ SHOW"),
        ("SHOW SLAVE HOSTS", "READ PRIMARY_READ SHOW"),
        ("SHOW WARNINGS", "READ PREVIOUS_STATEMENT SHOW"),
        ("SHOW COUNT(*) ERRORS", "READ PREVIOUS_STATEMENT SHOW"),
        ("SHOW VARIABLES LIKE 'a'", "READ SYSVAR_READ SHOW"),
        (
            "SHOW GLOBAL VARIABLES",
            "READ SYSVAR_READ GLOBAL_SYSVAR_READ SHOW",
        ),
        ("SHOW", "READ SHOW"),
    ]);
}

#[test]
fn data_is_defined() {
    check_all(&[
        (
            "CREATE TABLE t (a INT, KEY k (a))",
            "WRITE IMPLICIT_COMMIT DDL",
        ),
        (
            "CREATE OR REPLACE TABLE t AS SELECT @a",
            "WRITE USERVAR_READ IMPLICIT_COMMIT DDL",
        ),
        (
            "CREATE TEMPORARY TABLE t (a INT)",
            "WRITE CREATE_TEMPORARY_TABLE DDL",
        ),
        (
            "create or replace temporary table if not exists t select 1",
            "WRITE CREATE_TEMPORARY_TABLE DDL",
        ),
        ("DROP TABLE t", "WRITE IMPLICIT_COMMIT DDL"),
        (
            "DROP TEMPORARY TABLE IF EXISTS t",
            "WRITE DROP_TEMPORARY_TABLE DDL",
        ),
        ("CREATE DATABASE d", "WRITE IMPLICIT_COMMIT DDL"),
        ("ALTER TABLE t ADD b INT", "WRITE IMPLICIT_COMMIT DDL"),
        ("RENAME TABLE a TO b", "WRITE IMPLICIT_COMMIT DDL"),
        ("TRUNCATE t", "WRITE IMPLICIT_COMMIT DDL"),
        (
            "GRANT ALL ON *.* TO root@localhost",
            "WRITE IMPLICIT_COMMIT DDL",
        ),
        ("OPTIMIZE TABLE t", "WRITE IMPLICIT_COMMIT"),
        ("FLUSH PRIVILEGES", "WRITE IMPLICIT_COMMIT"),
        ("BINLOG 'x'", "WRITE"),
        ("SHUTDOWN", "WRITE"),
    ]);
}

#[test]
fn what_is_unknown_writes() {
    check_all(&[
        ("FROBNICATE t", "? WRITE"),
        ("1", "? WRITE"),
        ("'SELECT'", "? WRITE"),
        ("`SELECT` 1", "? WRITE"),
        ("SELECTED 1", "? WRITE"),
        ("@a", "? WRITE"),
        ("(((", "? WRITE"),
        ("SELECT 1; FROBNICATE", "? READ WRITE MULTI"),
    ]);
}

#[test]
fn several_statements_count_together() {
    for (text, statements, expected) in [
        ("", 0, ""),
        (" ; ; -- nothing\n;", 0, ""),
        ("SELECT 1;", 1, "READ"),
        (";SELECT 1;;", 1, "READ"),
        ("SELECT 1; SELECT @a", 2, "READ USERVAR_READ MULTI"),
        ("SELECT ';'; -- ;", 1, "READ"),
        (
            "BEGIN; INSERT INTO t VALUES (1); COMMIT",
            3,
            "WRITE BEGIN COMMIT IMPLICIT_COMMIT MULTI",
        ),
        (
            "SELECT 1; SET autocommit=0",
            2,
            "READ SESSION_WRITE SYSVAR_WRITE AUTOCOMMIT_OFF MULTI LITERALS_MATTER",
        ),
        (
            "/*!40101 SET NAMES utf8 */;",
            1,
            "SESSION_WRITE SYSVAR_WRITE",
        ),
    ] {
        let found = classify(text.as_bytes(), Dialect::default());
        assert_eq!(
            (found.statements, render(&found).as_str()),
            (statements, expected),
            "{text}"
        );
    }
}

#[test]
fn blocks_are_one_statement() {
    for (text, statements) in [
        ("BEGIN NOT ATOMIC SELECT 1; SELECT 2; END", 1),
        ("BEGIN NOT ATOMIC SELECT 1; END; SELECT 2", 2),
        ("IF 1 THEN SELECT 1; ELSE SELECT 2; END IF; SELECT 3", 2),
        ("CASE 1 WHEN 1 THEN SELECT 1; END CASE; SELECT 2", 2),
        ("REPEAT SELECT 1; UNTIL 1 END REPEAT; SELECT 2", 2),
        (
            "FOR i IN 1..2 DO SELECT i; IF(i) THEN SELECT 1; END IF; END FOR; SELECT 3",
            2,
        ),
        ("CREATE PROCEDURE p() SELECT 1; SELECT 2", 2),
        (
            "CREATE PROCEDURE p() BEGIN SELECT 1, CASE 2 WHEN 2 THEN 3 END, t.end, begin, 4 FROM t; \
             END; SELECT 2",
            2,
        ),
        (
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 END; END; SELECT 2",
            2,
        ),
        (
            "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; \
             END; x: LOOP LEAVE x; END LOOP x; END",
            1,
        ),
        (
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN IF(a, 1, 2); SELECT 1",
            2,
        ),
        (
            "CREATE DEFINER=root@localhost TRIGGER IF NOT EXISTS g BEFORE INSERT ON t FOR EACH \
             ROW IF NEW.a THEN SET NEW.a = 1; END IF; SELECT 1",
            2,
        ),
        (
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END; SELECT 1",
            2,
        ),
        ("ALTER EVENT e DO BEGIN SELECT 1; END", 1),
    ] {
        let found = classify(text.as_bytes(), Dialect::default());
        assert_eq!(found.statements, statements, "{text}");
        assert!(found.kinds.contains(Kinds::WRITE), "{text}");
    }
}

#[test]
fn verbs_are_those_of_the_first_statement() {
    for (text, expected) in [
        ("", Verb::Empty),
        ("SELECT 1; DELETE FROM t", Verb::Select),
        ("(SELECT 1)", Verb::Select),
        ("EXPLAIN SELECT 1", Verb::Explain),
        ("desc t", Verb::Describe),
        ("SET STATEMENT a = 1 FOR UPDATE t SET b = 1", Verb::Update),
        ("WITH a AS (SELECT 1) SELECT 1", Verb::Select),
        ("IF 1 THEN SELECT 1; END IF", Verb::Compound),
        ("xyz", Verb::Unknown),
    ] {
        assert_eq!(
            classify(text.as_bytes(), Dialect::default()).verb,
            expected,
            "{text}"
        );
    }
}

#[test]
fn the_dialect_counts() {
    let ansi = Dialect {
        mode: SqlMode::ANSI_QUOTES,
        server: ServerVersion::MariaDb(101_119),
        ..Dialect::default()
    };
    let found = classify(b"SELECT \"mine\"(1) /*!80000 INTO OUTFILE 'x' */", ansi);
    assert_eq!(render(&found), "READ WRITE STORED_FUNCTION");
    let found = classify(b"SELECT 1 /*!50000 INTO OUTFILE 'x' */", ansi);
    assert_eq!(render(&found), "READ WRITE INTO_FILE");
}

#[test]
fn a_plain_read_may_run_anywhere() {
    for (text, expected) in [
        ("SELECT a FROM t", true),
        ("SHOW TABLES", true),
        ("SELECT @a", true),
        ("SELECT @a := 1", false),
        ("SELECT LAST_INSERT_ID()", false),
        ("SHOW WARNINGS", false),
        ("SET @a = 1", false),
        ("", false),
    ] {
        let found = classify(text.as_bytes(), Dialect::default());
        assert_eq!(found.is_plain_read(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn every_statement_has_kinds(text in samples::text(), dialect in samples::dialect()) {
        let found = classify(&text, dialect);
        prop_assert_eq!(found.statements == 0, found.kinds.is_empty());
        prop_assert!(found.parsed || found.kinds.contains(Kinds::WRITE));
    }

    #[test]
    fn the_canonical_form_does_the_same(text in samples::text(), dialect in samples::dialect()) {
        let found = classify(&text, dialect);
        if !found.kinds.contains(Kinds::LITERALS_MATTER) {
            let mut form = Vec::new();
            canonicalize(&text, dialect, &mut form);
            prop_assert_eq!(classify(&form, dialect), found, "{}", form.escape_ascii());
        }
    }
}
