//! tee: sends copies of requests to another server or service, on a connection of the session's own
//! there. Replies from there go nowhere.

mod config;
mod counts;
mod session;
mod statements;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::registry::{CommandSpec, FilterModule};
use super::settings::Settings;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::Needs;
use config::TeeSettings;
use counts::Counts;
use session::TeeSession;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "tee",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Sends copies of requests to another server or service.",
    },
    create,
};

/// Its commands.
pub(super) const COMMANDS: &[CommandSpec] = &[
    CommandSpec::write("disable", "Sends no more copies."),
    CommandSpec::write("enable", "Sends copies again."),
];

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(TeeFilter {
        settings: Settings::new(TeeSettings::of(values)?),
        counts: Arc::new(Counts::new()),
    }))
}

struct TeeFilter {
    settings: Arc<Settings<TeeSettings>>,
    counts: Arc<Counts>,
}

impl Filter for TeeFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let settings = self.settings.view();
        let counts = Arc::clone(&self.counts);
        let opened = TeeSession::open(settings, counts, session.clone());
        let session = opened.map_err(|error| FilterError::Open(error.to_string()))?;
        Ok(Box::new(session))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.settings.set(TeeSettings::of(values)?);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        self.counts.diagnostics()
    }

    fn command(&self, name: &str, _arguments: &[String]) -> Result<Value, FilterError> {
        self.counts
            .enabled
            .store(name == "enable", Ordering::Relaxed);
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests;
