//! Hints that hold for more than a statement.

use std::collections::HashMap;

use super::hint::{Command, Hint};

/// How many hints can be on at a time.
const STACK_MAX: usize = 64;
/// How many hints can have names.
const NAMED_MAX: usize = 256;

/// A session's hints that have names, and those that are on.
#[derive(Debug, Default)]
pub(super) struct HintStack {
    named: HashMap<String, Hint>,
    on: Vec<Hint>,
}

impl HintStack {
    /// Does what a statement's comment asks for, and answers the hint that the statement goes by.
    ///
    /// What is more than the limits allow is as if it had not been said.
    pub(super) fn hint_for(&mut self, command: Option<Command>) -> Option<Hint> {
        match command {
            Some(Command::Once(hint)) => return Some(hint),
            Some(Command::Prepare(name, hint)) => self.name(name, hint),
            Some(Command::BeginNamed(name)) => {
                if let Some(hint) = self.named.get(&name).cloned() {
                    self.push(hint);
                }
            }
            Some(Command::Begin(name, hint)) => {
                if let Some(name) = name {
                    self.name(name, hint.clone());
                }
                self.push(hint);
            }
            Some(Command::End) => {
                self.on.pop();
            }
            None => {}
        }
        self.on.last().cloned()
    }

    fn name(&mut self, name: String, hint: Hint) {
        if self.named.len() < NAMED_MAX || self.named.contains_key(&name) {
            self.named.insert(name, hint);
        }
    }

    fn push(&mut self, hint: Hint) {
        if self.on.len() < STACK_MAX {
            self.on.push(hint);
        }
    }
}
