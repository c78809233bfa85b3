//! A module as a resource: what objects can be made of, and how.

pub(in crate::api) mod command;

use serde_json::{Map, Value};

use super::Configured;
use crate::api::link::Base;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::config::parameter::{ModuleKind, ParameterSpec};
use crate::control::objects::ModuleView;

/// One module.
pub(in crate::api) struct ModuleResource(ModuleView);

impl Configured for ModuleResource {
    const ONE: &'static str = "a module";
    const LIVE: bool = false;

    fn all(state: &ApiState) -> Vec<Self> {
        let modules = state.control().objects.modules();
        modules.into_iter().map(Self).collect()
    }
}

impl Resource for ModuleResource {
    const KIND: &'static str = "modules";
    const PATH: &'static str = "maxscale/modules";
    const ATTRIBUTES: &'static [&'static str] = &[
        "api",
        "commands",
        "description",
        "maturity",
        "module_type",
        "parameters",
        "version",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.0.name.to_owned()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let kind = self.0.kind.map(kind_name);
        Some(match name {
            "api" => kind?.to_lowercase().into(),
            "commands" => command::told(self.0.name),
            "description" => self.0.description.into(),
            "maturity" => "GA".into(),
            "module_type" => kind.unwrap_or(self.0.name).into(),
            "parameters" => self
                .0
                .parameters
                .iter()
                .map(|spec| parameter(spec))
                .collect(),
            "version" => env!("CARGO_PKG_VERSION").into(),
            _ => return None,
        })
    }

    fn rendered(&self, name: &str, base: &Base) -> Option<Value> {
        let mut told = self.attribute(name)?;
        if name == "commands"
            && let Some(commands) = told.as_array_mut()
        {
            for command in commands {
                command::add_link(command, self.0.name, base);
            }
        }
        Some(told)
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

fn kind_name(kind: ModuleKind) -> &'static str {
    match kind {
        ModuleKind::Router => "Router",
        ModuleKind::Filter => "Filter",
        ModuleKind::Monitor => "Monitor",
        ModuleKind::Protocol => "Protocol",
    }
}

fn parameter(spec: &ParameterSpec) -> Value {
    let mut told = Map::from_iter([
        ("description".to_owned(), spec.description.into()),
        ("mandatory".to_owned(), spec.mandatory.into()),
        ("modifiable".to_owned(), spec.modifiable.into()),
        ("name".to_owned(), spec.name.into()),
        ("type".to_owned(), spec.kind.name().into()),
    ]);
    if let Some(default) = spec.default_json() {
        told.insert("default_value".to_owned(), default);
    }
    let choices = spec.kind.choices();
    if !choices.is_empty() {
        told.insert("enum_values".to_owned(), choices.into());
    }
    if spec.deprecated {
        told.insert("deprecated".to_owned(), true.into());
    }
    if let Some(unit) = spec.unit() {
        told.insert("unit".to_owned(), unit.into());
    }
    told.into()
}
