//! Commands of modules: `GET` or `POST /maxscale/modules/:module/:command?FILTER&ARGUMENT..`.

use axum::extract::{Path, RawQuery, State};
use axum::http::header::{ALLOW, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::api::call::{self, BareCall, Writer};
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::link::Base;
use crate::api::objects::ModuleResource;
use crate::api::resource::Resource;
use crate::api::sight::Sight;
use crate::api::state::ApiState;
use crate::config::parameter::ModuleKind;
use crate::config::tables;
use crate::filters::{CommandSpec, commands};

/// The commands of a module, as documented.
pub(super) fn told(module: &str) -> Value {
    commands(module).iter().map(command).collect()
}

fn command(spec: &CommandSpec) -> Value {
    let parameter = |kind: &str, description: &str, required: bool| json!({"type": kind, "description": description, "required": required});
    let filter = parameter("FILTER", "The filter.", true);
    let more = spec.arguments.iter();
    let more = more.map(|description| parameter("[STRING]", description, false));
    let parameters: Vec<Value> = std::iter::once(filter).chain(more).collect();
    json!({
        "id": spec.name,
        "type": "module_command",
        "attributes": {
            "arg_max": parameters.len(),
            "arg_min": 1,
            "description": spec.description,
            "method": method(spec).as_str(),
            "parameters": parameters,
        },
    })
}

/// Adds where a command is given.
pub(super) fn add_link(command: &mut Value, module: &str, base: &Base) {
    let name = command
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let link = base.to(&format!("{}/{module}/{name}", ModuleResource::PATH));
    if let Some(members) = command.as_object_mut() {
        members.insert("links".to_owned(), json!({"self": link}));
    }
}

fn method(spec: &CommandSpec) -> Method {
    if spec.writes {
        Method::POST
    } else {
        Method::GET
    }
}

/// A command that only tells something.
pub(in crate::api) async fn read(
    State(state): State<ApiState>,
    Path(path): Path<(String, String)>,
    sight: Sight,
    query: RawQuery,
    BareCall(call): BareCall,
) -> Result<Response, ApiError> {
    let (module, spec, arguments) = asked(&path, &query, &Method::GET)?;
    if spec.tells_statements {
        sight.check()?;
    }
    let control = state.control();
    let answer = control.filter_command(None, module, spec.name, &arguments);
    let meta = answer.await?;
    Ok(call.answer(document(&path, &query, &meta, &call.base), Age::Live))
}

/// A command that does something.
pub(in crate::api) async fn write(
    State(state): State<ApiState>,
    Path(path): Path<(String, String)>,
    Writer(by): Writer,
    query: RawQuery,
    BareCall(call): BareCall,
) -> Result<Response, ApiError> {
    let (module, spec, arguments) = asked(&path, &query, &Method::POST)?;
    let control = state.control();
    let answer = control.filter_command(Some(&by), module, spec.name, &arguments);
    match answer.await? {
        Value::Null => Ok(call::done()),
        meta => Ok(call.answer(document(&path, &query, &meta, &call.base), Age::Live)),
    }
}

/// What a command told, with the request that tells it again.
fn document(
    (module, name): &(String, String),
    RawQuery(query): &RawQuery,
    meta: &Value,
    base: &Base,
) -> Value {
    let mut link = base.to(&format!("{}/{module}/{name}", ModuleResource::PATH));
    if let Some(query) = query {
        link.extend(["?", query]);
    }
    json!({"links": {"self": link}, "meta": meta})
}

fn asked<'a>(
    (module, name): &'a (String, String),
    RawQuery(query): &RawQuery,
    by: &Method,
) -> Result<(&'a str, &'static CommandSpec, Vec<String>), ApiError> {
    let spec = commands(module).iter().find(|spec| spec.name == *name);
    let spec = spec.ok_or_else(|| {
        let mut detail = format!("{name} is not a command of the module {module}");
        if tables::MODULES
            .iter()
            .any(|known| known.kind == ModuleKind::Monitor && known.name == module)
        {
            detail.push_str(": monitors only watch here, they change no server");
        }
        ApiError::new(StatusCode::NOT_FOUND, detail)
    })?;
    if method(spec) != *by {
        let allowed = if spec.writes { "POST" } else { "GET,HEAD" };
        let detail = format!("{by} is not possible with the command {name}");
        return Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
            .with_header(ALLOW, HeaderValue::from_static(allowed)));
    }
    let arguments = arguments(query.as_deref().unwrap_or_default())?;
    let most = 1 + spec.arguments.len();
    if arguments.len() > most {
        let detail = format!("{name} takes at most {most} arguments");
        return Err(ApiError::bad_request(detail));
    }
    Ok((module, spec, arguments))
}

/// What stands behind the question mark, with `&` in between.
fn arguments(query: &str) -> Result<Vec<String>, ApiError> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let parts = parts.filter(|part| !part.starts_with("pretty="));
    let decoded = parts.map(|part| percent_decode_str(part).decode_utf8());
    decoded
        .map(|text| text.map(Into::into))
        .collect::<Result<_, _>>()
        .map_err(|_| ApiError::bad_request("an argument is not UTF-8"))
}
