//! Prepared statements that are between two requests: with parameters sent ahead
//! (COM_STMT_SEND_LONG_DATA), or with a cursor that is open.

use crate::wire::command::Command;
use crate::wire::request::statement_id;
use crate::wire::status::StatusFlags;
use crate::wire::tracker::ReplySummary;

/// What a client calls the statement that it prepared last.
const LAST_PREPARED: u32 = u32::MAX;
/// Statements that are remembered, at most; a session with more counts as never idle until they
/// are closed.
const STATEMENTS_MAX: usize = 4096;

/// See the module. Nothing is remembered of statements that are not between two requests.
#[derive(Debug, Default)]
pub(super) struct OpenStatements {
    long_data: Vec<u32>,
    cursors: Vec<u32>,
    last_prepared: u32,
    /// The statement that the request under way is about.
    current: Option<(Command, u32)>,
}

impl OpenStatements {
    /// Whether no statement is between two requests.
    pub fn is_empty(&self) -> bool {
        self.long_data.is_empty() && self.cursors.is_empty()
    }

    /// A request begins; of its payload at least the first bytes are here.
    pub fn begins(&mut self, command: Command, payload: &[u8]) {
        let id = match statement_id(payload) {
            Ok(Some(LAST_PREPARED)) => Some(self.last_prepared),
            Ok(id) => id,
            Err(_) => None,
        };
        self.current = id.map(|id| (command, id));
        match (command, id) {
            (Command::StmtSendLongData, Some(id)) => add(&mut self.long_data, id),
            (Command::StmtReset | Command::StmtClose, Some(id)) => self.forget(id),
            (Command::ResetConnection | Command::ChangeUser, _) => self.clear(),
            _ => {}
        }
    }

    /// A reply is complete.
    pub fn completed(&mut self, summary: &ReplySummary) {
        if let Some(prepared) = summary.prepared {
            self.last_prepared = prepared.statement_id;
        }
        let Some((command, id)) = self.current.take() else {
            return;
        };
        let status = summary.status.unwrap_or_default();
        let done = status.contains(StatusFlags::LAST_ROW_SENT) || summary.error.is_some();
        match command {
            Command::StmtExecute | Command::StmtBulkExecute => {
                self.forget(id);
                if status.contains(StatusFlags::CURSOR_EXISTS) && !done {
                    add(&mut self.cursors, id);
                }
            }
            Command::StmtFetch if done => self.cursors.retain(|&open| open != id),
            _ => {}
        }
    }

    /// The connection was reset.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn forget(&mut self, id: u32) {
        self.long_data.retain(|&open| open != id);
        self.cursors.retain(|&open| open != id);
    }
}

fn add(ids: &mut Vec<u32>, id: u32) {
    if !ids.contains(&id) && ids.len() < STATEMENTS_MAX {
        ids.push(id);
    }
}
