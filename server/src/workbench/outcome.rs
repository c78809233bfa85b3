//! What statements have returned.

use std::time::Duration;

use super::budget::Held;
use super::cell::Cell;
use crate::wire::reply::ErrPacket;

/// What one text has returned: a result for each of its statements.
#[derive(Debug)]
pub struct Answer {
    /// How long it took.
    pub time: Duration,
    /// The results, in order.
    pub outcomes: Vec<Outcome>,
    pub(super) held: Held,
}

impl Answer {
    /// About how many bytes it has.
    pub fn bytes(&self) -> usize {
        self.held.bytes()
    }
}

/// What one statement has returned.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Rows.
    Rows(ResultRows),
    /// It succeeded, and has no rows.
    Done {
        /// Rows that it changed.
        affected_rows: u64,
        /// The first value made for an AUTO_INCREMENT column; 0: none.
        last_insert_id: u64,
        /// Warnings.
        warnings: u16,
    },
    /// It failed.
    Failed(Failure),
}

/// Rows, and how they ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResultRows {
    /// The names of the columns.
    pub fields: Vec<String>,
    /// The rows; each is as long as `fields`.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there were no more rows than these.
    pub complete: bool,
    /// Why they ended early.
    pub failure: Option<Failure>,
}

/// An error of a server, or of a filter or router on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its number.
    pub errno: u16,
    /// Its text.
    pub message: String,
    /// Its SQLSTATE.
    pub sqlstate: String,
}

impl From<ErrPacket> for Failure {
    fn from(error: ErrPacket) -> Self {
        Self {
            errno: error.code,
            message: String::from_utf8_lossy(&error.message).into_owned(),
            sqlstate: String::from_utf8_lossy(&error.sqlstate).into_owned(),
        }
    }
}
