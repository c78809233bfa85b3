//! The lines of the log that are known: the newest ones, in their order, without gaps.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::api::logs::{LINES, LogLine};

/// So many are kept.
pub const LINES_MAX: usize = 10_000;

/// The lines.
#[derive(Debug, Clone, Default)]
pub struct LogLines(VecDeque<Arc<LogLine>>);

impl LogLines {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of the newest line.
    pub fn last(&self) -> Option<u64> {
        self.0.back().map(|line| line.id)
    }

    /// Lines came. Those that are known already are skipped, the oldest beyond the limit let go.
    pub fn push(&mut self, newer: impl IntoIterator<Item = LogLine>) {
        for line in newer {
            if self.last().is_none_or(|last| line.id > last) {
                self.0.push_back(Arc::new(line));
            }
        }
        while self.0.len() > LINES_MAX {
            self.0.pop_front();
        }
    }

    /// The newest lines were asked for. When they don't go on from what is known, because more have
    /// come than were asked for, or the gateway counts anew after a restart, they are all there is.
    pub fn renew(&mut self, newest: Vec<LogLine>) {
        let (first, last) = (newest.first().map(|l| l.id), newest.last().map(|l| l.id));
        let restarted = last < self.last();
        let gap = newest.len() >= LINES && first > self.last();
        if restarted || gap {
            self.0.clear();
        }
        self.push(newest);
    }

    /// Older lines came; tells how many of them were not known.
    pub fn add_older(&mut self, older: Vec<LogLine>) -> usize {
        let before = self.len();
        let first = self.0.front().map(|line| line.id);
        for line in older.into_iter().rev() {
            if first.is_none_or(|first| line.id < first) && self.len() < LINES_MAX {
                self.0.push_front(Arc::new(line));
            }
        }
        self.len() - before
    }

    /// Lines in which all words are found, up to line `until`.
    pub fn found(&self, words: &[String], until: Option<u64>) -> Vec<Arc<LogLine>> {
        let wanted = |line: &&Arc<LogLine>| {
            until.is_none_or(|until| line.id <= until)
                && words.iter().all(|word| line.text.contains(word.as_str()))
        };
        self.0.iter().filter(wanted).cloned().collect()
    }

    /// How many lines are newer than line `id`.
    pub fn after(&self, id: u64) -> usize {
        self.0.iter().rev().take_while(|line| line.id > id).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u64) -> LogLine {
        LogLine {
            id,
            text: format!("line {id}"),
            ..LogLine::default()
        }
    }

    fn lines(ids: std::ops::Range<u64>) -> LogLines {
        let mut lines = LogLines::default();
        lines.push(ids.map(line));
        lines
    }

    fn ids(lines: &LogLines) -> Vec<u64> {
        lines.found(&[], None).iter().map(|line| line.id).collect()
    }

    #[test]
    fn lines_that_come_twice_are_known_once() {
        let mut known = lines(1..4);
        known.push([line(2), line(3), line(4)]);
        known.renew(vec![line(3), line(4), line(5)]);
        assert_eq!(ids(&known), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn the_oldest_are_let_go_beyond_the_limit() {
        let known = lines(0..LINES_MAX as u64 + 5);
        assert_eq!((known.len(), ids(&known)[0]), (LINES_MAX, 5));
    }

    #[test]
    fn after_a_restart_or_a_gap_the_newest_are_all_there_is() {
        let mut known = lines(100..110);
        known.renew(vec![line(1), line(2)]);
        assert_eq!(ids(&known), [1, 2], "the gateway counts anew");
        known.renew((1_000..1_000 + LINES as u64).map(line).collect());
        assert_eq!(ids(&known)[0], 1_000, "there is a gap");
        known.renew(Vec::new());
        assert!(known.is_empty(), "a log that was emptied");
    }

    #[test]
    fn older_lines_come_before_and_only_once() {
        let mut known = lines(10..13);
        assert_eq!(known.add_older(vec![line(8), line(9), line(10)]), 2);
        assert_eq!(ids(&known), [8, 9, 10, 11, 12]);
        assert_eq!(known.add_older(vec![line(9)]), 0);
    }

    #[test]
    fn lines_are_found_by_words_and_up_to_where_one_paused() {
        let known = lines(1..30);
        let found = |words: &[&str], until| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            known.found(&words, until).len()
        };
        assert_eq!(found(&["line", "2"], None), 12);
        assert_eq!(found(&["line", "2"], Some(20)), 3);
        assert_eq!(known.after(20), 9);
        assert_eq!(known.after(99), 0);
    }
}
