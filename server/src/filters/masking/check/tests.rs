use super::*;
use crate::filters::masking::rules::RuleSet;

const ALL: Checks = Checks {
    subqueries: true,
    unions: true,
    user_variables: true,
    functions: true,
    understanding: true,
    strings_are_names: true,
};
/// The rule is for the table `person`.
const BY_TABLE: &str = r#", "table": "person""#;

fn refused(checks: Checks, table: &str, sql: impl AsRef<[u8]>) -> bool {
    let text = format!(
        r#"{{"rules": [{{"replace": {{"column": "SSN"{table}}}, "with": {{"fill": "X"}}}}]}}"#
    );
    let rules = RuleSet::parse(&text).unwrap();
    let reason = checks.examine(sql.as_ref(), rules.rules.iter(), None);
    reason.is_some()
}

#[test]
fn harmless_statements_pass() {
    for sql in [
        "SELECT name, ssn FROM person",
        "select p.ssn, `ssn` AS x, shop.person.ssn y from person p where ssn = '1' order by ssn",
        "SELECT DISTINCT ssn FROM person LIMIT 1;",
        "SELECT count(*), concat(name) FROM person",
        "SELECT a AS ssn, concat(b) FROM t",
        "SELECT ssn.a, concat(ssn.b) FROM ssn",
        "INSERT INTO person (ssn) VALUES ('a') ON DUPLICATE KEY UPDATE ssn = VALUES(ssn)",
        "UPDATE person SET ssn = 'x' WHERE id IN (1, 2)",
        "CREATE TABLE person (ssn VARCHAR(11), KEY (ssn))",
        "SELECT 1 UNION SELECT name FROM person",
        "SELECT * FROM (SELECT * FROM person) p",
        "WITH p AS (SELECT * FROM person) SELECT * FROM p",
        "WITH p AS (SELECT * FROM person) SELECT (1), p.* FROM p",
        "SELECT * FROM (SELECT * FROM person) p JOIN t ON (p.id = t.id)",
        "SELECT * FROM (TABLE person) p",
        "TABLE person",
        "SELECT name FROM t WHERE EXISTS (SELECT * FROM person)",
        "(SELECT ssn FROM person) UNION (SELECT name FROM t)",
        "SELECT a * b, 'ssn' FROM t",
        "SET NAMES utf8mb4",
        "PREPARE s FROM 'SELECT ssn FROM person'",
        "EXECUTE IMMEDIATE 'SELECT ssn\\tFROM person' USING @a",
        "SELECT 1; PREPARE s FROM 'SELECT ssn FROM person';",
        "XA PREPARE 'a'",
        "SHOW CREATE PROCEDURE p",
        "SELECT name FROM t; DROP PROCEDURE p",
        "SELECT t.procedure FROM t",
        "DELETE FROM person WHERE ssn = '1' RETURNING name, ssn",
        "INSERT INTO person (ssn) VALUES ('1') RETURNING ssn AS x",
        "INSERT LOW_PRIORITY IGNORE INTO t SELECT ssn FROM person",
        "REPLACE INTO `t` SELECT ssn FROM person",
        "LOAD DATA INFILE 'f' INTO TABLE person SET ssn = 'x'",
        "SELECT ssn, name x FROM person UNION SELECT a, b FROM t",
        "SELECT /*!40001 SQL_NO_CACHE */ name FROM person",
        "SELECT /*! SQL_NO_CACHE */ ssn FROM person",
        "SELECT '/*!99999 ', ssn FROM person",
        "SELECT 'it''s' /* concat(ssn) */ FROM person -- concat(ssn)",
        "((SELECT ssn FROM person))",
        "((SELECT ssn FROM person)) UNION ALL (SELECT name FROM t)",
        "SELECT * FROM ((SELECT * FROM person) p JOIN t ON p.ssn = t.a)",
        "SELECT * FROM ((SELECT * FROM person)) p",
        "SELECT name FROM t WHERE id IN ((SELECT id FROM person))",
        "SELECT @row := @row + 1, t.* FROM t",
        "INSERT INTO t SELECT * FROM person",
        "SELECT ssn AS x FROM person ORDER BY x",
        "SELECT ssn x, (SELECT count(y) FROM t) FROM person HAVING x = '1'",
        "SELECT row_number() OVER (PARTITION BY ssn ORDER BY ssn), ssn FROM person",
        "SELECT t.from, ssn, t.union FROM person, t",
        "SELECT NEXT VALUE FOR seq, ssn FROM person",
        "INSERT INTO person (id, ssn) SELECT 1, '2' ON DUPLICATE KEY UPDATE ssn = '3'",
        "DROP TABLE IF EXISTS a; CREATE TABLE person (ssn VARCHAR(11), KEY (ssn)); DROP TABLE b;",
        "CREATE TABLE person (ssn TEXT) WITH SYSTEM VERSIONING",
        "ALTER TABLE person MODIFY ssn VARCHAR(20)",
        "DESCRIBE person ssn",
        "EXPLAIN SELECT name FROM person WHERE id = 1",
        "ANALYZE TABLE person",
        "SHOW FULL COLUMNS FROM person LIKE 'ssn'",
        "SELECT ssn FROM person ORDER BY id DESC",
        "SELECT column_name FROM information_schema.columns WHERE column_name = 'ssn'",
        "select p1_0.id, p1_0.ssn from person p1_0 where p1_0.ssn=? limit ?",
        "SELECT `person`.`id`, `person`.`ssn` FROM `person` WHERE `person`.`ssn` IN ('1') LIMIT 21",
        "SELECT t0.ssn AS t0_ssn, t1.id AS t1_id FROM person t0 LEFT JOIN t t1 ON t1.id = t0.id",
        "SELECT /*!50101 SQL_NO_CACHE */ /*!99999 a, */ * FROM person",
    ] {
        assert!(!refused(ALL, "", sql), "{sql}");
    }
}

