//! The parameters of one object: every documented one with its value or its default.

mod at_run_time;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::disk_limits::DiskLimits;
use super::error::Fault;
use super::gateway::LogThrottling;
use super::networks::Networks;
use super::parameter::{Effect, Kind, ParameterSpec};
use super::secret::Secret;
use super::syntax::{self, Value};

pub use at_run_time::ParameterError;
pub(super) use at_run_time::error as parameter_error;

/// Values by parameter name, in the order of the tables.
#[derive(Debug, Clone, Default)]
pub struct Values {
    slots: IndexMap<&'static str, Slot>,
    /// Older names of parameters.
    aliases: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
struct Slot {
    spec: &'static ParameterSpec,
    value: Option<Value>,
    /// The line it was given on; `None`: it has its default.
    line: Option<usize>,
    /// What was given is no value for it; that has been said.
    faulty: bool,
}

impl Slot {
    /// Makes a relative path that was given an absolute one, meant from `folder`.
    fn resolve(&mut self, folder: &Path) {
        if self.spec.kind != Kind::Path || self.line.is_none() {
            return;
        }
        if let Some(Value::Text(text)) = &mut self.value
            && Path::new(text).is_relative()
        {
            let path = folder.join(&*text);
            // The folder may be meant from where the gateway was started.
            let path = std::path::absolute(&path).unwrap_or(path);
            *text = path.display().to_string();
        }
    }
}

impl Values {
    /// The defaults of the parameters of `tables`.
    pub(super) fn new(tables: &[&'static [ParameterSpec]]) -> Self {
        let specs = || tables.iter().flat_map(|table| table.iter());
        let aliases = specs().filter_map(|spec| match spec.effect {
            Effect::AliasOf(name) => Some((spec.name, name)),
            _ => None,
        });
        let slots = specs().filter(|spec| !spec.is_alias()).map(|spec| {
            let parsed = spec.default.and_then(|text| syntax::parse(spec, text).ok());
            let value = parsed.and_then(|parsed| parsed.value);
            let slot = Slot {
                spec,
                value,
                line: None,
                faulty: false,
            };
            (spec.name, slot)
        });
        Self {
            slots: slots.collect(),
            aliases: aliases.collect(),
        }
    }

    /// The defaults of the parameters of `table`, and what is given.
    ///
    /// # Errors
    /// What is wrong with one of them: its name is in no table, or its value can't be read.
    pub fn given(table: &'static [ParameterSpec], given: &[(&str, &str)]) -> Result<Self, String> {
        let mut values = Self::new(&[table]);
        for (name, text) in given {
            if !values.slots.contains_key(name) {
                return Err(format!("{name}: no such parameter"));
            }
            let set = values.set(name, text, 0);
            set.map_err(|fault| format!("{name}: {fault:?}"))?;
        }
        let missing = values.missing().next();
        match missing {
            Some(spec) => Err(format!("{}: missing", spec.name)),
            None => Ok(values),
        }
    }

    /// Gives the parameter `name` the value written as `text`; the answer may be a remark.
    pub(super) fn set(
        &mut self,
        name: &str,
        text: &str,
        line: usize,
    ) -> Result<Option<&'static str>, Fault> {
        let Some(slot) = self.slots.get_mut(name) else {
            return Ok(None);
        };
        slot.line = Some(line);
        let parsed = syntax::parse(slot.spec, text);
        slot.faulty = parsed.is_err();
        parsed.map(|parsed| {
            slot.value = parsed.value;
            parsed.remark
        })
    }

    /// Replaces the value of a parameter that was not given by what it is in effect.
    pub(super) fn set_effective(&mut self, name: &str, value: Value) {
        if let Some(slot) = self.slots.get_mut(name)
            && slot.line.is_none()
        {
            slot.value = Some(value);
        }
    }

