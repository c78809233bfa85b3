//! Hints that are in force for more than one statement.

use std::borrow::Cow;

use super::{Directive, Hint, HintError};

/// The hints of a session: those with names, and those in force.
#[derive(Debug, Clone, Default)]
pub struct HintStack {
    named: Vec<(String, Vec<Directive>)>,
    /// What is in force; the last one counts.
    begun: Vec<Vec<Directive>>,
}

impl HintStack {
    /// How many names a session may prepare, and how many hints may be begun at a time.
    pub const LEN_MAX: usize = 64;

    /// Takes in the hint of a statement, and says what is in force for that statement.
    ///
    /// On an error, nothing changes.
    pub fn apply(&mut self, hint: Option<Hint>) -> Result<Cow<'_, [Directive]>, HintError> {
        match hint {
            None => {}
            Some(Hint::Once(directives)) => return Ok(Cow::Owned(directives)),
            Some(Hint::Prepare { name, directives }) => self.prepare(name, directives)?,
            Some(Hint::Begin { name, directives }) => self.begin(name, directives)?,
            Some(Hint::End) => {
                self.begun.pop().ok_or(HintError::NothingToEnd)?;
            }
        }
        let in_force = self.begun.last().map(Vec::as_slice);
        Ok(Cow::Borrowed(in_force.unwrap_or_default()))
    }

    /// Whether no hint is in force.
    pub fn is_idle(&self) -> bool {
        self.begun.is_empty()
    }

    fn prepare(&mut self, name: String, directives: Vec<Directive>) -> Result<(), HintError> {
        if let Some((_, known)) = self.named.iter_mut().find(|(known, _)| *known == name) {
            *known = directives;
        } else if self.named.len() < Self::LEN_MAX {
            self.named.push((name, directives));
        } else {
            return Err(HintError::TooMany);
        }
        Ok(())
    }

    fn begin(&mut self, name: Option<String>, directives: Vec<Directive>) -> Result<(), HintError> {
        if self.begun.len() >= Self::LEN_MAX {
            return Err(HintError::TooMany);
        }
        let directives = match name {
            Some(name) if directives.is_empty() => {
                let known = self.named.iter().find(|(known, _)| *known == name);
                known.ok_or(HintError::UnknownName)?.1.clone()
            }
            Some(name) => {
                self.prepare(name, directives.clone())?;
                directives
            }
            None => directives,
        };
        self.begun.push(directives);
        Ok(())
    }
}
