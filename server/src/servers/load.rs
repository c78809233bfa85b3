//! What sessions have a server do: statements under way, how long they took, how many packets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::telemetry::Parts;

/// Buckets of times: up to 1 µs, 10 µs, .. 100,000 s.
pub const BUCKETS: usize = 12;
/// How much of the average the last time is, as a divisor.
const AVERAGED_OVER: u64 = 8;

/// The load of one server.
#[derive(Debug, Default)]
pub struct Load {
    busy: AtomicU64,
    /// Moving average of reads in nanoseconds; 0: there was none yet.
    average_ns: AtomicU64,
    parts: Parts<Part>,
}

/// The counters of some threads.
#[derive(Debug, Default)]
struct Part {
    packets: AtomicU64,
    reads: Times,
    writes: Times,
}

#[derive(Debug, Default)]
struct Times {
    counts: [AtomicU64; BUCKETS],
    totals_ns: [AtomicU64; BUCKETS],
}

/// Statements that took about as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// How many.
    pub count: u64,
    /// How long they took together.
    pub total: Duration,
}

/// How long the statements on a server took, by buckets.
pub type Distribution = [Bucket; BUCKETS];

impl Load {
    /// A statement is sent.
    pub fn began(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// Its reply has come, or will not come any more.
    pub fn ended(&self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// Statements under way now.
    pub fn busy(&self) -> u64 {
        self.busy.load(Ordering::Relaxed)
    }

    /// The server answered a read after `time`.
    pub fn read_took(&self, time: Duration) {
        self.parts.own().reads.add(time);
        let nanos = nanos(time).max(1);
        let average = self.average_ns.load(Ordering::Relaxed);
        // Two at the same time may lose one of them: it is an average.
        let average = match average {
            0 => nanos,
            average => average - average / AVERAGED_OVER + nanos / AVERAGED_OVER,
        };
        self.average_ns.store(average.max(1), Ordering::Relaxed);
    }

    /// The server answered something that was no read after `time`.
    pub fn write_took(&self, time: Duration) {
        self.parts.own().writes.add(time);
    }

    /// Moving average of the time that reads take.
    pub fn response_time(&self) -> Option<Duration> {
        let average = self.average_ns.load(Ordering::Relaxed);
        (average > 0).then(|| Duration::from_nanos(average))
    }

    /// So many packets of requests were sent to the server.
    pub fn sent_packets(&self, count: u64) {
        self.parts.own().packets.fetch_add(count, Ordering::Relaxed);
    }

    /// Packets of requests since the start.
    pub fn packets(&self) -> u64 {
        let parts = self.parts.all();
        parts.map(|part| part.packets.load(Ordering::Relaxed)).sum()
    }

    /// How long reads took.
    pub fn reads(&self) -> Distribution {
        self.distribution(|part| &part.reads)
    }

    /// How long everything else took.
    pub fn writes(&self) -> Distribution {
        self.distribution(|part| &part.writes)
    }

    fn distribution(&self, of: impl Fn(&Part) -> &Times) -> Distribution {
        std::array::from_fn(|bucket| {
            let times = || self.parts.all().map(&of);
            let sum = |cells: fn(&Times) -> &[AtomicU64; BUCKETS]| -> u64 {
                let cells = times().filter_map(|times| cells(times).get(bucket));
                cells.map(|cell| cell.load(Ordering::Relaxed)).sum()
            };
            Bucket {
                count: sum(|times| &times.counts),
                total: Duration::from_nanos(sum(|times| &times.totals_ns)),
            }
        })
    }
}

impl Times {
    fn add(&self, time: Duration) {
        let nanos = nanos(time);
        let bucket = bucket(nanos);
        if let (Some(count), Some(total)) = (self.counts.get(bucket), self.totals_ns.get(bucket)) {
            count.fetch_add(1, Ordering::Relaxed);
            total.fetch_add(nanos, Ordering::Relaxed);
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The first bucket whose limit (1 µs, times ten for each) is not below the time.
fn bucket(nanos: u64) -> usize {
    let mut limit: u64 = 1000;
    let mut bucket = 0;
    while nanos > limit && bucket + 1 < BUCKETS {
        limit = limit.saturating_mul(10);
        bucket += 1;
    }
    bucket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_buckets_by_powers_of_ten() {
        let check = |nanos, expected| assert_eq!(bucket(nanos), expected, "{nanos} ns");
        for (nanos, expected) in [(0, 0), (1000, 0), (1001, 1), (10_000, 1), (551_018, 3)] {
            check(nanos, expected);
        }
        check(u64::MAX, BUCKETS - 1);
    }

    const THREADS: u32 = 10;

    #[test]
    fn counters_of_all_threads_are_added_up() {
        let load = Load::default();
        std::thread::scope(|threads| {
            for _ in 0..THREADS {
                threads.spawn(|| {
                    load.began();
                    load.sent_packets(2);
                    load.read_took(Duration::from_micros(50));
                    load.write_took(Duration::from_millis(5));
                    load.ended();
                });
            }
        });
        let threads = u64::from(THREADS);
        assert_eq!((load.busy(), load.packets()), (0, 2 * threads));
        let total = Duration::from_micros(50) * THREADS;
        let count = threads;
        assert_eq!(load.reads()[2], Bucket { count, total });
        assert_eq!(load.writes()[4].count, threads);
        assert_eq!(load.response_time(), Some(Duration::from_micros(50)));
    }

    #[test]
    fn the_average_follows_the_reads() {
        let load = Load::default();
        assert_eq!(load.response_time(), None);
        load.read_took(Duration::from_millis(8));
        assert_eq!(load.response_time(), Some(Duration::from_millis(8)));
        load.read_took(Duration::ZERO);
        let average = load.response_time().unwrap();
        assert!(average < Duration::from_millis(8) && average > Duration::from_millis(6));
    }
}
