//! Transactions, as the server's status shows them.

use std::time::{Duration, Instant};

use crate::pipeline::ReplyEnd;
use crate::wire::status::StatusFlags;

/// Whether a transaction is open, and since when.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    since: Option<Instant>,
}

/// What a statement did to the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It began one.
    Begin,
    /// It ended one that lasted so long.
    Commit(Duration),
    /// It gave one up that lasted so long.
    Rollback(Duration),
}

impl Transaction {
    /// Whether one is open.
    pub(super) fn is_open(&self) -> bool {
        self.since.is_some()
    }

    /// A reply is complete; its statement came at `began`.
    pub(super) fn on_reply_end(
        &mut self,
        end: &ReplyEnd,
        began: Instant,
        statement: Option<&[u8]>,
    ) -> Option<Step> {
        let is_open = end.status?.contains(StatusFlags::IN_TRANS);
        match (self.since, is_open) {
            (None, true) => {
                self.since = Some(began);
                Some(Step::Begin)
            }
            (Some(since), false) => {
                self.since = None;
                let lasted = (began + end.duration).saturating_duration_since(since);
                Some(if statement.is_some_and(is_rollback) {
                    Step::Rollback(lasted)
                } else {
                    Step::Commit(lasted)
                })
            }
            _ => None,
        }
    }
}

impl Step {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Begin => "BEGIN",
            Self::Commit(_) => "COMMIT",
            Self::Rollback(_) => "ROLLBACK",
        }
    }

    /// How long the transaction lasted that it ended.
    pub(super) fn lasted(self) -> Option<Duration> {
        match self {
            Self::Begin => None,
            Self::Commit(lasted) | Self::Rollback(lasted) => Some(lasted),
        }
    }
}

fn is_rollback(statement: &[u8]) -> bool {
    let word = statement.trim_ascii_start().get(..8);
    word.is_some_and(|word| word.eq_ignore_ascii_case(b"rollback"))
}
