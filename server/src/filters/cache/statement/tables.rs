//! The tables a statement reads from: the names behind FROM and JOIN.

use super::{is_one_of, name};
use crate::sql::Token;

/// A table as a statement names it, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::filters::cache) struct TableName {
    pub(in crate::filters::cache) database: Option<String>,
    pub(in crate::filters::cache) table: String,
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
}

/// Finds them. A common table expression counts as a table, too.
pub(super) fn tables(tokens: &[Token<'_>]) -> Vec<TableName> {
    let mut found: Vec<TableName> = Vec::new();
    let mut levels = vec![Level::default()];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let Some(level) = levels.last_mut() else {
            levels.push(Level::default());
            continue;
        };
        if token.is_operator(b"(") {
            let inner = *level;
            level.expects = false;
            levels.push(inner);
        } else if token.is_operator(b")") {
            levels.pop();
        } else if token.is_operator(b",") {
            level.expects = level.in_list;
        } else if is_one_of(token, &["FROM", "JOIN", "STRAIGHT_JOIN"]) {
            (level.in_list, level.expects) = (true, true);
        } else if is_one_of(token, ENDS) {
            *level = Level::default();
        } else if level.expects && !is_one_of(token, &["LATERAL"]) {
            level.expects = false;
            let (table, used) = table(token, tokens.get(at..).unwrap_or_default());
            at += used;
            found.extend(table.filter(|table| !found.contains(table)));
        }
    }
    found
}

/// The table whose name begins with `first`, and how many of the tokens behind it belong to it.
fn table(first: &Token<'_>, rest: &[Token<'_>]) -> (Option<TableName>, usize) {
    let second = match rest {
        [dot, second, ..] if dot.is_operator(b".") => name(second),
        _ => None,
    };
    let used = if second.is_some() { 2 } else { 0 };
    let table = match (name(first), second) {
        (database, Some(table)) => Some(TableName { database, table }),
        (Some(table), None) => Some(TableName {
            database: None,
            table,
        }),
        (None, None) => None,
    };
    (table, used)
}