    /// The same with relative paths, as they stand in a file, made absolute ones: they are meant from
    /// `folder`.
    #[must_use]
    pub(super) fn with_paths_from(mut self, folder: &Path) -> Self {
        for slot in self.slots.values_mut() {
            slot.resolve(folder);
        }
        self
    }

    /// Replaces the name of a module, which may be given in any case, by the one that it has.
    pub(super) fn set_module(&mut self, parameter: &str, name: &str) {
        if let Some(slot) = self.slots.get_mut(parameter)
            && slot.line.is_some()
        {
            slot.value = Some(Value::Text(name.to_owned()));
        }
    }

    /// The line a parameter was given on.
    pub(super) fn line(&self, name: &str) -> Option<usize> {
        self.slots.get(name)?.line
    }

    /// Whether what was given for a parameter could not be read.
    pub(super) fn is_faulty(&self, name: &str) -> bool {
        self.slots.get(name).is_some_and(|slot| slot.faulty)
    }

    /// The mandatory parameters without a value.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static ParameterSpec> {
        let missing = self
            .slots
            .values()
            .filter(|slot| slot.spec.mandatory && slot.value.is_none() && !slot.faulty);
        missing.map(|slot| slot.spec)
    }

    /// Every documented parameter as the API shows it; unlisted ones are left
    /// out, `Module.name` is nested.
    pub fn to_json(&self) -> Map<String, Json> {
        let mut shown = Map::new();
        for slot in self.slots.values().filter(|slot| !slot.spec.unlisted) {
            let json = slot
                .value
                .as_ref()
                .map(|value| value.to_json(slot.spec.kind));
            let json = json.unwrap_or(Json::Null);
            if let Some((module, name)) = slot.spec.name.split_once('.') {
                let nested = shown
                    .entry(module)
                    .or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(nested) = nested {
                    nested.insert(name.to_owned(), json);
                }
            } else {
                shown.insert(slot.spec.name.to_owned(), json);
            }
        }
        shown
    }

    /// The parameters that were given, each as it would be written in a file: `{"parameters": {..}}`.
    /// Passwords are in clear: this is what is kept, not what is shown.
    pub fn document(&self) -> Json {
        let given = self.slots.values().filter(|slot| slot.line.is_some());
        let parameters = given.map(|slot| {
            let value = slot.value.as_ref();
            let text = value.map_or_else(String::new, |value| value.to_text(slot.spec.kind));
            (slot.spec.name.to_owned(), text.into())
        });
        let parameters: Map<String, Json> = parameters.collect();
        json!({ "parameters": parameters })
    }

    /// [`Values::document`] of the parameters that were given at run time, and of some others.
    pub fn run_time_document(&self, others: &[&str]) -> Json {
        let document = self.document();
        let told = self
            .slots
            .values()
            .filter(|slot| slot.line == Some(0) || others.contains(&slot.spec.name));
        let parameters = told.map(|slot| {
            let given = document
                .pointer("/parameters")
                .and_then(|all| all.get(slot.spec.name));
            let effective = || {
                let value = slot.value.as_ref();
                value
                    .map_or_else(String::new, |value| value.to_text(slot.spec.kind))
                    .into()
            };
            (
                slot.spec.name.to_owned(),
                given.cloned().unwrap_or_else(effective),
            )
        });
        let parameters: Map<String, Json> = parameters.collect();
        json!({ "parameters": parameters })
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let slot = self.slots.get(name);
        debug_assert!(slot.is_some(), "no parameter {name} in these tables");
        slot?.value.as_ref()
    }

