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
use crate::sql::Dialect;
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
            Command::StmtPrepare => {
                if let Some(text) = request.sql() {
                    self.prepared.keep(&extract(text, request.dialect));
                }
                None
            }
            _ => {
                let Some(extract) = self.prepared.text_behind(request) else {
                    return Verdict::Forward;
                };
                match command_of(extract) {
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

/// Between the words of an extract; no word has it, they are parted by space.
const BETWEEN: char = '\n';

/// What is kept of a statement's text: the words of a hint for it, if there is one. So the hints of
/// very many statements have room.
fn extract(text: &[u8], dialect: Dialect) -> Vec<u8> {
    let words = hint_words(text, dialect).unwrap_or_default();
    match HintCommand::of(&words) {
        Some(HintCommand::Once(_)) => words.join(&BETWEEN.to_string()).into_bytes(),
        _ => Vec::new(),
    }
}

/// What an extract asks for.
fn command_of(extract: &[u8]) -> Option<HintCommand> {
    let extract = std::str::from_utf8(extract).ok()?;
    let words: Vec<String> = extract.split(BETWEEN).map(str::to_owned).collect();
    HintCommand::of(&words)
}

#[cfg(test)]
mod tests;
