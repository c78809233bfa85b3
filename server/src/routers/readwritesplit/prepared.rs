//! Prepared statements.

use std::collections::{BTreeMap, HashMap};

use super::temporary::TableNumber;
use crate::sql::Classification;

/// More statements with names are not remembered; executing one that is not goes to the primary.
const NAMES_MAX: usize = 1000;

/// A statement of COM_STMT_PREPARE.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub kinds: Classification,
    /// The tables that it names.
    pub tables: Box<[TableNumber]>,
    /// Where it was executed last, or gets the parameters that are sent ahead.
    pub at: Option<usize>,
    /// Parameters were sent ahead, so the execution must go there, too.
    pub parameters_sent: bool,
    /// Where it has an open cursor.
    pub cursor_at: Option<usize>,
}

/// The statements of COM_STMT_PREPARE by the client's ids. There are as many as the server lets
/// the client have.
#[derive(Debug, Default)]
pub(super) struct Statements(BTreeMap<u32, Statement>);

impl Statements {
    pub(super) fn get(&self, id: Option<u32>) -> Option<&Statement> {
        self.0.get(&id?)
    }

    pub(super) fn get_mut(&mut self, id: Option<u32>) -> Option<&mut Statement> {
        self.0.get_mut(&id?)
    }

    pub(super) fn insert(&mut self, id: u32, kinds: Classification, mut tables: Vec<TableNumber>) {
        tables.sort_unstable();
        tables.dedup();
        let statement = Statement {
            kinds,
            tables: tables.into(),
            at: None,
            parameters_sent: false,
            cursor_at: None,
        };
        self.0.insert(id, statement);
    }

    pub(super) fn remove(&mut self, id: u32) {
        self.0.remove(&id);
    }

    /// All servers are gone.
    pub(super) fn forget_places(&mut self) {
        for statement in self.0.values_mut() {
            statement.at = None;
            statement.parameters_sent = false;
            statement.cursor_at = None;
        }
    }

    /// A server is gone, and with it what it had.
    pub(super) fn forget_member(&mut self, member: usize) {
        for statement in self.0.values_mut() {
            if statement.at == Some(member) {
                statement.at = None;
                statement.parameters_sent = false;
            }
        }
    }
}

/// A statement of `PREPARE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedStatement {
    pub kinds: Classification,
    /// The tables that it names.
    pub tables: Box<[TableNumber]>,
}

/// The statements of `PREPARE` by name, in small letters.
#[derive(Debug, Default)]
pub(super) struct NamedStatements(HashMap<Box<[u8]>, NamedStatement>);

impl NamedStatements {
    pub(super) fn get(&self, name: &[u8]) -> Option<&NamedStatement> {
        self.0.get(name)
    }

    pub(super) fn insert(&mut self, name: Box<[u8]>, statement: NamedStatement) {
        if self.0.len() < NAMES_MAX || self.0.contains_key(&name) {
            self.0.insert(name, statement);
        }
    }

    pub(super) fn remove(&mut self, name: &[u8]) {
        self.0.remove(name);
    }
}
