//! What is wrong with a configuration: one line each, all of them at once.

use std::fmt;
use std::path::{Path, PathBuf};

/// One fault: file, line, section, what is wrong, what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 when the fault is not of one line.
    pub line: usize,
    /// The section; empty when the fault is in none.
    pub section: String,
    /// What is wrong.
    pub message: String,
    /// What is allowed instead; empty when nothing can be named.
    pub allowed: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        f.write_str(": ")?;
        if !self.section.is_empty() {
            write!(f, "[{}] ", self.section)?;
        }
        f.write_str(&self.message)?;
        if !self.allowed.is_empty() {
            write!(f, " (allowed: {})", self.allowed)?;
        }
        Ok(())
    }
}

/// What is wrong with one value, before file, line and section are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) allowed: String,
}

impl Fault {
    /// A fault with a message and what is allowed instead.
    pub(super) fn new(message: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            allowed: allowed.into(),
        }
    }
}

/// Collects the faults and warnings of one load.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) errors: Vec<ConfigError>,
    pub(super) warnings: Vec<String>,
}

impl Report {
    /// Notes a fault of a line of a section.
    pub(super) fn error(&mut self, file: &Path, line: usize, section: &str, fault: Fault) {
        self.errors.push(ConfigError {
            file: file.to_owned(),
            line,
            section: section.to_owned(),
            message: fault.message,
            allowed: fault.allowed,
        });
    }

    /// Notes something that is accepted but worth saying.
    pub(super) fn warning(&mut self, file: &Path, line: usize, section: &str, message: &str) {
        let place = file.display();
        self.warnings
            .push(format!("{place}:{line}: [{section}] {message}"));
    }
}
