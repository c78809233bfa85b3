//! Where statements go.

use super::fixture::{Fixture, THREE, shown};
use crate::wire::command::Command;

/// Runs the statements in one session; each is written `text => where`.
#[track_caller]
pub(super) fn check(parameters: &str, servers: &str, lines: &str) {
    let mut fixture = Fixture::new(parameters, servers);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (sql, expected) = line.rsplit_once("=>").unwrap();
        let plan = fixture.run(sql.trim());
        assert_eq!(shown(&plan), expected.trim(), "{line}\nof\n{lines}");
    }
}

/// Runs each statement in a session of its own.
#[track_caller]
fn check_each(parameters: &str, servers: &str, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        check(parameters, servers, line);
    }
}

#[test]
fn writes_go_to_the_primary_and_reads_to_replicas_in_turn() {
    check(
        "",
        THREE,
        "SELECT 1 => 1
         SELECT 1 => 2
         SELECT 1 => 1
         INSERT INTO t VALUES (1) => 0
         SELECT 1 => 2
         SET NAMES utf8mb4 => all/0",
    );
}

#[test]
fn what_reads_goes_to_a_replica() {
    check_each(
        "",
        "primary replica",
        "SELECT * FROM t WHERE a = 1 => 1
         (SELECT 1) UNION (SELECT 2) => 1
         WITH a AS (SELECT 1) SELECT * FROM a => 1
         VALUES (1), (2) => 1
         TABLE t => 1
         SHOW TABLES => 1
         SHOW VARIABLES LIKE 'a%' => 1
         SHOW SLAVE STATUS => 1
         EXPLAIN SELECT * FROM t => 1
         DESCRIBE t => 1
         SELECT @@sql_mode => 1
         SELECT @@global.read_only => 1
         SELECT @a => 1
         SELECT NOW(), RAND(), UUID() => 1
         SET STATEMENT max_statement_time = 1 FOR SELECT 1 => 1
         CHECKSUM TABLE t => 1
         DO SLEEP(0) => 1
         HELP 'select' => 1
         /* route me */ SELECT 1 => 1
         SELECT 'INSERT INTO t' => 1",
    );
}

#[test]
fn what_writes_or_only_the_primary_knows_goes_to_the_primary() {
    check_each(
        "",
        THREE,
        "INSERT INTO t VALUES (1) => 0
         REPLACE INTO t VALUES (1) => 0
         UPDATE t SET a = 1 => 0
         DELETE FROM t => 0
         INSERT INTO t VALUES (1) RETURNING a => 0
         WITH a AS (SELECT 1) UPDATE t SET a = 1 => 0
         CREATE TABLE t (a INT) => 0
         ALTER TABLE t ADD b INT => 0
         DROP TABLE t => 0
         TRUNCATE t => 0
         CREATE TEMPORARY TABLE t (a INT) => 0
         CALL p(1) => 0
         SELECT f(1) => 0
         SELECT LAST_INSERT_ID() => 0
         SELECT @@identity => 0
         SELECT NEXTVAL(s) => 0
         SELECT NEXT VALUE FOR s => 0
         SELECT GET_LOCK('a', 1) => 0
         SELECT IS_USED_LOCK('a') => 0
         SELECT * FROM t FOR UPDATE => 0
         SELECT * FROM t LOCK IN SHARE MODE => 0
         SELECT * INTO OUTFILE '/tmp/a' FROM t => 0
         LOAD DATA LOCAL INFILE 'a' INTO TABLE t => 0
         SHOW MASTER STATUS => 0
         SHOW BINARY LOGS => 0
         SHOW SLAVE HOSTS => 0
         LOCK TABLES t READ => 0
         HANDLER t OPEN => 0
         XA START 'a' => 0
         SAVEPOINT a => 0
         GRANT SELECT ON a.* TO b => 0
         FLUSH TABLES => 0
         OPTIMIZE TABLE t => 0
         ANALYZE TABLE t => 0
         SET GLOBAL max_connections = 5 => 0
         SET PASSWORD = 'a' => 0
         KILL 5 => 0
         EXECUTE unknown => 0
         BEGIN NOT ATOMIC SELECT 1; END => 0
         ANALYZE DELETE FROM t => 0
         EXPLAIN DELETE FROM t => 0
         INSERT INTO t VALUES (@a := 1) => 0
         nonsense => 0
         SELECT 1; SELECT 2 => 0",
    );
}

