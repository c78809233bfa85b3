//! The forms of documents.

use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Components, ObjectBuilder, SchemaType, Type,
};
use utoipa::openapi::{Object, Ref, RefOr, Schema};

use crate::api::audit::AuditResource;
use crate::api::objects::maxscale::GatewayResource;
use crate::api::objects::{
    FilterResource, ListenerResource, ModuleResource, MonitorResource, ServerResource,
    ServiceResource, UnixUser, UserResource,
};
use crate::api::resource::Resource;
use crate::api::sessions::SessionResource;
use crate::api::threads::ThreadResource;

/// The name of the schema of one resource in a document.
pub(super) fn document(kind: &str) -> String {
    format!("{kind}.document")
}

/// The name of the schema of a collection.
pub(super) fn collection(kind: &str) -> String {
    format!("{kind}.collection")
}

/// The name of the schema of a resource as it is written.
pub(super) fn written(kind: &str) -> String {
    format!("{kind}.written")
}

/// A text.
pub(super) fn text() -> Schema {
    Schema::Object(Object::with_type(Type::String))
}

/// Any value.
fn any() -> Schema {
    Schema::Object(Object::with_type(SchemaType::AnyValue))
}

fn object() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Object)
}

/// An object of whatever members.
fn free() -> Schema {
    let members = AdditionalProperties::<Schema>::FreeForm(true);
    Schema::Object(object().additional_properties(Some(members)).build())
}

/// All schemas.
pub(super) fn components() -> Components {
    let mut components = Components::new();
    add::<SessionResource>(&mut components);
    add::<ServerResource>(&mut components);
    add::<ServiceResource>(&mut components);
    add::<ListenerResource>(&mut components);
    add::<MonitorResource>(&mut components);
    add::<FilterResource>(&mut components);
    add::<ModuleResource>(&mut components);
    add::<UserResource>(&mut components);
    add::<UnixUser>(&mut components);
    add::<AuditResource>(&mut components);
    add::<GatewayResource>(&mut components);
    add::<ThreadResource>(&mut components);
    let reference = object()
        .property("id", text())
        .property("type", text())
        .required("id");
    let references = ArrayBuilder::new().items(reference).build();
    let relationship = object()
        .property("data", Schema::Array(references.clone()))
        .property("links", free())
        .required("data")
        .required("links");
    let links = object()
        .property("data", Schema::Array(references))
        .required("data");
    let source = object().property("pointer", text()).build();
    let error = object()
        .property("detail", text())
        .property("source", Schema::Object(source))
        .required("detail");
    let errors = ArrayBuilder::new().items(error).build();
    let errors = object()
        .property("errors", Schema::Array(errors))
        .required("errors");
    for (name, schema) in [
        ("Relationship", relationship),
        ("Links", links),
        ("Errors", errors),
    ] {
        components
            .schemas
            .insert(name.to_owned(), Schema::Object(schema.build()).into());
    }
    components
        .schemas
        .insert("AnyDocument".to_owned(), free().into());
    components
}

fn add<R: Resource>(components: &mut Components) {
    let mut attributes = object();
    for name in R::ATTRIBUTES {
        attributes = attributes.property(*name, any());
    }
    let mut relationships = object();
    for name in R::RELATIONSHIPS {
        relationships = relationships.property(*name, Ref::from_schema_name("Relationship"));
    }
    let resource = object()
        .property("id", text())
        .property("type", text())
        .property("links", free())
        .property("meta", free())
        .property("attributes", Schema::Object(attributes.build()))
        .property("relationships", Schema::Object(relationships.build()))
        .required("id")
        .required("type")
        .required("links");
    let own: RefOr<Schema> = Ref::from_schema_name(R::KIND).into();
    let one = object()
        .property("data", own.clone())
        .property("links", free())
        .required("data")
        .required("links");
    let items = ArrayBuilder::new().items(own).build();
    let many = object()
        .property("data", Schema::Array(items))
        .property("links", free())
        .property("meta", free())
        .required("data")
        .required("links");
    let given = object()
        .property("id", text())
        .property("type", text())
        .property("attributes", free())
        .property("relationships", free());
    let given = object()
        .property("data", Schema::Object(given.build()))
        .required("data");
    for (name, schema) in [
        (R::KIND.to_owned(), resource),
        (document(R::KIND), one),
        (collection(R::KIND), many),
        (written(R::KIND), given),
    ] {
        components
            .schemas
            .insert(name, Schema::Object(schema.build()).into());
    }
}
