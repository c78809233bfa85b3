//! JSON:API documents: `{data, links, meta}` or `{errors}` (API.md, *Ground rules*).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A document with one resource or a list of them in `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document<T> {
    /// The resource, or the list.
    pub data: T,
    /// Links of the document: `self`, and `first`, `last`, `prev`, `next` of a page.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// `total` of a paged collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

/// Facts about a document rather than about its resources.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Meta {
    /// How many resources the collection has before paging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// One resource: its type, id, attributes, relationships and links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource<A> {
    /// The id, always a string.
    pub id: String,
    /// The type, plural: `sessions`, `services`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// What the resource says of itself.
    pub attributes: A,
    /// Named references to other resources.
    #[serde(default)]
    pub relationships: BTreeMap<String, Relationship>,
    /// `self`.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Facts about the resource's configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<ResourceMeta>,
}

/// Facts about a resource that can be configured.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResourceMeta {
    /// The version of its configuration, for `If-Match`: `v7`.
    pub version: String,
}

/// References of one resource to others, in order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Relationship {
    /// The resources referred to; the order means something for `filters`.
    pub data: Vec<ResourceId>,
    /// `self` and `related`.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
}

/// A reference to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResourceId {
    /// The id.
    pub id: String,
    /// The type, plural.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The body of every failed request.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDocument {
    /// At least one error.
    pub errors: Vec<ErrorObject>,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorObject {
    /// What is wrong, for a person.
    pub detail: String,
    /// Where in the request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ErrorSource>,
}

/// Where in a request body an error is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorSource {
    /// A JSON Pointer, `/data/attributes/..`.
    pub pointer: String,
}
