//! How long something takes: counts by buckets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the buckets in microseconds; what takes longer falls into one more.
pub const LIMITS_US: [u64; 36] = [
    10,
    15,
    20,
    30,
    50,
    70,
    100,
    150,
    200,
    300,
    500,
    700,
    1000,
    1500,
    2000,
    3000,
    5000,
    7000,
    10_000,
    15_000,
    20_000,
    30_000,
    50_000,
    70_000,
    100_000,
    150_000,
    200_000,
    300_000,
    500_000,
    700_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    30_000_000,
    100_000_000,
];
const BUCKETS: usize = LIMITS_US.len() + 1;

/// A histogram that is written to.
#[derive(Debug)]
pub struct LatencyCells {
    counts: [AtomicU64; BUCKETS],
    total_ns: AtomicU64,
}

impl Default for LatencyCells {
    fn default() -> Self {
        Self {
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            total_ns: AtomicU64::new(0),
        }
    }
}

impl LatencyCells {
    /// Something took so long.
    pub fn add(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = LIMITS_US.partition_point(|limit| *limit < micros);
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.total_ns.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// A histogram at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latencies {
    /// How many fell into each bucket of [`LIMITS_US`], and into the one behind them.
    pub counts: [u64; BUCKETS],
    /// How long all took together.
    pub total: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            counts: [0; BUCKETS],
            total: Duration::ZERO,
        }
    }
}

impl Latencies {
    /// Adds what `cells` hold now.
    pub fn add(&mut self, cells: &LatencyCells) {
        for (sum, count) in self.counts.iter_mut().zip(&cells.counts) {
            *sum += count.load(Ordering::Relaxed);
        }
        self.total += Duration::from_nanos(cells.total_ns.load(Ordering::Relaxed));
    }

    /// Adds another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            *sum += count;
        }
        self.total += other.total;
    }

    /// What has come since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut since = self.clone();
        for (count, before) in since.counts.iter_mut().zip(&earlier.counts) {
            *count = count.saturating_sub(*before);
        }
        since.total = self.total.saturating_sub(earlier.total);
        since
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The time that `share` (0 to 1) of them did not exceed; `None` when there are none. Within a
    /// bucket they are taken to lie evenly.
    pub fn percentile(&self, share: f64) -> Option<Duration> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let wanted = (count as f64 * share).max(1.0);
        let mut below = 0.0;
        let ends = LIMITS_US.iter().copied().map(Some).chain([None]);
        let mut begin = 0_u64;
        for (here, end) in self.counts.iter().zip(ends) {
            let here = *here as f64;
            // Behind the last limit nothing is known but that.
            let Some(end) = end else { break };
            if here > 0.0 && below + here >= wanted {
                let part = (wanted - below) / here;
                let micros = begin as f64 + part * (end - begin) as f64;
                return Some(Duration::from_secs_f64(micros / 1e6));
            }
            below += here;
            begin = end;
        }
        Some(Duration::from_micros(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: &[u64]) -> Latencies {
        let cells = LatencyCells::default();
        for micros in micros {
            cells.add(Duration::from_micros(*micros));
        }
        let mut latencies = Latencies::default();
        latencies.add(&cells);
        latencies
    }

    #[test]
    fn limits_grow() {
        assert!(LIMITS_US.is_sorted());
    }

    #[test]
    fn percentiles_lie_within_their_bucket() {
        let latencies = of(&[12, 12, 12, 12, 12, 12, 12, 12, 12, 950]);
        let percentile = |share| latencies.percentile(share).unwrap().as_micros();
        assert!((10..=15).contains(&percentile(0.5)), "{}", percentile(0.5));
        assert!((10..=15).contains(&percentile(0.9)));
        assert!((700..=1000).contains(&percentile(0.95)));
        assert_eq!(of(&[]).percentile(0.5), None);
        let long = of(&[500_000_000]).percentile(0.5).unwrap();
        assert_eq!(long, Duration::from_secs(100));
    }

    #[test]
    fn what_has_come_since_is_told() {
        let earlier = of(&[100]);
        let later = of(&[100, 200, 300]);
        let since = later.since(&earlier);
        assert_eq!(
            (since.count(), since.total),
            (2, Duration::from_micros(500))
        );
    }
}