#[test]
fn what_changes_the_session_goes_to_all() {
    check_each(
        "",
        THREE,
        "SET NAMES utf8mb4 => all/0
         SET CHARACTER SET latin1 => all/0
         SET sql_mode = '' => all/0
         SET @a = 1 => all/0
         SET @a = 1, sql_mode = 'ANSI' => all/0
         SET autocommit=1 => all/0
         SET SESSION TRANSACTION READ ONLY => all/0
         SET ROLE admin => all/0
         USE test => all/0
         PREPARE s FROM 'SELECT 1' => all/0
         DEALLOCATE PREPARE s => all/0
         SELECT @a := 1 => all/0
         SELECT a INTO @a FROM t => all/0
         SET @a = 1; SET @b = 2 => all/0",
    );
}

#[test]
fn a_transaction_stays_where_it_is() {
    check(
        "",
        THREE,
        "BEGIN => 0
         SELECT 1 => 0
         SET @a = 1 => all/0
         SELECT @b := 1 => 0
         SELECT 1 => 0
         COMMIT => 0
         SELECT 1 => 1
         START TRANSACTION => 0
         SELECT 1 => 0
         ROLLBACK => 0
         SELECT 1 => 2",
    );
}

#[test]
fn a_transaction_that_only_reads_is_run_on_one_replica() {
    check(
        "",
        THREE,
        "START TRANSACTION READ ONLY => 1
         SELECT 1 => 1
         SELECT 1 => 1
         SET NAMES utf8mb4 => all/1
         INSERT INTO t VALUES (1) => refuse: cannot execute statement in a READ ONLY transaction
         COMMIT => 1
         START TRANSACTION READ ONLY => 2
         SELECT LAST_INSERT_ID() => 2
         COMMIT => 2
         START TRANSACTION READ WRITE => 0",
    );
}

#[test]
fn what_is_set_for_the_next_transaction_holds_where_that_is_run() {
    check(
        "",
        THREE,
        "SET TRANSACTION READ ONLY => 1
         SET NAMES utf8mb4 => all/1
         BEGIN => 1
         SELECT 1 => 1
         COMMIT => 1
         SELECT 1 => 2
         SET TRANSACTION ISOLATION LEVEL SERIALIZABLE => 0
         SELECT 1 => 0
         SELECT 1 => 1
         SET TRANSACTION READ ONLY => 2
         SELECT 1 => 2
         INSERT INTO t VALUES (1) => 0",
    );
}

#[test]
fn a_session_may_be_set_to_read_only() {
    check(
        "",
        THREE,
        "SET SESSION TRANSACTION READ ONLY => all/0
         BEGIN => 1
         SELECT 1 => 1
         COMMIT => 1
         START TRANSACTION READ WRITE => 0
         COMMIT => 0
         SET autocommit=0 => all/0
         SELECT 1 => 2
         SELECT 1 => 2
         COMMIT => 2
         SET SESSION TRANSACTION READ WRITE => all/0
         SELECT 1 => 0
         COMMIT => 0
         SET SESSION tx_read_only = 1 => all/0
         BEGIN => 1",
    );
}

#[test]
fn without_autocommit_everything_is_in_a_transaction() {
    check(
        "",
        THREE,
        "SET autocommit=0 => all/0
         SELECT 1 => 0
         COMMIT => 0
         SELECT 1 => 0
         SET autocommit=1 => all/0
         SELECT 1 => 1",
    );
}

#[test]
fn serializable_sessions_stay_at_the_primary() {
    check(
        "",
        THREE,
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE => all/0
         SELECT 1 => 0
         SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED => all/0
         SELECT 1 => 1
         SET tx_isolation = 'SERIALIZABLE' => all/0
         SELECT 1 => 0",
    );
}

#[test]
fn locked_tables_keep_the_session_at_the_primary() {
    check(
        "",
        THREE,
        "LOCK TABLES t READ => 0
         SELECT * FROM t => 0
         UNLOCK TABLES => 0
         SELECT * FROM t => 1
         FLUSH TABLES WITH READ LOCK => 0
         SELECT 1 => 0",
    );
}

#[test]
fn temporary_tables_are_read_at_the_primary() {
    check(
        "",
        THREE,
        "CREATE TEMPORARY TABLE tmp (a INT) => 0
         SELECT * FROM tmp => 0
         SELECT * FROM other JOIN `TMP` USING (a) => 0
         SELECT * FROM db.tmp => 0
         SHOW CREATE TABLE x => 1
         SELECT 'tmp' FROM x => 2
         ALTER TABLE tmp RENAME TO tmp2 => 0
         SELECT * FROM tmp2 => 0
         DROP TEMPORARY TABLE tmp2 => 0
         SELECT * FROM tmp2 => 1
         DROP TABLE tmp => 0
         SELECT * FROM tmp => 2",
    );
}

