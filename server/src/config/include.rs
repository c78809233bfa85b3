//! Sections of `type=include`: parameters that other sections have in common.
//!
//! A section names them by `@include=NAME,NAME`. What it gives itself comes before what it includes,
//! and of two that it includes the first one counts.

use std::path::{Path, PathBuf};

use super::error::{Fault, Report};
use super::ini::{Entry, Section};
use super::suggest::nearest;

/// The parameter that names what is included.
const INCLUDE: &str = "@include";

/// Takes the sections to be included out of the files, and gives the others what they include.
pub(super) fn expand(files: &mut [(PathBuf, Vec<Section>)], report: &mut Report) {
    let mut shared: Vec<(PathBuf, Section)> = Vec::new();
    for (file, sections) in files.iter_mut() {
        let is_shared = |section: &mut Section| is_include(section);
        for section in sections.extract_if(.., is_shared) {
            check(file, &section, &shared, report);
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

fn check(file: &Path, section: &Section, before: &[(PathBuf, Section)], report: &mut Report) {
    let mut say = |line, message: &str, allowed: &str| {
        report.error(file, line, &section.name, Fault::new(message, allowed));
    };
    if let Some((file, first)) = before.iter().find(|(_, other)| other.name == section.name) {
        let place = format!("{}:{}", file.display(), first.line);
        let message = format!("a second section of this name; the first: {place}");
        say(section.line, &message, "");
    }
    let mut entries = section.entries.iter();
    if let Some(entry) = entries.find(|entry| entry.name == INCLUDE) {
        say(
            entry.line,
            "what is included can include nothing",
            "parameters",
        );
    }
}

/// Gives a section the parameters that it includes and does not give itself.
fn include(file: &Path, section: &mut Section, shared: &[(PathBuf, Section)], report: &mut Report) {
    let Some(at) = section
        .entries
        .iter()
        .position(|entry| entry.name == INCLUDE)
    else {
        return;
    };
    let wanted = section.entries.remove(at);
    let names = wanted.value.split(',').map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        let found = shared.iter().find(|(_, other)| other.name == name);
        let Some((origin, other)) = found else {
            let known: Vec<&str> = shared
                .iter()
                .map(|(_, other)| other.name.as_str())
                .collect();
            let hint = nearest(name, known.iter().copied());
            let message = format!("{INCLUDE}: there is no section `{name}` of type include{hint}");
            report.error(
                file,
                wanted.line,
                &section.name,
                Fault::new(message, known.join(", ")),
            );
            continue;
        };
        let parameters = other.entries.iter();
        let is_own = |entry: &&Entry| entry.name != "type" && entry.name != INCLUDE;
        for entry in parameters.filter(is_own) {
            if section.entries.iter().any(|given| given.name == entry.name) {
                continue;
            }
            section.entries.push(Entry {
                // A line of another file would be looked for in this one.
                line: if origin == file {
                    entry.line
                } else {
                    wanted.line
                },
                ..entry.clone()
            });
        }
    }
}