#[test]
fn statements_that_would_show_masked_values_are_refused() {
    for sql in [
        "SELECT concat(ssn) FROM person",
        "SELECT CONCAT ( p . `SSN` ) FROM person p",
        "SELECT concat('ssn') FROM person",
        "SELECT concat(\"ssn\") FROM person",
        "SELECT /*!50000 concat(ssn) */ FROM person",
        "SELECT ssn + 0 FROM person",
        "SELECT a, - ssn FROM person",
        "SELECT ssn COLLATE utf8mb4_bin FROM person",
        "SELECT CASE WHEN 1 THEN ssn END FROM person",
        "SELECT (ssn) FROM person",
        "SELECT BINARY ssn FROM person",
        "SELECT (SELECT ssn FROM person LIMIT 1)",
        "SELECT (SELECT * FROM person)",
        "SELECT x FROM (SELECT ssn AS x FROM person) t",
        "WITH t(x) AS (SELECT ssn FROM person) SELECT x FROM t",
        "WITH t(x) AS (SELECT * FROM person) SELECT x FROM t",
        "SELECT x FROM (SELECT * FROM person) AS t (x, y)",
        "SELECT x FROM (SELECT * FROM person) `t`(x, y)",
        "SELECT x FROM a JOIN (SELECT (1), p.* FROM person p) t(x, y) ON 1",
        "SELECT x FROM (TABLE person) t(x, y)",
        "SELECT x FROM LATERAL (SELECT * FROM person) AS t(x, y)",
        "SELECT 1, 2 UNION TABLE person",
        "SELECT name FROM t UNION SELECT ssn FROM person",
        "SELECT a, b FROM t UNION ALL SELECT * FROM person",
        "(SELECT name FROM t) UNION (SELECT ssn FROM person)",
        "SET @a = (SELECT ssn FROM person)",
        "SELECT @a := ssn FROM person",
        "SELECT ssn INTO @a FROM person",
        "PREPARE s FROM 'SELECT concat(ssn) FROM person'",
        "PREPARE s FROM @text",
        "SELECT /*!99999 ' */ concat(ssn) /*!99999 ' */ FROM person",
        "SELECT /*M!999999 ' */ concat(`SSN`) /*M!999999 ' */ FROM person",
        "SELECT /*M! ' */ concat(ssn) /*M! ' */ FROM person",
        "PREPARE s FROM 'SELECT /*!99999 \" */ concat(ssn) /*!99999 \" */ FROM person'",
        "SELECT ssn AS x FROM person UNION SELECT name FROM t",
        "SELECT p.ssn `x` FROM person p UNION SELECT name FROM t",
        "(SELECT ssn 'x' FROM person) EXCEPT (SELECT name FROM t)",
        "BEGIN NOT ATOMIC DECLARE v TEXT; SELECT ssn INTO v FROM person; SELECT v; END",
        "SELECT ssn INTO `v` FROM person",
        "SELECT ssn FROM person INTO OUTFILE '/tmp/f'",
        "FOR r IN (SELECT name FROM t) DO FETCH c INTO v; SELECT ssn FROM person; END FOR",
        "DELETE FROM person RETURNING ssn + 0",
        "DELETE FROM person RETURNING name, (ssn)",
        "INSERT INTO person (ssn) VALUES ('1') RETURNING BINARY ssn",
        "REPLACE INTO person (ssn) VALUES ('1') RETURNING concat(ssn)",
        "SELECT * FROM person PROCEDURE ANALYSE()",
        "SELECT ssn FROM person procedure analyse()",
        r"PREPARE s FROM 'SELECT concat(\nssn\t) FROM person'",
        r"PREPARE s FROM 'SELECT\0concat(ssn) FROM person'",
        r"EXECUTE IMMEDIATE 'SELECT a\rFROM t\nUNION\tSELECT\tssn\tFROM\tperson'",
        "SELECT 1; PREPARE s FROM 'SELECT concat(ssn) FROM person'",
        "BEGIN NOT ATOMIC EXECUTE IMMEDIATE 'SELECT concat(ssn) FROM person'; END",
        "BEGIN NOT ATOMIC PREPARE s FROM 'SELECT 1'; EXECUTE IMMEDIATE @text; END",
        "PREPARE s FROM 'SELECT con' 'cat(ssn) FROM person'",
        "EXECUTE IMMEDIATE 'SELECT con' || 'cat(ssn) FROM person'",
        "EXECUTE IMMEDIATE concat('SEL', 'ECT')",
        "SELECT 'a",
        "SELECT '\\' , concat(ssn) , ' ' FROM person",
        "SELECT name FROM person; SELECT concat(ssn) FROM person",
        "UPDATE t SET a = concat((SELECT ssn FROM person))",
    ] {
        assert!(refused(ALL, "", sql), "{sql}");
    }
}

