//! Forms made from what a module tells of its parameters: kinds of fields, what may be typed into
//! them, and the body that a change becomes.

use serde_json::{Map, Value};

use crate::api::objects::Object;

/// What may be typed into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Anything.
    Text,
    /// Anything, but nobody looks on.
    Password,
    /// Yes or no.
    Bool,
    /// A whole number; below zero only where signs are allowed.
    Whole {
        /// Whether it may be negative.
        signed: bool,
    },
    /// A number of bytes, with a unit if wanted: `64Ki`.
    Size,
    /// A time with its unit: `300ms`, `5s`.
    Duration,
    /// One of these.
    One(Vec<String>),
    /// Some of these, separated by commas.
    Many(Vec<String>),
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// The parameter.
    pub name: String,
    /// What may be typed in.
    pub kind: FieldKind,
    /// What it is for.
    pub description: String,
    /// Its value when none is given.
    pub default: Option<String>,
    /// Whether it has to be given.
    pub mandatory: bool,
    /// Whether it can be changed at run time.
    pub modifiable: bool,
}

/// What is wrong with a text in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is there, but something has to be.
    Missing,
    /// It is no whole number.
    NotWhole,
    /// It is negative.
    Negative,
    /// It is no size.
    NotSize,
    /// It is no time.
    NotDuration,
    /// This is none of the values.
    NotKnown(String),
}

/// Parameters that are no fields of forms: objects' types, and references, which are relationships.
const REFERENCES: &[&str] = &[
    "module",
    "service",
    "serverlist",
    "filterlist",
    "monitor",
    "target",
    "targetlist",
    "server",
    "servicelist",
];

impl FieldSpec {
    /// The field of a parameter as a module tells of it; nothing for what is no field.
    pub fn of(parameter: &Value) -> Option<Self> {
        let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
        let kind = text("type");
        if REFERENCES.contains(&kind.as_str()) {
            return None;
        }
        let values = || {
            let values = parameter["enum_values"].as_array();
            values.map_or_else(Vec::new, |values| values.iter().map(text_of).collect())
        };
        Some(Self {
            name: text("name"),
            kind: match kind.as_str() {
                "bool" => FieldKind::Bool,
                "count" => FieldKind::Whole { signed: false },
                "int" => FieldKind::Whole { signed: true },
                "size" => FieldKind::Size,
                "duration" => FieldKind::Duration,
                "enum" => FieldKind::One(values()),
                "enum_mask" | "enum list" => FieldKind::Many(values()),
                "password" => FieldKind::Password,
                _ => FieldKind::Text,
            },
            description: text("description"),
            default: parameter.get("default_value").map(text_of),
            mandatory: parameter["mandatory"] == true,
            modifiable: parameter["modifiable"] == true,
        })
    }

    /// The fields of a module, mandatory ones first.
    pub fn of_module(module: &Object) -> Vec<Self> {
        let parameters = module.at("/parameters").as_array();
        let mut fields: Vec<Self> =
            parameters.map_or_else(Vec::new, |list| list.iter().filter_map(Self::of).collect());
        fields.sort_by_key(|field| !field.mandatory);
        fields
    }

    /// What is wrong with `text`, if anything is.
    pub fn check(&self, text: &str) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() {
            return if self.mandatory {
                Err(Fault::Missing)
            } else {
                Ok(())
            };
        }
        match &self.kind {
            FieldKind::Text | FieldKind::Password | FieldKind::Bool => Ok(()),
            FieldKind::Whole { signed } => match text.parse::<i64>() {
                Ok(number) if number < 0 && !signed => Err(Fault::Negative),
                Ok(_) => Ok(()),
                Err(_) => Err(Fault::NotWhole),
            },
            FieldKind::Size => {
                let units = ["", "k", "ki", "m", "mi", "g", "gi", "t", "ti"];
                has_unit(text, &units).then_some(()).ok_or(Fault::NotSize)
            }
            FieldKind::Duration => {
                let units = ["ms", "s", "m", "min", "h"];
                let plain = text.strip_prefix('-').unwrap_or(text);
                let fine = has_unit(plain, &units) || plain == "0";
                fine.then_some(()).ok_or(Fault::NotDuration)
            }
            FieldKind::One(values) => one_of(values, text),
            FieldKind::Many(values) => text
                .split(',')
                .map(str::trim)
                .try_for_each(|item| one_of(values, item)),
        }
    }

    /// The value of a text for the body of a request; an empty one takes the value away.
    pub fn value(&self, text: &str) -> Value {
        let text = text.trim();
        match &self.kind {
            _ if text.is_empty() => Value::Null,
            FieldKind::Bool => (text == "true").into(),
            FieldKind::Whole { .. } => text.parse::<i64>().map_or(text.into(), Value::from),
            _ => text.into(),
        }
    }
}

