//! What a service counts of its sessions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The counters; all threads write them, when sessions begin and end.
#[derive(Debug, Default)]
pub(super) struct Counters {
    sessions: AtomicU64,
    sessions_max: AtomicU64,
    sessions_total: AtomicU64,
    failed_logins: AtomicU64,
    ended: AtomicU64,
    lifetime_total_ms: AtomicU64,
    lifetime_max_ms: AtomicU64,
    history_total: AtomicU64,
    history_max: AtomicU64,
}

/// The sessions of a service at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionCounts {
    /// Sessions now, connections that are logging in included.
    pub now: u64,
    /// The most that there were at a time.
    pub max: u64,
    /// Sessions since the start.
    pub total: u64,
    /// Connections that did not become sessions, since the start.
    pub failed_logins: u64,
    /// Sessions that have ended.
    pub ended: u64,
    /// How long those lived together.
    pub lifetime_total: Duration,
    /// How long the one lived that lived longest.
    pub lifetime_max: Duration,
    /// Session commands in the histories of those, together.
    pub history_total: u64,
    /// Session commands in the longest of their histories.
    pub history_max: u64,
}

impl Counters {
    /// One more connection. Returns how many there were before.
    pub fn enter(&self) -> u64 {
        let before = self.sessions.fetch_add(1, Ordering::Relaxed);
        self.sessions_max.fetch_max(before + 1, Ordering::Relaxed);
        before
    }

    /// One less.
    pub fn leave(&self) {
        self.sessions.fetch_sub(1, Ordering::Relaxed);
    }

    /// A connection has become a session.
    pub fn began(&self) {
        self.sessions_total.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection became none.
    pub fn failed(&self) {
        self.failed_logins.fetch_add(1, Ordering::Relaxed);
    }

    /// A session has ended, with so many session commands in its history.
    pub fn ended(&self, lifetime: Duration, history: u64) {
        let ms = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
        self.ended.fetch_add(1, Ordering::Relaxed);
        self.lifetime_total_ms.fetch_add(ms, Ordering::Relaxed);
        self.lifetime_max_ms.fetch_max(ms, Ordering::Relaxed);
        self.history_total.fetch_add(history, Ordering::Relaxed);
        self.history_max.fetch_max(history, Ordering::Relaxed);
    }

    /// What was counted.
    pub fn counts(&self) -> SessionCounts {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SessionCounts {
            now: get(&self.sessions),
            max: get(&self.sessions_max),
            total: get(&self.sessions_total),
            failed_logins: get(&self.failed_logins),
            ended: get(&self.ended),
            lifetime_total: Duration::from_millis(get(&self.lifetime_total_ms)),
            lifetime_max: Duration::from_millis(get(&self.lifetime_max_ms)),
            history_total: get(&self.history_total),
            history_max: get(&self.history_max),
        }
    }
}

impl SessionCounts {
    /// How long a session lives, on average.
    pub fn lifetime_average(&self) -> Duration {
        let ended = self.ended.max(1) as f64;
        Duration::from_secs_f64(self.lifetime_total.as_secs_f64() / ended)
    }

    /// How many session commands a history has, on average.
    pub fn history_average(&self) -> f64 {
        self.history_total as f64 / self.ended.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_ended_are_averaged() {
        let counters = Counters::default();
        assert_eq!(counters.counts().lifetime_average(), Duration::ZERO);
        assert_eq!((counters.enter(), counters.enter()), (0, 1));
        counters.leave();
        counters.ended(Duration::from_secs(2), 3);
        counters.ended(Duration::from_secs(4), 0);
        let counts = counters.counts();
        assert_eq!((counts.now, counts.max, counts.ended), (1, 2, 2));
        assert_eq!(counts.lifetime_average(), Duration::from_secs(3));
        assert_eq!(counts.lifetime_max, Duration::from_secs(4));
        assert!((counts.history_average() - 1.5).abs() < f64::EPSILON);
        assert_eq!(counts.history_max, 3);
    }
}
