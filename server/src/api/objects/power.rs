//! What is started, stopped and reloaded.

use axum::extract::{Path, State};
use axum::response::Response;

use super::write::{Done, Forcing};
use super::{Configured, ListenerResource, MonitorResource, ServiceResource, find_to_write};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::query::{self, Parameters};
use crate::api::state::ApiState;
use crate::control::{By, Control};

/// A resource that is started and stopped.
pub(in crate::api) trait Powered: Configured {
    /// Parameters of both requests.
    type Asked: Parameters + Sync + 'static;

    /// Starts one.
    fn start(control: &Control, by: &By, id: &str) -> impl Future<Output = Done> + Send;
    /// Stops one.
    fn stop(
        control: &Control,
        by: &By,
        id: &str,
        asked: &Self::Asked,
    ) -> impl Future<Output = Done> + Send;
}

impl Powered for ServiceResource {
    type Asked = Forcing;

    async fn start(control: &Control, by: &By, id: &str) -> Done {
        control.start_service(by, id).await
    }

    async fn stop(control: &Control, by: &By, id: &str, asked: &Forcing) -> Done {
        control.stop_service(by, id, asked.force).await
    }
}

impl Powered for ListenerResource {
    type Asked = Forcing;

    async fn start(control: &Control, by: &By, id: &str) -> Done {
        control.start_listener(by, id).await
    }

    async fn stop(control: &Control, by: &By, id: &str, asked: &Forcing) -> Done {
        control.stop_listener(by, id, asked.force).await
    }
}

impl Powered for MonitorResource {
    type Asked = query::None;

    async fn start(control: &Control, by: &By, id: &str) -> Done {
        control.start_monitor(by, id).await
    }

    async fn stop(control: &Control, by: &By, id: &str, _: &query::None) -> Done {
        control.stop_monitor(by, id).await
    }
}

/// `PUT /services/:name/start` and so on.
pub(in crate::api) async fn start<R: Powered>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<R::Asked>,
) -> Result<Response, ApiError> {
    find_to_write::<R, _>(&state, &id, &call)?;
    R::start(state.control(), &by, &id).await?;
    Ok(call::done())
}

/// `PUT /services/:name/stop` and so on.
pub(in crate::api) async fn stop<R: Powered>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<R::Asked>,
) -> Result<Response, ApiError> {
    find_to_write::<R, _>(&state, &id, &call)?;
    R::stop(state.control(), &by, &id, &call.own).await?;
    Ok(call::done())
}

/// `POST /services/:name/reload`.
pub(in crate::api) async fn reload_service(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    _: Writer,
    call: Call,
) -> Result<Response, ApiError> {
    find_to_write::<ServiceResource, _>(&state, &id, &call)?;
    state.control().reload_service(&id).await?;
    Ok(call::done())
}
