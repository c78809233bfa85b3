//! What a server has to do at the moment, and how fast it does it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A new measurement counts as one in so many.
const WEIGHT: u64 = 16;

/// Statements under way on a server and how long reads take there, over all sessions.
#[derive(Debug, Default)]
pub struct ServerLoad {
    busy: AtomicU64,
    /// Nanoseconds; 0: nothing was measured.
    read_ns: AtomicU64,
}

impl ServerLoad {
    /// A statement was sent to it.
    pub fn began(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// A statement that was sent to it has ended.
    pub fn ended(&self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// Statements that are under way on it.
    pub fn busy(&self) -> u64 {
        self.busy.load(Ordering::Relaxed)
    }

    /// A read took so long. Of measurements at the same moment one may be lost.
    pub fn read_took(&self, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1);
        let average = match self.read_ns.load(Ordering::Relaxed) {
            0 => time,
            before => before - before / WEIGHT + time / WEIGHT,
        };
        self.read_ns.store(average.max(1), Ordering::Relaxed);
    }

    /// The moving average of what reads take; `None` before the first.
    pub fn response_time(&self) -> Option<Duration> {
        let ns = self.read_ns.load(Ordering::Relaxed);
        (ns > 0).then(|| Duration::from_nanos(ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_follows_what_is_measured() {
        let load = ServerLoad::default();
        assert_eq!(load.response_time(), None);
        load.read_took(Duration::from_micros(160));
        assert_eq!(load.response_time(), Some(Duration::from_micros(160)));
        load.read_took(Duration::from_micros(320));
        assert_eq!(load.response_time(), Some(Duration::from_micros(170)));
        for _ in 0..200 {
            load.read_took(Duration::from_millis(1));
        }
        let average = load.response_time().unwrap_or_default();
        assert!(average > Duration::from_micros(990), "{average:?}");
    }

    #[test]
    fn what_began_is_under_way_until_it_has_ended() {
        let load = ServerLoad::default();
        load.began();
        load.began();
        load.ended();
        assert_eq!(load.busy(), 1);
    }
}
