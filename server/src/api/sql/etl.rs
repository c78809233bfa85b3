//! What the documented API does by way of ODBC, which this gateway has not.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::caller::Using;
use crate::api::call::Call;
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::query::Parameters;
use crate::api::state::ApiState;

/// Parameters of requests that move tables.
#[derive(Default)]
pub(in crate::api) struct Tokens {
    token: Option<String>,
}

impl Parameters for Tokens {
    const NAMES: &'static [&'static str] = &["target_token", "token"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        if name == "token" {
            self.token = Some(value.to_owned());
        }
        Ok(())
    }
}

/// `GET /sql/odbc/drivers`: there are none.
pub(in crate::api) async fn drivers(State(state): State<ApiState>, call: Call) -> Response {
    let links = json!({"self": call.base.to("sql/odbc/drivers")});
    let started = state.control().objects.started();
    call.answer(json!({"data": [], "links": links}), Age::Since(started))
}

/// `POST /sql/:id/etl/prepare` and `/start`.
pub(in crate::api) async fn move_tables(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    using: Using,
    call: Call<Tokens>,
) -> Result<Response, ApiError> {
    using.connection(&state, &id, call.own.token.as_deref())?;
    let detail = "tables are moved from ODBC connections only, and this gateway has none";
    Err(ApiError::bad_request(detail))
}
