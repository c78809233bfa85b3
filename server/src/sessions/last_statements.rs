//! The last statements of a session (`retain_last_statements`).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::pipeline::Request;

/// Bytes of a statement's text that are kept.
const TEXT_MAX: usize = 16 * 1024;

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementView {
    /// Its command (`COM_QUERY`).
    pub command: &'static str,
    /// Its text; of long ones the beginning.
    pub text: String,
    /// When it came.
    pub received: SystemTime,
    /// When its reply was complete; `None` while it is not.
    pub completed: Option<SystemTime>,
    /// Who replied, and how long that took; nobody when a filter has answered.
    pub responses: Vec<(Arc<str>, Duration)>,
}

/// Keeps the last statements, the oldest first.
#[derive(Debug, Default)]
pub(super) struct LastStatements {
    kept: VecDeque<StatementView>,
}

impl LastStatements {
    /// A statement has come; at most `limit` are kept.
    pub fn began(&mut self, request: &Request, received: SystemTime, limit: usize) {
        let sql = request.sql().unwrap_or_default();
        let text = String::from_utf8_lossy(sql.get(..TEXT_MAX).unwrap_or(sql));
        self.kept.push_back(StatementView {
            command: request.command().name(),
            text: text.into_owned(),
            received,
            completed: None,
            responses: Vec::new(),
        });
        while self.kept.len() > limit {
            self.kept.pop_front();
        }
    }

    /// The last one is answered: by a server, or by a filter.
    pub fn completed(&mut self, at: SystemTime, by: Option<(Arc<str>, Duration)>) {
        if let Some(last) = self.kept.back_mut()
            && last.completed.is_none()
        {
            last.completed = Some(at);
            last.responses.extend(by);
        }
    }

    /// All that are kept.
    pub fn view(&self) -> Vec<StatementView> {
        self.kept.iter().cloned().collect()
    }

    /// Bytes that they hold.
    pub fn memory(&self) -> usize {
        let text: usize = self.kept.iter().map(|kept| kept.text.capacity()).sum();
        self.kept.capacity() * size_of::<StatementView>() + text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::command::Command;

    #[test]
    fn the_last_statements_are_kept_the_oldest_first() {
        let mut last = LastStatements::default();
        let now = SystemTime::UNIX_EPOCH;
        for number in 1..=3 {
            let payload = format!("\x03SELECT {number}").into_bytes();
            last.began(&Request::new(Command::Query, payload, true), now, 2);
            let by = Some((Arc::from("db"), Duration::from_millis(number)));
            last.completed(now, by.clone());
            last.completed(now, by);
        }
        let view = last.view();
        let texts: Vec<&str> = view.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["SELECT 2", "SELECT 3"]);
        assert_eq!(
            view[1].responses,
            [(Arc::from("db"), Duration::from_millis(3))]
        );
        assert!(last.memory() > 0);
    }
}
