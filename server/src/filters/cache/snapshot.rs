//! How old what a transaction sees may be: it goes on seeing what it has seen first.

use crate::wire::status::StatusFlags;

/// The store's epoch at which the transaction under way may have taken its snapshot, at the least.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// The epoch at the request under way.
    request: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Outside,
    /// One is open since that epoch.
    Since(u64),
}

impl Snapshot {
    /// `is_fresh`: the session can't have begun a transaction before.
    pub(super) fn new(is_fresh: bool) -> Self {
        Self {
            request: 0,
            state: if is_fresh {
                State::Outside
            } else {
                State::Since(0)
            },
        }
    }

    /// A request goes to a server.
    pub(super) fn request(&mut self, epoch: impl FnOnce() -> u64) {
        if self.state == State::Outside {
            self.request = epoch();
        }
    }

    /// A reply is complete. Behind an error nothing is known: a transaction may be open.
    pub(super) fn reply(&mut self, status: Option<StatusFlags>) {
        let is_open = status.is_none_or(|status| status.contains(StatusFlags::IN_TRANS));
        self.state = match (self.state, is_open) {
            (State::Outside, true) => State::Since(self.request),
            (state, true) => state,
            (_, false) => State::Outside,
        };
    }

    /// The epoch of a result that is asked for at the store's epoch `now`.
    pub(super) fn epoch(&self, now: u64) -> u64 {
        match self.state {
            State::Outside => now,
            State::Since(begin) => begin.min(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSIDE: Option<StatusFlags> = Some(StatusFlags::IN_TRANS);
    const OUTSIDE: Option<StatusFlags> = Some(StatusFlags::empty());

    #[test]
    fn a_transaction_sees_what_was_there_when_it_began() {
        let mut snapshot = Snapshot::new(true);
        snapshot.request(|| 3);
        assert_eq!(snapshot.epoch(3), 3);
        snapshot.reply(INSIDE);
        snapshot.request(|| 5);
        assert_eq!(snapshot.epoch(5), 3);
        snapshot.reply(None);
        assert_eq!(snapshot.epoch(6), 3, "it may be open still");
        snapshot.reply(OUTSIDE);
        assert_eq!(snapshot.epoch(7), 7);
    }

    #[test]
    fn a_transaction_that_began_unseen_may_be_of_any_age() {
        let mut snapshot = Snapshot::new(false);
        snapshot.request(|| 3);
        snapshot.reply(INSIDE);
        assert_eq!(snapshot.epoch(3), 0);
        snapshot.reply(OUTSIDE);
        assert_eq!(snapshot.epoch(3), 3);
    }
}
