use proptest::prelude::*;

use super::*;
use crate::sql::samples;

/// `r` or `w` before each table.
fn render(text: &str) -> String {
    let tables = tables(text.as_bytes(), Dialect::default())
        .into_iter()
        .map(|table| {
            let access = match table.access {
                Access::Read => "r",
                Access::Write => "w",
            };
            let database = table
                .database
                .map(|name| format!("{}.", name.unquoted().escape_ascii()));
            let name = table.name.unquoted();
            format!(
                "{access}:{}{}",
                database.unwrap_or_default(),
                name.escape_ascii()
            )
        });
    tables.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_all(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(render(text), *expected, "{text}");
    }
}

#[test]
fn queries_read_tables() {
    check_all(&[
        ("SELECT 1", ""),
        ("SELECT a FROM t", "r:t"),
        (
            "SELECT t.a, `x`.b FROM db.t, `d b`.`x y` AS x WHERE a IN (1, 2)",
            "r:db.t r:d b.x y",
        ),
        ("SELECT a b, c FROM t u, v w WHERE x, y", "r:t r:v"),
        (
            "SELECT * FROM a LEFT JOIN b ON a.x = b.x, c INNER JOIN d USING (x, y)",
            "r:a r:b r:c r:d",
        ),
        (
            "SELECT * FROM a STRAIGHT_JOIN b NATURAL JOIN c",
            "r:a r:b r:c",
        ),
        ("SELECT STRAIGHT_JOIN a, b FROM c", "r:c"),
        (
            "SELECT * FROM (a, b) JOIN (c CROSS JOIN d) ON 1",
            "r:a r:b r:c r:d",
        ),
        (
            "SELECT * FROM (SELECT x, y FROM a WHERE z IN (SELECT z FROM b)) AS t, c",
            "r:a r:b r:c",
        ),
        (
            "SELECT * FROM ((SELECT 1 FROM a) UNION (SELECT 2 FROM b)) t",
            "r:a r:b",
        ),
        (
            "(SELECT 1 FROM a) UNION (SELECT 2 FROM b) ORDER BY c, d",
            "r:a r:b",
        ),
        (
            "SELECT (SELECT MAX(x) FROM a), EXTRACT(YEAR FROM b), TRIM(LEADING 'x' FROM c) FROM d",
            "r:a r:d",
        ),
        (
            "SELECT SUBSTRING(a FROM 2 FOR 3) FROM t GROUP BY a, b",
            "r:t",
        ),
        ("SELECT a IS NOT DISTINCT FROM b FROM t", "r:t"),
        ("SELECT * FROM a USE INDEX FOR JOIN (i, j), b", "r:a r:b"),
        ("SELECT * FROM a PARTITION (p, q), b FOR UPDATE", "r:a r:b"),
        (
            "SELECT * FROM JSON_TABLE('[]', '$' COLUMNS (x INT PATH '$', y INT PATH '$')) AS j, b",
            "r:b",
        ),
        ("SELECT a FROM t INTO @x, @y", "r:t"),
        (
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.x = t.x) LIMIT 1, 2",
            "r:t r:u",
        ),
        ("SELECT * FROM a AS OF TIMESTAMP x, b", "r:a r:b"),
        ("TABLE t", "r:t"),
        ("HANDLER t READ FIRST", "r:t"),
        ("DO (SELECT a FROM t)", "r:t"),
        ("CALL p((SELECT a FROM t))", "r:t"),
        ("SET @a = (SELECT MAX(a) FROM t), @b = 1", "r:t"),
        ("SET STATEMENT a = 1 FOR DELETE FROM t", "w:t"),
    ]);
}

#[test]
fn common_tables_are_none() {
    check_all(&[
        ("WITH a AS (SELECT * FROM t) SELECT * FROM a, b", "r:t r:b"),
        (
            "WITH RECURSIVE a(x, y) AS (SELECT * FROM t UNION SELECT * FROM A), `b` AS (SELECT \
             1) SELECT * FROM a JOIN B JOIN db.a",
            "r:t r:db.a",
        ),
        ("WITH a AS (SELECT 1) UPDATE t, a SET t.x = 1", "w:t"),
        (
            "WITH a AS (SELECT 1) DELETE FROM t WHERE x IN (SELECT x FROM a)",
            "w:t",
        ),
        (
            "SELECT * FROM (WITH a AS (SELECT * FROM t) SELECT * FROM a) x",
            "r:t",
        ),
        (
            "INSERT INTO t WITH a AS (SELECT * FROM u) SELECT * FROM a",
            "w:t r:u",
        ),
        (
            "WITH a AS (SELECT 1) SELECT * FROM a; SELECT * FROM a",
            "r:a",
        ),
        ("SELECT a FROM t GROUP BY a WITH ROLLUP", "r:t"),
    ]);
}

