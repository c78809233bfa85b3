//! A resource is written member by member, without a tree of it: that of a long list costs more to
//! make and to take down than all the writing.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::{Resource, version_tag};
use crate::api::json;
use crate::api::link::{Base, step};
use crate::api::query::{Chosen, Fields};

/// A resource as it stands in `data`, its keys in order.
pub(in crate::api) struct Written<'a, R> {
    /// The resource.
    pub(in crate::api) resource: &'a R,
    /// What its links begin with.
    pub(in crate::api) base: &'a Base,
    /// Its fields that are wanted.
    pub(in crate::api) fields: &'a Fields,
}

impl<R: Resource> Written<'_, R> {
    /// The parts of the attributes that are wanted.
    fn attributes(&self, chosen: Chosen<'_>) -> Map<String, Value> {
        chosen.parts(R::ATTRIBUTES.iter().copied(), |name| {
            self.resource.rendered(name, self.base)
        })
    }

    /// The parts of the relationships that are wanted.
    fn relationships(&self, path: &str, chosen: Chosen<'_>) -> Map<String, Value> {
        chosen.parts(R::RELATIONSHIPS.iter().copied(), |name| {
            let ids = self.resource.related(name)?;
            Some(json::value(&Relationship {
                base: self.base,
                path,
                name,
                ids: &ids,
            }))
        })
    }

    /// All relationships that it has, with the ids that they refer to.
    fn related(&self) -> Vec<(&'static str, Vec<String>)> {
        let names = R::RELATIONSHIPS.iter();
        names
            .filter_map(|&name| Some((name, self.resource.related(name)?)))
            .collect()
    }
}

impl<R: Resource> Serialize for Written<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const {
            assert!(are_sorted(R::ATTRIBUTES) && are_sorted(R::RELATIONSHIPS));
        }
        let (resource, base, chosen) = (self.resource, self.base, self.fields.of(R::KIND));
        let id = resource.id();
        let path = format!("{}/{}", R::PATH, step(&id));
        let mut data = serializer.serialize_map(None)?;
        match chosen {
            Some(chosen) => some_of(&mut data, "attributes", &self.attributes(chosen))?,
            None => data.serialize_entry("attributes", &Attributes { resource, base })?,
        }
        data.serialize_entry("id", &id)?;
        if let Some(related) = resource.related_link(base) {
            let links = [("related", related), ("self", base.to(&path))];
            data.serialize_entry("links", &BTreeMap::from(links))?;
        } else if R::HAS_DOCUMENT {
            data.serialize_entry("links", &One("self", Text(base.link(&path))))?;
        }
        if let Some(version) = resource.version() {
            data.serialize_entry("meta", &One("version", version_tag(version)))?;
        }
        if let Some(chosen) = chosen {
            let parts = self.relationships(&path, chosen);
            some_of(&mut data, "relationships", &parts)?;
        } else {
            let (path, related) = (&path, &self.related());
            if !related.is_empty() {
                let all = Relationships {
                    base,
                    path,
                    related,
                };
                data.serialize_entry("relationships", &all)?;
            }
        }
        data.serialize_entry("type", R::KIND)?;
        data.end()
    }
}

/// Writes the chosen members of an object, if there are some.
fn some_of<M: SerializeMap>(
    data: &mut M,
    name: &'static str,
    parts: &Map<String, Value>,
) -> Result<(), M::Error> {
    if parts.is_empty() {
        return Ok(());
    }
    data.serialize_entry(name, parts)
}

/// Whether names are in the order in which documents have them.
const fn are_sorted(names: &[&str]) -> bool {
    let mut index = 1;
    while index < names.len() {
        if !is_before(names[index - 1].as_bytes(), names[index].as_bytes()) {
            return false;
        }
        index += 1;
    }
    true
}

const fn is_before(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return one[index] < other[index];
        }
        index += 1;
    }
    one.len() < other.len()
}

/// An object with one member.
struct One<T>(&'static str, T);

impl<T: Serialize> Serialize for One<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(self.0, &self.1)?;
        object.end()
    }
}

/// What is written as text.
struct Text<T>(T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct Attributes<'a, R> {
    resource: &'a R,
    base: &'a Base,
}

impl<R: Resource> Serialize for Attributes<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut attributes = serializer.serialize_map(None)?;
        for name in R::ATTRIBUTES {
            self.resource.write(name, self.base, &mut attributes)?;
        }
        attributes.end()
    }
}

struct Relationships<'a> {
    base: &'a Base,
    path: &'a str,
    related: &'a [(&'static str, Vec<String>)],
}

impl Serialize for Relationships<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { base, path, .. } = *self;
        serializer.collect_map(self.related.iter().map(|(name, ids)| {
            let relationship = Relationship {
                base,
                path,
                name,
                ids,
            };
            (name, relationship)
        }))
    }
}

/// One relationship of the resource at a path.
pub(super) struct Relationship<'a> {
    pub(super) base: &'a Base,
    pub(super) path: &'a str,
    pub(super) name: &'a str,
    pub(super) ids: &'a [String],
}

impl Serialize for Relationship<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut relationship = serializer.serialize_map(Some(2))?;
        relationship.serialize_entry("data", &References(self))?;
        relationship.serialize_entry("links", &Links(self))?;
        relationship.end()
    }
}

struct References<'a>(&'a Relationship<'a>);

impl Serialize for References<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.0.name;
        serializer.collect_seq(self.0.ids.iter().map(|id| Reference { id, kind }))
    }
}

#[derive(serde::Serialize)]
struct Reference<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
}

struct Links<'a>(&'a Relationship<'a>);

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Relationship {
            base, path, name, ..
        } = self.0;
        let mut links = serializer.serialize_map(Some(2))?;
        links.serialize_entry("related", &Text(base.link(name)))?;
        let own = format!("{path}/relationships/{name}");
        links.serialize_entry("self", &Text(base.link(&own)))?;
        links.end()
    }
}
