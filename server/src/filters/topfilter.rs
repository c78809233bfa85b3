//! topfilter: writes down a session's slowest statements when it ends.

mod config;
mod report;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::journal::{Journal, LogFile, Target};
use super::prepared::PreparedTexts;
use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::{Moment, Needs, ReplyEnd, Request, Verdict};
use config::TopSettings;
use report::Report;

/// The most bytes of a statement that are kept.
const TEXT_MAX: usize = 64 * 1024;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "topfilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Writes down each session's slowest statements when it ends.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(TopFilter {
        settings: Settings::new(TopSettings::of(values)?),
        journal: Journal::start()?,
    }))
}

struct TopFilter {
    settings: Arc<Settings<TopSettings>>,
    journal: Arc<Journal>,
}

impl Filter for TopFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(TopSession {
            settings: self.settings.view(),
            journal: Arc::clone(&self.journal),
            report: Report::new(session.clone(), Moment::now()),
            prepared: PreparedTexts::default(),
            awaited: None,
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.settings.set(TopSettings::of(values)?);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        self.journal.diagnostics()
    }
}

struct TopSession {
    settings: View<TopSettings>,
    journal: Arc<Journal>,
    report: Report,
    prepared: PreparedTexts,
    /// The statement whose reply is awaited.
    awaited: Option<Vec<u8>>,
}

impl FilterSession for TopSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        self.settings.refresh();
        let settings = self.settings.get();
        let text = self.prepared.text_of(request);
        let chosen = text
            .filter(|_| settings.audience.includes(&self.report.session))
            .filter(|text| settings.statements.admits(text));
        self.awaited = chosen.map(|text| text.get(..TEXT_MAX).unwrap_or(text).to_vec());
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, _now: Moment) {
        self.prepared.on_reply_end(end);
        if let Some(text) = self.awaited.take() {
            self.report
                .add(end.first_byte, text, self.settings.get().count);
        }
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.report.session = session.clone();
    }
}

impl Drop for TopSession {
    fn drop(&mut self) {
        let session_id = self.report.session.id;
        let Some(text) = self.report.compose(Moment::now()) else {
            return;
        };
        let path = format!("{}.{session_id}", self.settings.get().filebase);
        let file = Arc::new(LogFile::new(path, false, Vec::new(), true));
        self.journal.push(Target::File(Arc::clone(&file)), text);
        self.journal.close(&file);
    }
}

/// In seconds, as reports show them.
fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

#[cfg(test)]
mod tests;