    /// Whether a switch is on.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Bool(true)))
    }

    /// A number.
    pub fn int(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Int(number) | Value::Auto(number)) => *number,
            _ => 0,
        }
    }

    /// A number that the tables keep from being negative.
    pub fn count(&self, name: &str) -> u64 {
        u64::try_from(self.int(name)).unwrap_or_default()
    }

    /// A port, which the tables keep below 65,536.
    pub(super) fn port(&self, name: &str) -> u16 {
        u16::try_from(self.int(name)).unwrap_or_default()
    }

    /// A limit of log lines.
    pub(super) fn throttling(&self, name: &str) -> LogThrottling {
        let Some(Value::Throttling {
            count,
            window_ms,
            suppress_ms,
        }) = self.value(name)
        else {
            return LogThrottling::default();
        };
        let number = |number: &i64| u64::try_from(*number).unwrap_or_default();
        LogThrottling {
            count: number(count),
            window_ms: number(window_ms),
            suppress_ms: number(suppress_ms),
        }
    }

    /// A duration that the tables keep from being negative.
    pub fn millis(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Millis(millis)) => u64::try_from(*millis).unwrap_or_default(),
            _ => 0,
        }
    }

    /// A duration that may be negative.
    pub(super) fn signed_millis(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Millis(millis)) => *millis,
            _ => 0,
        }
    }

    /// A text; `None` when it has no value.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text; empty when it has no value.
    pub fn string(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// The parameters that name a service, or a service or server, and what they name.
    pub fn references(&self) -> impl Iterator<Item = (&'static str, Kind, &str)> {
        self.slots.values().filter_map(|slot| match &slot.value {
            Some(Value::Text(name)) if matches!(slot.spec.kind, Kind::Service | Kind::Target) => {
                Some((slot.spec.name, slot.spec.kind, name.as_str()))
            }
            _ => None,
        })
    }

    /// Whether there is a parameter of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.slots.contains_key(name)
    }

    /// The parameters that are regular expressions, and these.
    pub(super) fn patterns(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.slots.values().filter_map(|slot| match &slot.value {
            Some(Value::Text(text)) if slot.spec.kind == Kind::Regex => {
                Some((slot.spec.name, text.as_str()))
            }
            _ => None,
        })
    }

    /// The parameters that name a file or folder, and what they name.
    pub fn paths(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.slots.values().filter_map(|slot| match &slot.value {
            Some(Value::Text(text)) if slot.spec.kind == Kind::Path => {
                Some((slot.spec.name, Path::new(text)))
            }
            _ => None,
        })
    }

    /// The files that are read, and which parameters name them.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'static ParameterSpec, &Path)> {
        let slots = self.slots.values();
        let slots = slots.filter(|slot| slot.spec.effect == Effect::Used);
        slots.filter_map(|slot| match &slot.value {
            Some(Value::Text(text)) if slot.spec.kind == Kind::Path => {
                Some((slot.spec, Path::new(text)))
            }
            _ => None,
        })
    }

    /// The passwords that were given, and the parameters that they are of.
    pub(super) fn passwords(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        self.slots.values().filter_map(|slot| match &slot.value {
            Some(Value::Secret(secret)) => Some((slot.spec.name, secret)),
            _ => None,
        })
    }

    /// Whether a parameter is a password.
    pub(super) fn is_password(&self, name: &str) -> bool {
        let slot = self.slots.get(name);
        slot.is_some_and(|slot| slot.spec.kind == Kind::Password)
    }

    /// A path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// The items of a list.
    pub fn list(&self, name: &str) -> &[String] {
        match self.value(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The items of a list of names.
    pub fn names(&self, name: &str) -> Vec<Arc<str>> {
        self.list(name)
            .iter()
            .map(|item| Arc::from(item.as_str()))
            .collect()
    }

    pub(super) fn networks(&self, name: &str) -> Networks {
        let text = self.text(name).unwrap_or_default();
        Networks::parse(text).unwrap_or_default()
    }

    /// Limits of disks.
    pub fn disk_limits(&self, name: &str) -> DiskLimits {
        let text = self.text(name).unwrap_or_default();
        DiskLimits::parse(text).unwrap_or_default()
    }

    pub(super) fn secret(&self, name: &str) -> Secret {
        match self.value(name) {
            Some(Value::Secret(secret)) => secret.clone(),
            _ => Secret::default(),
        }
    }
}
