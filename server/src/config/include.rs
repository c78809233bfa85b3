//! Sections of `type=include`: parameters that other sections have in common.
//!
//! A section names them by `@include=NAME,NAME`. What it gives itself comes before what it includes,
//! and of two that it includes the first one counts. Which names mean one parameter depends on the
//! section that includes them, so that it is decided where that one is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Fault, Report};
use super::ini::{Entry, Origin, Section};
use super::suggest::nearest;

/// The parameter that names what is included.
const INCLUDE: &str = "@include";

/// Takes the sections to be included out of the files, and gives the others what they include.
pub(super) fn expand(files: &mut [(PathBuf, Vec<Section>)], report: &mut Report) {
    let mut shared: Vec<(PathBuf, Section)> = Vec::new();
    for (file, sections) in files.iter_mut() {
        let is_shared = |section: &mut Section| is_include(section);
        for mut section in sections.extract_if(.., is_shared) {
            check(file, &mut section, &shared, report);
            shared.push((file.clone(), section));
        }
    }
    for (file, sections) in files {
        for section in sections {
            include(file, section, &shared, report);
        }
    }
}

fn is_include(section: &Section) -> bool {
    let mut entries = section.entries.iter();
    entries.any(|entry| entry.name == "type" && entry.value == "include")
}

/// Says what is wrong with a section that is there to be included, and takes out what can't count.
fn check(file: &Path, section: &mut Section, before: &[(PathBuf, Section)], report: &mut Report) {
    let Section { name, entries, .. } = section;
    let mut say = |line, message: &str, allowed: &str| {
        report.error(file, line, name, Fault::new(message, allowed));
    };
    if let Some((file, first)) = before.iter().find(|(_, other)| other.name == *name) {
        let place = format!("{}:{}", file.display(), first.line);
        let message = format!("a second section of this name; the first: {place}");
        say(section.line, &message, "");
    }
    if let Some(entry) = entries.iter().find(|entry| entry.name == INCLUDE) {
        say(
            entry.line,
            "what is included can include nothing",
            "parameters",
        );
    }
    entries.retain(|entry| entry.name != INCLUDE);
    for second in repeated(entries) {
        say(second.line, &second.message, "once");
    }
}

/// An entry whose name an earlier one has.
struct Repeated {
    line: usize,
    message: String,
}

/// Takes out the entries whose names earlier ones have.
fn repeated(entries: &mut Vec<Entry>) -> Vec<Repeated> {
    let mut found = Vec::new();
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        match kept.iter().find(|first| first.name == entry.name) {
            Some(first) => found.push(Repeated {
                line: entry.line,
                message: format!(
                    "{} is given twice; first on line {}",
                    entry.name, first.line
                ),
            }),
            None => kept.push(entry),
        }
    }
    *entries = kept;
    found
}

/// Gives a section what it includes, behind what it gives itself.
fn include(file: &Path, section: &mut Section, shared: &[(PathBuf, Section)], report: &mut Report) {
    let is_wanted = |entry: &mut Entry| entry.name == INCLUDE;
    let mut all_wanted = section.entries.extract_if(.., is_wanted);
    let Some(wanted) = all_wanted.next() else {
        return;
    };
    for second in all_wanted {
        let message = format!("{INCLUDE} is given twice; first on line {}", wanted.line);
        let fault = Fault::new(message, "once: names, separated by commas");
        report.error(file, second.line, &section.name, fault);
    }
    let names = wanted.value.split(',').map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        let Some((origin, other)) = shared.iter().find(|(_, other)| other.name == name) else {
            let fault = not_there(name, shared);
            report.error(file, wanted.line, &section.name, fault);
            continue;
        };
        let included = Origin::Included(Arc::from(name));
        let parameters = other.entries.iter();
        let parameters = parameters.filter(|entry| entry.name != "type");
        section.entries.extend(parameters.map(|entry| Entry {
            // A line of another file would be looked for in this one.
            line: if origin == file {
                entry.line
            } else {
                wanted.line
            },
            origin: included.clone(),
            ..entry.clone()
        }));
    }
}

/// There is no section of that name to be included.
fn not_there(name: &str, shared: &[(PathBuf, Section)]) -> Fault {
    let names = shared.iter().map(|(_, other)| other.name.as_str());
    let known: Vec<&str> = names.collect();
    let hint = nearest(name, known.iter().copied());
    let message = format!("{INCLUDE}: there is no section `{name}` of type include{hint}");
    Fault::new(message, known.join(", "))
}
