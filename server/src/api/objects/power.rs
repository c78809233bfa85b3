//! What is started, stopped and reloaded.

use axum::extract::{Path, State};
use axum::response::Response;

use super::write::Forcing;
use super::{Configured, ListenerResource, MonitorResource, ServiceResource, check_write, find};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::state::ApiState;

/// The object that a request is for, in the state that it thinks of.
fn check<R: Configured, P>(state: &ApiState, id: &str, call: &Call<P>) -> Result<(), ApiError> {
    let object = find::<R>(state, id)?;
    check_write(&object, None, call, state).map(|_| ())
}

/// `PUT /services/:name/start`.
pub(in crate::api) async fn start_service(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    check::<ServiceResource, _>(&state, &id, &call)?;
    state.control().start_service(&by, &id).await?;
    Ok(call::done())
}

/// `PUT /services/:name/stop`.
pub(in crate::api) async fn stop_service(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    check::<ServiceResource, _>(&state, &id, &call)?;
    let force = call.own.force;
    let control = state.control();
    control.stop_service(&by, &id, force).await?;
    Ok(call::done())
}

/// `POST /services/:name/reload`.
pub(in crate::api) async fn reload_service(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    _: Writer,
    call: Call,
) -> Result<Response, ApiError> {
    check::<ServiceResource, _>(&state, &id, &call)?;
    state.control().reload_service(&id).await?;
    Ok(call::done())
}

/// `PUT /listeners/:name/start`.
pub(in crate::api) async fn start_listener(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    check::<ListenerResource, _>(&state, &id, &call)?;
    state.control().start_listener(&by, &id).await?;
    Ok(call::done())
}

/// `PUT /listeners/:name/stop`.
pub(in crate::api) async fn stop_listener(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    check::<ListenerResource, _>(&state, &id, &call)?;
    let force = call.own.force;
    let control = state.control();
    control.stop_listener(&by, &id, force).await?;
    Ok(call::done())
}

/// `PUT /monitors/:name/start`.
pub(in crate::api) async fn start_monitor(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
) -> Result<Response, ApiError> {
    check::<MonitorResource, _>(&state, &id, &call)?;
    state.control().start_monitor(&by, &id).await?;
    Ok(call::done())
}

/// `PUT /monitors/:name/stop`.
pub(in crate::api) async fn stop_monitor(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
) -> Result<Response, ApiError> {
    check::<MonitorResource, _>(&state, &id, &call)?;
    state.control().stop_monitor(&by, &id).await?;
    Ok(call::done())
}