#[test]
fn statements_that_hide_that_they_would_show_masked_values_are_refused() {
    for sql in [
        "SELECT ((SELECT ssn FROM person LIMIT 1))",
        "SELECT ALL (SELECT ssn FROM person LIMIT 1)",
        "SELECT DISTINCT (SELECT ssn FROM person LIMIT 1)",
        "SELECT x FROM ((SELECT ssn AS x FROM person)) t",
        "SELECT x FROM ((SELECT * FROM person) t(x, y))",
        "WITH t(x, y, z) AS ((SELECT * FROM person)) SELECT z FROM t",
        "SELECT x FROM ((SELECT 1 AS x) UNION (SELECT ssn FROM person)) t",
        "SELECT * INTO @i, @n, @s FROM person LIMIT 1",
        "SELECT * FROM person LIMIT 1 INTO @i, @n, @s",
        "SELECT * FROM person INTO OUTFILE '/tmp/f'",
        "TABLE person INTO OUTFILE '/tmp/f'",
        "BEGIN NOT ATOMIC DECLARE c CURSOR FOR SELECT * FROM person; FETCH c INTO a, b, v; END",
        "BEGIN NOT ATOMIC DECLARE c CURSOR FOR SELECT * FROM person;
            FOR r IN c DO SELECT r.ssn; END FOR; END",
        "BEGIN NOT ATOMIC DECLARE c CURSOR FOR SELECT ssn FROM person;
            FOR r IN c DO SELECT r.ssn; END FOR; END",
        "SELECT t.from, ssn COLLATE utf8mb4_bin FROM person, (SELECT 1 AS `from`) t",
        "SELECT minus, ssn COLLATE utf8mb4_bin FROM person, (SELECT 1 AS minus) t",
        "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY id) OVER (), BINARY ssn FROM person",
        "SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY ssn) OVER () FROM person",
        "SELECT NEXT VALUE FOR seq, ssn COLLATE utf8mb4_bin FROM person",
        "SELECT 1 IS DISTINCT FROM 2, ssn COLLATE utf8mb4_bin FROM person",
        "SELECT MOD(1000000000000, ssn) FROM person",
        "SELECT name FROM t WHERE shop.any(ssn)",
        "SELECT ssn NEWOPERATOR 'x' FROM person",
        "SELECT /*!99999 ' */ 1, 2, 3 UNION SELECT * FROM person /*!99999 ' */",
        "SELECT /*!40000 ' */ 1, 2, 3 /*!99999 ' */ UNION SELECT * FROM person -- '",
        "/*!99999 ' */ PREPARE s FROM @t /*!99999 ' */",
        "CALL sys.execute_prepared_stmt('SELECT concat(ssn) FROM person')",
        "CALL sys.execute_prepared_stmt(@t)",
        "SELECT ssn AS x, (SELECT concat(x)) FROM person",
        "SELECT ssn x, (SELECT x) FROM person",
        "SELECT ssn minus, (SELECT minus) FROM person",
        "SELECT p.ssn 'x', 1 + (SELECT `X`) FROM person p",
        "DROP TABLE IF EXISTS a; DELETE FROM person RETURNING concat(ssn)",
        "DROP PREPARE x; DELETE FROM person WHERE id = 7 RETURNING concat(ssn)",
        "CREATE PROCEDURE p() DELETE FROM person RETURNING concat(ssn)",
        "CREATE TRIGGER t BEFORE UPDATE ON person FOR EACH ROW SET @a = OLD.ssn",
        "CREATE TRIGGER t BEFORE UPDATE ON person FOR EACH ROW
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = OLD.ssn",
        "EXPLAIN EXTENDED SELECT ssn FROM person WHERE id = 1",
        "EXPLAIN SELECT * FROM person WHERE id = 1",
        "desc format=json select name from t, person p where p.ssn = t.name",
        "ANALYZE UPDATE person SET ssn = 'x' WHERE id = 1",
    ] {
        assert!(refused(ALL, "", sql), "{sql}");
    }
}

