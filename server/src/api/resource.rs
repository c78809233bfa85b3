//! What a resource tells of itself, member by member, and how it is rendered.
//!
//! Filters, order and page are decided on single members; only what is then left, and of it only the
//! chosen fields, is rendered.

use serde::ser::SerializeMap;
use serde_json::{Map, Value, json};

use self::written::Relationship;
use super::json;
use super::link::{Base, step};
use super::query::{Fields, Filter, Path, Rank, SortKey};

mod member;
mod written;

pub(super) use self::written::Written;

/// A resource of a JSON:API collection.
pub(super) trait Resource: Sized + Send + 'static {
    /// The type, plural: `sessions`.
    const KIND: &'static str;
    /// The path of the collection.
    const PATH: &'static str = Self::KIND;
    /// Whether each has a document of its own, besides its place in the collection.
    const HAS_DOCUMENT: bool = true;
    /// All attributes it may have, in the order of their names.
    const ATTRIBUTES: &'static [&'static str];
    /// All relationships it may have, in the order of their names; each is named as the type that it
    /// refers to.
    const RELATIONSHIPS: &'static [&'static str];

    /// The id.
    fn id(&self) -> String;
    /// One attribute, if it has a value now.
    fn attribute(&self, name: &str) -> Option<Value>;
    /// The same as it is rendered, for attributes with links in them.
    fn rendered(&self, name: &str, _base: &Base) -> Option<Value> {
        self.attribute(name)
    }
    /// Writes the same into the attributes of a document. Resources of which there may be very many
    /// do so without making a value of it.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        base: &Base,
        attributes: &mut M,
    ) -> Result<(), M::Error> {
        let Some(mut value) = self.rendered(name, base) else {
            return Ok(());
        };
        value.sort_all_objects();
        attributes.serialize_entry(name, &value)
    }
    /// The ids that it refers to under one relationship, in order.
    fn related(&self, name: &str) -> Option<Vec<String>>;
    /// A link to what belongs to it.
    fn related_link(&self, _base: &Base) -> Option<String> {
        None
    }
    /// The version of its configuration, for resources that can be configured.
    fn version(&self) -> Option<u64> {
        None
    }
}

/// Whether a resource fulfils all of these conditions.
pub(super) fn fulfils(resource: &impl Resource, filters: &[Filter]) -> bool {
    filters
        .iter()
        .all(|filter| member::with_values(resource, filter.path(), |values| filter.holds(values)))
}

/// Where a sort key leads to, if there is such a member.
pub(super) fn sort_path<R: Resource>(key: &SortKey) -> Option<Path> {
    member::sort_path::<R>(&key.name)
}

/// Where a resource stands under a sort key.
pub(super) fn rank(resource: &impl Resource, path: &Path) -> Rank {
    member::rank(resource, path)
}

/// The document of one resource.
pub(super) fn document<R: Resource>(resource: &R, base: &Base, fields: &Fields) -> Value {
    let own = base.to(&place(resource));
    json!({"data": render(resource, base, fields), "links": {"self": own}})
}

/// A resource as it stands in `data`.
pub(super) fn render<R: Resource>(resource: &R, base: &Base, fields: &Fields) -> Value {
    json::value(&Written {
        resource,
        base,
        fields,
    })
}

/// The chosen part of something that is no [`Resource`], as it stands in `data`: there is but one of
/// its kind, or it has no document of its own.
pub(super) fn single(kind: &str, id: &str, attributes: Value, fields: &Fields) -> Value {
    let mut data = json!({"id": id, "type": kind});
    let attributes = match (fields.of(kind), attributes) {
        (Some(chosen), Value::Object(all)) => {
            let names = all.keys().map(String::as_str);
            chosen.parts(names, |name| all.get(name).cloned())
        }
        (_, Value::Object(all)) => all,
        _ => Map::new(),
    };
    if let (false, Some(data)) = (attributes.is_empty(), data.as_object_mut()) {
        data.insert("attributes".to_owned(), attributes.into());
    }
    data
}

/// The document of one relationship, if the resource has it.
pub(super) fn relationship_document<R: Resource>(
    resource: &R,
    base: &Base,
    name: &str,
) -> Option<Value> {
    let ids = resource.related(name)?;
    Some(relationship(base, &place(resource), name, &ids))
}

/// The path of a resource.
fn place<R: Resource>(resource: &R) -> String {
    format!("{}/{}", R::PATH, step(&resource.id()))
}

/// The references of a relationship of the resource at `path`, with its links.
pub(super) fn relationship(base: &Base, path: &str, name: &str, ids: &[String]) -> Value {
    json::value(&Relationship {
        base,
        path,
        name,
        ids,
    })
}

/// `v7`, as it stands in `data.meta.version` and in `If-Match: "v7"`.
pub(super) fn version_tag(version: u64) -> String {
    format!("v{version}")
}
