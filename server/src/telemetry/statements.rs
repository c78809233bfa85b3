//! What is counted of the statements of a service.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::latency::{Latencies, LatencyCells};
use super::parts::Parts;

/// Counts statements as they are answered. All threads may write.
#[derive(Debug, Default)]
pub struct StatementMeter(Parts<Cells>);

#[derive(Debug, Default)]
struct Cells {
    errors: AtomicU64,
    times: LatencyCells,
}

/// The statements of a service at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementCounts {
    /// Answers that were errors.
    pub errors: u64,
    /// How long they took, from the first byte of a request to the last one of its reply.
    pub times: Latencies,
}

impl StatementMeter {
    /// A statement was answered after `time`.
    pub fn answered(&self, time: Duration) {
        self.0.own().times.add(time);
    }

    /// An answer was an error.
    pub fn failed(&self) {
        self.0.own().errors.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted since the start.
    pub fn counts(&self) -> StatementCounts {
        let mut counts = StatementCounts::default();
        for cells in self.0.all() {
            counts.errors += cells.errors.load(Ordering::Relaxed);
            counts.times.add(&cells.times);
        }
        counts
    }
}
