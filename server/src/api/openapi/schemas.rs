//! The forms of documents. They are built as JSON: `utoipa` describes the types that `shared` has, and
//! what is around them is alike for all resources.

#![expect(
    clippy::needless_pass_by_value,
    reason = "parts of a document are made to be put into it; `json!` borrows them all the same"
)]

use serde_json::{Map, Value, json};
use sluicegate_shared::audit::AuditAttributes;
use sluicegate_shared::auth::TokenDocument;
use sluicegate_shared::classifier::{
    ClassifierAttributes, ClassifyAttributes, RememberedAttributes,
};
use sluicegate_shared::jsonapi::ErrorDocument;
use sluicegate_shared::log::{LogDataAttributes, LogEntryAttributes, LogsAttributes};
use sluicegate_shared::object::filter::FilterAttributes;
use sluicegate_shared::object::listener::ListenerAttributes;
use sluicegate_shared::object::maxscale::MaxscaleAttributes;
use sluicegate_shared::object::module::ModuleAttributes;
use sluicegate_shared::object::monitor::MonitorAttributes;
use sluicegate_shared::object::server::ServerAttributes;
use sluicegate_shared::object::service::ServiceAttributes;
use sluicegate_shared::object::user::UserAttributes;
use sluicegate_shared::session::SessionAttributes;
use sluicegate_shared::sql::{QueryAttributes, SqlAttributes, SqlMeta};
use sluicegate_shared::thread::ThreadAttributes;
use sluicegate_shared::vitals::{MemoryAttributes, SamplesAttributes};
use utoipa::ToSchema;

use super::typed::{Sparse, Types};
use super::{parameters, written};
use crate::api::audit::AuditResource;
use crate::api::classifier::RememberedResource;
use crate::api::objects::maxscale::GatewayResource;
use crate::api::objects::{
    FilterResource, ListenerResource, ModuleResource, MonitorResource, ServerResource,
    ServiceResource, UnixUser, UserResource,
};
use crate::api::resource::Resource;
use crate::api::sessions::SessionResource;
use crate::api::sql::{QueryResource, SqlResource};
use crate::api::threads::ThreadResource;

/// The name of the schema of one resource in a document.
pub(super) fn document(kind: &str) -> String {
    format!("{kind}.document")
}

/// The name of the schema of a collection.
pub(super) fn collection(kind: &str) -> String {
    format!("{kind}.collection")
}

/// A reference to the schema of that name.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// All schemas.
pub(super) fn all() -> Map<String, Value> {
    let mut types = Types::default();
    let mut forms = Map::new();
    resource::<SessionResource, SessionAttributes>(&mut types, &mut forms);
    resource::<ServerResource, ServerAttributes>(&mut types, &mut forms);
    resource::<ServiceResource, ServiceAttributes>(&mut types, &mut forms);
    resource::<ListenerResource, ListenerAttributes>(&mut types, &mut forms);
    resource::<MonitorResource, MonitorAttributes>(&mut types, &mut forms);
    resource::<FilterResource, FilterAttributes>(&mut types, &mut forms);
    resource::<ModuleResource, ModuleAttributes>(&mut types, &mut forms);
    resource::<UserResource, UserAttributes>(&mut types, &mut forms);
    resource::<UnixUser, UserAttributes>(&mut types, &mut forms);
    resource::<AuditResource, AuditAttributes>(&mut types, &mut forms);
    resource::<GatewayResource, MaxscaleAttributes>(&mut types, &mut forms);
    resource::<ThreadResource, ThreadAttributes>(&mut types, &mut forms);
    resource::<RememberedResource, RememberedAttributes>(&mut types, &mut forms);
    resource::<SqlResource, SqlAttributes>(&mut types, &mut forms);
    resource::<QueryResource, QueryAttributes>(&mut types, &mut forms);
    statements(&mut types, &mut forms);
    single::<LogsAttributes>("logs", &mut types, &mut forms);
    single::<LogDataAttributes>("log_data", &mut types, &mut forms);
    single::<MemoryAttributes>("memory", &mut types, &mut forms);
    single::<SamplesAttributes>("samples", &mut types, &mut forms);
    single::<ClassifierAttributes>("query_classifier", &mut types, &mut forms);
    single::<ClassifyAttributes>("classify", &mut types, &mut forms);
    several::<LogEntryAttributes>("log_entry", &mut types, &mut forms);
    let token = types.add::<TokenDocument>(Sparse::No);
    forms.insert(document("token"), token);
    let errors = types.add::<ErrorDocument>(Sparse::No);
    forms.insert("Errors".to_owned(), errors);
    forms.extend(common());
    let mut all = types.into_schemas();
    parameters::fill(&mut all);
    all.extend(forms);
    all.extend(parameters::all());
    all.extend(written::all());
    all
}

