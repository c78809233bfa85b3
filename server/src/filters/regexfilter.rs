//! regexfilter: replaces what a pattern matches in statements.

mod config;
mod template;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tracing::debug;

use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::{Moment, Needs, Request, Verdict};
use config::RegexSettings;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "regexfilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Replaces what a regular expression matches in statements.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(RegexFilter {
        settings: Settings::new(RegexSettings::of(values, None)?),
        counts: Arc::default(),
        altering: Mutex::new(()),
    }))
}

/// Statements of all sessions.
#[derive(Debug, Default)]
struct Counts {
    replaced: AtomicU64,
    unmatched: AtomicU64,
}

struct RegexFilter {
    settings: Arc<Settings<RegexSettings>>,
    counts: Arc<Counts>,
    /// New settings go on with the log of those before, so one is made at a time.
    altering: Mutex<()>,
}

impl Filter for RegexFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let settings = self.settings.view();
        Ok(Box::new(RegexSession {
            included: settings.get().audience.includes(session),
            settings,
            counts: Arc::clone(&self.counts),
            session: session.clone(),
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        let _one = self.altering.lock().unwrap_or_else(PoisonError::into_inner);
        let next = RegexSettings::of(values, Some(&self.settings.get()))?;
        self.settings.set(next);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        json!({
            "queries_replaced": self.counts.replaced.load(Ordering::Relaxed),
            "queries_unmatched": self.counts.unmatched.load(Ordering::Relaxed),
        })
    }
}

struct RegexSession {
    settings: View<RegexSettings>,
    counts: Arc<Counts>,
    session: SessionFacts,
    included: bool,
}

impl FilterSession for RegexSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        if self.settings.refresh() {
            self.included = self.settings.get().audience.includes(&self.session);
        }
        let Some(sql) = request
            .sql()
            .filter(|_| self.included && request.is_whole())
        else {
            return Verdict::Forward;
        };
        let replaced = self.settings.get().replace(sql);
        self.log(sql, replaced.as_deref());
        let changed = replaced.is_some_and(|text| request.set_sql(&text));
        let counts = &self.counts;
        let count = if changed {
            &counts.replaced
        } else {
            &counts.unmatched
        };
        count.fetch_add(1, Ordering::Relaxed);
        Verdict::Forward
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.session = session.clone();
        self.included = self.settings.get().audience.includes(session);
    }
}

impl RegexSession {
    fn log(&self, sql: &[u8], replaced: Option<&[u8]>) {
        let settings = self.settings.get();
        if settings.log.is_none() && !settings.log_trace {
            return;
        }
        let sql = String::from_utf8_lossy(sql);
        let text = match replaced.map(String::from_utf8_lossy) {
            Some(text) => format!("replaced: [{sql}] by [{text}]"),
            None => format!("no match: [{sql}]"),
        };
        if let Some(log) = &settings.log {
            log.push(&text);
        }
        if settings.log_trace {
            debug!(session = self.session.id, "{text}");
        }
    }
}

#[cfg(test)]
mod tests;
