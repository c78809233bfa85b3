//! The same error or warning again and again is logged so many times, then not for a while
//! (`log_throttling`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;

/// Different messages that are followed at a time.
const FOLLOWED_MAX: usize = 1024;

/// So many of the same within `window`, then none for `rest`. A 0 among them: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttling {
    /// How many.
    pub count: u64,
    /// In which time.
    pub window: Duration,
    /// For how long none.
    pub rest: Duration,
}

impl Throttling {
    fn is_on(self) -> bool {
        self.count > 0 && !self.window.is_zero() && !self.rest.is_zero()
    }
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is logged.
    Logged,
    /// It is logged, the last time for a while.
    Last,
    /// It is logged; so many were not before it.
    Again(u64),
    /// It is not logged.
    Suppressed,
}

/// Follows messages: by where they are made and by what they say.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    settings: Throttling,
    followed: HashMap<(Identifier, String), Followed>,
}

#[derive(Debug)]
struct Followed {
    /// When its window, or its rest, began.
    since: Instant,
    count: u64,
    suppressed: u64,
    rests: bool,
}

impl Throttle {
    /// Other limits; what is suppressed now is logged again.
    pub(super) fn set(&self, settings: Throttling) {
        let mut inner = self.inner();
        if inner.settings != settings {
            inner.settings = settings;
            inner.followed.clear();
        }
    }

    pub(super) fn settings(&self) -> Throttling {
        self.inner().settings
    }

    /// Whether a message is logged at `now`.
    pub(super) fn admit(&self, place: Identifier, text: &str, now: Instant) -> Admission {
        let mut inner = self.inner();
        let settings = inner.settings;
        if !settings.is_on() {
            return Admission::Logged;
        }
        if inner.followed.len() >= FOLLOWED_MAX {
            let is_over =
                |one: &Followed| now.saturating_duration_since(one.since) >= settings.rest;
            inner.followed.retain(|_, one| !is_over(one));
        }
        if inner.followed.len() >= FOLLOWED_MAX {
            inner.followed.clear();
        }
        let key = (place, text.to_owned());
        let followed = inner
            .followed
            .entry(key)
            .or_insert_with(|| Followed::begin(now));
        followed.admit(settings, now)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Followed {
    fn begin(now: Instant) -> Self {
        Self {
            since: now,
            count: 0,
            suppressed: 0,
            rests: false,
        }
    }

    fn admit(&mut self, settings: Throttling, now: Instant) -> Admission {
        let limit = if self.rests {
            settings.rest
        } else {
            settings.window
        };
        let is_over = now.saturating_duration_since(self.since) >= limit;
        if self.rests && !is_over {
            self.suppressed += 1;
            return Admission::Suppressed;
        }
        let suppressed = self.suppressed;
        if is_over {
            *self = Self::begin(now);
        }
        self.count += 1;
        if self.count >= settings.count {
            (self.since, self.rests) = (now, true);
            return Admission::Last;
        }
        if suppressed > 0 {
            Admission::Again(suppressed)
        } else {
            Admission::Logged
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Identifier {
        let metadata = tracing::warn_span!("a place");
        metadata
            .metadata()
            .map_or_else(|| panic!("off"), tracing::Metadata::callsite)
    }

    #[test]
    fn what_comes_too_often_rests_for_a_while() {
        let _log = tracing::subscriber::set_default(tracing_subscriber::registry());
        let (throttle, place, begin) = (Throttle::default(), place(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        for ms in 0..100 {
            assert_eq!(
                throttle.admit(place.clone(), "a", at(ms)),
                Admission::Logged
            );
        }
        throttle.set(Throttling {
            count: 3,
            window: Duration::from_secs(1),
            rest: Duration::from_secs(10),
        });
        let check = |text, ms, expected| {
            assert_eq!(
                throttle.admit(place.clone(), text, at(ms)),
                expected,
                "{text} {ms}"
            );
        };
        check("a", 0, Admission::Logged);
        check("a", 100, Admission::Logged);
        check("b", 100, Admission::Logged);
        check("a", 200, Admission::Last);
        check("a", 300, Admission::Suppressed);
        check("a", 10_199, Admission::Suppressed);
        check("b", 300, Admission::Logged);
        check("a", 10_200, Admission::Again(2));
        check("a", 10_300, Admission::Logged);
        // The window has passed: it is counted anew.
        check("a", 11_200, Admission::Logged);
    }

    #[test]
    fn what_is_followed_is_bounded() {
        let _log = tracing::subscriber::set_default(tracing_subscriber::registry());
        let (throttle, place, now) = (Throttle::default(), place(), Instant::now());
        throttle.set(Throttling {
            count: 3,
            window: Duration::from_secs(1),
            rest: Duration::from_secs(10),
        });
        for number in 0..3 * FOLLOWED_MAX {
            throttle.admit(place.clone(), &number.to_string(), now);
        }
        assert!(throttle.inner().followed.len() <= FOLLOWED_MAX);
    }
}
