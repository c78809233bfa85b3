//! ccrfilter: sends what follows a write to the primary, so that a client reads what it wrote.

mod config;
mod modification;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::hint_comment::hint_words;
use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::{Moment, Needs, Request, RouteHint, Verdict};
use crate::sql::Dialect;
use crate::wire::command::Command;
use config::CcrSettings;
use modification::is_modification;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "ccrfilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Sends what follows a write to the primary.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(CcrFilter {
        settings: Settings::new(CcrSettings::of(values)?),
        shared: Arc::default(),
    }))
}

/// What all sessions have a part in.
#[derive(Debug, Default)]
struct Shared {
    /// The last write of any session that came while `global` was on.
    last_write: Mutex<Option<Instant>>,
    data_modifications: AtomicU64,
    hints_added_count: AtomicU64,
    hints_added_time: AtomicU64,
}

struct CcrFilter {
    settings: Arc<Settings<CcrSettings>>,
    shared: Arc<Shared>,
}

impl Filter for CcrFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS
    }

    fn open(&self, _session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(CcrSession {
            settings: self.settings.view(),
            shared: Arc::clone(&self.shared),
            last_write: None,
            hints_left: 0,
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.settings.set(CcrSettings::of(values)?);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        let mut shown = self.settings.get().to_json();
        for (name, count) in [
            ("data_modifications", &self.shared.data_modifications),
            ("hints_added_count", &self.shared.hints_added_count),
            ("hints_added_time", &self.shared.hints_added_time),
        ] {
            shown.insert(name.to_owned(), count.load(Ordering::Relaxed).into());
        }
        Value::Object(shown)
    }
}

struct CcrSession {
    settings: View<CcrSettings>,
    shared: Arc<Shared>,
    last_write: Option<Instant>,
    /// How many more statements go to the primary.
    hints_left: u64,
}

impl FilterSession for CcrSession {
    fn on_request(&mut self, request: &mut Request, now: Moment) -> Verdict {
        self.settings.refresh();
        // Prepared statements are not looked at (MaxScale documentation: "CCRFilter").
        let Some(sql) = request
            .sql()
            .filter(|_| request.command() == Command::Query)
        else {
            return Verdict::Forward;
        };
        if is_modification(sql, request.dialect) {
            if self.is_trigger(sql, request.dialect) {
                self.write(now.instant);
            }
        } else if let Some(count) = self.reason(now.instant) {
            count.fetch_add(1, Ordering::Relaxed);
            // Who has said otherwise before knows better.
            request.route.get_or_insert(RouteHint::Primary);
        }
        Verdict::Forward
    }
}

impl CcrSession {
    /// Whether a write has consequences: a comment says so, or the patterns.
    fn is_trigger(&self, sql: &[u8], dialect: Dialect) -> bool {
        let words = hint_words(sql, dialect).unwrap_or_default();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["ccr", "=", "match"] => true,
            ["ccr", "=", "ignore"] => false,
            _ => self.settings.get().statements.admits(sql),
        }
    }

    fn write(&mut self, now: Instant) {
        let settings = self.settings.get();
        self.shared
            .data_modifications
            .fetch_add(1, Ordering::Relaxed);
        self.last_write = Some(now);
        self.hints_left = settings.count;
        if settings.global {
            let last_write = self.shared.last_write.lock();
            *last_write.unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
    }

    /// Where it is counted that a statement goes to the primary; `None` when it need not.
    fn reason(&mut self, now: Instant) -> Option<&AtomicU64> {
        if self.hints_left > 0 {
            self.hints_left -= 1;
            return Some(&self.shared.hints_added_count);
        }
        let settings = self.settings.get();
        let last_write = if settings.global {
            let last_write = self.shared.last_write.lock();
            *last_write.unwrap_or_else(PoisonError::into_inner)
        } else {
            self.last_write
        };
        let since = now.saturating_duration_since(last_write?);
        (since < settings.time).then_some(&self.shared.hints_added_time)
    }
}

#[cfg(test)]
mod tests;
