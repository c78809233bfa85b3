//! Words and names of statements.

use std::borrow::Cow;

use crate::sql::{Token, TokenKind};

/// Words before a parenthesis that do not make it the arguments of a function.
const NO_FUNCTION: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "DISTINCT",
    "DISTINCTROW",
    "DIV",
    "ELSE",
    "EXCEPT",
    "EXISTS",
    "FROM",
    "HAVING",
    "IN",
    "INDEX",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LATERAL",
    "LIKE",
    "LIMIT",
    "MINUS",
    "MOD",
    "NOT",
    "OFFSET",
    "ON",
    "OR",
    "OVER",
    "PARTITION",
    "RECURSIVE",
    "REGEXP",
    "RETURNING",
    "RLIKE",
    "SELECT",
    "SET",
    "SOME",
    "THEN",
    "UNION",
    "USING",
    "VALUE",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
    "XOR",
];
/// Words behind which what is selected or returned may begin.
const SELECT_OPTIONS: &[&str] = &[
    "ALL",
    "DISTINCT",
    "DISTINCTROW",
    "HIGH_PRIORITY",
    "RETURNING",
    "SELECT",
    "SQL_BIG_RESULT",
    "SQL_BUFFER_RESULT",
    "SQL_CACHE",
    "SQL_CALC_FOUND_ROWS",
    "SQL_NO_CACHE",
    "SQL_SMALL_RESULT",
    "STRAIGHT_JOIN",
];
/// Words that may stand behind all that is selected.
const SELECT_ENDS: &[&str] = &[
    "EXCEPT",
    "FOR",
    "FROM",
    "GROUP",
    "HAVING",
    "INTERSECT",
    "INTO",
    "LIMIT",
    "LOCK",
    "MINUS",
    "ORDER",
    "PROCEDURE",
    "UNION",
    "WHERE",
    "WINDOW",
];

fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    let text = token.text;
    token.kind == TokenKind::Word
        && words
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a parenthesis behind it begins the arguments of a function.
pub(super) fn names_function(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => !is_one_of(token, NO_FUNCTION),
        TokenKind::QuotedName => true,
        _ => false,
    }
}

/// Whether what is selected follows, or a list that is returned like it.
pub(super) fn begins_select_list(token: &Token<'_>) -> bool {
    is_one_of(token, &["RETURNING", "SELECT"])
}

/// Whether a query begins with it.
pub(super) fn begins_query(token: &Token<'_>) -> bool {
    is_one_of(token, &["SELECT", "TABLE", "VALUES", "WITH"])
}

/// Whether it may stand directly before a query that is not in parentheses.
pub(super) fn may_precede_query(token: &Token<'_>) -> bool {
    unites(token)
        || is_one_of(
            token,
            &[
                "ALL", "DESC", "DESCRIBE", "DISTINCT", "EXPLAIN", "FOR", "IS",
            ],
        )
}

/// Whether it may stand between INSERT or REPLACE and INTO.
pub(super) fn is_insert_option(token: &Token<'_>) -> bool {
    is_one_of(
        token,
        &["DELAYED", "HIGH_PRIORITY", "IGNORE", "LOW_PRIORITY"],
    )
}

/// Whether it may stand directly before what is selected.
pub(super) fn is_select_option(token: &Token<'_>) -> bool {
    is_one_of(token, SELECT_OPTIONS)
}

/// Whether it may stand behind all that is selected. Some of these words are names as well.
pub(super) fn follows_select_list(token: &Token<'_>) -> bool {
    is_one_of(token, SELECT_ENDS)
}

/// Whether it is a reserved word that ends what is selected, together with `next`.
pub(super) fn ends_select_list(token: &Token<'_>, next: Option<&Token<'_>>) -> bool {
    let is_next = |word: &[u8]| next.is_some_and(|next| next.is_word(word));
    is_one_of(token, &["FROM", "HAVING", "INTO", "LIMIT", "WHERE"])
        || (is_one_of(token, &["GROUP", "ORDER"]) && is_next(b"BY"))
        || (token.is_word(b"ON") && is_next(b"DUPLICATE"))
}

/// Whether it begins a statement that reads or writes rows.
pub(super) fn begins_statement_on_rows(token: &Token<'_>) -> bool {
    is_one_of(
        token,
        &["DELETE", "INSERT", "REPLACE", "SELECT", "UPDATE", "WITH"],
    )
}

/// Whether it says that a definition is one of statements, not of data.
pub(super) fn holds_statements(token: &Token<'_>) -> bool {
    is_one_of(
        token,
        &[
            "BEGIN",
            "EVENT",
            "FUNCTION",
            "PACKAGE",
            "PROCEDURE",
            "RETURNING",
            "SELECT",
            "TRIGGER",
            "VIEW",
        ],
    )
}

/// Whether a later SELECT of the same statement follows.
pub(super) fn unites(token: &Token<'_>) -> bool {
    is_one_of(token, &["UNION", "EXCEPT", "INTERSECT", "MINUS"])
}

/// The name that a token is. `with_strings`: a string may be one.
pub(super) fn name<'s>(token: &Token<'s>, with_strings: bool) -> Option<Cow<'s, [u8]>> {
    match token.kind {
        TokenKind::Word => Some(Cow::Borrowed(token.text)),
        TokenKind::QuotedName => Some(Cow::Owned(unquoted(token.text))),
        TokenKind::String if with_strings => Some(Cow::Owned(unquoted(token.text))),
        _ => None,
    }
}

/// The text between the quotes; doubled quotes and backslashes stand for one character.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let begin = text.iter().position(|byte| b"'\"`".contains(byte));
    let Some((&[quote], rest)) = begin.and_then(|at| text.get(at..)?.split_at_checked(1)) else {
        return text.to_vec();
    };
    let inner = rest.strip_suffix(&[quote]).unwrap_or(rest);
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        let is_pair = byte == quote || (byte == b'\\' && quote != b'`');
        out.extend(if is_pair { bytes.next() } else { Some(byte) });
    }
    out
}
