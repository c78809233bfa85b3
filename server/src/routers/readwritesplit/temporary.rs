//! The session's temporary tables, which only one server has.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::sql::tables::{Access, Table};
use crate::sql::{Dialect, tables};

/// More are not remembered: then every table may be a temporary one.
const TABLES_MAX: usize = 1000;

/// The temporary tables of a session, by a number made of their names. Two names with the same
/// number do no harm: one read more goes to the primary.
#[derive(Debug, Default)]
pub(super) struct TemporaryTables {
    names: HashSet<u64>,
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

    pub(super) fn add(&mut self, tables: &[u64], at: usize) {
        self.at = Some(at);
        self.names.extend(tables);
        if self.names.len() > TABLES_MAX {
            self.names.clear();
            self.too_many = true;
        }
    }

    pub(super) fn remove(&mut self, tables: &[u64]) {
        for table in tables {
            self.names.remove(table);
        }
    }

    /// Whether one of the tables may be a temporary one.
    pub(super) fn has_any(&self, tables: &[u64]) -> bool {
        self.too_many && !tables.is_empty() || tables.iter().any(|table| self.names.contains(table))
    }

    /// Whether the text names one.
    pub(super) fn are_in(&self, text: &[u8], dialect: Dialect) -> bool {
        !self.is_empty() && self.has_any(&tables_in(text, dialect))
    }
}

/// The tables that a text names, whatever it does with them.
pub(super) fn tables_in(text: &[u8], dialect: Dialect) -> Vec<u64> {
    let tables = tables::tables(text, dialect);
    tables.iter().map(number).collect()
}

/// The tables that a text creates, changes or drops.
pub(super) fn written_tables(text: &[u8], dialect: Dialect) -> Vec<u64> {
    let tables = tables::tables(text, dialect);
    let written = tables.iter().filter(|table| table.access == Access::Write);
    written.map(number).collect()
}

/// A number for a table's name. Its database is left out: whether `t` and `db.t` are the same
/// depends on the current one.
fn number(table: &Table<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    table.name.unquoted().to_ascii_lowercase().hash(&mut hasher);
    hasher.finish()
}
