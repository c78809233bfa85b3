//! The time: the page's own, and the server's as its events tell it.

use std::time::Duration;

use leptos::prelude::*;

/// The clocks. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// What to add to the page's clock to get the server's, in ms.
    ahead_ms: StoredValue<i64>,
    second: RwSignal<u64>,
}

impl Clock {
    /// Starts the tick of a second.
    pub fn start() -> Self {
        let clock = Self::stopped();
        let second = clock.second;
        set_interval(move || second.update(|n| *n += 1), Duration::from_secs(1));
        clock
    }

    /// A clock that does not tick.
    pub fn stopped() -> Self {
        Self {
            ahead_ms: StoredValue::new(0),
            second: RwSignal::new(0),
        }
    }

    /// Milliseconds since 1970 by the page's clock.
    pub fn page_ms(self) -> u64 {
        #[expect(clippy::cast_sign_loss, reason = "after 1970")]
        let now_ms = js_sys::Date::now() as u64;
        now_ms
    }

    /// Milliseconds since 1970 by the server's clock.
    pub fn server_ms(self) -> u64 {
        self.page_ms()
            .saturating_add_signed(self.ahead_ms.get_value())
    }

    /// The server's clock as an event just told it.
    pub fn set_server_ms(self, now_ms: u64) {
        self.ahead_ms
            .set_value(now_ms.cast_signed() - self.page_ms().cast_signed());
    }

    /// Changes once a second: read it where an age is shown.
    pub fn track_second(self) {
        self.second.track();
    }
}
