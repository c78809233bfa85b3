//! Parameters that are given as JSON while the gateway runs.
//!
//! Relative paths among them are meant from a folder, as in files, which is told along with them.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::{Slot, Values};
use crate::config::module_names::canonical;
use crate::config::parameter::{Effect, Kind, ModuleSpec, ParameterSpec};
use crate::config::syntax::Value;
use crate::config::{REDACTED, syntax, tables};

/// A parameter that can't have the value that is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct ParameterError {
    /// The parameter.
    pub parameter: String,
    /// What is wrong with it.
    pub message: String,
}

/// Stands for the line of a parameter that no file gives.
const GIVEN_AT_RUN_TIME: usize = 0;
/// What an object is stands in its document, not among its parameters.
const OF_THE_DOCUMENT: &[&str] = &["type", "module", "router"];

impl Values {
    /// The parameters of a new filter of a module.
    ///
    /// # Errors
    /// The first parameter that is unknown, has a wrong value, or is missing.
    pub fn of_new_filter(
        module: &ModuleSpec,
        given: &Map<String, Json>,
        folder: &Path,
    ) -> Result<Self, ParameterError> {
        let values = Self::new(&[tables::FILTER, module.parameters]);
        values.created(&[("module", module.name)], given, folder)
    }

    /// The parameters of a new server.
    ///
    /// # Errors
    /// As [`Values::of_new_filter`].
    pub fn of_new_server(given: &Map<String, Json>, folder: &Path) -> Result<Self, ParameterError> {
        Self::new(&[tables::SERVER, tables::TLS]).created(&[], given, folder)
    }

    /// The parameters of a new service with that router.
    ///
    /// # Errors
    /// As [`Values::of_new_filter`].
    pub fn of_new_service(
        router: &ModuleSpec,
        given: &Map<String, Json>,
        folder: &Path,
    ) -> Result<Self, ParameterError> {
        let values = Self::new(&[tables::SERVICE, router.parameters]);
        values.created(&[("router", router.name)], given, folder)
    }

    /// The parameters of a new listener of a service.
    ///
    /// # Errors
    /// As [`Values::of_new_filter`].
    pub fn of_new_listener(
        service: &str,
        given: &Map<String, Json>,
        folder: &Path,
    ) -> Result<Self, ParameterError> {
        let fixed = [("service", service), ("protocol", tables::PROTOCOL)];
        Self::new(&tables::whole_listener()).created(&fixed, given, folder)
    }

    /// The parameters of a new monitor of a module.
    ///
    /// # Errors
    /// As [`Values::of_new_filter`].
    pub fn of_new_monitor(
        module: &ModuleSpec,
        given: &Map<String, Json>,
        folder: &Path,
    ) -> Result<Self, ParameterError> {
        let values = Self::new(&[tables::MONITOR, module.parameters]);
        values.created(&[("module", module.name)], given, folder)
    }

