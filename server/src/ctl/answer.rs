//! What a command answers, in the format that is wanted.

use serde_json::Value;

use super::kind::{Kind, related};
use super::options::Format;
use super::table::{Table, one_line};

/// The answer to a command.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was done, and there is nothing to say.
    Done,
    /// A document with a list.
    List(Kind, Value),
    /// A document of which everything is to be seen.
    Whole(Value),
    /// JSON in any format; on several lines or on one.
    Json { value: Value, pretty: bool },
}

impl Answer {
    pub(super) fn text(&self, format: Format) -> String {
        let tables = match self {
            Self::Done => return String::new(),
            Self::Json {
                value,
                pretty: true,
            } => return format!("{value:#}\n"),
            Self::Json { value, .. } => return format!("{value}\n"),
            Self::List(_, document) | Self::Whole(document) if format == Format::Json => {
                return format!("{document:#}\n");
            }
            Self::List(kind, document) => vec![kind.table(resources(document))],
            Self::Whole(document) => match document.get("data") {
                Some(Value::Array(resources)) => resources.iter().map(sheet).collect(),
                Some(resource) => vec![sheet(resource)],
                None => vec![sheet(document)],
            },
        };
        let texts = tables.iter().map(|table| match format {
            Format::Tsv => table.tab_separated(),
            _ => table.drawn(),
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// The resources of a list.
pub(super) fn resources(document: &Value) -> &[Value] {
    let data = document.get("data").and_then(Value::as_array);
    data.map_or(&[], Vec::as_slice)
}

/// A resource, a row for each thing that is known of it.
fn sheet(resource: &Value) -> Table {
    let mut table = Table::new(["Field", "Value"]);
    let Some(attributes) = resource.get("attributes") else {
        spread(&mut table, "", resource);
        return table;
    };
    if let Some(id) = resource.get("id") {
        table.push(["id".to_owned(), one_line(id)]);
    }
    spread(&mut table, "", attributes);
    let relationships = resource.get("relationships").and_then(Value::as_object);
    for name in relationships.into_iter().flat_map(|found| found.keys()) {
        table.push([format!("-> {name}"), related(resource, name).join(", ")]);
    }
    table
}

/// Nested values, each under the path to it.
fn spread(table: &mut Table, path: &str, value: &Value) {
    let below = |key: &str| match path {
        "" => key.to_owned(),
        path => format!("{path}/{key}"),
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                spread(table, &below(key), value);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (number, value) in items.iter().enumerate() {
                spread(table, &below(&number.to_string()), value);
            }
        }
        Value::Object(_) => table.push([path.to_owned(), String::new()]),
        value => table.push([path.to_owned(), one_line(value)]),
    }
}

#[cfg(test)]
mod tests;