fn has_unit(text: &str, units: &[&str]) -> bool {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let unit = text[digits..].trim().to_lowercase();
    digits > 0 && units.contains(&unit.as_str())
}

fn one_of(values: &[String], text: &str) -> Result<(), Fault> {
    if values.is_empty() || values.iter().any(|value| value == text) {
        return Ok(());
    }
    Err(Fault::NotKnown(text.to_owned()))
}

/// A value of JSON as one types it: lists with commas, nothing for null.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The value of a parameter; the one of `MariaDBProtocol.allow_replication` lies within that of
/// `MariaDBProtocol`.
pub fn value_at<'a>(parameters: &'a Value, name: &str) -> &'a Value {
    match name.split_once('.') {
        Some((outer, inner)) if parameters[outer].is_object() => &parameters[outer][inner],
        _ => &parameters[name],
    }
}

/// Texts that differ from the parameters that an object has, as the parameters of a change.
pub fn changes(
    fields: &[FieldSpec],
    present: &Value,
    typed: &[(String, String)],
) -> Map<String, Value> {
    let text = |name: &str| {
        typed
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, text)| text)
    };
    fields
        .iter()
        .filter_map(|field| {
            let text = text(&field.name)?;
            let before = text_of(value_at(present, &field.name));
            (text.trim() != before).then(|| (field.name.clone(), field.value(text)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: &str, mandatory: bool) -> FieldSpec {
        FieldSpec::of(&json!({
            "name": "x", "type": kind, "enum_values": ["on", "off"], "mandatory": mandatory,
            "modifiable": true, "description": "", "default_value": "on",
        }))
        .unwrap()
    }

    #[test]
    fn what_is_typed_is_checked_by_the_kind_of_the_parameter() {
        let cases = [
            ("count", "12", None),
            ("count", "-1", Some(Fault::Negative)),
            ("count", "1x", Some(Fault::NotWhole)),
            ("int", "-1", None),
            ("size", "64Ki", None),
            ("size", "64", None),
            ("size", "64 bytes", Some(Fault::NotSize)),
            ("size", "Ki", Some(Fault::NotSize)),
            ("duration", "300ms", None),
            ("duration", "0", None),
            ("duration", "-1ms", None),
            ("duration", "300", Some(Fault::NotDuration)),
            ("enum", "on", None),
            ("enum", "maybe", Some(Fault::NotKnown("maybe".to_owned()))),
            ("enum_mask", "on, off", None),
            ("enum_mask", "on,x", Some(Fault::NotKnown("x".to_owned()))),
            ("regex", "/(/", None),
            ("count", "", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(
                field(kind, false).check(text).err(),
                expected,
                "{kind} {text}"
            );
        }
        assert_eq!(field("string", true).check(" "), Err(Fault::Missing));
    }

    #[test]
    fn references_are_no_fields() {
        assert_eq!(
            FieldSpec::of(&json!({"name": "servers", "type": "serverlist"})),
            None
        );
    }

    #[test]
    fn a_parameter_within_another_is_found_by_its_name() {
        let parameters = json!({"MariaDBProtocol": {"allow_replication": true}, "a.b": 1});
        let check = |name: &str, expected: Value| {
            assert_eq!(*value_at(&parameters, name), expected, "{name}");
        };
        check("MariaDBProtocol.allow_replication", json!(true));
        check("a.b", json!(1));
        check("none.x", Value::Null);
    }

    #[test]
    fn only_what_was_changed_is_sent_and_with_its_type() {
        let mut number = field("count", false);
        number.name = "n".to_owned();
        let mut switch = field("bool", false);
        switch.name = "b".to_owned();
        let mut text = field("string", false);
        text.name = "t".to_owned();
        let present = json!({"n": 5, "b": true, "t": "old"});
        let typed = |n: &str, b: &str, t: &str| {
            vec![
                ("n".to_owned(), n.to_owned()),
                ("b".to_owned(), b.to_owned()),
                ("t".to_owned(), t.to_owned()),
            ]
        };
        let fields = [number, switch, text];
        let changed =
            |texts: Vec<(String, String)>| Value::Object(changes(&fields, &present, &texts));
        assert_eq!(changed(typed("5", "true", "old")), json!({}));
        assert_eq!(
            changed(typed("7", "false", "")),
            json!({"n": 7, "b": false, "t": null})
        );
    }
}
