//! What is answered: the documents of success, and every way to refuse.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{HttpMethod, OperationBuilder};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{Content, Object, Ref, RefOr, Response, ResponseBuilder, Schema};

use super::operations::{Answer, Operation, Takes};
use super::schemas;

/// Adds all that an operation may answer.
pub(super) fn add(operation: &Operation, mut builder: OperationBuilder) -> OperationBuilder {
    for (status, response) in successes(operation) {
        builder = builder.response(status, response);
    }
    for (status, text) in refusals(operation) {
        let mut response = ResponseBuilder::new().description(text);
        response = match status {
            "401" => response.header("WWW-Authenticate", header("How to say who one is.")),
            "429" => response.header("Retry-After", header("After how many seconds.")),
            "405" => response.header("Allow", header("The methods that there are.")),
            _ => response,
        };
        builder = builder.response(status, response.content(JSON, content("Errors")).build());
    }
    builder
}

const JSON: &str = "application/json";

fn successes(operation: &Operation) -> Vec<(&'static str, Response)> {
    let document = |schema: String| {
        let answer = ResponseBuilder::new().description("The document.");
        let answer = answer
            .header("ETag", header("The entity tag of the document."))
            .header("Last-Modified", header("Since when it is so."))
            .content(JSON, content(&schema));
        ("200", answer.build())
    };
    let mut done = ResponseBuilder::new().description("Done.");
    if hides_files(operation) {
        let text = "What the configuration file says of the object is hidden from now on.";
        done = done.header("Mxs-Warning", header(text));
    }
    if operation.path.ends_with("/undo") {
        done = done.header("Location", header("The record of the undoing."));
    }
    let mut all = match operation.answer {
        Answer::Nothing => vec![("204", done.build())],
        Answer::Collection(kind) => vec![document(schemas::collection(kind))],
        Answer::One(kind) => vec![document(schemas::document(kind))],
        Answer::Links => vec![document("Relationship".to_owned())],
        Answer::Json(form) => vec![document(schemas::document(form))],
        Answer::Made(kind) => vec![("201", made(kind, "It is there."))],
        Answer::Ran(kind) => vec![
            ("201", made(kind, "The document.")),
            ("202", made(kind, "It is not complete.")),
        ],
        Answer::Maybe(form) => vec![document(schemas::document(form)), ("204", done.build())],
        Answer::Text(media) => {
            let content = Content::new(None::<RefOr<Schema>>);
            let answer = ResponseBuilder::new().description("As text.");
            vec![("200", answer.content(media, content).build())]
        }
        Answer::Empty => vec![("200", Response::new("Yes."))],
        Answer::Upgrade => vec![("101", Response::new("A WebSocket."))],
    };
    if operation.reads() && operation.is_json() && operation.path != "/auth" {
        all.push(("304", Response::new("The client has it already.")));
    }
    all
}

/// A document that is kept nowhere, with where it is.
fn made(kind: &str, text: &str) -> Response {
    let answer = ResponseBuilder::new().description(text);
    let answer = answer.header("Location", header("Where it is."));
    let schema = content(&schemas::document(kind));
    answer.content(JSON, schema).build()
}

/// Whether what it changes may stand in a configuration file: sessions and accounts do not.
fn hides_files(operation: &Operation) -> bool {
    let kinds = [
        "filters",
        "listeners",
        "maxscale",
        "monitors",
        "servers",
        "services",
    ];
    let removes = matches!(operation.method, HttpMethod::Delete);
    let gives = !matches!(operation.takes, Takes::Nothing);
    let changes = (removes || gives) && kinds.contains(&operation.tag());
    changes || operation.path.ends_with("/undo")
}

/// Every refusal with its reason. What is refused before the operation is known comes first.
fn refusals(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        (
            "400",
            "The request is wrong; `detail` says what, and `source.pointer` where in its body.",
        ),
        ("403", "The caller may not do this, or not from there."),
        ("408", "The body came too slowly."),
        ("413", "The body is longer than 1 MiB."),
        ("500", "A fault of the gateway."),
    ];
    if !operation.is_open() {
        all.push(("401", "Nobody may do this without an account."));
        all.push(("429", "Too many log-ins have failed."));
        all.push(("503", "The gateway can't do it now."));
    }
    if operation.in_path().next().is_some() {
        all.push(("404", "There is no such thing."));
    }
    if operation.is_conditional() {
        all.push((
            "412",
            "It is not in the state that the request names; nothing was changed.",
        ));
    }
    if !operation.reads() {
        all.push(("507", "What is changed can't be kept: the disk is full."));
    }
    if operation.path.ends_with("/undo") {
        all.push(("409", "Later changes stand in the way."));
    }
    let may_not_fit = (operation.path.contains("/relationships/") && !operation.reads())
        || operation.path.ends_with("/{command}");
    if may_not_fit {
        all.push(("405", "This one can't be used with this method."));
    }
    if operation.answer == Answer::Upgrade {
        all.push(("426", "The request has to ask for a WebSocket."));
    }
    all
}

fn header(text: &str) -> Header {
    let schema = Schema::Object(Object::with_type(SchemaType::new(Type::String)));
    let header = HeaderBuilder::new().schema(Some(schema));
    header.description(Some(text)).build()
}

pub(super) fn content(schema: &str) -> Content {
    Content::new(Some(Ref::from_schema_name(schema)))
}
