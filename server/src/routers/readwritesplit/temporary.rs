//! The session's temporary tables, which only one server has.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::sql::tables::{Access, Table};
use crate::sql::{Dialect, tables};

/// More are not remembered: then every table may be a temporary one.
const TABLES_MAX: usize = 1000;

/// A table, by numbers made of its names. Two names with the same number do no harm: one read more
/// goes to the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TableNumber {
    /// Of its name alone: whether `t` and `db.t` are the same depends on the default database.
    name: u64,
    /// Of its name as it is written, with its database or the default one of that moment; none if
    /// the text that names it drops something else.
    exact: Option<u64>,
}

/// The temporary tables of a session.
#[derive(Debug, Default)]
pub(super) struct TemporaryTables {
    names: BTreeSet<TableNumber>,
    /// There are more than are remembered.
    too_many: bool,
    /// The server that has them: the primary, except for those that were created in a transaction
    /// that only reads.
    at: Option<usize>,
}

impl TemporaryTables {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && !self.too_many
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The server that has them.
    pub(super) fn at(&self) -> Option<usize> {
        self.at.filter(|_| !self.is_empty())
    }

    pub(super) fn add(&mut self, tables: &[TableNumber], at: usize) {
        self.at = Some(at);
        self.names.extend(tables);
        if self.names.len() > TABLES_MAX {
            self.names.clear();
            self.too_many = true;
        }
    }

    /// Tables were dropped. One that is not named as it was created may be another one, and stays:
    /// at worst one read more goes to the primary.
    pub(super) fn remove(&mut self, tables: &[TableNumber]) {
        for table in tables.iter().filter(|table| table.exact.is_some()) {
            self.names.remove(table);
        }
    }

    /// Whether one of the tables may be a temporary one.
    pub(super) fn has_any(&self, tables: &[TableNumber]) -> bool {
        self.too_many && !tables.is_empty() || tables.iter().any(|table| self.has(table.name))
    }

    fn has(&self, name: u64) -> bool {
        let first = TableNumber { name, exact: None };
        let next = self.names.range(first..).next();
        next.is_some_and(|table| table.name == name)
    }

    /// Whether the text names one.
    pub(super) fn are_in(&self, text: &[u8], dialect: Dialect) -> bool {
        !self.is_empty() && self.has_any(&tables_in(text, dialect, 0))
    }
}

/// The tables that a text names, whatever it does with them. `database` tells the default databases
/// of the session apart.
pub(super) fn tables_in(text: &[u8], dialect: Dialect, database: u64) -> Vec<TableNumber> {
    let tables = tables::tables(text, dialect);
    let numbers = tables.iter().map(|table| number(table, database));
    numbers.collect()
}

/// The tables that a text creates, changes or drops.
pub(super) fn written_tables(text: &[u8], dialect: Dialect, database: u64) -> Vec<TableNumber> {
    let tables = tables::tables(text, dialect);
    let written = tables.iter().filter(|table| table.access == Access::Write);
    let mut numbers: Vec<_> = written.map(|table| number(table, database)).collect();
    if tables::drops_others(text, dialect) {
        for number in &mut numbers {
            number.exact = None;
        }
    }
    numbers
}

fn number(table: &Table<'_>, database: u64) -> TableNumber {
    let name = table.name.unquoted();
    let exact = match table.database {
        Some(database) => hashed((database.unquoted(), &name)),
        None => hashed((database, &name)),
    };
    TableNumber {
        name: hashed(name.to_ascii_lowercase()),
        exact: Some(exact),
    }
}

fn hashed(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
