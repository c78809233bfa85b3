//! Words and names of statements.

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
/// Words that are operators.
const OPERATORS: &[&str] = &[
    "AND", "BETWEEN", "COLLATE", "DIV", "IN", "IS", "LIKE", "MEMBER", "MOD", "NOT", "OR", "REGEXP",
    "RLIKE", "SOUNDS", "XOR",
];
/// Words that end what is selected.
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

/// Whether it begins a comment that some servers run and others do not.
pub(super) fn asks_for_version(token: &Token<'_>) -> bool {
    let text = token.text;
    token.kind == TokenKind::ExecutableOpen
        && (text.starts_with(b"/*M") || text.last().is_some_and(u8::is_ascii_digit))
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

/// Whether it is an operator that is a word.
pub(super) fn is_operator(token: &Token<'_>) -> bool {
    is_one_of(token, OPERATORS)
}

/// Whether it ends what is selected.
pub(super) fn ends_select_list(token: &Token<'_>) -> bool {
    is_one_of(token, SELECT_ENDS)
}

/// Whether a later SELECT of the same statement follows.
pub(super) fn unites(token: &Token<'_>) -> bool {
    is_one_of(token, &["UNION", "EXCEPT", "INTERSECT", "MINUS"])
}

/// The name that a token is, in small letters. `with_strings`: a string may be one.
pub(super) fn name(token: &Token<'_>, with_strings: bool) -> Option<String> {
    let bytes = match token.kind {
        TokenKind::Word => token.text.to_vec(),
        TokenKind::QuotedName => unquoted(token.text),
        TokenKind::String if with_strings => unquoted(token.text),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&bytes).to_lowercase())
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
