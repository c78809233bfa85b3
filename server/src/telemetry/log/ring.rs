//! The last lines of the log, for the API. Bounded in number and in bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::entry::LogEntry;

/// Lines that are kept.
const ENTRIES_MAX: usize = 8192;
/// Bytes that they hold together.
const BYTES_MAX: usize = 4 << 20;

/// The last lines. Who logs waits at most for somebody who copies references to a page of them.
#[derive(Debug)]
pub(super) struct Ring {
    lines: Mutex<Lines>,
    /// The id of the newest line; 0: there is none.
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<Arc<LogEntry>>,
    bytes: usize,
    last: u64,
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    /// The lines, the oldest first.
    pub entries: Vec<Arc<LogEntry>>,
    /// Where the page before this one begins, if there is one.
    pub before: Option<u64>,
    /// Where the page after this one begins, if there is one.
    pub after: Option<u64>,
}

/// Lines that came after others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogTail {
    /// The lines, the oldest first.
    pub entries: Vec<Arc<LogEntry>>,
    /// The first line that was not looked at.
    pub next: u64,
    /// Whether it is there already.
    pub goes_on: bool,
}

impl Ring {
    pub(super) fn new() -> Self {
        Self {
            lines: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }

    /// Keeps a line; it gets the next id.
    pub(super) fn push(&self, mut entry: LogEntry) {
        let id = {
            let mut lines = self.lines();
            lines.last += 1;
            entry.id = lines.last;
            lines.bytes += entry.len();
            lines.kept.push_back(Arc::new(entry));
            while lines.kept.len() > ENTRIES_MAX || lines.bytes > BYTES_MAX {
                let Some(oldest) = lines.kept.pop_front() else {
                    break;
                };
                lines.bytes -= oldest.len();
            }
            lines.last
        };
        self.newest.send_if_modified(|newest| {
            let newer = id > *newest;
            *newest = id.max(*newest);
            newer
        });
    }

    /// Up to `size` lines that are `wanted`: those from line `from` on, or the last ones.
    pub(super) fn page(
        &self,
        from: Option<u64>,
        size: usize,
        wanted: impl Fn(&Arc<LogEntry>) -> bool,
    ) -> LogPage {
        let lines: Vec<Arc<LogEntry>> = self.lines().kept.iter().cloned().collect();
        let lines: Vec<_> = lines.into_iter().filter(|entry| wanted(entry)).collect();
        let begin = match from {
            Some(from) => lines.partition_point(|entry| entry.id < from),
            None => lines.len().saturating_sub(size),
        };
        let end = begin.saturating_add(size).min(lines.len());
        let id = |place: usize| lines.get(place).map(|entry| entry.id);
        LogPage {
            before: (begin > 0)
                .then(|| id(begin.saturating_sub(size)))
                .flatten(),
            after: id(end),
            entries: lines.get(begin..end).unwrap_or_default().to_vec(),
        }
    }

    /// Up to `size` lines that are `wanted` from line `from` on. Looks at no line before that.
    pub(super) fn tail(
        &self,
        from: u64,
        size: usize,
        wanted: impl Fn(&Arc<LogEntry>) -> bool,
    ) -> LogTail {
        let (lines, last) = {
            let lines = self.lines();
            // The last one has that id, and those before it the ids before.
            let new = usize::try_from((lines.last + 1).saturating_sub(from));
            let known = lines.kept.len().saturating_sub(new.unwrap_or(usize::MAX));
            let new: Vec<Arc<LogEntry>> = lines.kept.range(known..).cloned().collect();
            (new, lines.last)
        };
        let mut entries = Vec::new();
        for line in lines {
            if entries.len() >= size {
                return LogTail {
                    entries,
                    next: line.id,
                    goes_on: true,
                };
            }
            if wanted(&line) {
                entries.push(line);
            }
        }
        LogTail {
            entries,
            next: from.max(last + 1),
            goes_on: false,
        }
    }

    /// Moves with every line.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::telemetry::log::Priority;

    fn entry(message: &str, priority: Priority) -> LogEntry {
        LogEntry {
            id: 0,
            at: OffsetDateTime::UNIX_EPOCH,
            priority,
            room: "tests".to_owned(),
            session: None,
            object: None,
            message: message.to_owned(),
        }
    }

    fn ring(lines: usize) -> Ring {
        let ring = Ring::new();
        for number in 1..=lines {
            let priority = if number % 2 == 0 {
                Priority::Warning
            } else {
                Priority::Notice
            };
            ring.push(entry(&number.to_string(), priority));
        }
        ring
    }

    fn told(page: &LogPage) -> (Vec<u64>, Option<u64>, Option<u64>) {
        let ids = page.entries.iter().map(|entry| entry.id).collect();
        (ids, page.before, page.after)
    }

    #[test]
    fn pages_follow_each_other_in_both_directions() {
        let ring = ring(10);
        let page = |from| told(&ring.page(from, 4, |_| true));
        assert_eq!(page(None), (vec![7, 8, 9, 10], Some(3), None));
        assert_eq!(page(Some(3)), (vec![3, 4, 5, 6], Some(1), Some(7)));
        assert_eq!(page(Some(1)), (vec![1, 2, 3, 4], None, Some(5)));
        assert_eq!(page(Some(11)), (vec![], Some(7), None));
        assert_eq!(
            told(&Ring::new().page(None, 4, |_| true)),
            (vec![], None, None)
        );
    }

    #[test]
    fn pages_hold_what_is_wanted_only() {
        let ring = ring(10);
        let page = |from| told(&ring.page(from, 2, |entry| entry.priority == Priority::Warning));
        assert_eq!(page(None), (vec![8, 10], Some(4), None));
        assert_eq!(page(Some(4)), (vec![4, 6], Some(2), Some(8)));
    }

    #[test]
    fn what_follows_is_found_without_a_look_at_what_was_before() {
        let ring = ring(10);
        let looks = std::cell::Cell::new(0);
        let tail = |from, size| {
            looks.set(0);
            let tail = ring.tail(from, size, |entry| {
                looks.set(looks.get() + 1);
                entry.priority == Priority::Warning
            });
            let ids: Vec<u64> = tail.entries.iter().map(|entry| entry.id).collect();
            (ids, tail.next, tail.goes_on, looks.get())
        };
        assert_eq!(tail(10, 9), (vec![10], 11, false, 1));
        assert_eq!(tail(11, 9), (vec![], 11, false, 0));
        assert_eq!(tail(20, 9), (vec![], 20, false, 0));
        assert_eq!(tail(0, 2), (vec![2, 4], 5, true, 4));
        assert_eq!(tail(9, 9), (vec![10], 11, false, 2));
        assert_eq!(Ring::new().tail(1, 9, |_| true).next, 1);
    }

    #[test]
    fn what_is_kept_is_bounded_in_lines_and_in_bytes() {
        let ring = ring(ENTRIES_MAX + 5);
        assert_eq!(ring.page(Some(0), 1, |_| true).entries[0].id, 6);
        let long = "x".repeat(BYTES_MAX / 2);
        for _ in 0..3 {
            ring.push(entry(&long, Priority::Notice));
        }
        let page = ring.page(Some(0), 10, |_| true);
        assert_eq!(page.entries.len(), 1);
        assert_eq!(*ring.watch().borrow(), ENTRIES_MAX as u64 + 8);
    }
}
