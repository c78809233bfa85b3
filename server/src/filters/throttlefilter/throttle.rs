//! When a session's statements may go on. Knows no clock: the time is handed in.

use std::time::{Duration, Instant};

use crate::config::Values;

/// Parts of the window in which statements are counted, each counted as one.
const SLICES: usize = 32;

/// What is allowed.
#[derive(Debug)]
pub(super) struct Speed {
    /// Statements in the window before they are slowed down.
    burst: u64,
    /// One part of the window.
    slice: Duration,
    /// Between two statements that are slowed down.
    interval: Duration,
    continuous: Duration,
    throttling: Duration,
}

impl Speed {
    pub(super) fn of(values: &Values) -> Self {
        let millis = |name| Duration::from_millis(values.millis(name));
        Self::new(
            values.count("max_qps"),
            millis("sampling_duration"),
            millis("throttling_duration"),
            millis("continuous_duration"),
        )
    }

    fn new(qps_max: u64, sampling: Duration, throttling: Duration, continuous: Duration) -> Self {
        let qps_max = qps_max.max(1);
        let interval = Duration::from_secs(1) / u32::try_from(qps_max).unwrap_or(u32::MAX);
        // A window in which less than one statement is allowed would allow one all the same.
        let window = sampling.max(interval);
        let burst = u128::from(qps_max) * window.as_nanos() / 1_000_000_000;
        Self {
            burst: u64::try_from(burst).unwrap_or(u64::MAX).max(1),
            slice: (window / SLICES as u32).max(Duration::from_nanos(1)),
            interval,
            continuous,
            throttling,
        }
    }
}

/// What becomes of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// It may go on.
    Pass,
    /// It has to wait until then, and it is the first one that has to.
    Begin(Instant),
    /// It has to wait until then.
    Hold(Instant),
    /// The session has been slowed down for too long.
    Disconnect,
}

/// What a session has sent of late.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    counts: [u64; SLICES],
    /// The number of the slice counted last, from `origin`.
    slice: u64,
    origin: Option<Instant>,
    /// When the statement before went on.
    last: Option<Instant>,
    throttled: Option<Throttled>,
}

#[derive(Debug, Clone, Copy)]
struct Throttled {
    since: Instant,
    last: Instant,
}

impl Throttle {
    /// Decides on a statement that has arrived.
    pub(super) fn on_statement(&mut self, speed: &Speed, now: Instant) -> Ruling {
        self.move_to(speed, now);
        let due = self.last.map_or(now, |last| last + speed.interval);
        if self.counts.iter().sum::<u64>() < speed.burst || due <= now {
            self.count(speed, now);
            return Ruling::Pass;
        }
        let before = self
            .throttled
            .filter(|throttled| now.duration_since(throttled.last) <= speed.continuous);
        let since = before.map_or(now, |throttled| throttled.since);
        if now.duration_since(since) >= speed.throttling && before.is_some() {
            return Ruling::Disconnect;
        }
        self.throttled = Some(Throttled { since, last: due });
        self.count(speed, due);
        if before.is_some() {
            Ruling::Hold(due)
        } else {
            Ruling::Begin(due)
        }
    }

    fn count(&mut self, speed: &Speed, at: Instant) {
        self.move_to(speed, at);
        if let Some(count) = self.counts.get_mut(self.slice as usize % SLICES) {
            *count += 1;
        }
        self.last = Some(at);
    }

    /// Forgets what has left the window.
    fn move_to(&mut self, speed: &Speed, now: Instant) {
        let origin = *self.origin.get_or_insert(now);
        let elapsed = now.duration_since(origin).as_nanos();
        let slice = u64::try_from(elapsed / speed.slice.as_nanos()).unwrap_or(u64::MAX);
        if slice <= self.slice {
            return;
        }
        let passed = (slice - self.slice).min(SLICES as u64);
        for slice in slice + 1 - passed..=slice {
            if let Some(count) = self.counts.get_mut(slice as usize % SLICES) {
                *count = 0;
            }
        }
        self.slice = slice;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// A client that sends a statement `gap` after the one before went on, until `end`. Says how
    /// many went on in each second, and when the session was closed.
    fn run(speed: &Speed, gap: Duration, end: Duration) -> (Vec<u64>, Option<Duration>) {
        let mut throttle = Throttle::default();
        let begin = Instant::now();
        let mut now = begin;
        let mut seconds = vec![0; end.as_secs() as usize];
        while now - begin < end {
            match throttle.on_statement(speed, now) {
                Ruling::Pass => {}
                Ruling::Begin(until) | Ruling::Hold(until) => now = until,
                Ruling::Disconnect => return (seconds, Some(now - begin)),
            }
            if let Some(count) = seconds.get_mut((now - begin).as_secs() as usize) {
                *count += 1;
            }
            now += gap;
        }
        (seconds, None)
    }

    #[test]
    fn a_slow_session_is_let_alone() {
        let speed = Speed::new(100, ms(250), ms(1000), ms(2000));
        assert_eq!(run(&speed, ms(11), ms(3000)), (vec![91, 91, 91], None));
    }

    #[test]
    fn a_fast_session_is_slowed_down_to_the_limit() {
        let speed = Speed::new(100, ms(250), ms(60_000), ms(2000));
        // The first second has the burst of 25 on top.
        assert_eq!(run(&speed, ms(1), ms(3000)), (vec![122, 100, 100], None));
    }

    #[test]
    fn a_long_window_allows_a_long_burst() {
        let speed = Speed::new(400, ms(10_000), ms(10_000), ms(2000));
        let (seconds, closed) = run(&speed, Duration::from_micros(500), ms(20_000));
        assert_eq!(&seconds[..4], [2000, 2000, 400, 400]);
        // 2 s at full speed, then 10 s of throttling.
        assert_eq!(closed.unwrap().as_secs(), 12);
    }

    #[test]
    fn less_than_one_statement_in_the_window_works_too() {
        let speed = Speed::new(2, ms(250), ms(60_000), ms(2000));
        assert_eq!(run(&speed, ms(1), ms(4000)), (vec![2, 2, 2, 2], None));
    }

    #[test]
    fn throttling_ends_after_a_pause() {
        let speed = Speed::new(100, ms(250), ms(1000), ms(500));
        let mut throttle = Throttle::default();
        let mut now = Instant::now();
        for _ in 0..20 {
            // A burst of half a second's throttling, and a pause.
            for _ in 0..75 {
                match throttle.on_statement(&speed, now) {
                    Ruling::Begin(until) | Ruling::Hold(until) => now = until,
                    Ruling::Pass => {}
                    Ruling::Disconnect => panic!("it had paused"),
                }
            }
            now += ms(600);
        }
    }
}
