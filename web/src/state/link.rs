//! How the console stands to the server: is what one sees true now?

use sluicegate_shared::event::HEARTBEAT_EVERY_MS;

/// The connection that the events come over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    state: LinkState,
    /// When something was last heard, by the page's clock.
    heard_ms: Option<u64>,
    failures: u32,
}

/// Its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Nobody has connected: not logged in.
    #[default]
    Off,
    /// The first attempt is under way.
    Connecting,
    /// Events come.
    Live,
    /// It broke a moment ago and is being made anew.
    Reconnecting {
        /// Since when.
        since_ms: u64,
    },
    /// It has been broken for longer than [`PATIENCE_MS`].
    Disconnected {
        /// Since when.
        since_ms: u64,
    },
}

/// How long a break is not worth a banner.
pub const PATIENCE_MS: u64 = 4_000;
/// When nothing is heard for so long, heartbeats neither, the connection is dead, whatever the browser
/// says of it.
pub const SILENCE_MS: u64 = HEARTBEAT_EVERY_MS * 5 / 2;
const WAIT_FIRST_MS: u64 = 500;
const WAIT_MAX_MS: u64 = 15_000;

impl Link {
    /// The state.
    pub fn state(&self) -> LinkState {
        self.state
    }

    /// Milliseconds since something was heard.
    pub fn data_age_ms(&self, now_ms: u64) -> Option<u64> {
        self.heard_ms
            .map(|heard_ms| now_ms.saturating_sub(heard_ms))
    }

    /// Whether what is shown may be out of date.
    pub fn is_stale(&self) -> bool {
        matches!(self.state, LinkState::Disconnected { .. })
    }

    /// Whether it is said to live, but nothing has been heard for too long.
    pub fn is_silent(&self, now_ms: u64) -> bool {
        let age_ms = self.data_age_ms(now_ms).unwrap_or(0);
        self.state == LinkState::Live && age_ms >= SILENCE_MS
    }

    /// An attempt begins.
    pub fn connect(&mut self) {
        if self.state == LinkState::Off {
            *self = Self {
                state: LinkState::Connecting,
                ..Self::default()
            };
        }
    }

    /// An event came.
    pub fn heard(&mut self, now_ms: u64) {
        *self = Self {
            state: LinkState::Live,
            heard_ms: Some(now_ms),
            failures: 0,
        };
    }

    /// It broke, or an attempt failed.
    pub fn broke(&mut self, now_ms: u64) {
        if matches!(self.state, LinkState::Live | LinkState::Connecting) {
            self.state = LinkState::Reconnecting { since_ms: now_ms };
        }
    }

    /// Time passes.
    pub fn tick(&mut self, now_ms: u64) {
        if let LinkState::Reconnecting { since_ms } = self.state
            && now_ms.saturating_sub(since_ms) >= PATIENCE_MS
        {
            self.state = LinkState::Disconnected { since_ms };
        }
    }

    /// The end, by log-out.
    pub fn close(&mut self) {
        *self = Self::default();
    }

    /// How long to wait before the next attempt: longer each time, within bounds. What the browser
    /// attempts by itself does not count: a server that answers again is asked soon. `spread`, 0 to 1,
    /// keeps many consoles from coming back at the same instant.
    pub fn wait_ms(&mut self, spread: f64) -> u32 {
        self.failures = self.failures.saturating_add(1);
        let doublings = self.failures.saturating_sub(1).min(8);
        let wait_ms = (WAIT_FIRST_MS << doublings).min(WAIT_MAX_MS) as f64;
        #[expect(clippy::cast_sign_loss, reason = "a product of positive numbers")]
        let wait_ms = (wait_ms * (0.75 + 0.5 * spread.clamp(0.0, 1.0))) as u32;
        wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_break_is_reconnecting_and_a_long_one_disconnected() {
        let mut link = Link::default();
        link.connect();
        assert_eq!(link.state(), LinkState::Connecting);
        link.heard(1_000);
        assert_eq!(link.state(), LinkState::Live);
        link.broke(2_000);
        link.tick(2_000 + PATIENCE_MS - 1);
        assert_eq!(link.state(), LinkState::Reconnecting { since_ms: 2_000 });
        assert!(!link.is_stale());
        link.broke(4_000);
        link.tick(2_000 + PATIENCE_MS);
        assert_eq!(link.state(), LinkState::Disconnected { since_ms: 2_000 });
        assert!(link.is_stale());
        assert_eq!(link.data_age_ms(8_000), Some(7_000));
        link.heard(9_000);
        assert_eq!(link.state(), LinkState::Live);
    }

    #[test]
    fn silence_is_told_from_quiet() {
        let mut link = Link::default();
        assert!(!link.is_silent(90_000));
        link.connect();
        link.heard(1_000);
        assert!(!link.is_silent(1_000 + HEARTBEAT_EVERY_MS));
        assert!(link.is_silent(1_000 + SILENCE_MS));
        link.broke(1_000 + SILENCE_MS);
        assert!(!link.is_silent(90_000), "told once");
    }

    #[test]
    fn a_first_attempt_that_fails_is_told_too() {
        let mut link = Link::default();
        link.connect();
        link.broke(1_000);
        link.tick(9_000);
        assert!(link.is_stale());
        assert_eq!(link.data_age_ms(9_000), None);
    }

    #[test]
    fn waits_double_up_to_a_bound() {
        let mut link = Link::default();
        link.connect();
        let mut waits = Vec::new();
        for _ in 0..8 {
            // The browser tries by itself.
            link.broke(0);
            link.broke(0);
            waits.push(link.wait_ms(0.5));
        }
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
        assert_eq!((link.wait_ms(0.0), link.wait_ms(1.0)), (11_250, 18_750));
    }

    #[test]
    fn log_out_ends_it() {
        let mut link = Link::default();
        link.connect();
        link.heard(1_000);
        link.close();
        link.tick(90_000);
        assert_eq!(link, Link::default());
    }
}
