//! `POST ../restart`: sessions get what new ones of their service have.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{document, get, session_id};
use crate::api::call::{self, Call, Writer};
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::resource::Resource;
use crate::api::state::ApiState;

/// `POST /sessions/:id/restart`.
pub(in crate::api) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
) -> Result<Response, ApiError> {
    let session = get(&state, &id).await?;
    let conditional = call.is_conditional();
    if conditional {
        call.check_write(document(&session, &call), session.version(), Age::Live)?;
    }
    let expected = conditional.then(|| session.configured());
    let control = state.control();
    control
        .restart_session(&by, session_id(&id)?, expected)
        .await?;
    Ok(call::done())
}

/// `POST /sessions/restart`.
pub(in crate::api) async fn all(
    State(state): State<ApiState>,
    Writer(by): Writer,
    _: Call,
) -> Result<Response, ApiError> {
    state.control().restart_sessions(&by).await?;
    Ok(call::done())
}
