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
    packets: AtomicU64,
    began: AtomicU64,
    /// Those of them that got no answer.
    abandoned: AtomicU64,
    errors: AtomicU64,
    times: LatencyCells,
}

/// The statements of a service at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementCounts {
    /// Packets of requests.
    pub packets: u64,
    /// Statements under way.
    pub busy: u64,
    /// Answers that were errors.
    pub errors: u64,
    /// How long they took, from the first byte of a request to the last one of its reply.
    pub times: Latencies,
}

impl StatementMeter {
    /// A packet of a request came.
    pub fn came(&self) {
        self.0.own().packets.fetch_add(1, Ordering::Relaxed);
    }

    /// A statement begins.
    pub fn began(&self) {
        self.0.own().began.fetch_add(1, Ordering::Relaxed);
    }

    /// A statement was answered after `time`.
    pub fn answered(&self, time: Duration) {
        self.0.own().times.add(time);
    }

    /// A statement gets no answer any more.
    pub fn abandoned(&self) {
        self.0.own().abandoned.fetch_add(1, Ordering::Relaxed);
    }

    /// An answer was an error.
    pub fn failed(&self) {
        self.0.own().errors.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted since the start.
    pub fn counts(&self) -> StatementCounts {
        let mut counts = StatementCounts::default();
        let (mut began, mut abandoned) = (0_u64, 0);
        for cells in self.0.all() {
            // Ends first: each has its beginning before it.
            abandoned += cells.abandoned.load(Ordering::Relaxed);
            counts.times.add(&cells.times);
            began += cells.began.load(Ordering::Relaxed);
            counts.packets += cells.packets.load(Ordering::Relaxed);
            counts.errors += cells.errors.load(Ordering::Relaxed);
        }
        counts.busy = began.saturating_sub(counts.times.count() + abandoned);
        counts
    }
}
