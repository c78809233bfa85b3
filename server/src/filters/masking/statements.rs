//! What is known of a session's prepared statements.

use indexmap::IndexMap;

use super::check::Names;
use super::plan::Column;

/// How many bytes texts and columns have together. Those known for longest are forgotten first.
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// How many names of statements made by PREPARE are kept.
const NAMES_MAX: usize = 1024;

/// A prepared statement.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Its text, if it is known.
    pub(super) text: Option<Box<[u8]>>,
    /// With MariaDB's metadata cache they are not told again when it is executed, and fetches from
    /// a cursor never tell them.
    pub(super) columns: Option<Box<[Column]>>,
    /// Whether its text was looked at by the rules in effect.
    pub(super) has_passed: bool,
}

impl Statement {
    fn size(&self) -> usize {
        let columns = self.columns.as_deref().unwrap_or_default();
        let columns = columns.iter().map(Column::size).sum::<usize>();
        size_of::<Self>() + columns + self.text.as_ref().map_or(0, |text| text.len())
    }
}

/// The prepared statements of a session.
#[derive(Debug, Default)]
pub(super) struct Statements {
    of_id: IndexMap<u32, Statement>,
    bytes: usize,
    names: Names,
    /// Whether there may be some that the rules in effect have not seen.
    are_doubtful: bool,
}

impl Statements {
    pub(super) fn get(&self, id: u32) -> Option<&Statement> {
        self.of_id.get(&id)
    }

    /// Whether there may be some that the rules in effect have not seen.
    pub(super) fn are_doubtful(&self) -> bool {
        self.are_doubtful
    }

    /// The names that PREPARE has given under the rules in effect; `None` if it has given no others.
    pub(super) fn names(&self) -> Option<&Names> {
        self.are_doubtful.then_some(&self.names)
    }

    /// The rules are others now, or some may have been prepared unseen.
    pub(super) fn doubt(&mut self) {
        self.are_doubtful = true;
        self.names.clear();
        for statement in self.of_id.values_mut() {
            statement.has_passed = false;
        }
    }

    /// The rules in effect let it pass.
    pub(super) fn pass(&mut self, id: u32) {
        if let Some(statement) = self.of_id.get_mut(&id) {
            statement.has_passed = true;
        }
    }

    /// PREPARE has made a statement of that name.
    pub(super) fn add_name(&mut self, name: Vec<u8>) {
        if self.names.len() < NAMES_MAX {
            self.names.insert(name);
        }
    }

    pub(super) fn add(&mut self, id: u32, statement: Statement) {
        self.forget(id);
        self.bytes += statement.size();
        self.of_id.insert(id, statement);
        while self.bytes > BYTES_MAX {
            let Some((_, statement)) = self.of_id.shift_remove_index(0) else {
                break;
            };
            self.bytes -= statement.size();
        }
    }

    pub(super) fn set_columns(&mut self, id: u32, columns: Vec<Column>) {
        let known = self.of_id.swap_remove(&id);
        self.bytes -= known.as_ref().map_or(0, Statement::size);
        let statement = Statement {
            columns: Some(columns.into()),
            ..known.unwrap_or_default()
        };
        self.add(id, statement);
    }

    pub(super) fn forget(&mut self, id: u32) {
        if let Some(statement) = self.of_id.shift_remove(&id) {
            self.bytes -= statement.size();
        }
    }

    /// The server has forgotten all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::trial::{column, head};
    use crate::wire::reply::ColumnType;

    #[test]
    fn statements_are_bounded_in_bytes_and_the_oldest_are_forgotten() {
        let definition = head(&[column("a", ColumnType::Long)]).swap_remove(1);
        let mut statements = Statements::default();
        for id in 0..2_000 {
            statements.add(id, Statement::default());
            let columns = (0..200).map(|_| Column::decode(&definition.payload).unwrap());
            statements.set_columns(id, columns.collect());
        }
        assert!(statements.bytes <= BYTES_MAX && statements.get(0).is_none());
        assert!(statements.get(1_999).is_some());
        for id in 0..2_000 {
            statements.forget(id);
        }
        assert_eq!(statements.bytes, 0);
    }
}
