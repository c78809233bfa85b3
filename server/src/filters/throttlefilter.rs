//! throttlefilter: slows sessions down that send too many statements, and in the end closes them.

#[cfg(test)]
mod tests;
mod throttle;

use std::sync::Arc;

use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{BareUnit, Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::pipeline::{Moment, Needs, Request, Verdict};
use crate::wire::reply::ErrPacket;
use throttle::{Ruling, Speed, Throttle};

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "throttlefilter",
        kind: ModuleKind::Filter,
        parameters: PARAMETERS,
        description: "Slows sessions down that send too many statements.",
    },
    create,
};

const MILLISECONDS: Kind = Kind::Duration(BareUnit::Milliseconds);
/// A day: no window of time needs to be longer, and no sum of times overflows.
const DURATION_MAX_MS: i64 = 24 * 60 * 60 * 1000;

const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "continuous_duration",
        MILLISECONDS,
        Some("2000ms"),
        "Throttling is over when a session was not slowed down for so long.",
    )
    .within(0, DURATION_MAX_MS),
    ParameterSpec::new(
        "max_qps",
        Kind::Int,
        None,
        "So many statements a second a session may send.",
    )
    .mandatory()
    .within(1, 1_000_000_000),
    ParameterSpec::new(
        "sampling_duration",
        MILLISECONDS,
        Some("250ms"),
        "The window of time in which statements are counted: the longer, the longer a burst may be.",
    )
    .within(1, DURATION_MAX_MS),
    ParameterSpec::new(
        "throttling_duration",
        MILLISECONDS,
        None,
        "A session that is throttled for so long is closed.",
    )
    .mandatory()
    .within(0, DURATION_MAX_MS),
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "modules may fail, this one does not"
)]
fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(ThrottleFilter {
        speed: Settings::new(Speed::of(values)),
    }))
}

struct ThrottleFilter {
    speed: Arc<Settings<Speed>>,
}

impl Filter for ThrottleFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(ThrottleSession {
            speed: self.speed.view(),
            throttle: Throttle::default(),
            id: session.id,
            user: session.user.clone(),
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.speed.set(Speed::of(values));
        Ok(())
    }
}

struct ThrottleSession {
    speed: View<Speed>,
    throttle: Throttle,
    id: u64,
    user: String,
}

impl FilterSession for ThrottleSession {
    fn on_request(&mut self, request: &mut Request, now: Moment) -> Verdict {
        if !request.command().is_statement() {
            return Verdict::Forward;
        }
        if self.speed.refresh() {
            self.throttle = Throttle::default();
        }
        match self.throttle.on_statement(self.speed.get(), now.instant) {
            Ruling::Pass => Verdict::Forward,
            Ruling::Begin(until) => {
                tracing::info!(
                    session = self.id,
                    "throttlefilter: the session is slowed down"
                );
                Verdict::Hold(until)
            }
            Ruling::Hold(until) => Verdict::Hold(until),
            Ruling::Disconnect => {
                tracing::warn!(
                    session = self.id,
                    "throttlefilter: the session was slowed down too long and is closed"
                );
                let user = &self.user;
                let message = format!("User '{user}' has exceeded the 'max_qps' resource");
                Verdict::Close(ErrPacket::new(1226, b"42000", message))
            }
        }
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.user.clone_from(&session.user);
    }
}
