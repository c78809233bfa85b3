//! A session's history: the commands that changed its state, for servers that are connected later.
//!
//! Of commands that are repeated the first and the last execution are kept, which is what order
//! demands. The history has a limit; beyond it the oldest commands go (`prune_sescmd_history`), or
//! the history ends and the session opens no connections any more.

use std::collections::VecDeque;
use std::rc::Rc;

use super::prepared::Statement;
use crate::config::HistoryParameters;

/// Bytes of a command that is kept; a session with a longer one has no history any more.
const COMMAND_MAX: usize = 1024 * 1024;
/// Commands that are kept when the configuration sets no limit.
const LEN_MAX: usize = 4096;

/// A command that changed the session.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    /// Its place among all session commands, from 1.
    pub position: u64,
    /// Its payload, with the client's ids.
    pub payload: Rc<[u8]>,
    /// The prepared statement that it executes.
    pub statement: Option<Rc<Statement>>,
    /// Whether statements prepared behind it mean something else than before.
    pub changes_context: bool,
    /// Whether none before it is equal.
    is_first: bool,
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
        let payloads: usize = self.entries.iter().map(|entry| entry.payload.len()).sum();
        self.entries.capacity() * size_of::<Remembered>() + payloads
    }

    /// A session command is on its way; its number.
    pub fn begin(&mut self) -> u64 {
        self.total += 1;
        self.total
    }

    /// A command has changed the session.
    pub fn add(
        &mut self,
        position: u64,
        payload: Rc<[u8]>,
        statement: Option<Rc<Statement>>,
        changes_context: bool,
    ) {
        if !self.limits.enabled || payload.len() > COMMAND_MAX {
            self.give_up();
        }
        if !self.complete {
            return;
        }
        let mut equal = (0..self.entries.len()).filter(|&at| {
            self.entries
                .get(at)
                .is_some_and(|entry| *entry.payload == *payload)
        });
        let (first, second) = (equal.next(), equal.next());
        let known = match second {
            Some(at) => self.entries.remove(at).map(|entry| entry.payload),
            None => None,
        };
        self.distinct += usize::from(first.is_none());
        self.entries.push_back(Remembered {
            position,
            payload: known.unwrap_or(payload),
            statement,
            changes_context,
            is_first: first.is_none(),
        });
        self.keep_limit();
    }

    fn keep_limit(&mut self) {
        let max = usize::try_from(self.limits.len_max).unwrap_or(LEN_MAX);
        let max = if max == 0 { LEN_MAX } else { max };
        while self.distinct > max {
            if !self.limits.prune {
                self.give_up();
                return;
            }
            let Some(oldest) = self.entries.pop_front() else {
                return;
            };
            self.pruned = true;
            let mut others = self.entries.iter_mut();
            match others.find(|entry| entry.payload == oldest.payload) {
                Some(again) => again.is_first = true,
                None => self.distinct -= 1,
            }
        }
    }

    /// From here on there is no history.
    fn give_up(&mut self) {
        self.complete = false;
        self.entries = VecDeque::new();
        self.distinct = 0;
    }

    /// The session is as after a log-in.
    pub fn clear(&mut self) {
        *self = Self {
            total: self.total,
            ..Self::new(self.limits)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(enabled: bool, len_max: u64, prune: bool, commands: &str) -> String {
        let mut history = History::new(HistoryParameters {
            enabled,
            len_max,
            prune,
        });
        for command in commands.split_whitespace() {
            let number = history.begin();
            history.add(number, command.as_bytes().into(), None, false);
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
    fn beyond_the_limit_of_distinct_commands_the_oldest_go() {
        assert_eq!(history(true, 2, true, "a b a"), "a b a");
        assert_eq!(history(true, 2, true, "a b c"), "b c pruned");
        assert_eq!(history(true, 2, true, "a b a c"), "a c pruned");
    }

    #[test]
    fn without_pruning_a_full_history_is_given_up() {
        assert_eq!(history(true, 2, false, "a b a b"), "a b a b");
        assert_eq!(history(true, 2, false, "a b c a"), "given up");
        assert_eq!(history(false, 2, true, "a"), "given up");
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
        history.add(number, Rc::from(&b"a"[..]), None, false);
        assert!(!history.is_complete());
        history.clear();
        assert!(history.is_complete());
        assert_eq!((history.len(), history.total()), (0, 1));
        assert_eq!(history.memory(), 0);
    }
}
