//! Configured objects: servers, services, listeners, monitors, filters, the gateway itself, and the
//! accounts of administrators. They answer alike; what each tells stands in the file of its name.

mod filter;
pub(super) mod listener;
pub(super) mod maxscale;
pub(super) mod module;
mod monitor;
pub(super) mod power;
mod replication;
pub(super) mod server;
mod service;
mod statistics;
pub(super) mod user;
pub(super) mod write;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

pub(super) use filter::FilterResource;
pub(super) use listener::ListenerResource;
pub(super) use module::ModuleResource;
pub(super) use monitor::MonitorResource;
pub(super) use server::{ServerResource, state_words};
pub(super) use service::ServiceResource;
pub(super) use user::{UnixUser, UserResource};

use super::call::Call;
use super::collection;
use super::conditions::Age;
use super::error::ApiError;
use super::resource::{self, Resource};
use super::state::ApiState;
use crate::control::objects::Described;

/// A resource of which all can be had at once.
pub(super) trait Configured: Resource {
    /// One of them, with its article, for a person: `a server`.
    const ONE: &'static str;
    /// Whether it tells of what changes by itself.
    const LIVE: bool;

    /// All of them.
    fn all(state: &ApiState) -> Vec<Self>;
}

/// `GET /servers` and so on.
pub(super) async fn list<R: Configured>(
    State(state): State<ApiState>,
    call: Call,
) -> Result<Response, ApiError> {
    let (call, selection) = collection::select(R::all(&state), call).await?;
    collection::answer(selection, call, age::<R>(&state)).await
}

/// `GET /servers/:name` and so on.
pub(super) async fn one<R: Configured>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let object = find::<R>(&state, &id)?;
    let document = resource::document(&object, &call.base, &call.query.fields);
    Ok(call.answer(document, age::<R>(&state)))
}

/// `GET /services/:name/listeners`.
pub(super) async fn listeners_of(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let service = find::<ServiceResource>(&state, &id)?;
    let own = service.related(ListenerResource::KIND).unwrap_or_default();
    let mut listeners = ListenerResource::all(&state);
    listeners.retain(|listener| own.contains(&listener.id()));
    let (call, mut selection) = collection::select(listeners, call).await?;
    selection.path = format!("{}/{id}/{}", ServiceResource::PATH, ListenerResource::KIND);
    collection::answer(selection, call, age::<ListenerResource>(&state)).await
}

/// `GET /services/:name/listeners/:listener`.
pub(super) async fn one_listener_of(
    State(state): State<ApiState>,
    Path((service, id)): Path<(String, String)>,
    call: Call,
) -> Result<Response, ApiError> {
    let listener = listener_of(&state, &service, &id)?;
    let document = resource::document(&listener, &call.base, &call.query.fields);
    Ok(call.answer(document, age::<ListenerResource>(&state)))
}

fn listener_of(state: &ApiState, service: &str, id: &str) -> Result<ListenerResource, ApiError> {
    let service = find::<ServiceResource>(state, service)?;
    let own = service.related(ListenerResource::KIND).unwrap_or_default();
    if !own.iter().any(|own| own == id) {
        let one = format!("a listener of {}", service.id());
        return Err(ApiError::not_a(&one, id));
    }
    find::<ListenerResource>(state, id)
}

/// `GET /servers/:name/relationships/:relationship` and so on.
pub(super) async fn relationship<R: Configured>(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    call: Call,
) -> Result<Response, ApiError> {
    let object = find::<R>(&state, &id)?;
    let document = relationship_of(&object, &name, &call)?;
    Ok(call.answer(document, age::<R>(&state)))
}

fn relationship_of<R: Configured, P>(
    object: &R,
    name: &str,
    call: &Call<P>,
) -> Result<Value, ApiError> {
    resource::relationship_document(object, &call.base, name)
        .ok_or_else(|| ApiError::not_a(&format!("a relationship of {}", R::ONE), name))
}

fn find<R: Configured>(state: &ApiState, id: &str) -> Result<R, ApiError> {
    let mut all = R::all(state).into_iter();
    all.find(|object| object.id() == id)
        .ok_or_else(|| ApiError::not_a(R::ONE, id))
}

fn age<R: Configured>(state: &ApiState) -> Age {
    if R::LIVE {
        Age::Live
    } else {
        Age::Since(state.control().objects.started())
    }
}

/// An attribute that every configured object has.
fn described(object: &Described, name: &str) -> Option<Value> {
    match name {
        "name" => Some((*object.name).into()),
        "parameters" => Some(object.parameters.clone().into()),
        "source" => Some(source(object.file.as_deref())),
        _ => None,
    }
}

fn source(file: Option<&std::path::Path>) -> Value {
    match file {
        Some(file) => json!({"file": file.display().to_string(), "type": "static"}),
        None => json!({"file": null, "type": "runtime"}),
    }
}

/// Refuses a write, to the object or to one `relationship` of it, that thinks of another state than
/// the present one. Answers the version that the object has to have when the change is made.
fn check_write<R: Configured, P>(
    object: &R,
    relationship: Option<&str>,
    call: &Call<P>,
    state: &ApiState,
) -> Result<Option<u64>, ApiError> {
    if !call.is_conditional() {
        return Ok(None);
    }
    let document = match relationship {
        Some(name) => relationship_of(object, name, call)?,
        None => resource::document(object, &call.base, &call.query.fields),
    };
    call.check_write(document, object.version(), age::<R>(state))?;
    Ok(object.version())
}

/// The object that a write is for, in the state that it thinks of, and the version that the object has
/// to have when the change is made.
fn find_to_write<R: Configured, P>(
    state: &ApiState,
    id: &str,
    call: &Call<P>,
) -> Result<(R, Option<u64>), ApiError> {
    let object = find::<R>(state, id)?;
    let expected = check_write(&object, None, call, state)?;
    Ok((object, expected))
}

fn names(list: &[std::sync::Arc<str>]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}
