//! The parameters of one section.

use std::collections::HashMap;
use std::path::Path;

use super::kind::DraftKind;
use crate::config::error::{Fault, Report};
use crate::config::former::{Former, former};
use crate::config::ini::{Entry, Origin, Section};
use crate::config::parameter::{Effect, ParameterSpec};
use crate::config::suggest::nearest;
use crate::config::values::Values;

/// Reads the entries of one section.
pub(super) struct EntryReader<'a> {
    pub(super) kind: DraftKind,
    pub(super) file: &'a Path,
    pub(super) section: &'a Section,
    pub(super) tables: &'a [&'static [ParameterSpec]],
    /// Whether all parameters that the section can have are in the tables.
    pub(super) module_known: bool,
}

impl EntryReader<'_> {
    /// `values` with what the section gives.
    pub(super) fn read(&self, mut values: Values, report: &mut Report) -> Values {
        let mut given: HashMap<&str, &Entry> = HashMap::new();
        for entry in &self.section.entries {
            let Some(spec) = self.spec_of(entry, report) else {
                continue;
            };
            let name = self.effect(spec, entry, report);
            if let Some(first) = given.get(name) {
                if first.origin == entry.origin {
                    self.error(entry, given_twice(name, first, entry), report);
                }
                continue;
            }
            given.insert(name, entry);
            match values.set(name, &entry.value, entry.line) {
                Ok(None) => {}
                Ok(Some(remark)) => self.warn(entry, &format!("{}: {remark}", entry.name), report),
                Err(fault) => {
                    let message = format!("{}: {}", entry.name, fault.message);
                    self.error(entry, Fault::new(message, fault.allowed), report);
                }
            }
        }
        values
    }

    /// What an entry is a value of; `None`: of nothing, which has been said.
    fn spec_of(&self, entry: &Entry, report: &mut Report) -> Option<&'static ParameterSpec> {
        let name = &entry.name;
        if let Some(spec) = self.spec(name) {
            return Some(spec);
        }
        match former(self.kind, name) {
            Some(Former::Renamed(other)) => {
                let message = format!("{name} is an older name of {other}");
                self.warn(entry, &message, report);
                return self.spec(other);
            }
            Some(Former::Without(why)) => {
                let message = format!("{name} is accepted but has no meaning here: {why}");
                self.warn(entry, &message, report);
            }
            // The parameters of an unknown module are unknown too, but that is said already.
            None if self.module_known => self.error(entry, self.unknown(name), report),
            None => {}
        }
        None
    }

    /// The names of protocols before a dot may be in any case.
    fn spec(&self, name: &str) -> Option<&'static ParameterSpec> {
        self.tables
            .iter()
            .flat_map(|table| table.iter())
            .find(|spec| {
                spec.name == name || name.contains('.') && spec.name.eq_ignore_ascii_case(name)
            })
    }

    /// Says what giving the parameter does, and answers the name it goes by.
    fn effect(
        &self,
        spec: &'static ParameterSpec,
        entry: &Entry,
        report: &mut Report,
    ) -> &'static str {
        let name = spec.name;
        match spec.effect {
            Effect::Used => {}
            Effect::NotYet => self.warn(entry, &format!("{name} has no effect yet"), report),
            Effect::Passive => self.warn(
                entry,
                &format!("{name} has no effect: monitors only watch, they change no server"),
                report,
            ),
            Effect::Ignored => {
                self.warn(
                    entry,
                    &format!("{name} is accepted but has no meaning here"),
                    report,
                );
            }
            Effect::AliasOf(other) => {
                self.warn(
                    entry,
                    &format!("{name} is an older name of {other}"),
                    report,
                );
                return other;
            }
        }
        name
    }

    fn unknown(&self, name: &str) -> Fault {
        let specs = || self.tables.iter().flat_map(|table| table.iter());
        let hint = nearest(name, specs().map(|spec| spec.name));
        let used = specs().filter(|spec| spec.effect == Effect::Used);
        let allowed: Vec<_> = used.map(|spec| spec.name).collect();
        Fault::new(
            format!("there is no parameter `{name}`{hint}"),
            allowed.join(", "),
        )
    }

    fn error(&self, entry: &Entry, fault: Fault, report: &mut Report) {
        report.error(self.file, entry.line, &self.section.name, fault);
    }

    fn warn(&self, entry: &Entry, message: &str, report: &mut Report) {
        report.warning(self.file, entry.line, &self.section.name, message);
    }
}

/// Two entries of one place give the parameter `name`.
fn given_twice(name: &str, first: &Entry, second: &Entry) -> Fault {
    let message = match &second.origin {
        // Their lines may be lines of another file.
        Origin::Included(section) => format!(
            "`{}` and `{}` of the included section [{section}] are both {name}",
            first.name, second.name
        ),
        _ if second.name == name => {
            format!("{name} is given twice; first on line {}", first.line)
        }
        _ => format!(
            "{} gives {name} a second time; first on line {}",
            second.name, first.line
        ),
    };
    Fault::new(message, "once")
}
