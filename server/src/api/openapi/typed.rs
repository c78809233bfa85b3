//! Schemas of the types of `shared`, as `utoipa` derives them.

use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schemas::reference;
use crate::api::json;

/// Whether only some members may be told.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sparse {
    /// With `fields[..]`.
    Yes,
    /// All that there are are told.
    No,
}

/// The schemas of types, by name.
#[derive(Default)]
pub(super) struct Types(Map<String, Value>);

const PREFIX: &str = "#/components/schemas/";

impl Types {
    /// Adds a type and all that it consists of; answers a reference to it.
    pub(super) fn add<T: ToSchema>(&mut self, sparse: Sparse) -> Value {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            self.0.entry(name).or_insert_with(|| json::value(&schema));
        }
        if sparse == Sparse::Yes {
            self.loosen(&T::name());
        }
        reference(&T::name())
    }

    /// Of an object that is told in part, no member has to be there, and neither those of objects in
    /// it. What stands in arrays is told whole.
    fn loosen(&mut self, name: &str) {
        let Some(schema) = self.0.get_mut(name) else {
            return;
        };
        let mut inner = Vec::new();
        take_required(schema, &mut inner);
        for name in inner {
            self.loosen(&name);
        }
    }

    pub(super) fn into_schemas(self) -> Map<String, Value> {
        self.0
    }
}

fn take_required(schema: &mut Value, inner: &mut Vec<String>) {
    if let Some(Value::String(to)) = schema.get("$ref") {
        inner.extend(to.strip_prefix(PREFIX).map(str::to_owned));
        return;
    }
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.remove("required");
    for (name, part) in schema {
        match (name.as_str(), part) {
            ("properties", Value::Object(members)) => {
                for member in members.values_mut() {
                    take_required(member, inner);
                }
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                for part in parts {
                    take_required(part, inner);
                }
            }
            _ => {}
        }
    }
}
