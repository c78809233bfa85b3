//! The last lines of the log of one session, kept with it (`session_trace`).

use std::collections::VecDeque;
use std::sync::Arc;

use pcre2::bytes::Regex;

use super::{CloseReason, ClosedBy};
use crate::config::ServiceParameters;

/// Lines that are kept of a session that is traced for its service's sake or for its own log levels,
/// when `session_trace` does not say how many.
const LINES: usize = 100;

/// What is kept of sessions' logs: `session_trace` and `session_trace_match` of `[maxscale]`.
#[derive(Debug, Clone, Default)]
pub struct TraceRules {
    lines: usize,
    wanted: Option<Arc<Regex>>,
}

impl TraceRules {
    /// So many lines; a session's lines are logged at its end when `pattern` is found in one.
    ///
    /// # Errors
    /// Why the pattern is none.
    pub fn new(lines: u64, pattern: Option<&str>) -> Result<Self, pcre2::Error> {
        let bare = |text: &str| {
            let inner = text
                .strip_prefix('/')
                .and_then(|rest| rest.strip_suffix('/'));
            Regex::new(inner.unwrap_or(text)).map(Arc::new)
        };
        Ok(Self {
            lines: usize::try_from(lines).unwrap_or(usize::MAX),
            wanted: pattern.map(bare).transpose()?,
        })
    }

    /// How many lines are kept of each session of a service.
    pub(super) fn lines(&self, service: &ServiceParameters) -> usize {
        if self.lines == 0 && service.session_trace {
            return LINES;
        }
        self.lines
    }

    /// Whether a session's lines are to be logged at its end: it has ended as none should, or they
    /// have in them what is looked for.
    pub(super) fn wants(&self, lines: &Trace, reason: &CloseReason) -> bool {
        let abnormal = matches!(reason.by, ClosedBy::Backend { .. } | ClosedBy::Protocol(_));
        let found = |pattern: &Arc<Regex>| {
            let mut lines = lines.kept.iter();
            lines.any(|line| pattern.is_match(line.as_bytes()).unwrap_or(false))
        };
        self.lines > 0 && (abnormal || self.wanted.as_ref().is_some_and(found))
    }
}

/// The lines of one session, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Trace {
    kept: VecDeque<String>,
}

impl Trace {
    /// Keeps a line in place of the oldest when there are as many as `limit` says; 0: as many as
    /// are kept when nothing is said.
    pub fn push(&mut self, line: String, limit: usize) {
        let limit = if limit == 0 { LINES } else { limit };
        while self.kept.len() >= limit {
            self.kept.pop_front();
        }
        self.kept.push_back(line);
    }

    /// All of them.
    pub fn lines(&self) -> impl Iterator<Item = &String> {
        self.kept.iter()
    }

    /// Bytes that they hold.
    pub fn memory(&self) -> usize {
        let text: usize = self.kept.iter().map(String::capacity).sum();
        self.kept.capacity() * size_of::<String>() + text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::During;

    fn trace(lines: &[&str], limit: usize) -> Trace {
        let mut trace = Trace::default();
        for line in lines {
            trace.push((*line).to_owned(), limit);
        }
        trace
    }

    #[test]
    fn the_last_lines_are_kept() {
        let kept = trace(&["a", "b", "c"], 2);
        assert_eq!(kept.lines().collect::<Vec<_>>(), ["b", "c"]);
        let mut many = Trace::default();
        for number in 0..200 {
            many.push(number.to_string(), 0);
        }
        assert_eq!(many.lines().count(), LINES);
    }

    #[test]
    fn lines_are_logged_when_they_match_or_the_end_was_none() {
        let quit = CloseReason {
            by: ClosedBy::Quit,
            during: During::Idle,
        };
        let lost = CloseReason {
            by: ClosedBy::Protocol("?".to_owned()),
            during: During::Reply,
        };
        let lines = trace(&["SELECT 1", "error 1064"], 9);
        let check = |lines_max, pattern, reason, expected| {
            let rules = TraceRules::new(lines_max, pattern).unwrap();
            assert_eq!(rules.wants(&lines, reason), expected, "{pattern:?}");
        };
        check(9, None, &quit, false);
        check(9, None, &lost, true);
        check(0, None, &lost, false);
        check(9, Some("/error [0-9]+/"), &quit, true);
        check(9, Some("warning"), &quit, false);
        assert!(TraceRules::new(9, Some("(")).is_err());
    }
}