/// Forms that are not of one kind of resource.
fn common() -> Map<String, Value> {
    let links = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let one = json!({
        "type": "object",
        "properties": {"id": {"type": "string"}, "type": {"type": "string"}},
        "required": ["id", "type"],
    });
    let relationship = json!({
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": reference("Reference")},
            "links": reference("DocumentLinks"),
        },
        "required": ["data", "links"],
    });
    let command = json!({
        "type": "object",
        "properties": {
            "links": reference("DocumentLinks"),
            "meta": {"description": "What the command tells."},
        },
        "required": ["links", "meta"],
    });
    Map::from_iter([
        ("DocumentLinks".to_owned(), links),
        ("Reference".to_owned(), one),
        ("Relationship".to_owned(), relationship),
        (document("command"), command),
        (document("any"), json!({"type": "object"})),
    ])
}

/// The forms of a kind of resource and of its documents.
fn resource<R: Resource, A: ToSchema>(types: &mut Types, forms: &mut Map<String, Value>) {
    let relationships: Map<String, Value> = R::RELATIONSHIPS
        .iter()
        .map(|name| ((*name).to_owned(), reference("Relationship")))
        .collect();
    let required: &[&str] = if R::HAS_DOCUMENT {
        &["id", "type", "links"]
    } else {
        &["id", "type"]
    };
    let resource = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "type": {"const": R::KIND},
            "links": reference("DocumentLinks"),
            "meta": versioned(),
            "attributes": types.add::<A>(Sparse::Yes),
            "relationships": {"type": "object", "properties": relationships},
        },
        "required": required,
    });
    let pages = json!({
        "type": "object",
        "properties": {"total": {"type": "integer", "minimum": 0}},
    });
    let many = json!({
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": reference(R::KIND)},
            "links": reference("DocumentLinks"),
            "meta": pages,
        },
        "required": ["data", "links"],
    });
    forms.insert(document(R::KIND), enclosed(reference(R::KIND)));
    forms.insert(collection(R::KIND), many);
    forms.insert(R::KIND.to_owned(), resource);
}

/// What the documents of connections and statements have beside those of other resources.
fn statements(types: &mut Types, forms: &mut Map<String, Value>) {
    let mut opened = enclosed(reference(SqlResource::KIND));
    if let Some(Value::Object(members)) = opened.get_mut("properties") {
        members.insert("meta".to_owned(), types.add::<SqlMeta>(Sparse::No));
    }
    forms.insert(document(SqlResource::KIND), opened);
    let drivers = json!({"type": "array", "items": {"type": "object"}});
    forms.insert(document("drivers"), enclosed(drivers));
}

/// What is told of a resource besides itself.
fn versioned() -> Value {
    json!({
        "type": "object",
        "properties": {"version": {"type": "string", "pattern": "^v[0-9]+$"}},
    })
}

/// A document with that in `data`.
fn enclosed(data: Value) -> Value {
    json!({
        "type": "object",
        "properties": {"data": data, "links": reference("DocumentLinks")},
        "required": ["data", "links"],
    })
}

/// The document of something that there is one of.
fn single<A: ToSchema>(kind: &str, types: &mut Types, forms: &mut Map<String, Value>) {
    let data = bare(kind, types.add::<A>(Sparse::Yes));
    forms.insert(document(kind), enclosed(data));
}

/// The document of several that have no documents of their own.
fn several<A: ToSchema>(kind: &str, types: &mut Types, forms: &mut Map<String, Value>) {
    let data = bare(kind, types.add::<A>(Sparse::Yes));
    let data = json!({"type": "array", "items": data});
    forms.insert(document(kind), enclosed(data));
}

fn bare(kind: &str, attributes: Value) -> Value {
    let mut properties = json!({
        "attributes": attributes,
        "id": {"type": "string"},
        "type": {"const": kind},
    });
    // The log's parameters are the gateway's.
    if let ("logs", Some(properties)) = (kind, properties.as_object_mut()) {
        properties.insert("meta".to_owned(), versioned());
    }
    json!({"type": "object", "properties": properties, "required": ["id", "type"]})
}
