//! What becomes of a session that has lost a connection, and which connections may stay.

use std::time::Instant;

use super::SplitSession;
use super::fitness::is_primary;
use super::resolve::only_reads;
use super::state::Asked;
use crate::config::PrimaryFailureMode;
use crate::routers::{Lost, LostDuring, Member, Purpose, Recovery, RouteError};
use crate::servers::ServerStates;
use crate::sql::Kinds;
use crate::wire::command::Command;

impl SplitSession {
    /// The connections that may stay after states of servers have changed. For each open one that
    /// is not among them, tell [`lost`](Self::lost) and close it.
    ///
    /// Where a request or a transaction is under way, maintenance waits for its end: ask again
    /// then.
    pub fn keep(&self, members: &[Member]) -> Vec<usize> {
        let primary = self.primary(members).ok();
        let rank = primary.and_then(|primary| members.get(primary));
        let rank = rank.map(Member::rank);
        let stays = |index: usize, member: &Member| {
            if !member.states().contains(ServerStates::RUNNING) {
                return false;
            }
            if self.state.bound_to() == Some(index) || self.state.is_busy_at(index) {
                return true;
            }
            let is_replaced = self.state.primary == Some(index)
                && primary.is_some_and(|primary| !self.may_change_primary(primary));
            !is_replaced
                && rank.is_none_or(|rank| rank == member.rank())
                && self.may_stay(member).is_ok()
        };
        let open = members.iter().enumerate();
        let open = open.filter(|(_, member)| member.is_open());
        let kept = open.filter(|(index, member)| stays(*index, member));
        kept.map(|(index, _)| index).collect()
    }

    /// A connection was lost, could not be opened, or may not stay. What is to be done?
    pub fn lost(&mut self, lost: &Lost, members: &[Member], now: Instant) -> Recovery {
        let was_primary = self.state.primary == Some(lost.member);
        let asked = self.state.asked.clone();
        let asked = asked.filter(|asked| asked.member == lost.member);
        let mut recovery = match (lost.during, &asked) {
            (LostDuring::Request { sent, passed_on }, Some(asked)) => {
                self.lost_request(lost.member, asked, sent, passed_on)
            }
            _ => self.lost_idle(lost.member, asked.as_ref(), members),
        };
        if let (Recovery::Close(error), true) = (&recovery, self.waits_for_word(lost)) {
            self.state.doomed = Some(error.clone());
            recovery = Recovery::Ignore;
        }
        if was_primary && !self.parameters.master_reconnection {
            self.state.primary_given_up = true;
        }
        self.forget(lost.member, was_primary);
        if let (Recovery::Error(_) | Recovery::Close(_), Some(asked)) = (&recovery, &asked) {
            self.counters.replied(asked, now);
        }
        if recovery == Recovery::Retry {
            self.state.again = true;
            self.state.was_sent |= matches!(lost.during, LostDuring::Request { sent: true, .. });
        }
        recovery
    }

    /// A request that has its place, but was not sent yet, is about to be routed once more.
    pub fn reconsiders(&mut self) {
        self.state.again = true;
    }

    /// Whether a session that has to end does so with the client's next request only, which can be
    /// answered by why; a client that is idle can't be told anything.
    fn waits_for_word(&self, lost: &Lost) -> bool {
        let held = self.held_at(lost.member).is_some();
        let bound = self.state.bound_to() == Some(lost.member);
        let mode = self.parameters.master_failure_mode;
        let at_once =
            mode == PrimaryFailureMode::FailInstantly && self.state.primary == Some(lost.member);
        lost.during == LostDuring::Idle && (held || bound) && !at_once
    }

    /// Whether the session goes on when it loses a connection while it is idle, and may open another
    /// one.
    pub fn can_spare(&self, member: usize) -> bool {
        let connects = self.state.connects && self.state.doomed.is_none();
        let again = self.parameters.master_reconnection || self.state.primary != Some(member);
        connects && again && self.loss(member).is_none()
    }

