//! `POST ../restart`: sessions get the filters that new ones of their service have.

use axum::extract::{Path, State};
use axum::response::Response;

use super::session_id;
use crate::api::call::{self, Call};
use crate::api::error::ApiError;
use crate::api::state::ApiState;

/// `POST /sessions/:id/restart`.
pub(in crate::api) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    _: Call,
) -> Result<Response, ApiError> {
    state.control().restart_session(session_id(&id)?).await?;
    Ok(call::done())
}

/// `POST /sessions/restart`.
pub(in crate::api) async fn all(State(state): State<ApiState>, _: Call) -> Response {
    state.control().restart_sessions().await;
    call::done()
}
