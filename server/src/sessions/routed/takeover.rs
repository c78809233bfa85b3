//! A session that goes on with other connections.

use super::{Routed, Waiting};
use crate::sessions::backends::Step;

impl Routed {
    /// Whether nothing is under way, and all that servers know of the session can be told to others.
    pub fn is_portable(&self) -> bool {
        let is_quiet = self.under_way.is_none() && matches!(self.waiting, Waiting::Nothing);
        // What is not in the history any more only the connections have.
        let has_all = self.history.is_complete() && !self.history.is_pruned();
        is_quiet && has_all && self.router.is_portable()
    }

    /// Goes on with the session that was another one's, whose connections are let go. The session's
    /// connections that are not in use are told its history, which is returned for the one that is;
    /// `database` is its default database.
    pub fn take_over(&mut self, other: &mut Self, database: Option<&[u8]>) -> Vec<Step> {
        self.history.take_over(&mut other.history);
        self.prepared.take_over(&mut other.prepared);
        self.router.take_over(&mut other.router);
        self.status = other.status;
        self.dialect = other.dialect;
        self.base_database = other.base_database.take();
        let steps = self.replay(database);
        for (_, backend) in self.parked_mut() {
            backend.replay(steps.iter().cloned());
        }
        steps
    }
}
