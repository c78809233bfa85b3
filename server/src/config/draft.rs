//! One section checked by itself: its name, its type, each of its parameters.

mod entries;
mod kind;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use entries::EntryReader;
pub(super) use kind::DraftKind;
use kind::kind_of;

use super::error::{Fault, Report};
use super::ini::Section;
use super::load::is_gateway;
use super::module_names::{canonical, is_not_built};
use super::parameter::{ModuleKind, ModuleSpec};
use super::suggest::nearest;
use super::tables;
use super::values::Values;

/// A section whose values are read.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) kind: DraftKind,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    /// The configuration file that it is in; `None`: it was made at run time.
    pub(super) origin: Option<PathBuf>,
    pub(super) values: Values,
}

impl Draft {
    /// The same with relative paths meant from `folder`.
    pub(super) fn with_paths_from(self, folder: &Path) -> Self {
        let values = self.values.with_paths_from(folder);
        Self { values, ..self }
    }
}

/// All sections so far.
pub(super) struct Drafts<'a> {
    filters: &'a [ModuleSpec],
    root: PathBuf,
    gateway: Draft,
    pub(super) objects: Vec<Draft>,
    /// Where each name was first seen, good sections and bad ones.
    seen: HashMap<String, (PathBuf, usize)>,
}

impl<'a> Drafts<'a> {
    pub(super) fn new(root: &Path, filters: &'a [ModuleSpec]) -> Self {
        Self {
            filters,
            root: root.to_owned(),
            gateway: Draft {
                name: "maxscale".to_owned(),
                kind: DraftKind::Gateway,
                file: root.to_owned(),
                line: 0,
                origin: Some(root.to_owned()),
                values: Values::new(&DraftKind::Gateway.tables()),
            },
            objects: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// The gateway's section and the objects.
    pub(super) fn into_parts(self) -> (Draft, Vec<Draft>) {
        (self.gateway, self.objects)
    }

    /// Whether there is a section of this name, be it a faulty one.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.seen.contains_key(name)
    }

    /// Reads one section.
    pub(super) fn add(&mut self, file: &Path, section: &Section, report: &mut Report) {
        let origin = file;
        let (file, line) = match &section.overlaid {
            Some(place) => (place.as_path(), 0),
            None => (file, section.line),
        };
        let mut say = |fault| report.error(file, line, &section.name, fault);
        let gateway = is_gateway(&section.name);
        if let Some(fault) = name_fault(&section.name) {
            say(fault);
        }
        let name = if gateway {
            "maxscale".to_owned()
        } else {
            section.name.clone()
        };
        if let Some((first_file, first_line)) = self.seen.get(&name) {
            let place = format!("{}:{first_line}", first_file.display());
            say(Fault::new(
                format!("a second section of this name; the first: {place}"),
                "",
            ));
            return;
        }
        self.seen.insert(name.clone(), (file.to_owned(), line));
        if gateway && origin != self.root {
            say(Fault::new(
                "this section is not in the main file",
                self.root.display().to_string(),
            ));
            return;
        }
        let kind = if gateway {
            Ok(DraftKind::Gateway)
        } else {
            kind_of(section)
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err((line, fault)) => return report.error(file, line, &section.name, fault),
        };
        let mut draft = self.draft(kind, name, file, section, report);
        draft.line = line;
        draft.origin = (section.line > 0 || gateway).then(|| origin.to_owned());
        for spec in draft.values.missing().collect::<Vec<_>>() {
            let allowed = format!("{}=<{}>", spec.name, spec.kind.name());
            let fault = Fault::new(format!("{} is missing", spec.name), allowed);
            report.error(file, line, &section.name, fault);
        }
        if kind == DraftKind::Gateway {
            std::mem::swap(&mut self.gateway, &mut draft);
        } else {
            self.objects.push(draft);
        }
    }

    /// The values of one section.
    fn draft(
        &self,
        kind: DraftKind,
        name: String,
        file: &Path,
        section: &Section,
        report: &mut Report,
    ) -> Draft {
        let mut tables = kind.tables();
        let mut module_known = true;
        let mut named = None;
        if let Some((parameter, module_kind)) = kind.module() {
            match self.module(parameter, module_kind, section) {
                Ok(module) => {
                    tables.push(module.parameters);
                    named = Some((parameter, module.name));
                }
                Err(unknown) => {
                    module_known = false;
                    // Whatever the module was meant to be, the object needs its parameters.
                    let built_in = tables::MODULES.iter().filter(|m| m.kind == module_kind);
                    tables.extend(built_in.map(|module| module.parameters));
                    if let Some((line, fault)) = unknown {
                        report.error(file, line, &section.name, fault);
                    }
                }
            }
        }
        let reader = EntryReader {
            kind,
            file,
            section,
            tables: &tables,
            module_known,
        };
        let mut values = reader.read(Values::new(&tables), report);
        if let Some((parameter, module)) = named {
            values.set_module(parameter, module);
        }
        Draft {
            name,
            kind,
            file: file.to_owned(),
            line: section.line,
            origin: None,
            values,
        }
    }

    /// The section's module. `Err(None)`: no module is named.
    fn module(
        &self,
        parameter: &str,
        kind: ModuleKind,
        section: &Section,
    ) -> Result<ModuleSpec, Option<(usize, Fault)>> {
        let modules = || {
            let all = tables::MODULES.iter().chain(self.filters);
            all.filter(move |module| module.kind == kind)
        };
        let Some(entry) = section.entries.iter().find(|entry| entry.name == parameter) else {
            let only = modules().next().filter(|_| kind == ModuleKind::Protocol);
            return only.copied().ok_or(None);
        };
        let wanted = canonical(&entry.value);
        let found = modules().find(|module| module.name.eq_ignore_ascii_case(wanted));
        found.copied().ok_or_else(|| {
            let names: Vec<_> = modules().map(|module| module.name).collect();
            let message = if is_not_built(kind, wanted) {
                format!("{parameter}: the module `{wanted}` is not built")
            } else {
                let hint = nearest(wanted, names.iter().copied());
                format!("{parameter}: there is no module `{wanted}`{hint}")
            };
            let names = if names.is_empty() {
                "none so far".to_owned()
            } else {
                names.join(", ")
            };
            Some((entry.line, Fault::new(message, names)))
        })
    }
}

/// Whether an object can have that name.
pub fn is_object_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || "_.~-".contains(c);
    !name.is_empty() && name.chars().all(good)
}

/// What is wrong with the name of a section.
fn name_fault(name: &str) -> Option<Fault> {
    if is_object_name(name) {
        return None;
    }
    let message = "this is not a name for an object";
    Some(Fault::new(
        message,
        "letters a-z and A-Z, digits, and the characters _ . ~ -",
    ))
}
