//! qlafilter: logs statements, one line each, when their replies are complete.

mod config;
mod entry;
mod lines;
mod session;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::journal::Journal;
use super::registry::{CommandSpec, FilterModule};
use super::settings::Settings;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::Needs;
use config::QlaSettings;
use session::QlaSession;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "qlafilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Logs statements with their times and what came of them.",
    },
    create,
};

/// Its commands.
pub(super) const COMMANDS: &[CommandSpec] = &[CommandSpec::read(
    "log",
    "Tells the lines of the unified log file.",
    &[
        "The first line to tell, from 0.",
        "The line behind the last one to tell.",
    ],
)
.of_statements()];

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(QlaFilter {
        settings: Settings::new(QlaSettings::of(values, None)?),
        journal: Journal::start()?,
        altering: Mutex::new(()),
    }))
}

struct QlaFilter {
    settings: Arc<Settings<QlaSettings>>,
    journal: Arc<Journal>,
    /// New settings go on where those before were, so one is made at a time.
    altering: Mutex<()>,
}

impl Filter for QlaFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let journal = Arc::clone(&self.journal);
        let session = QlaSession::new(self.settings.view(), journal, session.clone());
        Ok(Box::new(session))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        let _one = self.altering.lock().unwrap_or_else(PoisonError::into_inner);
        let next = QlaSettings::of(values, Some(&self.settings.get()))?;
        self.settings.set(next);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        self.journal.diagnostics()
    }

    fn command(&self, _name: &str, arguments: &[String]) -> Result<Value, FilterError> {
        lines::tell(self.settings.get().unified.as_deref(), arguments)
    }
}

#[cfg(test)]
mod tests;
