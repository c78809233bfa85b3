//! `GET /openapi.json`: the API as an OpenAPI 3.1 document, made of the resources and of a table of
//! operations. A test compares the table with the routes, so that neither can be forgotten.

mod operations;
mod schemas;

use axum::extract::State;
use axum::response::Response;
use utoipa::openapi::path::{
    HttpMethod, Operation as Described, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Content, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    Response as Answered, ResponseBuilder, Schema, ServerBuilder,
};

use super::call::Call;
use super::conditions::Age;
use super::json;
use super::state::ApiState;
use operations::{Answer, Operation, Takes};

/// Parameters of every `GET` of JSON.
const READING: [(&str, &str); 1] = [("pretty", "Whether the answer is indented.")];
/// Parameters of collections.
const SELECTING: [(&str, &str); 4] = [
    (
        "filter",
        "A condition: `/json/pointer=value`, or an expression `eq(..)`, `and(..)`.",
    ),
    (
        "sort",
        "Members to sort by, the strongest first; `-` before one: the greatest first.",
    ),
    ("page[size]", "How many resources a page has."),
    ("page[number]", "Which page, from 0."),
];

/// `GET /openapi.json`.
pub(super) async fn document(State(state): State<ApiState>, call: Call) -> Response {
    let started = state.control().objects.started();
    call.answer(json::value(&describe()), Age::Since(started))
}

/// The whole document.
pub(super) fn describe() -> OpenApi {
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
    let mut components = schemas::components();
    for (name, scheme) in schemes {
        components.add_security_scheme(name, SecurityScheme::Http(Http::new(scheme)));
    }
    let securities = ["basic", "bearer"].map(|name| SecurityRequirement::new(name, [""; 0]));
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/v1").build()]))
        .paths(paths)
        .components(Some(components))
        .security(Some(securities))
        .build()
}

fn described(operation: &Operation) -> Described {
    let mut builder = OperationBuilder::new()
        .operation_id(Some(operation.id()))
        .summary(Some(operation.summary))
        .tag(operation.tag())
        .parameters(Some(parameters(operation)));
    if let Some(schema) = match operation.takes {
        Takes::Nothing => None,
        Takes::Document(kind) => Some(schemas::written(kind)),
        Takes::Links => Some("Links".to_owned()),
    } {
        let body = RequestBodyBuilder::new()
            .content("application/json", content(&schema))
            .required(Some(Required::True));
        builder = builder.request_body(Some(body.build()));
    }
    let (status, answer) = match operation.answer {
        Answer::Nothing => ("204", Answered::new("Done.")),
        Answer::Collection(kind) => ("200", answered(&schemas::collection(kind))),
        Answer::One(kind) => ("200", answered(&schemas::document(kind))),
        Answer::Links => ("200", answered("Relationship")),
        Answer::Json => ("200", answered("AnyDocument")),
        Answer::Text(media) => {
            let content = Content::new(None::<RefOr<Schema>>);
            let answer = ResponseBuilder::new()
                .description("As text.")
                .content(media, content);
            ("200", answer.build())
        }
        Answer::Upgrade => ("101", Answered::new("A WebSocket.")),
    };
    builder = builder.response(status, answer);
    if matches!(operation.method, HttpMethod::Get) {
        builder = builder.response("304", Answered::new("The client has it already."));
    }
    builder.response("default", answered("Errors")).build()
}

fn answered(schema: &str) -> Answered {
    let answer = ResponseBuilder::new().description(schema);
    answer.content("application/json", content(schema)).build()
}

fn content(schema: &str) -> Content {
    Content::new(Some(Ref::from_schema_name(schema)))
}

fn parameters(operation: &Operation) -> Vec<Parameter> {
    let in_path = operation
        .path
        .split('/')
        .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Parameter> = in_path
        .map(|name| parameter(name, "", ParameterIn::Path, Required::True))
        .collect();
    let mut query = |name: &str, text: &str| {
        all.push(parameter(name, text, ParameterIn::Query, Required::False));
    };
    if operation.is_json() {
        for (name, text) in READING {
            query(name, text);
        }
    }
    if let Answer::Collection(kind) = operation.answer {
        for (name, text) in SELECTING {
            query(name, text);
        }
        query(
            &format!("fields[{kind}]"),
            "The members that are told, separated by commas.",
        );
    }
    if let Answer::One(kind) = operation.answer {
        query(
            &format!("fields[{kind}]"),
            "The members that are told, separated by commas.",
        );
    }
    for (name, text) in &operation.own {
        query(name, text);
    }
    all
}

fn parameter(name: &str, text: &str, place: ParameterIn, required: Required) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description((!text.is_empty()).then_some(text))
        .schema(Some(schemas::text()))
        .build()
}

/// The paths of a document, for the test.
#[cfg(test)]
pub(super) fn operations() -> Vec<(String, String)> {
    let of = |operation: Operation| (operation.verb().to_owned(), operation.path.to_owned());
    operations::all().into_iter().map(of).collect()
}
