//! `GET /openapi.json`: the API as an OpenAPI 3.1 document, made of the resources and of a table of
//! operations. A test compares the table with the routes, so that neither can be forgotten.

mod examples;
mod inputs;
mod operations;
mod parameters;
mod schemas;
mod statuses;
mod typed;
mod written;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};
use utoipa::openapi::path::{HttpMethod, Operation as Described, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::Components;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApiBuilder, Paths, Required, ServerBuilder,
};

use super::call::Call;
use super::conditions::Age;
use super::json;
use super::state::ApiState;
use operations::{Operation, Takes};

/// `GET /openapi.json`.
pub(super) async fn document(State(state): State<ApiState>, call: Call) -> Response {
    let started = state.control().objects.started();
    call.answer(describe(), Age::Since(started))
}

/// The whole document.
pub(super) fn describe() -> Value {
    let info = InfoBuilder::new()
        .title("Sluicegate")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The REST API of Sluicegate: JSON:API documents over HTTP.",
        ))
        .build();
    let mut paths = Paths::new();
    for operation in operations::all() {
        paths.add_path_operation(
            operation.path,
            vec![operation.method.clone()],
            described(&operation),
        );
    }
    let schemes = [
        ("basic", HttpAuthScheme::Basic),
        ("bearer", HttpAuthScheme::Bearer),
    ];
    let mut components = Components::new();
    for (name, scheme) in schemes {
        components.add_security_scheme(name, SecurityScheme::Http(Http::new(scheme)));
    }
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/v1").build()]))
        .paths(paths)
        .components(Some(components))
        .security(Some(securities()))
        .build();
    let mut document = json::value(&document);
    let components = document.get_mut("components");
    if let Some(components) = components.and_then(Value::as_object_mut) {
        let schemas: Map<String, Value> = schemas::all();
        components.insert("schemas".to_owned(), schemas.into());
    }
    document
}

fn securities() -> [SecurityRequirement; 2] {
    ["basic", "bearer"].map(|name| SecurityRequirement::new(name, [""; 0]))
}

fn described(operation: &Operation) -> Described {
    let mut builder = OperationBuilder::new()
        .operation_id(Some(operation.id()))
        .summary(Some(operation.summary))
        .tag(operation.tag())
        .parameters(Some(inputs::of(operation)));
    let makes = matches!(operation.method, HttpMethod::Post);
    let schema = match operation.takes {
        Takes::Nothing => None,
        Takes::Document(kind) if makes => Some(written::new(kind)),
        Takes::Document(kind) => Some(written::change(kind)),
        Takes::Links => Some("References".to_owned()),
    };
    if let Some(schema) = schema {
        let body = ContentBuilder::from(statuses::content(&schema));
        let body = body.example(examples::body(operation)).build();
        let body = RequestBodyBuilder::new()
            .content("application/json", body)
            .required(Some(Required::True));
        builder = builder.request_body(Some(body.build()));
    }
    if operation.is_open() {
        // An empty requirement: nobody has to say who they are.
        builder = builder.security(SecurityRequirement::default());
    } else if operation.path == "/auth" {
        builder = builder.security(SecurityRequirement::new("basic", [""; 0]));
        // `logout` needs no account.
        builder = builder.security(SecurityRequirement::default());
    }
    statuses::add(operation, builder).build()
}

/// The paths of a document, for the test.
#[cfg(test)]
pub(super) fn operations() -> Vec<(String, String)> {
    let of = |operation: Operation| (operation.verb().to_owned(), operation.path.to_owned());
    operations::all().into_iter().map(of).collect()
}
