//! Files to sections to objects.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check;
use super::configuration::{Configuration, Object, Source};
use super::draft::{Draft, DraftKind, Drafts};
use super::error::{ConfigError, Fault, Report};
use super::filter::FilterParameters;
use super::gateway::GatewayParameters;
use super::include;
use super::ini::{self, Section};
use super::listener::ListenerParameters;
use super::monitor::MonitorParameters;
use super::overlay::Overlay;
use super::parameter::ModuleSpec;
use super::server::ServerParameters;
use super::service::ServiceParameters;
use super::values::Values;

/// Reads the file at `path`, and those named `*.cnf` in the folder of the same name with `.d` at
/// its end. `filters` are the filter modules that there are.
///
/// # Errors
/// Everything that is wrong, in the order of the files and lines.
pub fn load(path: &Path, filters: &[ModuleSpec]) -> Result<Configuration, Vec<ConfigError>> {
    load_over(path, filters, &Overlay::default())
}

/// [`load`] with what was changed at run time.
///
/// # Errors
/// Everything that is wrong.
pub fn load_over(
    path: &Path,
    filters: &[ModuleSpec],
    overlay: &Overlay,
) -> Result<Configuration, Vec<ConfigError>> {
    load_with(path, filters, overlay, &|name| std::env::var(name).ok())
}

/// [`load_over`] with the environment handed in.
pub(super) fn load_with(
    path: &Path,
    filters: &[ModuleSpec],
    overlay: &Overlay,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Configuration, Vec<ConfigError>> {
    let mut report = Report::default();
    let mut files: Vec<(PathBuf, Vec<Section>)> = Vec::new();
    for file in all_files(path) {
        let sections = read_file(&file, &mut report);
        files.push((file, sections));
    }
    substitute(&mut files, environment, &mut report);
    include::expand(&mut files, &mut report);
    overlay.lay(&mut files);
    let mut drafts = Drafts::new(path, filters);
    for (file, sections) in files {
        for section in sections {
            drafts.add(&file, &section, &mut report);
        }
    }
    let configuration = finish(drafts, &mut report);
    if report.errors.is_empty() {
        return Ok(Configuration {
            warnings: report.warnings,
            ..configuration
        });
    }
    // Checks of several objects together come last; a reader goes through the file from the top.
    let mut errors = report.errors;
    errors
        .sort_by(|a, b| (a.file != path, &a.file, a.line).cmp(&(b.file != path, &b.file, b.line)));
    Err(errors)
}

/// The file itself and the object files beside it, in the order of their names.
fn all_files(path: &Path) -> Vec<PathBuf> {
    let mut folder = path.as_os_str().to_owned();
    folder.push(".d");
    let mut files = vec![path.to_owned()];
    collect(Path::new(&folder), &mut files);
    if let Some(object_files) = files.get_mut(1..) {
        object_files.sort();
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // A link is not followed: it could lead back here.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "cnf") {
            files.push(path);
        }
    }
}

fn read_file(file: &Path, report: &mut Report) -> Vec<Section> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.error(
                file,
                0,
                "",
                Fault::new(format!("cannot be read: {error}"), ""),
            );
            return Vec::new();
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to());
            let line = 1 + good.filter(|byte| **byte == b'\n').count();
            report.error(file, line, "", Fault::new("the text is not UTF-8", "UTF-8"));
            return Vec::new();
        }
    };
    let (sections, bad) = ini::read(&text);
    for bad in bad {
        report.error(file, bad.line, &bad.section, bad.fault);
    }
    sections
}

/// With `substitute_variables`, a value that begins with `$` is the name of an environment
/// variable.
fn substitute(
    files: &mut [(PathBuf, Vec<Section>)],
    environment: &dyn Fn(&str) -> Option<String>,
    report: &mut Report,
) {
    let root = files
        .first()
        .map(|(_, sections)| sections.as_slice())
        .unwrap_or_default();
    let gateway = root.iter().filter(|section| is_gateway(&section.name));
    let mut switch = gateway.flat_map(|section| &section.entries);
    let yes = ["true", "yes", "on", "1"];
    let wanted = switch.any(|entry| {
        entry.name == "substitute_variables" && yes.contains(&entry.value.to_lowercase().as_str())
    });
    if !wanted {
        return;
    }
    for (file, sections) in files {
        for section in sections {
            for entry in &mut section.entries {
                let Some(variable) = entry.value.strip_prefix('$') else {
                    continue;
                };
                if let Some(value) = environment(variable) {
                    entry.value = value;
                } else {
                    let message = format!(
                        "{}: there is no environment variable `{variable}`",
                        entry.name
                    );
                    report.error(file, entry.line, &section.name, Fault::new(message, ""));
                }
            }
        }
    }
}

/// Whether a section is that of the gateway itself.
pub(super) fn is_gateway(name: &str) -> bool {
    name.eq_ignore_ascii_case("maxscale")
}

/// Makes typed objects of the drafts and checks them, alone and together.
fn finish(drafts: Drafts<'_>, report: &mut Report) -> Configuration {
    check::references(&drafts, report);
    let (mut gateway, objects) = drafts.into_parts();
    GatewayParameters::settle(&mut gateway.values, &gateway.file);
    let mut configuration = Configuration {
        maxscale: object(gateway, GatewayParameters::of),
        servers: Vec::new(),
        services: Vec::new(),
        listeners: Vec::new(),
        monitors: Vec::new(),
        filters: Vec::new(),
        warnings: Vec::new(),
    };
    let folder = configuration.maxscale.parameters.module_configdir.clone();
    for draft in objects {
        let draft = draft.with_paths_from(&folder);
        match draft.kind {
            DraftKind::Gateway => {}
            DraftKind::Server => configuration
                .servers
                .push(object(draft, ServerParameters::of)),
            DraftKind::Service => configuration
                .services
                .push(object(draft, ServiceParameters::of)),
            DraftKind::Listener => {
                configuration
                    .listeners
                    .push(object(draft, ListenerParameters::of));
            }
            DraftKind::Monitor => configuration
                .monitors
                .push(object(draft, MonitorParameters::of)),
            DraftKind::Filter => configuration
                .filters
                .push(object(draft, FilterParameters::of)),
        }
    }
    check::objects(&configuration, report);
    configuration
}

fn object<P>(draft: Draft, parameters: impl Fn(&Values) -> P) -> Object<P> {
    Object {
        name: Arc::from(draft.name),
        parameters: parameters(&draft.values),
        source: Source {
            file: draft.file,
            line: draft.line,
            origin: draft.origin,
        },
        values: draft.values,
    }
}

#[cfg(test)]
mod tests;
