//! The parameters of objects, as the tables of their modules say it.

use serde_json::{Map, Value, json};

use super::schemas::reference;
use crate::config::parameter::{Kind, ModuleKind, ParameterSpec};
use crate::config::tables;
use crate::filters;

/// The parameters of one kind of object, or of one module.
pub(super) struct Table {
    /// The kind of object, as the API names it.
    pub(super) kind: &'static str,
    /// The module, for kinds that have some.
    pub(super) module: Option<&'static str>,
    specs: Vec<&'static ParameterSpec>,
}

impl Table {
    fn new(
        kind: &'static str,
        module: Option<&'static str>,
        tables: &[&'static [ParameterSpec]],
    ) -> Self {
        let specs = tables.iter().flat_map(|table| table.iter());
        let specs = specs.filter(|spec| !spec.is_alias() && !spec.unlisted);
        // Which module it is stands beside the parameters.
        let specs = specs.filter(|spec| module.is_none() || spec.kind != Kind::Module);
        Self {
            kind,
            module,
            specs: specs.collect(),
        }
    }

    /// The name of the schema of the parameters as they are told.
    pub(super) fn name(&self) -> String {
        format!("parameters.{}", self.module.unwrap_or(self.kind))
    }

    /// The name of the schema of the parameters as they are given.
    pub(super) fn name_given(&self) -> String {
        format!("{}.given", self.name())
    }

    /// The parameters that have to be given.
    pub(super) fn mandatory(&self) -> Vec<&'static str> {
        let specs = self.specs.iter();
        let needed = specs.filter(|spec| spec.mandatory && spec.default.is_none());
        needed.map(|spec| spec.name).collect()
    }

    fn told(&self) -> Value {
        json!({"type": "object", "properties": self.members(told)})
    }

    fn given(&self) -> Value {
        let members = self.members(given);
        json!({"type": "object", "properties": members, "additionalProperties": false})
    }

    fn members(&self, form: fn(&ParameterSpec) -> Map<String, Value>) -> Map<String, Value> {
        let mut members = Map::new();
        for spec in &self.specs {
            let mut schema = form(spec);
            schema.insert("description".to_owned(), spec.description.into());
            match spec.name.split_once('.') {
                None => {
                    members.insert(spec.name.to_owned(), schema.into());
                }
                // Those of a module within the protocol stand in an object of its name.
                Some((module, name)) => {
                    let nested = members
                        .entry(module)
                        .or_insert_with(|| json!({"type": "object", "properties": {}}));
                    let nested = nested.get_mut("properties").and_then(Value::as_object_mut);
                    if let Some(nested) = nested {
                        nested.insert(name.to_owned(), schema.into());
                    }
                }
            }
        }
        members
    }
}

/// All of them.
pub(super) fn tables() -> Vec<Table> {
    let mut all = vec![
        Table::new("maxscale", None, &[tables::MAXSCALE]),
        Table::new("servers", None, &[tables::SERVER, tables::TLS]),
        Table::new("listeners", None, &tables::whole_listener()),
    ];
    for module in tables::MODULES {
        let (kind, common) = match module.kind {
            ModuleKind::Router => ("services", tables::SERVICE),
            ModuleKind::Monitor => ("monitors", tables::MONITOR),
            ModuleKind::Filter | ModuleKind::Protocol => continue,
        };
        all.push(Table::new(
            kind,
            Some(module.name),
            &[common, module.parameters],
        ));
    }
    let filters = filters::MODULES.iter().map(|module| module.spec);
    all.extend(filters.map(|module| {
        let tables = [tables::FILTER, module.parameters];
        Table::new("filters", Some(module.name), &tables)
    }));
    all
}

/// The schemas of all parameters, told and given.
pub(super) fn all() -> Map<String, Value> {
    let tables = tables();
    let told = tables.iter().map(|table| (table.name(), table.told()));
    let given = tables
        .iter()
        .map(|table| (table.name_given(), table.given()));
    told.chain(given).collect()
}

/// Puts the parameters into the attributes of objects.
pub(super) fn fill(schemas: &mut Map<String, Value>) {
    let tables = tables();
    for (kind, attributes) in [
        ("maxscale", "MaxscaleAttributes"),
        ("servers", "ServerAttributes"),
        ("listeners", "ListenerAttributes"),
        ("services", "ServiceAttributes"),
        ("monitors", "MonitorAttributes"),
        ("filters", "FilterAttributes"),
    ] {
        let own = tables.iter().filter(|table| table.kind == kind);
        let forms: Vec<Value> = own.map(|table| reference(&table.name())).collect();
        let place = schemas
            .get_mut(attributes)
            .and_then(|schema| schema.pointer_mut("/properties/parameters"));
        if let Some(place) = place {
            *place = json!({"anyOf": forms, "description": "Its parameters, by its module."});
        }
    }
}

/// A value as it is told; `null`: there is none.
fn told(spec: &ParameterSpec) -> Map<String, Value> {
    let schema = match spec.kind {
        Kind::Bool => json!({"type": ["boolean", "null"]}),
        Kind::Count | Kind::Int | Kind::Threads | Kind::Size => {
            json!({"type": ["integer", "null"]})
        }
        Kind::Duration(_) => json!({"type": ["string", "null"], "pattern": "^-?[0-9]+ms$"}),
        Kind::Enum(choices) => {
            let choices = choices.iter().map(|choice| json!(choice));
            json!({"enum": choices.chain([Value::Null]).collect::<Vec<_>>()})
        }
        Kind::EnumList(_) | Kind::StringList => {
            json!({"type": ["array", "null"], "items": {"type": "string"}})
        }
        Kind::Throttling => json!({"type": ["object", "null"]}),
        _ => json!({"type": ["string", "null"]}),
    };
    let mut schema = members(schema);
    if let Some(default) = spec.default_json() {
        schema.insert("default".to_owned(), default);
    }
    schema
}

/// A value as it may be given; `null` is the default.
fn given(spec: &ParameterSpec) -> Map<String, Value> {
    let number = |pattern: &str| {
        json!({
            "type": ["integer", "string", "null"],
            "minimum": spec.min,
            "maximum": spec.max,
            "pattern": pattern,
        })
    };
    let schema = match spec.kind {
        // The spellings of the file are fine as well.
        Kind::Bool => json!({
            "enum": [true, false, null, "true", "false", "yes", "no", "on", "off", "1", "0"],
        }),
        Kind::Count | Kind::Int => number("^-?[0-9]+$"),
        Kind::Threads => number("^([0-9]+|auto)$"),
        Kind::Size => number("^[0-9]+([kKMGT]i?B?)?$"),
        Kind::Duration(_) => number("^-?[0-9]+(h|m|min|s|ms)?$"),
        Kind::Enum(choices) => {
            let choices = choices.iter().map(|choice| json!(choice));
            json!({"enum": choices.chain([Value::Null]).collect::<Vec<_>>()})
        }
        Kind::EnumWords(_)
        | Kind::EnumMask(_)
        | Kind::EnumList(_)
        | Kind::StringList
        | Kind::ServerList => json!({
            "type": ["array", "string", "null"],
            "items": {"type": "string", "pattern": "^[^,\\r\\n\\u0000]*$"},
        }),
        _ => json!({"type": ["string", "null"], "pattern": "^[^\\r\\n\\u0000]*$"}),
    };
    members(schema)
}

fn members(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
