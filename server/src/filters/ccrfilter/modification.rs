//! Which statements change data.

use crate::sql::{Dialect, TokenKind, Tokenizer};

/// The words that statements begin with that change data or its shape.
const WORDS: &[&[u8]] = &[
    b"INSERT",
    b"UPDATE",
    b"DELETE",
    b"REPLACE",
    b"LOAD",
    b"TRUNCATE",
    b"CREATE",
    b"ALTER",
    b"DROP",
    b"RENAME",
    b"CALL",
    b"GRANT",
    b"REVOKE",
    b"IMPORT",
    b"OPTIMIZE",
    b"REPAIR",
];

/// Whether the statement changes data. Behind `WITH`, any later word can say so.
pub(super) fn is_modification(sql: &[u8]) -> bool {
    let mut words = Tokenizer::new(sql, Dialect::default())
        .filter(|token| !token.is_blank() && !token.is_operator(b"("));
    let Some(first) = words.next().filter(|token| token.kind == TokenKind::Word) else {
        return false;
    };
    if first.is_word(b"WITH") {
        return words.any(|token| token.is_word(b"UPDATE") || token.is_word(b"DELETE"));
    }
    WORDS.iter().any(|word| first.is_word(word))
}

#[cfg(test)]
mod tests {
    use super::is_modification;

    #[test]
    fn statements_that_change_data_are_known() {
        let check = |sql: &str, expected: bool| {
            assert_eq!(is_modification(sql.as_bytes()), expected, "{sql}");
        };
        check("INSERT INTO t VALUES (1)", true);
        check("  /* c */ update t set a = 1", true);
        check("/*!50000 DELETE */ FROM t", true);
        check("WITH c AS (SELECT 1) DELETE FROM t", true);
        check("WITH c AS (SELECT 1) SELECT 1", false);
        check("SELECT 1", false);
        check("(SELECT 'INSERT')", false);
        check("SET @a = 1", false);
        check("COMMIT", false);
        check("`insert`", false);
        check("", false);
    }
}
