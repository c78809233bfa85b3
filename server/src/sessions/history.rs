//! A session's history: the commands that changed its state, for servers that are connected later.
//!
//! Of commands that are repeated the first and the last execution are kept, and those between that
//! decide what something else means: a prepared statement, or a command that reads variables. The
//! history has a limit (of bytes, too); beyond it the oldest commands go (`prune_sescmd_history`), or the history ends
//! and the session opens no connections any more. What a later command may read does not go, for that
//! one would bring something else then: if nothing else is left to go, the history ends, too.

use std::collections::VecDeque;
use std::rc::Rc;

use super::prepared::Statement;
use crate::config::HistoryParameters;

/// Bytes of a command that is kept; a session with a longer one has no history any more.
const COMMAND_MAX: usize = 1024 * 1024;
/// Commands that are kept at most, and distinct ones when the configuration sets no limit.
const LEN_MAX: usize = 4096;
/// Bytes of all commands that are kept.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// A command that changed the session.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    /// Its place among all session commands, from 1.
    pub position: u64,
    /// Its payload, with the client's ids.
    pub payload: Rc<[u8]>,
    /// The prepared statement that it executes.
    pub statement: Option<Rc<Statement>>,
    /// The default database when it came.
    pub database: Option<Rc<[u8]>>,
    /// Whether statements prepared behind it mean something else than before.
    pub changes_context: bool,
    /// Whether what it does depends on commands before it.
    pub reads_session: bool,
    /// Whether all it does is to choose the default database.
    pub chooses_database: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct History {
    limits: HistoryParameters,
    entries: VecDeque<Remembered>,
    /// How many of the entries are distinct.
    distinct: usize,
    /// Session commands so far, those that failed among them.
    total: u64,
    /// Whether the entries make a new connection what the others are.
    complete: bool,
    /// Whether some of the oldest are gone.
    pruned: bool,
}

impl History {
    pub fn new(limits: HistoryParameters) -> Self {
        Self {
            limits,
            entries: VecDeque::new(),
            distinct: 0,
            total: 0,
            complete: true,
            pruned: false,
        }
    }

    /// How many session commands there were.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many commands are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether a new connection can be made what the others are.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether some of the oldest commands are gone, so that the default database is not to be had
    /// from the others.
    pub fn is_pruned(&self) -> bool {
        self.pruned
    }