#[test]
fn changes_write_tables() {
    check_all(&[
        ("INSERT INTO t VALUES (1)", "w:t"),
        (
            "INSERT LOW_PRIORITY IGNORE INTO db.t (a, b) SELECT a, b FROM u, v",
            "w:db.t r:u r:v",
        ),
        ("INSERT t SET a = (SELECT 1 FROM u), b = 2", "w:t r:u"),
        (
            "INSERT INTO t (a) VALUES (1), (2) ON DUPLICATE KEY UPDATE a = 1, b = 2",
            "w:t",
        ),
        ("REPLACE INTO t SELECT * FROM u", "w:t r:u"),
        ("UPDATE t SET a = 1, b = 2", "w:t"),
        (
            "UPDATE LOW_PRIORITY a JOIN b USING (x), c SET a.y = 1 WHERE z IN (SELECT z FROM d)",
            "w:a w:b w:c r:d",
        ),
        ("DELETE FROM t WHERE a = 1 ORDER BY b, c", "w:t"),
        ("DELETE FROM t", "w:t"),
        (
            "DELETE a, db.b.* FROM a JOIN db.b USING (x)",
            "w:a w:db.b r:a r:db.b",
        ),
        (
            "DELETE FROM a, b USING a JOIN b USING (x) JOIN c",
            "w:a w:b r:a r:b r:c",
        ),
        (
            "LOAD DATA LOCAL INFILE 'x' INTO TABLE db.t (a, b)",
            "w:db.t",
        ),
        ("TRUNCATE t", "w:t"),
        ("TRUNCATE TABLE db.t", "w:db.t"),
        ("EXPLAIN UPDATE t SET a = 1", "w:t"),
        ("ANALYZE FORMAT=JSON SELECT * FROM t", "r:t"),
    ]);
}

#[test]
fn definitions_name_tables() {
    check_all(&[
        (
            "CREATE TABLE IF NOT EXISTS t (a INT, b INT, FOREIGN KEY (a) REFERENCES u (x))",
            "w:t r:u",
        ),
        (
            "CREATE TEMPORARY TABLE t AS SELECT * FROM u, v",
            "w:t r:u r:v",
        ),
        ("CREATE TABLE t LIKE db.u", "w:t r:db.u"),
        ("CREATE TABLE t (LIKE u)", "w:t r:u"),
        ("CREATE OR REPLACE VIEW v AS SELECT * FROM t", "w:v r:t"),
        ("CREATE UNIQUE INDEX i ON t (a, b)", "w:t"),
        (
            "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO u VALUES (1)",
            "w:t",
        ),
        (
            "CREATE PROCEDURE p() BEGIN DELETE FROM t; END; SELECT * FROM u",
            "r:u",
        ),
        ("CREATE DATABASE d", ""),
        ("DROP TABLE IF EXISTS a, db.b", "w:a w:db.b"),
        ("DROP INDEX i ON t", "w:t"),
        ("DROP DATABASE d", ""),
        ("ALTER TABLE t ADD COLUMN a INT, DROP b", "w:t"),
        ("RENAME TABLE a TO b, c TO db.d", "w:a w:b w:c w:db.d"),
        ("ALTER TABLE a RENAME TO b", "w:a w:b"),
        ("ALTER TABLE a ADD c INT, RENAME AS db.b", "w:a w:db.b"),
        ("ALTER TABLE a RENAME COLUMN c TO d", "w:a"),
        ("LOCK TABLES a READ, db.b AS x WRITE", "r:a w:db.b"),
        ("OPTIMIZE NO_WRITE_TO_BINLOG TABLE a, b", "w:a w:b"),
        ("CHECKSUM TABLE a, b", "r:a r:b"),
        ("ANALYZE TABLE t", "w:t"),
    ]);
}

#[test]
fn some_statements_are_about_a_table() {
    check_all(&[
        ("DESC t a", "r:t"),
        ("EXPLAIN db.t", "r:db.t"),
        ("EXPLAIN EXTENDED SELECT * FROM t", "r:t"),
        ("EXPLAIN FOR CONNECTION 5", ""),
        ("SHOW COLUMNS FROM t", "r:t"),
        ("SHOW FULL FIELDS IN t FROM db LIKE 'x'", "r:db.t"),
        ("SHOW CREATE TABLE db.t", "r:db.t"),
        ("SHOW TABLES FROM db", ""),
        ("SHOW INDEX FROM t", "r:t"),
        ("GRANT SELECT ON db.t TO u", ""),
        ("", ""),
        ("FROM t", ""),
    ]);
}

proptest! {
    #[test]
    fn nothing_panics(text in samples::text(), dialect in samples::dialect()) {
        let _ = tables(&text, dialect);
    }
}