#[test]
fn temporary_tables_of_prepared_statements_are_remembered() {
    check(
        "",
        THREE,
        "EXECUTE IMMEDIATE 'CREATE TEMPORARY TABLE tmp (a INT)' => 0
         SELECT * FROM tmp => 0
         PREPARE a FROM 'CREATE TEMPORARY TABLE tmp2 SELECT * FROM t' => all/0
         SELECT * FROM tmp2 => 1
         EXECUTE a => 0
         SELECT * FROM tmp2 => 0
         SELECT * FROM t => 2
         EXECUTE IMMEDIATE 'ALTER TABLE tmp RENAME TO tmp3' => 0
         SELECT * FROM tmp3 => 0
         PREPARE b FROM 'DROP TABLE tmp2' => 0
         EXECUTE b => 0
         SELECT * FROM tmp2 => 1
         EXECUTE IMMEDIATE 'DROP TABLE tmp3' => 0
         SELECT * FROM tmp3 => 2",
    );
}

#[test]
fn a_temporary_table_is_forgotten_only_when_it_is_dropped_itself() {
    for other in [
        "DROP INDEX i ON tmp",
        "DROP TABLE archive.tmp",
        "DROP VIEW tmp",
        "DROP SEQUENCE IF EXISTS tmp",
        "DROP TABLE t; INSERT INTO tmp VALUES (1)",
        "EXECUTE IMMEDIATE 'DROP INDEX i ON tmp'",
    ] {
        check(
            "",
            THREE,
            &format!(
                "CREATE TEMPORARY TABLE tmp (a INT, KEY i (a)) => 0
                 {other} => 0
                 SELECT * FROM tmp => 0
                 DROP TABLE IF EXISTS tmp => 0
                 SELECT * FROM tmp => 1"
            ),
        );
    }
    check(
        "",
        THREE,
        "CREATE TEMPORARY TABLE a.tmp (a INT) => 0
         CREATE TEMPORARY TABLE b.tmp (a INT) => 0
         DROP TABLE a.tmp => 0
         SELECT * FROM b.tmp => 0
         DROP TEMPORARY TABLE `b`.`tmp` => 0
         SELECT * FROM b.tmp => 1",
    );
}

#[test]
fn after_use_a_name_means_another_table() {
    check(
        "",
        THREE,
        "CREATE TEMPORARY TABLE tmp (a INT) => 0
         PREPARE a FROM 'DROP TABLE tmp' => 0
         USE b => all/0
         DROP TABLE tmp => 0
         SELECT * FROM a.tmp => 0
         EXECUTE a => 0
         SELECT * FROM a.tmp => 1",
    );
}

#[test]
fn temporary_tables_may_be_on_a_replica() {
    check(
        "",
        THREE,
        "START TRANSACTION READ ONLY => 1
         CREATE TEMPORARY TABLE tmp (a INT) => 1
         COMMIT => 1
         SELECT * FROM tmp => 1
         SELECT * FROM tmp => 1
         INSERT INTO tmp VALUES (1) => 1
         INSERT INTO t VALUES (1) => 0
         DROP TEMPORARY TABLE tmp => 1
         SELECT * FROM tmp => 2",
    );
}

#[test]
fn asking_about_the_statement_before_goes_to_the_same_server() {
    check(
        "",
        THREE,
        "SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1 => 1
         SELECT FOUND_ROWS() => 1
         SHOW WARNINGS => 1
         INSERT INTO t VALUES (1) => 0
         SHOW WARNINGS => 0
         SELECT ROW_COUNT() => 0
         SELECT 1 => 2
         SET @n = FOUND_ROWS() => all/2
         SELECT @n => 2",
    );
    check("", THREE, "SHOW WARNINGS => 0");
}

#[test]
fn user_variables_are_read_where_they_are_right() {
    check(
        "",
        THREE,
        "SET @a = 1 => all/0
         SELECT @a => 1
         SELECT @a := @a + 1 => all/0
         SELECT @a => 2
         INSERT INTO t VALUES (@a := 5) => 0
         SELECT @a => 0
         SELECT 1 => 1",
    );
    for sql in [
        "SET @a = LAST_INSERT_ID()",
        "SET @a = (SELECT MAX(a) FROM t)",
        "SET @a = UUID()",
        "SET @a = @@global.gtid_binlog_pos",
        "SELECT RAND() INTO @a",
    ] {
        check("", THREE, &format!("{sql} => all/0\nSELECT @a => 0"));
    }
    for sql in [
        "CALL p(@a)",
        "SELECT a INTO @a FROM t FOR UPDATE",
        "SET @a = f(1)",
    ] {
        check(
            "",
            THREE,
            &format!("{sql} => 0\nSELECT @a => 0\nSELECT 1 => 1"),
        );
    }
    check(
        "use_sql_variables_in=master",
        THREE,
        "SET @a = 1 => all/0
         SELECT @a => 0
         SELECT @a := 1 => 0
         SELECT 1 => 1",
    );
}