    /// The commands, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Remembered> {
        self.entries.iter()
    }

    /// Bytes that it holds.
    pub fn memory(&self) -> usize {
        self.entries.capacity() * size_of::<Remembered>() + self.payload_bytes()
    }

    fn payload_bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.payload.len()).sum()
    }

    /// A session command is on its way; its number.
    pub fn begin(&mut self) -> u64 {
        self.total += 1;
        self.total
    }

    /// A command has changed the session. `prepared`: how many session commands there were before
    /// the youngest of the prepared statements.
    pub fn add(&mut self, mut command: Remembered, prepared: Option<u64>) {
        if !self.limits.enabled || command.payload.len() > COMMAND_MAX {
            self.give_up();
        }
        if !self.complete {
            return;
        }
        let read = if command.reads_session {
            Some(command.position)
        } else {
            let mut newest = self.entries.iter().rev();
            let read = newest.find(|entry| entry.reads_session);
            read.map(|entry| entry.position)
        };
        let mut is_known = false;
        self.entries.retain(|entry| {
            if *entry.payload != *command.payload {
                return true;
            }
            let is_first = !std::mem::replace(&mut is_known, true);
            command.payload = Rc::clone(&entry.payload);
            is_first
                || read.is_some_and(|read| entry.position < read)
                || entry.changes_context && prepared.is_some_and(|last| entry.position <= last)
        });
        self.distinct += usize::from(!is_known);
        self.entries.push_back(command);
        self.keep_limit();
    }

    fn keep_limit(&mut self) {
        let max = distinct_max(self.limits);
        while self.distinct > max
            || self.entries.len() > LEN_MAX
            || self.payload_bytes() > BYTES_MAX
        {
            if !self.limits.prune {
                self.give_up();
                return;
            }
            let mut entries = self.entries.iter();
            let read = entries.rposition(|entry| entry.reads_session);
            let first_unread = read.map_or(0, |last| last + 1);
            // The last one is what this is about.
            let Some(oldest) = (first_unread + 1 < self.entries.len())
                .then(|| self.entries.remove(first_unread))
                .flatten()
            else {
                self.give_up();
                return;
            };
            self.pruned = true;
            let mut others = self.entries.iter();
            if !others.any(|entry| entry.payload == oldest.payload) {
                self.distinct -= 1;
            }
        }
    }

    /// From here on there is no history.
    fn give_up(&mut self) {
        self.complete = false;
        self.entries = VecDeque::new();
        self.distinct = 0;
    }

    /// Whether nothing of it has to go with those limits.
    pub fn fits(&self, limits: HistoryParameters) -> bool {
        self.entries.is_empty() || limits.enabled && self.distinct <= distinct_max(limits)
    }

    /// Goes on with what was another one's, which fits; the limits are its own.
    pub fn take_over(&mut self, other: &mut Self) {
        let limits = self.limits;
        let other = std::mem::replace(other, Self::new(limits));
        *self = Self { limits, ..other };
    }

    /// The session is as after a log-in.
    pub fn clear(&mut self) {
        *self = Self {
            total: self.total,
            ..Self::new(self.limits)
        };
    }
}

