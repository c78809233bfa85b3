//! Writes of filters.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Map;

use super::FilterResource;
use crate::api::body::{Body, Node};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::write::Forcing;
use crate::api::objects::{check_write, find};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::api::unchanged;
use crate::control::ObjectError;
use crate::store::ObjectKind;

/// `POST /filters`.
pub(in crate::api) async fn create(
    State(state): State<ApiState>,
    Writer(by): Writer,
    _: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body = Body::parse(&body)?;
    let data = body.root().resource(FilterResource::KIND, None)?;
    refuse_relationships(&data, None)?;
    let id = data.need("id")?;
    let attributes = data.need("attributes")?.object(&["module", "parameters"])?;
    let module = attributes.need("module")?;
    let none = Map::new();
    let parameters = attributes.get("parameters");
    let given = parameters.as_ref().map_or(Ok(&none), Node::map)?;
    let created = state
        .control()
        .create_filter(&by, id.text()?, module.text()?, given);
    created.await.map_err(|error| match error {
        ObjectError::Taken(_) | ObjectError::Name(_) => id.error(error.to_string()),
        ObjectError::Module { .. } => module.error(error.to_string()),
        error => placed(error, parameters.as_ref().unwrap_or(&attributes)),
    })?;
    Ok(call::done())
}

/// `PATCH /filters/:name`.
pub(in crate::api) async fn alter(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let filter = find::<FilterResource>(&state, &id)?;
    let expected = check_write(&filter, None, &call, &state)?;
    let body = Body::parse(&body)?;
    let data = body.root().resource(FilterResource::KIND, Some(&id))?;
    refuse_relationships(&data, Some(&filter))?;
    let Some(attributes) = data.get("attributes") else {
        return Ok(call::done());
    };
    let attributes = attributes.object(FilterResource::ATTRIBUTES)?;
    for (name, value) in attributes.members()? {
        let present = filter.attribute(name).unwrap_or_default();
        let may_differ = matches!(name, "filter_diagnostics" | "parameters");
        if !may_differ && !unchanged::attribute(value.value(), &present) {
            return Err(value.error(format!("{name} can't be changed")));
        }
    }
    if let Some(parameters) = attributes.get("parameters") {
        let altered = state
            .control()
            .alter_filter(&by, &id, parameters.map()?, expected);
        altered.await.map_err(|error| placed(error, &parameters))?;
        return Ok(call::done_over(state.control(), ObjectKind::Filter, &id));
    }
    Ok(call::done())
}

/// `DELETE /filters/:name`.
pub(in crate::api) async fn delete(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    let filter = find::<FilterResource>(&state, &id)?;
    let expected = check_write(&filter, None, &call, &state)?;
    let force = call.own.force;
    state
        .control()
        .delete_filter(&by, &id, force, expected)
        .await?;
    Ok(call::done())
}

/// Filters are put into services and sessions there, not here: relationships that are given have to
/// be those that the filter has.
fn refuse_relationships(data: &Node<'_>, present: Option<&FilterResource>) -> Result<(), ApiError> {
    let Some(relationships) = data.get("relationships") else {
        return Ok(());
    };
    for (name, given) in relationships.members()? {
        if !present.is_some_and(|filter| unchanged::relationship(&given, filter, name)) {
            let detail = "the relationships of a filter are changed at services and sessions";
            return Err(given.error(detail));
        }
    }
    Ok(())
}

/// The error with the place of the parameter that it is about.
fn placed(error: ObjectError, parameters: &Node<'_>) -> ApiError {
    let ObjectError::Parameter(parameter) = &error else {
        return error.into();
    };
    let given = parameters.get(&parameter.parameter);
    given
        .as_ref()
        .unwrap_or(parameters)
        .error(error.to_string())
}
