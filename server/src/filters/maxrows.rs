//! maxrows: keeps resultsets that are too large from clients.

mod session;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::registry::FilterModule;
use super::settings::Settings;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::pipeline::Needs;
use session::MaxRowsSession;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "maxrows",
        kind: ModuleKind::Filter,
        parameters: PARAMETERS,
        description: "Keeps resultsets that are too large from clients.",
    },
    create,
};

const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "debug",
        Kind::Int,
        Some("0"),
        "What is logged: 1 each resultset that is looked at, 2 each that is too large.",
    )
    .within(0, 3),
    ParameterSpec::new(
        "max_resultset_return",
        Kind::Enum(&["empty", "error", "ok"]),
        Some("empty"),
        "What the client gets in place of a resultset that is too large.",
    ),
    ParameterSpec::new(
        "max_resultset_rows",
        Kind::Count,
        Some("4294967295"),
        "The most rows of a resultset; 0 for no limit.",
    ),
    ParameterSpec::new(
        "max_resultset_size",
        Kind::Size,
        Some("65536"),
        "The most bytes of a resultset; 0 for no limit.",
    ),
];

/// What the client gets in place of a resultset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Substitute {
    Empty,
    Error,
    Ok,
}

#[derive(Debug)]
struct Limits {
    rows_max: u64,
    size_max: u64,
    substitute: Substitute,
    logs_decisions: bool,
    logs_refusals: bool,
}

impl Limits {
    fn is_unlimited(&self) -> bool {
        (self.rows_max, self.size_max) == (u64::MAX, u64::MAX)
    }

    fn of(values: &Values) -> Self {
        let limit = |name| match values.count(name) {
            0 => u64::MAX,
            limit => limit,
        };
        let debug = values.int("debug");
        Self {
            rows_max: limit("max_resultset_rows"),
            size_max: limit("max_resultset_size"),
            substitute: match values.text("max_resultset_return") {
                Some("error") => Substitute::Error,
                Some("ok") => Substitute::Ok,
                _ => Substitute::Empty,
            },
            logs_decisions: debug & 1 != 0,
            logs_refusals: debug & 2 != 0,
        }
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "modules may fail, this one does not"
)]
fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(MaxRows {
        limits: Settings::new(Limits::of(values)),
    }))
}

struct MaxRows {
    limits: Arc<Settings<Limits>>,
}

impl Filter for MaxRows {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::PACKETS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(MaxRowsSession::new(
            self.limits.view(),
            session.id,
        )))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.limits.set(Limits::of(values));
        Ok(())
    }
}
