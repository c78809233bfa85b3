//! The tables a statement reads from: the names behind FROM and JOIN.

use super::{is_one_of, name};
use crate::sql::{Token, TokenKind};

/// A table as a statement names it, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::filters::cache) struct TableName {
    pub(in crate::filters::cache) database: Option<String>,
    pub(in crate::filters::cache) table: String,
}

/// The tables of a statement.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) found: Vec<TableName>,
    /// False if a table may be named in a way that is not understood.
    pub(super) is_complete: bool,
}

/// Words that end a list of tables.
const ENDS: &[&str] = &[
    "EXCEPT",
    "GROUP",
    "HAVING",
    "INTERSECT",
    "LIMIT",
    "ORDER",
    "PROCEDURE",
    "SELECT",
    "SET",
    "UNION",
    "WHERE",
    "WINDOW",
];

/// One level of parentheses.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// Within a list of tables.
    in_list: bool,
    /// The next name is a table's.
    expects: bool,
    /// Behind ON: parentheses hold no list of tables.
    in_condition: bool,
}

/// Finds them. A common table expression counts as a table, too.
pub(super) fn tables(tokens: &[Token<'_>]) -> Tables {
    let mut found: Vec<TableName> = Vec::new();
    let mut is_complete = true;
    let mut levels = vec![Level::default()];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let Some(level) = levels.last_mut() else {
            levels.push(Level::default());
            continue;
        };
        if token.is_operator(b"(") {
            let inner = if level.in_condition {
                Level::default()
            } else {
                *level
            };
            level.expects = false;
            levels.push(inner);
        } else if token.is_operator(b")") {
            levels.pop();
        } else if token.is_operator(b",") {
            (level.expects, level.in_condition) = (level.in_list, false);
        } else if token.is_word(b"ON") {
            level.in_condition = true;
        } else if is_one_of(token, &["FROM", "JOIN", "STRAIGHT_JOIN"]) {
            *level = Level {
                in_list: true,
                expects: true,
                in_condition: false,
            };
        } else if is_one_of(token, ENDS) {
            // WINDOW may be a table's name.
            is_complete &= !level.expects || token.is_word(b"SELECT");
            *level = Level::default();
        } else if level.expects && !is_one_of(token, &["LATERAL"]) {
            level.expects = false;
            let (table, used) = table(token, tokens.get(at..).unwrap_or_default());
            at += used;
            // Behind the FROM of a function there may be a number.
            is_complete &= table.is_some() || token.kind == TokenKind::Number;
            found.extend(table.filter(|table| !found.contains(table)));
        }
    }
    Tables { found, is_complete }
}

/// The table whose name begins with `first`, and how many of the tokens behind it belong to it.
fn table(first: &Token<'_>, rest: &[Token<'_>]) -> (Option<TableName>, usize) {
    match rest {
        [dot, second, ..] if dot.is_operator(b".") => {
            let database = name(first);
            let table = name(second).map(|table| TableName { database, table });
            (table, 2)
        }
        _ => {
            let table = name(first).map(|table| TableName {
                database: None,
                table,
            });
            (table, 0)
        }
    }
}
