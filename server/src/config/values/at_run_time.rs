//! Parameters that are given as JSON while the gateway runs.

use serde_json::{Map, Value as Json};

use super::{Slot, Values};
use crate::config::parameter::{Effect, Kind, ModuleSpec, ParameterSpec};
use crate::config::{syntax, tables};

/// A parameter that can't have the value that is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct ParameterError {
    /// The parameter.
    pub parameter: String,
    /// What is wrong with it.
    pub message: String,
}

impl Values {
    /// The parameters of a new filter of a module.
    ///
    /// # Errors
    /// The first parameter that is unknown, has a wrong value, or is missing.
    pub fn of_new_filter(
        module: &ModuleSpec,
        given: &Map<String, Json>,
    ) -> Result<Self, ParameterError> {
        let mut values = Self::new(&[tables::FILTER, module.parameters]);
        values.give("module", &module.name.into())?;
        for (name, value) in given {
            let before = values.slot(name)?.shown();
            values.give(name, value)?;
            // What the filter is stands in the document, not in its parameters.
            if tables::FILTER.iter().any(|spec| spec.name == name) {
                values.check_unchanged(name, &before)?;
            }
        }
        let missing = values.missing().next();
        match missing {
            Some(spec) => Err(error(spec.name, "it has to be given")),
            None => Ok(values),
        }
    }

    /// The same parameters with other values for those that are given; `null` is the default.
    ///
    /// # Errors
    /// The first parameter that is unknown, has a wrong value, or can't be changed.
    pub fn altered(&self, given: &Map<String, Json>) -> Result<Self, ParameterError> {
        let mut values = self.clone();
        for (name, value) in given {
            let slot = values.slot(name)?;
            let (before, fixed) = (slot.shown(), !slot.spec.modifiable);
            values.give(name, value)?;
            if fixed {
                values.check_unchanged(name, &before)?;
            }
            values.check_passive(name)?;
        }
        Ok(values)
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

    fn slot(&self, name: &str) -> Result<&Slot, ParameterError> {
        self.slots.get(name).ok_or_else(|| {
            let names = self.slots.values().filter(|slot| !slot.spec.unlisted);
            let known: Vec<&str> = names.map(|slot| slot.spec.name).collect();
            let message = format!("there is no such parameter; known are {}", known.join(", "));
            error(name, message)
        })
    }

    fn check_unchanged(&self, name: &str, before: &Json) -> Result<(), ParameterError> {
        if self.slot(name)?.shown() == *before {
            return Ok(());
        }
        Err(error(name, "it can't be changed at run time"))
    }

    fn give(&mut self, name: &str, value: &Json) -> Result<(), ParameterError> {
        let spec = self.slot(name)?.spec;
        let text = match (value, spec.default) {
            (Json::Null, _) if spec.mandatory => {
                return Err(error(name, "it has to have a value"));
            }
            (Json::Null, None) => {
                if let Some(slot) = self.slots.get_mut(name) {
                    slot.value = None;
                    slot.line = None;
                }
                return Ok(());
            }
            (Json::Null, Some(default)) => default.to_owned(),
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
        if let Some(slot) = self.slots.get_mut(name) {
            slot.value = parsed.value;
            // On no line of a file, but given all the same.
            slot.line = (!value.is_null()).then_some(0);
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

fn error(parameter: &str, message: impl Into<String>) -> ParameterError {
    ParameterError {
        parameter: parameter.to_owned(),
        message: message.into(),
    }
}

/// A JSON value as it would be written in a file.
fn text_of(spec: &ParameterSpec, value: &Json) -> Result<String, ParameterError> {
    let is_number = matches!(
        spec.kind,
        Kind::Count | Kind::Int | Kind::Size | Kind::Threads
    );
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(on) if spec.kind == Kind::Bool => Ok(on.to_string()),
        Json::Number(number) if is_number => Ok(number.to_string()),
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
    }
}

/// Whether values are lists separated by commas.
fn is_list(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::EnumMask(_) | Kind::EnumList(_) | Kind::StringList | Kind::ServerList
    )
}
