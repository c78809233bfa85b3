//! What a resource tells of itself, member by member, and how it is rendered.
//!
//! Filters, order and page are decided on single members; only what is then left, and of it only the
//! chosen fields, is rendered.

use serde_json::{Map, Value, json};

use super::link::Base;
use super::query::{Chosen, Fields, Filter, Path, Rank, SortKey};

mod member;

/// A resource of a JSON:API collection.
pub(super) trait Resource: Sized + Send + 'static {
    /// The type, plural: `sessions`.
    const KIND: &'static str;
    /// The path of the collection.
    const PATH: &'static str = Self::KIND;
    /// All attributes it may have.
    const ATTRIBUTES: &'static [&'static str];
    /// All relationships it may have; each is named as the type it refers to.
    const RELATIONSHIPS: &'static [&'static str];

    /// The id.
    fn id(&self) -> String;
    /// One attribute, if it has a value now.
    fn attribute(&self, name: &str) -> Option<Value>;
    /// The same as it is rendered, for attributes with links in them.
    fn rendered(&self, name: &str, _base: &Base) -> Option<Value> {
        self.attribute(name)
    }
    /// The ids that it refers to under one relationship, in order.
    fn related(&self, name: &str) -> Option<Vec<String>>;
    /// The version of its configuration, for resources that can be configured.
    fn version(&self) -> Option<u64> {
        None
    }
}

/// Whether a resource fulfils a condition.
pub(super) fn fulfils(resource: &impl Resource, filter: &Filter) -> bool {
    member::with_values(resource, filter.path(), |values| filter.holds(values))
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
    let own = base.to(&format!("{}/{}", R::PATH, resource.id()));
    json!({"data": render(resource, base, fields), "links": {"self": own}})
}

/// A resource as it stands in `data`.
pub(super) fn render<R: Resource>(resource: &R, base: &Base, fields: &Fields) -> Value {
    let id = resource.id();
    let path = format!("{}/{id}", R::PATH);
    let mut rendered = Map::from_iter([
        ("id".to_owned(), id.into()),
        ("type".to_owned(), R::KIND.into()),
        ("links".to_owned(), json!({"self": base.to(&path)})),
    ]);
    let chosen = fields.of(R::KIND);
    let relationships = relationships(resource, base, &path, chosen);
    for (name, members) in [
        ("attributes", attributes(resource, base, chosen)),
        ("relationships", relationships),
    ] {
        if !members.is_empty() {
            rendered.insert(name.to_owned(), members.into());
        }
    }
    if let Some(version) = resource.version() {
        rendered.insert("meta".to_owned(), json!({"version": version_tag(version)}));
    }
    rendered.into()
}

fn attributes<R: Resource>(
    resource: &R,
    base: &Base,
    chosen: Option<Chosen<'_>>,
) -> Map<String, Value> {
    let told = R::ATTRIBUTES
        .iter()
        .filter(|name| chosen.is_none_or(|chosen| chosen.includes(name)))
        .filter_map(|&name| {
            let value = resource.rendered(name, base)?;
            let value = match chosen {
                Some(chosen) => chosen.part(name, value)?,
                None => value,
            };
            Some((name.to_owned(), value))
        });
    told.collect()
}

fn relationships<R: Resource>(
    resource: &R,
    base: &Base,
    path: &str,
    chosen: Option<Chosen<'_>>,
) -> Map<String, Value> {
    let told = R::RELATIONSHIPS
        .iter()
        .filter(|name| chosen.is_none_or(|chosen| chosen.includes(name)))
        .filter_map(|&name| {
            let ids = resource.related(name)?;
            Some((name.to_owned(), relationship(base, path, name, &ids)))
        });
    told.collect()
}

/// The document of one relationship, if the resource has it.
pub(super) fn relationship_document<R: Resource>(
    resource: &R,
    base: &Base,
    name: &str,
) -> Option<Value> {
    let ids = resource.related(name)?;
    let path = format!("{}/{}", R::PATH, resource.id());
    Some(relationship(base, &path, name, &ids))
}

/// The references of a relationship of the resource at `path`, with its links.
pub(super) fn relationship(base: &Base, path: &str, name: &str, ids: &[String]) -> Value {
    let data: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "type": name}))
        .collect();
    json!({
        "data": data,
        "links": {
            "related": base.to(name),
            "self": base.to(&format!("{path}/relationships/{name}")),
        },
    })
}

/// `v7`, as it stands in `data.meta.version` and in `If-Match: "v7"`.
pub(super) fn version_tag(version: u64) -> String {
    format!("v{version}")
}