    /// What the session had there and nowhere else, and can't do without.
    fn loss(&self, member: usize) -> Option<RouteError> {
        if let Some(transaction) = self.state.transaction
            && transaction.member == member
        {
            return Some(RouteError::TransactionLost);
        }
        if self.state.next_transaction == Some(member) {
            return Some(RouteError::SettingsLost);
        }
        let instantly = self.parameters.master_failure_mode == PrimaryFailureMode::FailInstantly;
        let was_primary = self.state.primary == Some(member);
        let error = self.held_at(member);
        error.or((was_primary && instantly).then_some(RouteError::PrimaryLost))
    }

    /// What only that server has, apart from transactions.
    pub(super) fn held_at(&self, member: usize) -> Option<RouteError> {
        let was_primary = self.state.primary == Some(member);
        let strict = self.parameters.strict_tmp_tables;
        if was_primary && self.state.locks_tables {
            Some(RouteError::LocksLost)
        } else if strict && self.state.temporary.at() == Some(member) {
            Some(RouteError::TemporaryTablesLost)
        } else if was_primary && self.state.at_primary {
            Some(RouteError::PrimaryLost)
        } else {
            None
        }
    }

    fn lost_idle(&self, member: usize, asked: Option<&Asked>, members: &[Member]) -> Recovery {
        let released =
            asked.is_some_and(|asked| asked.answered && asked.kinds.kinds.contains(Kinds::RELEASE));
        if released {
            return Recovery::Close(RouteError::Released);
        }
        if let Some(error) = self.loss(member) {
            return Recovery::Close(error);
        }
        let was_primary = self.state.primary == Some(member);
        let replaced = was_primary && members.get(member).is_some_and(|old| !is_primary(old));
        let new = self.primary(members).ok();
        if replaced && new.is_some_and(|new| !self.may_change_primary(new)) {
            Recovery::Close(RouteError::PrimaryLost)
        } else {
            Recovery::Ignore
        }
    }

    fn lost_request(&self, member: usize, asked: &Asked, sent: bool, passed_on: bool) -> Recovery {
        if let Some(error) = self.loss(member) {
            let commits = asked.kinds.kinds.contains(Kinds::COMMIT) && sent;
            let is_transaction = error == RouteError::TransactionLost;
            return Recovery::Close(match error {
                _ if commits && is_transaction => RouteError::CommitLost,
                RouteError::PrimaryLost if sent && !only_reads(asked) => RouteError::WriteLost,
                error => error,
            });
        }
        if asked.command == Command::StmtFetch {
            return Recovery::Error(RouteError::CursorLost);
        }
        if passed_on {
            return Recovery::Error(RouteError::ReplyLost);
        }
        if !sent {
            return Recovery::Retry;
        }
        if asked.everyone {
            // What sets the session can be set once more; what a hint sent to all may be a write.
            let repeats = !asked.hinted;
            return if repeats {
                Recovery::Retry
            } else {
                Recovery::Error(RouteError::ReplyLost)
            };
        }
        if only_reads(asked) {
            return if self.parameters.retry_failed_reads {
                Recovery::Retry
            } else {
                Recovery::Error(RouteError::ReplyLost)
            };
        }
        if asked.purpose != Purpose::Primary {
            return Recovery::Error(RouteError::ReplyLost);
        }
        let writes = asked.kinds.kinds.contains(Kinds::WRITE);
        let error = if writes {
            RouteError::WriteLost
        } else {
            RouteError::ReplyLost
        };
        match self.parameters.master_failure_mode {
            PrimaryFailureMode::ErrorOnWrite => Recovery::Error(error),
            _ => Recovery::Close(error),
        }
    }

    /// Forgets what was there.
    fn forget(&mut self, member: usize, was_primary: bool) {
        let state = &mut self.state;
        let gone = |at: &mut Option<usize>| {
            if *at == Some(member) {
                *at = None;
            }
        };
        gone(&mut state.last);
        gone(&mut state.next_transaction);
        gone(&mut state.variables_at);
        state.statements.forget_member(member);
        if state.transaction.is_some_and(|open| open.member == member) {
            state.transaction = None;
        }
        if state.temporary.at() == Some(member) {
            state.temporary.clear();
        }
        if was_primary {
            state.locks_tables = false;
        }
    }
}
