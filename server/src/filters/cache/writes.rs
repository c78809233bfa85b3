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
    prepared: HashMap<u32, Prepared>,
    preparing: Preparing,
    last_prepared: u32,
}

/// A statement that is being prepared.
#[derive(Debug, Default)]
enum Preparing {
    #[default]
    Nothing,
    Statement(Prepared),
}

/// A prepared statement.
#[derive(Debug, Clone)]
struct Prepared {
    /// What it changes, if it does.
    write: Option<Arc<Write>>,
    changes_session: bool,
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

    /// A statement is being prepared that may change the session, or may not.
    pub(super) fn prepare(&mut self, statement: &Statement<'_>, changes_session: bool) {
        self.preparing = Preparing::Statement(Prepared {
            write: statement.write().map(Arc::new),
            changes_session,
        });
    }

    /// A statement was prepared, or could not be.
    pub(super) fn end_prepare(&mut self, id: Option<u32>) {
        let preparing = mem::take(&mut self.preparing);
        if let (Preparing::Statement(prepared), Some(id)) = (preparing, id) {
            self.prepared.insert(id, prepared);
            self.last_prepared = id;
        }
    }

    /// Follows requests about prepared statements. Says whether the session may be changed.
    pub(super) fn follow(&mut self, request: &Request) -> bool {
        let id = statement_id(request.payload()).ok().flatten();
        let id = id.map(|id| match id {
            LAST_PREPARED_ID => self.last_prepared,
            id => id,
        });
        match (request.command(), id) {
            (Command::StmtExecute | Command::StmtBulkExecute, Some(id)) => {
                // Unknown: it was prepared before this filter was here.
                let prepared = self.prepared.get(&id).cloned();
                let prepared = prepared.unwrap_or_else(|| Prepared {
                    write: Some(Arc::new(Write::unclear())),
                    changes_session: true,
                });
                if let Some(write) = prepared.write {
                    self.note(&write);
                }
                return prepared.changes_session;
            }
            (Command::StmtClose, Some(id)) => {
                self.prepared.remove(&id);
            }
            (Command::ResetConnection | Command::ChangeUser, _) => self.prepared.clear(),
            _ => {}
        }
        false
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
