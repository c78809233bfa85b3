//! How busy workers were, by the time that they were on a processor.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// Seconds that are kept one by one.
const SECONDS: usize = 60;
/// Minutes that are kept one by one.
const MINUTES: usize = 60;

/// How busy a worker was, in percent of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// In the last second.
    pub last_second: u64,
    /// In the last minute.
    pub last_minute: u64,
    /// In the last hour.
    pub last_hour: u64,
}

/// What was noted of each worker.
#[derive(Debug, Default)]
pub(super) struct LoadHistory(BTreeMap<usize, Notes>);

/// Moments with the time on a processor until then, the newest first.
#[derive(Debug, Default)]
struct Notes {
    seconds: VecDeque<(Instant, Duration)>,
    minutes: VecDeque<(Instant, Duration)>,
}

impl LoadHistory {
    /// Notes the time that a worker has been on a processor until `now`. To be called once a second.
    pub(super) fn note(&mut self, worker: usize, now: Instant, cpu: Duration) {
        let notes = self.0.entry(worker).or_default();
        notes.seconds.push_front((now, cpu));
        notes.seconds.truncate(SECONDS + 1);
        let minute = Duration::from_mins(1);
        let is_due = |(last, _): &(Instant, Duration)| now.duration_since(*last) >= minute;
        if notes.minutes.front().is_none_or(is_due) {
            notes.minutes.push_front((now, cpu));
            notes.minutes.truncate(MINUTES + 1);
        }
    }

    /// How busy a worker was.
    pub(super) fn of(&self, worker: usize) -> Load {
        let Some(notes) = self.0.get(&worker) else {
            return Load::default();
        };
        let newest = notes.seconds.front();
        let since = |then: Option<&(Instant, Duration)>| {
            let ((now, cpu), (then, before)) = newest.zip(then)?;
            let passed = now.duration_since(*then).as_secs_f64();
            let busy = cpu.saturating_sub(*before).as_secs_f64();
            (passed > 0.0).then(|| percent(busy / passed))
        };
        Load {
            last_second: since(notes.seconds.get(1)).unwrap_or(0),
            last_minute: since(notes.seconds.back()).unwrap_or(0),
            last_hour: since(notes.minutes.back()).unwrap_or(0),
        }
    }
}

/// A share in percent; the clocks are not the same, so that it may be a little above 100.
#[expect(clippy::cast_sign_loss, reason = "it lies between 0 and 100")]
fn percent(share: f64) -> u64 {
    (share * 100.0).round().clamp(0.0, 100.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_the_share_of_the_time_on_a_processor() {
        let mut history = LoadHistory::default();
        let begin = Instant::now();
        let mut cpu = Duration::ZERO;
        for second in 0..7200_u64 {
            // Busy in the last second only, and half the time in the hour before that minute.
            if second < 7140 {
                cpu += Duration::from_millis(500);
            } else if second == 7199 {
                cpu += Duration::from_secs(1);
            }
            history.note(3, begin + Duration::from_secs(second), cpu);
        }
        let load = history.of(3);
        assert_eq!(load.last_second, 100);
        assert_eq!(load.last_minute, 2);
        assert!((48..=50).contains(&load.last_hour), "{load:?}");
        assert_eq!(history.of(0), Load::default());
    }
}
