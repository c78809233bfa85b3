//! The tables that a text names, found by the words before them.

mod definitions;
mod heads;
mod scan;

use std::collections::HashSet;

use super::classify::next_statement;
use super::cursor::Cursor;
use super::dialect::Dialect;
use super::name::Name;

pub use definitions::drops_others;

/// A table that a statement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table<'a> {
    /// Its database, if the statement says it; else it is the current one.
    pub database: Option<Name<'a>>,
    /// Its name.
    pub name: Name<'a>,
    /// What is done with it.
    pub access: Access,
}

/// What is done with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It is read.
    Read,
    /// It is written, created, changed, dropped or locked for that; it may be read, too.
    Write,
}

/// The tables, views and sequences that the statements of a text name, in order, and as often as
/// they are named. Those of a `WITH` are no tables. What is in blocks of statements (the body of a
/// procedure) is not looked at.
///
/// A light scan: in a statement that a server would refuse it may find anything. Of several tables
/// that one `UPDATE` names, all count as written.
pub fn tables(text: &[u8], dialect: Dialect) -> Vec<Table<'_>> {
    let mut finder = Finder {
        cursor: Cursor::new(text, dialect),
        found: Vec::new(),
        common: Vec::new(),
    };
    while !finder.cursor.is_done() {
        if finder.cursor.eat_semicolon() {
            continue;
        }
        let mut end = finder.cursor.clone();
        next_statement(&mut end);
        let before = finder.found.len();
        finder.statement(0);
        finder.forget_common(before);
        finder.cursor = end;
    }
    finder.found
}

/// What was found so far.
struct Finder<'a> {
    cursor: Cursor<'a>,
    found: Vec<Table<'a>>,
    /// The names that the `WITH`s of this statement define.
    common: Vec<Name<'a>>,
}

impl Finder<'_> {
    /// Takes out what a `WITH` defined; `before` is how many tables other statements named.
    fn forget_common(&mut self, before: usize) {
        let fold = |name: Name<'_>| name.unquoted().to_ascii_lowercase();
        let common: HashSet<Vec<u8>> = self.common.drain(..).map(fold).collect();
        if common.is_empty() {
            return;
        }
        let mut at = 0;
        self.found.retain(|table| {
            at += 1;
            at <= before || table.database.is_some() || !common.contains(&fold(table.name))
        });
    }
}

#[cfg(test)]
mod tests;
