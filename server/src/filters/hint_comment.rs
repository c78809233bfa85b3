//! Comments that are meant for the gateway: `-- maxscale ...`.

use crate::sql::{Dialect, TokenKind, Tokenizer};

/// The words behind `maxscale` in the first comment of a statement. A `=` is a word.
///
/// Only the first comment counts, and only if it begins with `maxscale`.
pub(super) fn hint_words(sql: &[u8], dialect: Dialect) -> Option<Vec<String>> {
    // Most statements have no comment: that is found out quickly.
    memchr::memchr3(b'-', b'#', b'/', sql)?;
    let mut tokens = Tokenizer::new(sql, dialect);
    let comment = tokens.find(|token| token.kind == TokenKind::Comment)?;
    let text = std::str::from_utf8(without_markers(comment.text)).ok()?;
    let spaced = text.replace('=', " = ");
    let mut words = spaced.split_whitespace().map(str::to_owned);
    let tag = words.next()?;
    tag.eq_ignore_ascii_case("maxscale")
        .then(|| words.collect())
}

fn without_markers(comment: &[u8]) -> &[u8] {
    if let Some(inner) = comment.strip_prefix(b"/*") {
        return inner.strip_suffix(b"*/").unwrap_or(inner);
    }
    let line = comment.strip_prefix(b"--");
    line.or_else(|| comment.strip_prefix(b"#"))
        .unwrap_or(comment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::SqlMode;

    #[test]
    fn the_first_comment_is_read_in_all_forms() {
        let check = |sql: &str, expected: Option<&str>| {
            let words = hint_words(sql.as_bytes(), Dialect::default()).map(|words| words.join(" "));
            assert_eq!(words.as_deref(), expected, "{sql}");
        };
        check("SELECT 1", None);
        check("SELECT 1 - 1", None);
        check(
            "SELECT 1 -- maxscale route to master",
            Some("route to master"),
        );
        check(
            "SELECT 1; # maxscale route to slave\n",
            Some("route to slave"),
        );
        check("/*maxscale route to last*/ SELECT 1", Some("route to last"));
        check("SELECT /* MaxScale  a=b */ 1", Some("a = b"));
        check("SELECT 1 /* other */ -- maxscale end", None);
        check("SELECT '-- maxscale end'", None);
        check("SELECT 1 -- maxscale", Some(""));
        check("SELECT 1 -- maxscales end", None);
    }

    #[test]
    fn a_comment_begins_where_the_session_sees_it_begin() {
        let sql = br"SELECT '\' /* maxscale end */ '";
        assert_eq!(hint_words(sql, Dialect::default()), None);
        let dialect = Dialect {
            mode: SqlMode::NO_BACKSLASH_ESCAPES,
            ..Dialect::default()
        };
        assert_eq!(hint_words(sql, dialect), Some(vec!["end".to_owned()]));
    }
}