#[test]
fn all_encodings_are_thought_of() {
    for (sql, expected) in [
        (
            // The second and the last backslash are halves of characters in GBK and others.
            &b"SELECT 'a\\'', '\x95\\', concat(ssn), '\x95\\' FROM person -- '"[..],
            true,
        ),
        (b"SELECT \x95`, concat(ssn), \x95` FROM person", true),
        (b"SELECT concat(\xa0ssn\xa0) FROM person", true),
        (
            "SELECT 'Zo\u{eb}', 'Zo\u{eb}\\'s', ssn FROM person".as_bytes(),
            false,
        ),
        (
            "SELECT '\u{20ac}', ssn, '\u{20ac}' FROM person".as_bytes(),
            false,
        ),
    ] {
        assert_eq!(refused(ALL, "", sql), expected, "{}", sql.escape_ascii());
    }
}

#[test]
fn each_check_can_be_turned_off() {
    let off = |change: fn(&mut Checks), sql: &str| {
        let mut checks = ALL;
        change(&mut checks);
        assert!(!refused(checks, "", sql), "{sql}");
    };
    off(
        |c| c.functions = false,
        "SELECT concat(ssn), ssn + 1 FROM person",
    );
    off(
        |c| c.strings_are_names = false,
        "SELECT concat('ssn') FROM person",
    );
    off(
        |c| c.unions = false,
        "SELECT ssn x FROM person UNION SELECT ssn FROM person",
    );
    off(
        |c| c.subqueries = false,
        "SELECT x FROM (SELECT ssn x FROM person) t",
    );
    off(
        |c| c.user_variables = false,
        "SELECT ssn INTO @a FROM person",
    );
    off(|c| c.understanding = false, "PREPARE s FROM @text");
    off(
        |c| c.understanding = false,
        "SELECT ssn /*!50000 AS x */ FROM person",
    );
    assert_eq!(Checks::default().examine_part(), None);
    assert!(ALL.examine_part().is_some());
}

