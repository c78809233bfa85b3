//! How much of results may be held: of one, and of all together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The bytes that all results together may have.
#[derive(Debug)]
pub(super) struct Budget {
    max: usize,
    used: AtomicUsize,
}

impl Budget {
    /// Nothing is used of it yet.
    pub(super) fn new(max: usize) -> Arc<Self> {
        let used = AtomicUsize::new(0);
        Arc::new(Self { max, used })
    }

    fn take(&self, bytes: usize) -> bool {
        let grow = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.max);
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grow);
        taken.is_ok()
    }

    fn left(&self) -> usize {
        self.max.saturating_sub(self.used.load(Ordering::Relaxed))
    }
}

/// What one result has of the budget, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    budget: Arc<Budget>,
    bytes: usize,
    max: usize,
}

impl Held {
    /// At most so many bytes of that budget.
    pub(super) fn new(budget: &Arc<Budget>, max: usize) -> Self {
        Self {
            budget: Arc::clone(budget),
            bytes: 0,
            max,
        }
    }

    /// Takes more, if there is so much.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let may = self.bytes.saturating_add(bytes) <= self.max && self.budget.take(bytes);
        if may {
            self.bytes += bytes;
        }
        may
    }

    /// Gives some of it back.
    pub(super) fn give_back(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// How much there is.
    pub(super) fn room(&self) -> usize {
        (self.max - self.bytes).min(self.budget.left())
    }

    /// How much is taken.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_has_its_own_limit_and_all_have_one_together() {
        let budget = Budget::new(100);
        let (mut one, mut other) = (Held::new(&budget, 60), Held::new(&budget, 60));
        assert!(one.take(60) && !one.take(1));
        assert!(!other.take(41) && other.take(40));
        assert_eq!((one.room(), other.room(), one.bytes()), (0, 0, 60));
        one.give_back(10);
        assert!(one.take(10) && !other.take(11));
        drop(one);
        assert_eq!(other.room(), 20);
        assert!(!other.take(usize::MAX));
    }
}