#[test]
fn a_text_of_several_statements_goes_to_the_primary() {
    let after = "SELECT 1; SELECT 2 => 0\nSELECT 1 =>";
    check("", THREE, &format!("{after} 1"));
    check("strict_multi_stmt=true", THREE, &format!("{after} 0"));
    // Variables are set there only.
    check(
        "",
        THREE,
        "SET @a = 1; SELECT @a => 0\nSELECT @a => 0\nSELECT 1 => 1",
    );
    // Nobody else knows what else was set.
    check(
        "",
        THREE,
        "USE a; INSERT INTO t VALUES (1) => 0\nSELECT 1 => 0",
    );
}

#[test]
fn procedures_may_keep_the_session_at_the_primary() {
    let after = "CALL p() => 0\nSELECT 1 =>";
    check("", THREE, &format!("{after} 1"));
    check("strict_sp_calls=true", THREE, &format!("{after} 0"));
}

#[test]
fn statements_with_names_are_executed_as_what_they_are() {
    check(
        "",
        THREE,
        "PREPARE a FROM 'SELECT ?' => all/0
         EXECUTE A USING @x => 1
         PREPARE b FROM 'INSERT INTO t VALUES (1)' => all/0
         EXECUTE b => 0
         PREPARE c FROM 'SET @x = 1' => all/0
         EXECUTE c => all/0
         PREPARE d FROM @sql => all/0
         EXECUTE d => 0
         DEALLOCATE PREPARE a => all/0
         EXECUTE a => 0
         EXECUTE IMMEDIATE 'SELECT 1' => 2
         EXECUTE IMMEDIATE 'DELETE FROM t' => 0
         EXECUTE IMMEDIATE @sql => 0
         CREATE TEMPORARY TABLE tmp (a INT) => 0
         PREPARE e FROM 'SELECT * FROM tmp' => 0
         EXECUTE e => 0
         EXECUTE IMMEDIATE 'SELECT * FROM tmp' => 0
         PREPARE f FROM 'SELECT * FROM tmp2' => all/0
         EXECUTE f => 1
         CREATE TEMPORARY TABLE tmp2 (a INT) => 0
         EXECUTE f => 0
         SELECT 1 => 2",
    );
}

#[test]
fn a_statement_that_failed_has_changed_nothing() {
    let mut fixture = Fixture::new("", THREE);
    for sql in ["LOCK TABLES t READ", "CREATE TEMPORARY TABLE t (a INT)"] {
        fixture.query(sql);
        fixture.fail(0, 1146);
    }
    assert_eq!(shown(&fixture.run("SELECT * FROM t")), "1");
}

#[test]
fn nothing_at_all_goes_anywhere() {
    check("", THREE, " => 0?\n/* a */ => 0?\nCOMMIT => 0?");
}

#[test]
fn the_end_of_a_transaction_is_for_where_it_is_and_for_anyone_if_there_is_none() {
    check("", "running replica", "COMMIT => 1?\nSELECT 1 => 1");
}

#[test]
fn without_autocommit_from_the_start_statements_go_to_the_primary() {
    let mut fixture = Fixture::new("", THREE);
    fixture.autocommit = false;
    fixture.session.logged_in(fixture.status(0));
    for sql in ["SELECT 1", "INSERT INTO t VALUES (1)", "COMMIT", "SELECT 1"] {
        assert!(shown(&fixture.run(sql)).starts_with('0'), "{sql}");
    }
    // A reset session is as the server's settings say.
    fixture.command(Command::ResetConnection);
    assert_eq!(shown(&fixture.run("SELECT 1")), "0");
}

#[test]
fn a_write_is_never_bound_to_a_replica_by_a_transaction_that_nobody_began() {
    let mut fixture = Fixture::new("", THREE);
    // The session does not know of it.
    fixture.autocommit = false;
    assert_eq!(shown(&fixture.run("SELECT 1")), "1");
    for sql in ["INSERT INTO t VALUES (1)", "SELECT 1", "COMMIT", "SELECT 1"] {
        assert!(shown(&fixture.run(sql)).starts_with('0'), "{sql}");
    }
}
