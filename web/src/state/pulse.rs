//! What the gateway has been doing: a ring of samples, one a second, taken from the live rows.

use std::collections::VecDeque;

use leptos::prelude::*;
use sluicegate_shared::event::SessionState;

use super::live::Live;

/// An hour.
const SAMPLES_MAX: usize = 3_600;

/// The gateway at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sample {
    /// The server's time, ms since 1970.
    pub at_ms: u64,
    /// Live sessions.
    pub sessions: f64,
    /// Those with a statement under way.
    pub busy: f64,
    /// Those with an open transaction.
    pub transactions: f64,
    /// Statements a second, all sessions together.
    pub statements: f64,
    /// Bytes that sessions hold.
    pub memory: f64,
}

/// The ring. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Pulse {
    samples: StoredValue<VecDeque<Sample>>,
    version: RwSignal<u64>,
}

impl Pulse {
    /// Takes a sample each second from now on.
    pub fn start(live: Live) -> Self {
        let pulse = Self {
            samples: StoredValue::new(VecDeque::new()),
            version: RwSignal::new(0),
        };
        Effect::new(move || {
            live.clock().track_second();
            if live.is_loaded() && !live.link().is_stale() {
                pulse.take(live);
            }
        });
        pulse
    }

    /// All samples, oldest first; tracked.
    pub fn samples(self) -> Vec<Sample> {
        self.version.track();
        self.samples
            .with_value(|samples| samples.iter().copied().collect())
    }

    /// The newest sample; tracked.
    pub fn now(self) -> Sample {
        self.version.track();
        self.samples
            .with_value(|samples| samples.back().copied().unwrap_or_default())
    }

    fn take(self, live: Live) {
        let at_ms = live.now_ms();
        let mut sample = Sample {
            at_ms,
            ..Sample::default()
        };
        live.with_rows(|rows| {
            for row in rows.iter().filter(|row| !row.ended) {
                let session = &row.session;
                sample.sessions += 1.0;
                sample.busy += f64::from(session.state == SessionState::Busy);
                sample.transactions += f64::from(session.transaction);
                sample.statements += row.statement_rate.per_second(at_ms);
                sample.memory += session.memory as f64;
            }
        });
        self.samples.update_value(|samples| {
            samples.push_back(sample);
            if samples.len() > SAMPLES_MAX {
                samples.pop_front();
            }
        });
        self.version.update(|version| *version += 1);
    }
}
