//! `POST ../restart`: sessions get what new ones of their service have.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{document, get, session_id};
use crate::api::call::{self, Call, Writer};
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::query::{Parameters, boolean};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::sessions::Restart;

/// How they are restarted: with `force` without waiting for what their last statements have left
/// behind.
pub(in crate::api) struct Restarting(Restart);

impl Default for Restarting {
    fn default() -> Self {
        Self(Restart::Unnoticed)
    }
}

impl Parameters for Restarting {
    const NAMES: &'static [&'static str] = &["force"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        self.0 = if boolean(name, value)? {
            Restart::Forgetful
        } else {
            Restart::Unnoticed
        };
        Ok(())
    }
}

/// `POST /sessions/:id/restart`.
pub(in crate::api) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Restarting>,
) -> Result<Response, ApiError> {
    let session = get(&state, &id).await?;
    let conditional = call.is_conditional();
    if conditional {
        call.check_write(document(&session, &call), session.version(), Age::Live)?;
    }
    let expected = conditional.then(|| session.configured());
    let control = state.control();
    control
        .restart_session(&by, session_id(&id)?, call.own.0, expected)
        .await?;
    Ok(call::done())
}

/// `POST /sessions/restart`.
pub(in crate::api) async fn all(
    State(state): State<ApiState>,
    Writer(by): Writer,
    call: Call<Restarting>,
) -> Result<Response, ApiError> {
    let control = state.control();
    control.restart_sessions(&by, call.own.0).await?;
    Ok(call::done())
}