#[test]
fn names_are_folded_as_servers_fold_them() {
    let refuses = |column: &str, sql: &[u8]| {
        let text = format!(r#"{{"rules": [{{"obfuscate": {{"column": "{column}"}}}}]}}"#);
        let rules = RuleSet::parse(&text).unwrap();
        ALL.examine(sql, rules.rules.iter(), None).is_some()
    };
    assert!(refuses("iban", "SELECT concat(İban) FROM t".as_bytes()));
    assert!(refuses("ΚΩΣ", "SELECT concat(κωσ) FROM t".as_bytes()));
    assert!(refuses("größe", b"SELECT concat(gr\xf6\xdfe) FROM t"));
    assert!(refuses("größe", b"SELECT concat(`GR|?E`) FROM t"));
    assert!(!refuses("größe", "SELECT concat(grüße) FROM t".as_bytes()));
    // The name given in another character set.
    assert!(refuses("ssn", b"SELECT ssn \xe4, (SELECT \xc4) FROM t"));
}

#[test]
fn statements_made_before_can_be_executed_when_their_names_are_known() {
    let text = r#"{"rules": [{"obfuscate": {"column": "ssn"}}]}"#;
    let rules = RuleSet::parse(text).unwrap();
    let names = Names::from([b"s".to_vec()]);
    for (sql, expected) in [
        ("EXECUTE s", false),
        ("execute `S` USING @a", false),
        ("EXECUTE other", true),
        ("/*!99999 ' */ EXECUTE other /*!99999 ' */", true),
        ("BEGIN NOT ATOMIC EXECUTE other; END", true),
        ("GRANT EXECUTE ON PROCEDURE p TO u", false),
        ("EXECUTE IMMEDIATE 'SELECT 1'", false),
    ] {
        let examine = |names| ALL.examine(sql.as_bytes(), rules.rules.iter(), names);
        assert_eq!(examine(Some(&names)).is_some(), expected, "{sql}");
        assert_eq!(examine(None), None, "{sql}");
    }
    for (sql, expected) in [
        ("PREPARE s FROM 'SELECT 1'", Some("s")),
        ("prepare `S` from @a", Some("s")),
        ("SELECT 1; PREPARE s FROM 'SELECT 1'", None),
        ("/*!99999 PREPARE s FROM 'SELECT 1' */", None),
        ("EXECUTE s", None),
    ] {
        let name = prepared_name(sql.as_bytes());
        assert_eq!(name.as_deref(), expected.map(str::as_bytes), "{sql}");
    }
}

#[test]
fn a_text_that_reads_in_too_many_ways_is_refused() {
    let comments = |versions: std::ops::Range<u32>| {
        let comments = versions.map(|version| format!("/*!{version} */ "));
        format!("SELECT {} name FROM person", comments.collect::<String>())
    };
    assert!(!refused(ALL, "", comments(50_000..50_004)));
    assert!(refused(ALL, "", comments(50_000..50_010)));
    assert!(refused(ALL, "", "SELECT /*!500001 */ /*!50002 */ 1"));
}

#[test]
fn a_rule_for_one_table_leaves_statements_on_others_alone() {
    assert!(!refused(ALL, BY_TABLE, "SELECT concat(ssn) FROM dog"));
    assert!(refused(ALL, BY_TABLE, "SELECT concat(ssn) FROM person"));
    // The result would not tell the table any more.
    assert!(refused(
        ALL,
        BY_TABLE,
        "SELECT * FROM (SELECT * FROM Person) t"
    ));
}
