//! The lines of a configuration file.
//!
//! A reader of our own and not the crate `rust-ini`: that one gives no line numbers, and every
//! error must name its line.
//!
//! The form is the peer's: `[section]`, `name=value`, comments on lines of their own that begin
//! with
//! `#` or `;`, and a value that goes on over further lines that begin with white space.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::Fault;

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: usize,
    pub(super) origin: Origin,
}

/// Where an entry of a section comes from. The entries of a section stand in the order in which they
/// count: of two that give one parameter it has the value of the first, and they are a fault when both
/// come from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// What was changed at run time.
    Overlay,
    /// The section itself.
    Own,
    /// A section that it includes, of that name.
    Included(Arc<str>),
}

/// One `[name]` with what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) entries: Vec<Entry>,
    /// Where the entries come from when that is not the file.
    pub(super) overlaid: Option<PathBuf>,
}

/// A line that is neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: usize,
    pub(super) section: String,
    pub(super) fault: Fault,
}

/// The sections of `text` in order, and the lines that could not be understood.
pub(super) fn read(text: &str) -> (Vec<Section>, Vec<BadLine>) {
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line);
    }
    (reader.sections, reader.bad)
}

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    bad: Vec<BadLine>,
}

impl Reader {
    fn line(&mut self, number: usize, raw: &str) {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            return;
        }
        if raw.starts_with([' ', '\t']) && self.continue_value(line) {
            return;
        }
        if line.starts_with('[') {
            self.section(number, line);
        } else {
            self.entry(number, line);
        }
    }

    /// A line that begins with white space goes on with the value above it, if there is one.
    fn continue_value(&mut self, line: &str) -> bool {
        let Some(entry) = self.sections.last_mut().and_then(|s| s.entries.last_mut()) else {
            return false;
        };
        if !entry.value.is_empty() {
            entry.value.push(' ');
        }
        entry.value.push_str(line);
        true
    }

    fn section(&mut self, number: usize, line: &str) {
        let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        else {
            self.bad(number, "the section name is not closed", "[name]");
            return;
        };
        self.sections.push(Section {
            name: name.trim().to_owned(),
            line: number,
            entries: Vec::new(),
            overlaid: None,
        });
    }

    fn entry(&mut self, number: usize, line: &str) {
        let Some((name, value)) = line.split_once('=') else {
            self.bad(
                number,
                "this line is no parameter",
                "name=value, [section], # comment",
            );
            return;
        };
        let entry = Entry {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            line: number,
            origin: Origin::Own,
        };
        match self.sections.last_mut() {
            _ if entry.name.is_empty() => {
                self.bad(number, "the parameter has no name", "name=value");
            }
            Some(section) => section.entries.push(entry),
            None => self.bad(number, "a parameter before the first section", "[section]"),
        }
    }

    fn bad(&mut self, line: usize, message: &str, allowed: &str) {
        self.bad.push(BadLine {
            line,
            section: self
                .sections
                .last()
                .map(|s| s.name.clone())
                .unwrap_or_default(),
            fault: Fault::new(message, allowed),
        });
    }
}

#[cfg(test)]
mod tests;
