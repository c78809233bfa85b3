//! hintfilter: sends statements where a comment in them says.

mod hint;
mod stack;

use std::sync::Arc;

use super::hint_comment::hint_words;
use super::prepared::PreparedTexts;
use super::registry::FilterModule;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::{Moment, Needs, ReplyEnd, Request, Verdict};
use crate::wire::command::Command;
use hint::{Command as HintCommand, Hint};
use stack::HintStack;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "hintfilter",
        kind: ModuleKind::Filter,
        parameters: &[],
        description: "Sends statements where a comment in them says.",
    },
    create,
};

#[expect(
    clippy::unnecessary_wraps,
    reason = "other modules have parameters to refuse"
)]
fn create(_values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(HintFilter))
}

struct HintFilter;

impl Filter for HintFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::REPLY_ENDS
    }

    fn open(&self, _session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::<HintSession>::default())
    }

    fn alter(&self, _values: &Values) -> Result<(), FilterError> {
        Ok(())
    }
}

#[derive(Default)]
struct HintSession {
    stack: HintStack,
    prepared: PreparedTexts,
}

impl FilterSession for HintSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        let text = self.prepared.text_of(request);
        let hint = match request.command() {
            Command::Query => {
                let command = text
                    .and_then(|text| hint_words(text, request.dialect))
                    .and_then(|words| HintCommand::of(&words));
                self.stack.hint_for(command)
            }
            // The preparation goes its own way; the hint is for what is done with the statement.
            Command::StmtPrepare => None,
            _ => {
                let Some(text) = self.prepared.text_behind(request) else {
                    return Verdict::Forward;
                };
                match hint_words(text, request.dialect).and_then(|words| HintCommand::of(&words)) {
                    Some(HintCommand::Once(hint)) => Some(hint),
                    _ => self.stack.hint_for(None),
                }
            }
        };
        match hint {
            Some(Hint::Route(route)) => request.route = Some(route),
            Some(Hint::ReplicationLag(seconds)) => request.replication_lag_max_s = Some(seconds),
            None => {}
        }
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, _now: Moment) {
        self.prepared.on_reply_end(end);
    }
}

#[cfg(test)]
mod tests;
