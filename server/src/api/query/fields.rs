//! `fields[TYPE]=a,b/c`: sparse fieldsets. A field is a JSON Pointer into the attributes and into the
//! relationships; as documented it leads into objects only, not into arrays.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::path::unescape;
use crate::api::error::ApiError;

/// Which members of each type's attributes and relationships are told; all when not named.
#[derive(Debug, Default)]
pub(in crate::api) struct Fields(BTreeMap<String, Vec<Field>>);

/// A JSON Pointer, relative to the attributes or to the relationships.
type Field = Vec<String>;

impl Fields {
    pub(super) fn add(&mut self, kind: &str, list: &str) -> Result<(), ApiError> {
        if kind.is_empty() {
            return Err(ApiError::bad_request("fields[] names no type"));
        }
        let fields = self.0.entry(kind.to_owned()).or_default();
        for field in list.split(',').filter(|field| !field.is_empty()) {
            let pointer = field.strip_prefix('/').unwrap_or(field);
            fields.push(pointer.split('/').map(unescape).collect());
        }
        Ok(())
    }

    /// The fields of one type; none means all.
    pub(in crate::api) fn of(&self, kind: &str) -> Option<Chosen<'_>> {
        self.0.get(kind).map(|fields| Chosen(fields))
    }
}

/// The chosen fields of one type.
#[derive(Clone, Copy)]
pub(in crate::api) struct Chosen<'a>(&'a [Field]);

impl Chosen<'_> {
    /// The chosen parts of members that have these names and values, as far as they have one.
    pub(in crate::api) fn parts<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        value: impl Fn(&'n str) -> Option<Value>,
    ) -> Map<String, Value> {
        let names = names.into_iter().filter(|name| self.includes(name));
        let parts = names.filter_map(|name| {
            let mut part = self.part(name, value(name)?)?;
            part.sort_all_objects();
            Some((name.to_owned(), part))
        });
        parts.collect()
    }

    /// Whether anything of the member is chosen.
    fn includes(&self, member: &str) -> bool {
        self.0
            .iter()
            .any(|field| field.first().is_some_and(|first| first == member))
    }

    /// The chosen part of a member's value; arrays are told whole or not at all.
    pub(in crate::api) fn part(&self, member: &str, value: Value) -> Option<Value> {
        let mut kept: Option<Value> = None;
        for field in self
            .0
            .iter()
            .filter(|field| field.first().is_some_and(|name| name == member))
        {
            let rest = field.get(1..).unwrap_or_default();
            if rest.is_empty() {
                return Some(value);
            }
            if let Some(part) = within(&value, rest) {
                merge(kept.get_or_insert_with(|| Value::Object(Map::new())), part);
            }
        }
        kept
    }
}

/// The value with nothing but what `steps` lead to.
fn within(value: &Value, steps: &[String]) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(value.clone());
    };
    let part = within(value.as_object()?.get(step)?, rest)?;
    Some(Value::Object(Map::from_iter([(step.clone(), part)])))
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
