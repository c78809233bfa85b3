//! The gateway's own queries that are interrupted (`query_retries`, `query_retry_timeout`).

use std::time::{Duration, Instant};

use crate::config::RetryParameters;

/// The further attempts that something has. One that has begun is not cut short.
#[derive(Debug)]
pub struct Retries {
    left: u64,
    end: Instant,
}

impl Retries {
    /// All of them; the first attempt begins `now`.
    pub fn new(parameters: RetryParameters, now: Instant) -> Self {
        Self {
            left: parameters.count,
            end: now + Duration::from_millis(parameters.within_ms),
        }
    }

    /// Takes one, if number and time allow it.
    pub fn take(&mut self, now: Instant) -> bool {
        let allowed = self.left > 0 && now < self.end;
        self.left = self.left.saturating_sub(u64::from(allowed));
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_limited_by_number_and_time() {
        let now = Instant::now();
        let taken = |count, within_ms, at_ms: [u64; 3]| {
            let mut retries = Retries::new(RetryParameters { count, within_ms }, now);
            at_ms.map(|ms| retries.take(now + Duration::from_millis(ms)))
        };
        assert_eq!(taken(2, 5000, [1, 2, 3]), [true, true, false]);
        assert_eq!(taken(9, 5000, [1, 4999, 5000]), [true, true, false]);
        assert_eq!(taken(0, 5000, [0, 0, 0]), [false; 3]);
        assert_eq!(taken(9, 0, [0, 0, 0]), [false; 3]);
    }
}
