//! tpmfilter: logs committed transactions with their statements and how long these took.

mod config;
mod pipe;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::journal::{Journal, LogFile};
use super::registry::FilterModule;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::Needs;
use config::TpmSettings;
use pipe::ControlPipe;
use session::TpmSession;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "tpmfilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Logs committed transactions with their statements and times.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    let settings = TpmSettings::of(values)?;
    let enabled = Arc::new(AtomicBool::new(false));
    let pipe = ControlPipe::open(&settings.named_pipe, Arc::clone(&enabled));
    Ok(Arc::new(TpmFilter {
        _pipe: pipe.map_err(|error| FilterError::Parameter {
            parameter: "named_pipe",
            message: format!("{}: {error}", settings.named_pipe.display()),
        })?,
        log: Arc::new(TransactionLog {
            file: Arc::new(LogFile::new(&settings.filename, true, Vec::new(), true)),
            journal: Journal::start()?,
            settings,
            enabled,
        }),
    }))
}

/// What all sessions write to.
struct TransactionLog {
    settings: TpmSettings,
    journal: Arc<Journal>,
    file: Arc<LogFile>,
    /// Whether it is written; the named pipe says it.
    enabled: Arc<AtomicBool>,
}

struct TpmFilter {
    /// Listens as long as the filter lives.
    _pipe: ControlPipe,
    log: Arc<TransactionLog>,
}

impl Filter for TpmFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let session = TpmSession::new(Arc::clone(&self.log), session.clone());
        Ok(Box::new(session))
    }

    fn alter(&self, _values: &Values) -> Result<(), FilterError> {
        // None of its parameters can be changed.
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        let mut shown = self.log.journal.diagnostics();
        shown["enabled"] = json!(self.log.enabled.load(Ordering::Relaxed));
        shown
    }
}

#[cfg(test)]
mod tests;
