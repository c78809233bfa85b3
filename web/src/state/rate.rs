//! How often something happens, from a counter seen now and then.

/// The span that a rate is taken over, at least.
const SPAN_MS: u64 = 1_000;

/// The rate of a growing counter over the last one to two [`SPAN_MS`], or since it was last seen to
/// grow: a counter that nobody touches sinks to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The beginning of the span.
    from: Reading,
    /// The beginning of the span that will be next.
    next: Reading,
    last: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    at_ms: u64,
    count: u64,
}

impl Rate {
    /// A counter that is seen for the first time.
    pub fn new(count: u64, now_ms: u64) -> Self {
        let reading = Reading {
            at_ms: now_ms,
            count,
        };
        Self {
            from: reading,
            next: reading,
            last: reading,
        }
    }

    /// The counter is seen again.
    #[must_use]
    pub fn seen(self, count: u64, now_ms: u64) -> Self {
        let last = Reading {
            at_ms: now_ms,
            count,
        };
        if now_ms.saturating_sub(self.next.at_ms) < SPAN_MS {
            return Self { last, ..self };
        }
        Self {
            from: self.next,
            next: last,
            last,
        }
    }

    /// Events a second.
    pub fn per_second(&self, now_ms: u64) -> f64 {
        let span_ms = now_ms.saturating_sub(self.from.at_ms);
        let events = self.last.count.saturating_sub(self.from.count);
        if events == 0 || span_ms < SPAN_MS {
            return 0.0;
        }
        events as f64 * 1000.0 / span_ms as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sees `(at, count)` one after the other, then tells the rate at `now`.
    fn check(seen: &[(u64, u64)], now_ms: u64, expected: f64) {
        let (at, count) = seen[0];
        let rate = seen[1..]
            .iter()
            .fold(Rate::new(count, at), |r, &(at, n)| r.seen(n, at));
        let got = rate.per_second(now_ms);
        assert!(
            (got - expected).abs() < 0.001,
            "{seen:?} at {now_ms}: {got} is not {expected}"
        );
    }

    #[test]
    fn a_counter_seen_once_has_no_rate() {
        check(&[(0, 1000)], 0, 0.0);
        check(&[(0, 1000)], 5000, 0.0);
    }

    #[test]
    fn the_rate_is_taken_over_one_to_two_seconds() {
        check(&[(0, 0), (1000, 10)], 1000, 10.0);
        check(&[(0, 0), (500, 5), (1000, 10), (1500, 15)], 1500, 10.0);
        check(&[(0, 0), (1000, 10), (2000, 110)], 2000, 100.0);
    }

    #[test]
    fn a_rate_sinks_when_nothing_is_seen() {
        check(&[(0, 0), (1000, 10)], 10_000, 1.0);
        check(&[(0, 0), (1000, 10)], 1_000_000, 0.01);
    }

    #[test]
    fn a_counter_or_clock_that_goes_back_gives_no_rate() {
        check(&[(1000, 50), (2000, 10)], 2000, 0.0);
        check(&[(5000, 50), (4000, 60)], 4000, 0.0);
    }
}
