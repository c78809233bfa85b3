use proptest::prelude::*;

use super::*;
use crate::sql::samples;

/// Functions with `()`, names as they stand there.
fn render(text: &str) -> String {
    let found = mentions(text.as_bytes(), Dialect::default()).map(|mention| match mention {
        Mention::Function { name, qualified } => {
            let mark = if qualified { "!" } else { "" };
            format!("{mark}{}()", name.unquoted().escape_ascii())
        }
        Mention::Name { path, .. } => path.escape_ascii().to_string(),
        Mention::Star => "*".to_owned(),
    });
    found.collect::<Vec<_>>().join(" ")
}

#[test]
fn functions_columns_and_stars_are_found() {
    for (text, expected) in [
        ("SELECT 1", ""),
        (
            "SELECT a, `b c`, t.d, db.t.`e` FROM t",
            "a `b c` t.d db.t.`e` t",
        ),
        ("SELECT * FROM t WHERE a * b > 2", "* t a b"),
        ("SELECT t.*, COUNT(*), 2 * 3 FROM t", "* COUNT() * t"),
        (
            "SELECT MAX(a) + concat(b, 'c') FROM t",
            "MAX() a concat() b t",
        ),
        (
            "SELECT mine(a), db.yours(b), `odd`(c)",
            "mine() a !yours() b odd() c",
        ),
        (
            "SELECT LEFT(a, 1), IF(b, 1, 2), REPLACE(c, 'x', 'y')",
            "LEFT() a IF() b REPLACE() c",
        ),
        (
            "SELECT a FROM t WHERE b IN (1) AND (c) OR NOT (d)",
            "a t b c d",
        ),
        ("SELECT CAST(a AS DECIMAL(10, 2))", "CAST() a"),
        (
            "SELECT t.select, `select`, NULL, \\N, TRUE",
            "t.select `select`",
        ),
        ("UPDATE t SET a = b", "t a b"),
        (
            "INSERT INTO t (a) VALUES (b) ON DUPLICATE KEY UPDATE a = VALUES(a)",
            "t a b DUPLICATE a VALUES() a",
        ),
        ("SELECT @a, @@b, 'c', ?", ""),
        ("SELECT a; SELECT b", "a b"),
        ("SELECT /*! a, */ b /* c */ -- d", "a b"),
    ] {
        assert_eq!(render(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in samples::text(), dialect in samples::dialect()) {
        let _ = mentions(&text, dialect).count();
    }
}