/// How many distinct commands there may be.
fn distinct_max(limits: HistoryParameters) -> usize {
    let max = usize::try_from(limits.len_max).unwrap_or(LEN_MAX);
    if max == 0 { LEN_MAX } else { max }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `USE ..` changes the context, what has a `+` reads variables.
    fn command(position: u64, text: &str) -> Remembered {
        Remembered {
            position,
            payload: text.as_bytes().into(),
            statement: None,
            database: None,
            changes_context: text.starts_with("USE"),
            reads_session: text.contains('+'),
            chooses_database: text.starts_with("USE"),
        }
    }

    fn history(enabled: bool, len_max: u64, prune: bool, commands: &str) -> String {
        let mut history = History::new(HistoryParameters {
            enabled,
            len_max,
            prune,
        });
        for command in commands.split_whitespace() {
            let number = history.begin();
            history.add(self::command(number, command), None);
        }
        let texts = history
            .entries()
            .map(|entry| String::from_utf8_lossy(&entry.payload).into_owned());
        let texts: Vec<String> = texts.collect();
        format!(
            "{}{}{}",
            texts.join(" "),
            if history.is_complete() {
                ""
            } else {
                "given up"
            },
            if history.is_pruned() { " pruned" } else { "" }
        )
    }

    #[test]
    fn of_commands_that_are_repeated_the_first_and_the_last_are_kept() {
        assert_eq!(history(true, 50, true, "a b a c a b"), "a b c a b");
        assert_eq!(history(true, 50, true, "a a a a"), "a a");
    }

    #[test]
    fn what_a_prepared_statement_depends_on_is_kept_as_long_as_that_lives() {
        let limits = HistoryParameters {
            enabled: true,
            len_max: 50,
            prune: true,
        };
        let mut history = History::new(limits);
        let mut add = |text: &str, prepared| {
            let number = history.begin();
            history.add(command(number, text), prepared);
            let kept = history.entries().map(|entry| entry.position);
            kept.collect::<Vec<_>>()
        };
        add("USE a", None);
        add("USE b", None);
        add("USE a", None);
        // Here a statement is prepared.
        add("USE b", Some(3));
        assert_eq!(add("USE a", Some(3)), [1, 2, 3, 4, 5]);
        assert_eq!(add("USE a", Some(3)), [1, 2, 3, 4, 6]);
        // Here it is closed.
        assert_eq!(add("USE a", None), [1, 2, 4, 7]);
    }

    #[test]
    fn commands_that_read_variables_are_all_kept_and_what_they_read_is_too() {
        assert_eq!(
            history(true, 50, true, "n=n+1 n=n+1 n=n+1"),
            "n=n+1 n=n+1 n=n+1"
        );
        assert_eq!(
            history(true, 50, true, "a=1 a=2 a=1 b=+a a=2 a=1 a=1"),
            "a=1 a=2 a=1 b=+a a=2 a=1"
        );
        assert_eq!(history(true, 50, true, &"n=n+1 ".repeat(5000)), "given up");
    }

    #[test]
    fn what_a_later_command_reads_is_not_pruned() {
        assert_eq!(history(true, 3, true, "a b=+a c d"), "a b=+a d pruned");
        assert_eq!(history(true, 2, true, "a b=+a c d"), "given up");
        assert_eq!(
            history(true, 2, true, "n=n+1 n=n+1 a b c"),
            "n=n+1 n=n+1 c pruned"
        );
        assert_eq!(history(true, 1, true, "a n=n+1"), "given up");
        assert_eq!(history(true, 1, true, "a b"), "b pruned");
    }

    #[test]
    fn beyond_the_limit_of_distinct_commands_the_oldest_go() {
        assert_eq!(history(true, 2, true, "a b a"), "a b a");
        assert_eq!(history(true, 2, true, "a b c"), "b c pruned");
        assert_eq!(history(true, 2, true, "a b a c"), "a c pruned");
    }

    #[test]
    fn beyond_the_limit_of_bytes_the_oldest_go() {
        let limits = |prune| HistoryParameters {
            enabled: true,
            len_max: 0,
            prune,
        };
        for (prune, kept) in [(true, BYTES_MAX / COMMAND_MAX), (false, 0)] {
            let mut history = History::new(limits(prune));
            for text in 10..50 {
                let number = history.begin();
                let text = text.to_string() + &" ".repeat(COMMAND_MAX - 2);
                history.add(command(number, &text), None);
            }
            assert_eq!(history.len(), kept);
            assert_eq!(history.is_complete(), prune);
            assert!(history.payload_bytes() <= BYTES_MAX);
        }
    }

    #[test]
    fn without_pruning_a_full_history_is_given_up() {
        assert_eq!(history(true, 2, false, "a b a b"), "a b a b");
        assert_eq!(history(true, 2, false, "a b c a"), "given up");
        assert_eq!(history(false, 2, true, "a"), "given up");
    }

    #[test]
    fn it_goes_on_with_limits_that_it_fits() {
        let limits = |enabled, len_max| HistoryParameters {
            enabled,
            len_max,
            prune: true,
        };
        let mut history = History::new(limits(true, 50));
        assert!(history.fits(limits(false, 1)));
        for text in ["a", "b", "a"] {
            let number = history.begin();
            history.add(command(number, text), None);
        }
        assert!(history.fits(limits(true, 2)) && history.fits(limits(true, 0)));
        assert!(!history.fits(limits(true, 1)) && !history.fits(limits(false, 50)));
        let mut other = History::new(limits(true, 2));
        other.take_over(&mut history);
        assert_eq!((other.len(), other.total()), (3, 3));
        let number = other.begin();
        other.add(command(number, "c"), None);
        assert!(other.is_pruned());
    }

    #[test]
    fn a_reset_session_has_a_history_again() {
        let limits = HistoryParameters {
            enabled: false,
            len_max: 1,
            prune: true,
        };
        let mut history = History::new(limits);
        let number = history.begin();
        history.add(command(number, "a"), None);
        assert!(!history.is_complete());
        history.clear();
        assert!(history.is_complete());
        assert_eq!((history.len(), history.total()), (0, 1));
        assert_eq!(history.memory(), 0);
    }
}
