//! What a session has changed, or is about to change.

use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use super::statement::{Statement, Write};
use super::{Fixed, Stores};
use crate::pipeline::Request;
use crate::wire::command::Command;
use crate::wire::request::{LAST_PREPARED_ID, statement_id};

/// More names than these of one transaction are not kept: everything is forgotten then.
const NAMES_MAX: usize = 4096;

/// Changes whose transaction is not over, and prepared statements that change something.
#[derive(Debug, Default)]
pub(super) struct Writes {
    names: HashSet<Box<str>>,
    /// It can't be said what all has changed.
    doubt: bool,
    any: bool,
    /// Prepared statements, and what they change if they do.
    prepared: HashMap<u32, Option<Arc<Write>>>,
    preparing: Preparing,
    last_prepared: u32,
}

/// A statement that is being prepared.
#[derive(Debug, Default)]
enum Preparing {
    #[default]
    Nothing,
    /// And what it changes, if it does.
    Statement(Option<Arc<Write>>),
}

impl Writes {
    /// Whether something has changed in the transaction under way.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    pub(super) fn note(&mut self, write: &Write) {
        self.any = true;
        self.doubt |= !write.is_clear || self.names.len() > NAMES_MAX;
        if !self.doubt {
            self.names.extend(write.names.iter().cloned());
        }
    }

    /// A statement is being prepared.
    pub(super) fn prepare(&mut self, statement: &Statement<'_>) {
        self.preparing = Preparing::Statement(statement.write().map(Arc::new));
    }

    /// A statement was prepared, or could not be.
    pub(super) fn end_prepare(&mut self, id: Option<u32>) {
        let preparing = mem::take(&mut self.preparing);
        if let (Preparing::Statement(write), Some(id)) = (preparing, id) {
            self.prepared.insert(id, write);
            self.last_prepared = id;
        }
    }

    /// Follows requests about prepared statements.
    pub(super) fn follow(&mut self, request: &Request) {
        let id = statement_id(request.payload()).ok().flatten();
        let id = id.map(|id| match id {
            LAST_PREPARED_ID => self.last_prepared,
            id => id,
        });
        match (request.command(), id) {
            (Command::StmtExecute | Command::StmtBulkExecute, Some(id)) => {
                // Unknown: it was prepared before this filter was here.
                let write = self.prepared.get(&id).cloned();
                let write = write.unwrap_or_else(|| Some(Arc::new(Write::unclear())));
                if let Some(write) = write {
                    self.note(&write);
                }
            }
            (Command::StmtClose, Some(id)) => {
                self.prepared.remove(&id);
            }
            (Command::ResetConnection | Command::ChangeUser, _) => self.prepared.clear(),
            _ => {}
        }
    }

    /// The transaction is over: results that depend on what has changed are forgotten.
    pub(super) fn publish(&mut self, fixed: &Fixed, stores: &Stores) {
        if self.any && fixed.invalidates {
            for store in stores.all() {
                if self.doubt && (fixed.clears_on_doubt || self.names.len() > NAMES_MAX) {
                    store.clear();
                } else {
                    store.invalidate(self.names.iter().map(|name| &**name));
                }
            }
        }
        self.names.clear();
        (self.any, self.doubt) = (false, false);
    }
}
