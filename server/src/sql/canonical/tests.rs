use proptest::prelude::*;

use super::*;
use crate::sql::dialect::{ServerVersion, SqlMode};
use crate::sql::samples;

fn canonical(text: &[u8], dialect: Dialect) -> Vec<u8> {
    let mut out = Vec::new();
    canonicalize(text, dialect, &mut out);
    out
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_in(Dialect::default(), text, expected);
}

#[track_caller]
fn check_in(dialect: Dialect, text: &str, expected: &str) {
    let form = canonical(text.as_bytes(), dialect);
    assert_eq!(String::from_utf8_lossy(&form), expected, "{text}");
}

#[test]
fn literals_become_question_marks() {
    check("SELECT 1", "SELECT ?");
    check(
        "SELECT * FROM t WHERE a = 'x' AND b=-1.5 OR c = 0xff",
        "SELECT * FROM t WHERE a = ? AND b=-? OR c = ?",
    );
    check(
        "INSERT INTO t VALUES (1,'a'),(2, \"b\")",
        "INSERT INTO t VALUES (?,?),(?, ?)",
    );
    check(
        "SELECT a FROM t WHERE id IN (1, 2, 3)",
        "SELECT a FROM t WHERE id IN (?, ?, ?)",
    );
    check(
        "SELECT N'a', x'41', b'1', 0b1, DATE'2020-01-01'",
        "SELECT ?, ?, ?, ?, DATE?",
    );
    check("SELECT ?, NULL, TRUE, \\N", "SELECT ?, NULL, TRUE, \\N");
    check("SELECT 'a' 'b'", "SELECT ? ?");
    check("SELECT 'open", "SELECT ?");
    check(
        "GRANT ALL ON x.* TO 'u'@'h' IDENTIFIED BY 'p'",
        "GRANT ALL ON x.* TO ?@? IDENTIFIED BY ?",
    );
}

#[test]
fn introducers_go_with_their_literals() {
    check(
        "SELECT _utf8mb4'a', _binary 'b',_latin1/* */x'41'",
        "SELECT ?, ?,?",
    );
    check("SELECT _utf8mb4 ?", "SELECT _utf8mb4 ?");
    check("SELECT a  _utf8mb4", "SELECT a _utf8mb4");
    check("_utf8  _latin1  'a'", "_utf8 ?");
}

#[test]
fn names_and_variables_stay() {
    check(
        "SELECT `a 1`.`b`, @x, @'y 1', @@global.z",
        "SELECT `a 1`.`b`, @x, @'y 1', @@global.z",
    );
    check("SELECT t1.c2, 1a FROM t1", "SELECT t1.c2, 1a FROM t1");
    let ansi = Dialect {
        mode: SqlMode::ANSI_QUOTES,
        ..Dialect::default()
    };
    check_in(ansi, "SELECT \"a  b\" FROM t", "SELECT \"a  b\" FROM t");
}

#[test]
fn gaps_become_one_space() {
    check("  SELECT\t1\n\n+\r\n2  ", "SELECT ? + ?");
    check("SELECT 1 -- one\n + 2 # two", "SELECT ? + ?");
    check("/* a */ SELECT/* b */1/* c */", "SELECT ?");
    check("SELECT a  ,b FROM  t", "SELECT a ,b FROM t");
    check(
        "SELECT * FROM t; -- maxscale route to master",
        "SELECT * FROM t;",
    );
    check("-- nothing", "");
    check("", "");
}

#[test]
fn the_content_of_executable_comments_counts_if_it_runs() {
    check("SELECT /*!50101 SQL_NO_CACHE */ 1", "SELECT SQL_NO_CACHE ?");
    check("/*!40101 SET NAMES utf8 */", "SET NAMES utf8");
    check("a/*!b*/c", "a b c");
    let mariadb = Dialect {
        server: ServerVersion::MariaDb(101_119),
        ..Dialect::default()
    };
    check_in(
        mariadb,
        "SELECT 1 /*!80000 , 2 */ FROM t",
        "SELECT ? FROM t",
    );
}

proptest! {
    #[test]
    fn the_canonical_form_of_a_canonical_form_is_itself(
        text in samples::text(), dialect in samples::dialect()) {
        let once = canonical(&text, dialect);
        let twice = canonical(&once, dialect);
        prop_assert_eq!(
            once.escape_ascii().to_string(),
            twice.escape_ascii().to_string(),
            "of {}", text.escape_ascii()
        );
    }

    #[test]
    fn the_hash_is_the_hash_of_the_form(text in samples::text(), dialect in samples::dialect()) {
        let form = canonical(&text, dialect);
        prop_assert_eq!(canonical_hash(&text, dialect), CanonicalHasher::hash(&form));
    }

    #[test]
    fn no_value_leaks(value in "[^'\\\\]*", number in 1_000_000_u32.., comment in "[^*\n]*") {
        let text = format!(
            "SELECT a /* {comment} */ FROM t WHERE x = 'secret{value}' AND y IN ({number}, 'b') \
             # {comment}"
        );
        let form = canonical(text.as_bytes(), Dialect::default());
        prop_assert_eq!(form, b"SELECT a FROM t WHERE x = ? AND y IN (?, ?)");
    }

    #[test]
    fn a_form_has_no_gaps_at_its_ends(text in samples::text()) {
        let form = canonical(&text, Dialect::default());
        prop_assert!(!form.starts_with(b" "));
        let unterminated = Tokenizer::new(&form, Dialect::default())
            .any(|token| token.kind == TokenKind::UnterminatedName);
        prop_assert!(unterminated || !form.ends_with(b" "));
    }
}