    /// With what makes the object what it is (`fixed`) and what is given besides.
    fn created(
        mut self,
        fixed: &[(&'static str, &str)],
        given: &Map<String, Json>,
        folder: &Path,
    ) -> Result<Self, ParameterError> {
        let folder = Some(folder);
        for (name, value) in fixed {
            self.give(name, &Json::from(*value), folder)?;
        }
        for (name, value) in self.flat(given)? {
            let slot = self.slot(&name)?;
            let spec = slot.spec;
            let is_fixed = OF_THE_DOCUMENT.contains(&spec.name)
                || fixed.iter().any(|(fixed, _)| *fixed == spec.name);
            let before = is_fixed.then(|| slot.shown());
            if spec.kind == Kind::Password && *value == REDACTED {
                let message = format!("{REDACTED} is what is told instead of a password");
                return Err(error(&name, message));
            }
            self.give(spec.name, value, folder)?;
            if let Some(before) = before {
                self.check_unchanged(spec.name, &before)?;
            }
            self.check_passive(spec.name)?;
        }
        let missing = self.missing().next();
        match missing {
            Some(spec) => Err(error(spec.name, "it has to be given")),
            None => Ok(self),
        }
    }

    /// The same parameters with other values for those that are given; `null` is the default, and
    /// what is told instead of a password leaves it as it is. Relative paths are meant from `folder`;
    /// `None`: they stay what they are.
    ///
    /// # Errors
    /// The first parameter that is unknown, has a wrong value, or can't be changed.
    pub fn altered(
        &self,
        given: &Map<String, Json>,
        folder: Option<&Path>,
    ) -> Result<Self, ParameterError> {
        let mut values = self.clone();
        for (name, value) in self.flat(given)? {
            let slot = values.slot(&name)?;
            let spec = slot.spec;
            if spec.kind == Kind::Password && *value == REDACTED {
                continue;
            }
            let before = slot.shown();
            if before == *value {
                continue;
            }
            values.give(spec.name, value, folder)?;
            if !spec.modifiable {
                values.check_unchanged(spec.name, &before)?;
            }
            values.check_passive(spec.name)?;
        }
        Ok(values)
    }

    /// With other objects in a parameter that refers to them; none: the parameter is not given.
    pub(in crate::config) fn relate(&mut self, name: &str, objects: &[String]) {
        let Some(slot) = self.slots.get_mut(name) else {
            return;
        };
        let one = matches!(slot.spec.kind, Kind::Monitor | Kind::Service);
        slot.value = match objects {
            [] => None,
            [first, ..] if one => Some(Value::Text(first.clone())),
            objects => Some(Value::List(objects.to_vec())),
        };
        slot.line = slot.value.as_ref().map(|_| GIVEN_AT_RUN_TIME);
    }

    /// Parameters of a module within the protocol (`{"Module": {"name": ..}}`) by their full names.
    fn flat<'a>(
        &self,
        given: &'a Map<String, Json>,
    ) -> Result<Vec<(String, &'a Json)>, ParameterError> {
        let mut flat = Vec::with_capacity(given.len());
        for (name, value) in given {
            let prefix = format!("{}.", canonical(name));
            if self.slots.keys().any(|known| known.starts_with(&prefix)) {
                let Json::Object(inner) = value else {
                    return Err(error(name, "its parameters have to be an object"));
                };
                flat.extend(inner.iter().map(|(inner, value)| {
                    let name = format!("{prefix}{inner}");
                    (name, value)
                }));
            } else {
                flat.push((name.clone(), value));
            }
        }
        Ok(flat)
    }

    /// What would make a monitor change servers can only be off.
    fn check_passive(&self, name: &str) -> Result<(), ParameterError> {
        let slot = self.slot(name)?;
        if slot.spec.effect != Effect::Passive || slot.spec.default_json() == Some(slot.shown()) {
            return Ok(());
        }
        let message = "monitors only watch here, they change no server: it can't be turned on";
        Err(error(name, message))
    }

    /// The slot of a parameter that may be given.
    fn slot(&self, name: &str) -> Result<&Slot, ParameterError> {
        let alias = self.aliases.iter().find(|(alias, _)| *alias == name);
        let slot = self.slots.get(alias.map_or(name, |(_, name)| name));
        let slot = slot.ok_or_else(|| {
            let names = self.slots.values().filter(|slot| !slot.spec.unlisted);
            let known: Vec<&str> = names.map(|slot| slot.spec.name).collect();
            let message = format!("there is no such parameter; known are {}", known.join(", "));
            error(name, message)
        })?;
        if is_reference(slot.spec) {
            return Err(error(name, "it is given as a relationship"));
        }
        Ok(slot)
    }

    fn check_unchanged(&self, name: &str, before: &Json) -> Result<(), ParameterError> {
        if self.slot(name)?.shown() == *before {
            return Ok(());
        }
        Err(error(
            name,
            "it can't be changed at run time: change the file and restart, or make another object",
        ))
    }

    fn give(
        &mut self,
        name: &str,
        value: &Json,
        folder: Option<&Path>,
    ) -> Result<(), ParameterError> {
        let spec = self.slot(name)?.spec;
        let mut line = Some(GIVEN_AT_RUN_TIME);
        let text = match (value, spec.default) {
            (Json::Null, _) if spec.mandatory => {
                return Err(error(name, "it has to have a value"));
            }
            (Json::Null, None) => {
                if let Some(slot) = self.slots.get_mut(name) {
                    (slot.value, slot.line) = (None, None);
                }
                return Ok(());
            }
            (Json::Null, Some(default)) => {
                line = None;
                default.to_owned()
            }
            (value, _) => text_of(spec, value)?,
        };
        let parsed = syntax::parse(spec, &text).map_err(|fault| {
            let allowed = if fault.allowed.is_empty() {
                String::new()
            } else {
                format!(" (allowed: {})", fault.allowed)
            };
            error(name, format!("{}{allowed}", fault.message))
        })?;
        if spec.mandatory && (parsed.value.is_none() || text.is_empty()) {
            return Err(error(name, "it has to have a value"));
        }
        if let Some(slot) = self.slots.get_mut(name) {
            (slot.value, slot.line) = (parsed.value, line);
            if let Some(folder) = folder {
                slot.resolve(folder);
            }
        }
        Ok(())
    }
}

impl Slot {
    fn shown(&self) -> Json {
        let value = self.value.as_ref();
        value.map_or(Json::Null, |value| value.to_json(self.spec.kind))
    }
}

/// Whether the API shows the parameter as a relationship.
fn is_reference(spec: &ParameterSpec) -> bool {
    spec.unlisted
        && matches!(
            spec.kind,
            Kind::ServerList | Kind::FilterList | Kind::Monitor
        )
}

pub(in crate::config) fn error(parameter: &str, message: impl Into<String>) -> ParameterError {
    ParameterError {
        parameter: parameter.to_owned(),
        message: message.into(),
    }
}

/// A JSON value as it would be written in a file.
fn text_of(spec: &ParameterSpec, value: &Json) -> Result<String, ParameterError> {
    let is_number = matches!(
        spec.kind,
        Kind::Count | Kind::Int | Kind::Size | Kind::Threads | Kind::Duration(_)
    );
    let text = match value {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(on) if spec.kind == Kind::Bool => Ok(on.to_string()),
        Json::Number(number) if is_number => Ok(number.to_string()),
        Json::Object(parts) if spec.kind == Kind::Throttling => throttling(spec, parts),
        Json::Array(items) if is_list(spec.kind) => {
            let texts = items.iter().map(|item| {
                let text = item.as_str().filter(|text| !text.contains(','));
                text.ok_or_else(|| error(spec.name, "its items have to be plain strings"))
            });
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join(","))
        }
        _ => {
            let kind = spec.kind.name();
            Err(error(spec.name, format!("this is no value of type {kind}")))
        }
    }?;
    // It could not be written in a file.
    if text.contains(['\n', '\r', '\0']) {
        return Err(error(spec.name, "it has to be one line"));
    }
    Ok(text)
}

/// `{"count": 10, "window": "1s", "suppress": 10000}` as it would be written in a file.
fn throttling(spec: &ParameterSpec, parts: &Map<String, Json>) -> Result<String, ParameterError> {
    let names = ["count", "window", "suppress"];
    if let Some(unknown) = parts.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(error(spec.name, format!("it has no part '{unknown}'")));
    }
    let texts = names.map(|name| match parts.get(name) {
        Some(Json::Number(number)) => Ok(number.to_string()),
        Some(Json::String(text)) if !text.contains(',') => Ok(text.clone()),
        _ => Err(error(
            spec.name,
            format!("its part {name} has to be a number"),
        )),
    });
    let [count, window, suppress] = texts;
    Ok(format!("{}, {}, {}", count?, window?, suppress?))
}

/// Whether values are lists separated by commas.
fn is_list(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::EnumWords(_)
            | Kind::EnumMask(_)
            | Kind::EnumList(_)
            | Kind::StringList
            | Kind::ServerList
    )
}
