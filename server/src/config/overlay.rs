//! What was changed at run time, laid over the sections of the files.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use super::ini::{Entry, Origin, Section};
use super::load::is_gateway;

/// Sections that count instead of those of the files.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Where they are kept; errors name it.
    pub place: PathBuf,
    /// They, by name.
    pub sections: Vec<OverlaySection>,
}

/// One object that is not as the files say.
#[derive(Debug, Clone)]
pub struct OverlaySection {
    /// The type of the section: `service`, `maxscale` for the gateway itself.
    pub word: &'static str,
    /// The name of the object.
    pub name: String,
    /// Its [`super::Values::document`]; `None`: it was removed. Of the gateway it holds only what
    /// is not as in the file.
    pub document: Option<Json>,
}

impl Overlay {
    /// Puts the sections in the place of those of their names, and new ones behind them.
    pub(super) fn lay(&self, files: &mut Vec<(PathBuf, Vec<Section>)>) {
        let mut new = Vec::new();
        for overlaid in &self.sections {
            let entries = overlaid.entries();
            let found = files
                .iter_mut()
                .flat_map(|(_, sections)| sections.iter_mut())
                .find(|section| overlaid.is_of(&section.name));
            match (found, entries) {
                (Some(section), Some(entries)) if overlaid.word == GATEWAY => {
                    merge(section, entries);
                }
                (Some(section), Some(entries)) => {
                    section.entries = entries;
                    section.overlaid = Some(self.place.clone());
                }
                (None, Some(entries)) if overlaid.word == GATEWAY => {
                    if let Some((_, root)) = files.first_mut() {
                        root.push(overlaid.section(entries, &self.place));
                    }
                }
                (None, Some(entries)) => new.push(overlaid.section(entries, &self.place)),
                (_, None) => {
                    for (_, sections) in files.iter_mut() {
                        sections.retain(|section| !overlaid.is_of(&section.name));
                    }
                }
            }
        }
        if !new.is_empty() {
            files.push((self.place.clone(), new));
        }
    }
}

const GATEWAY: &str = "maxscale";

/// The section as in the file, but for these entries. The file may call their parameters by older
/// names: who reads the section knows.
fn merge(section: &mut Section, mut entries: Vec<Entry>) {
    entries.retain(|entry| entry.name != "type");
    section.entries.splice(0..0, entries);
}

impl OverlaySection {
    fn is_of(&self, name: &str) -> bool {
        if self.word == GATEWAY {
            is_gateway(name)
        } else {
            self.name == name
        }
    }

    fn entries(&self) -> Option<Vec<Entry>> {
        let none = Map::new();
        let parameters = self.document.as_ref()?.get("parameters");
        let parameters = parameters.and_then(Json::as_object).unwrap_or(&none);
        let entry = |name: &str, value: &str| Entry {
            name: name.to_owned(),
            value: value.to_owned(),
            line: 0,
            origin: Origin::Overlay,
        };
        let mut entries = vec![entry("type", self.word)];
        let given = parameters.iter().filter(|(name, _)| *name != "type");
        entries.extend(given.map(|(name, value)| match value {
            Json::String(text) => entry(name, text),
            other => entry(name, &other.to_string()),
        }));
        Some(entries)
    }

    fn section(&self, mut entries: Vec<Entry>, place: &Path) -> Section {
        if self.word == GATEWAY {
            entries.retain(|entry| entry.name != "type");
        }
        Section {
            name: self.name.clone(),
            line: 0,
            entries,
            overlaid: Some(place.to_owned()),
        }
    }
}
