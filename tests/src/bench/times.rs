//! Times of many equal things.

use std::time::Duration;

/// Sorted times.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// In any order.
    pub(super) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a hundred do not exceed; with 100 the longest.
    pub fn percentile(&self, hundredths: usize) -> Duration {
        let at = self.0.len() * hundredths / 100;
        let last = self.0.len().saturating_sub(1);
        self.0.get(at.min(last)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_that_so_many_do_not_exceed() {
        let times = Times::new((0..100).rev().map(Duration::from_millis).collect());
        let at = |hundredths| times.percentile(hundredths).as_millis();
        assert_eq!((at(0), at(50), at(99), at(100)), (0, 50, 99, 99));
        assert_eq!(Times::default().percentile(50), Duration::ZERO);
    }
}
