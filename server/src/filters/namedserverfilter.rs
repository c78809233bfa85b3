//! namedserverfilter: sends statements that match a pattern to servers of the operator's choice.

mod config;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::prepared::PreparedTexts;
use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::{Moment, Needs, ReplyEnd, Request, Verdict};
use crate::wire::command::Command;
use config::Mappings;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "namedserverfilter",
        kind: ModuleKind::Filter,
        parameters: config::PARAMETERS,
        description: "Sends statements that match a pattern to servers of your choice.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(NamedServerFilter {
        mappings: Settings::new(Mappings::of(values)?),
        counts: Arc::default(),
    }))
}

/// Statements of all sessions.
#[derive(Debug, Default)]
struct Counts {
    diverted: AtomicU64,
    undiverted: AtomicU64,
}

struct NamedServerFilter {
    mappings: Arc<Settings<Mappings>>,
    counts: Arc<Counts>,
}

impl Filter for NamedServerFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let mappings = self.mappings.view();
        Ok(Box::new(NamedServerSession {
            included: mappings.get().audience.includes(session),
            mappings,
            counts: Arc::clone(&self.counts),
            session: session.clone(),
            prepared: PreparedTexts::default(),
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.mappings.set(Mappings::of(values)?);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        json!({
            "mappings": self.mappings.get().to_json(),
            "queries_diverted": self.counts.diverted.load(Ordering::Relaxed),
            "queries_undiverted": self.counts.undiverted.load(Ordering::Relaxed),
        })
    }
}

struct NamedServerSession {
    mappings: View<Mappings>,
    counts: Arc<Counts>,
    session: SessionFacts,
    included: bool,
    prepared: PreparedTexts,
}

impl FilterSession for NamedServerSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        if self.mappings.refresh() {
            self.included = self.mappings.get().audience.includes(&self.session);
        }
        let text = self.prepared.text_of(request);
        // Where a statement is prepared is up to the router; each execution is diverted.
        let text = match request.command() {
            Command::StmtPrepare => return Verdict::Forward,
            Command::Query => text,
            _ => self.prepared.text_behind(request),
        };
        let Some(text) = text.filter(|_| self.included) else {
            return Verdict::Forward;
        };
        let route = self.mappings.get().route(text);
        let count = match route {
            Some(_) => &self.counts.diverted,
            None => &self.counts.undiverted,
        };
        count.fetch_add(1, Ordering::Relaxed);
        request.route = route.or(request.route.take());
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, _now: Moment) {
        self.prepared.on_reply_end(end);
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.session = session.clone();
        self.included = self.mappings.get().audience.includes(session);
    }
}

#[cfg(test)]
mod tests;
