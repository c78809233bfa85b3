//! What a caller is shown of statements (`admin_hide_sql`).

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::admission::Caller;
use super::error::ApiError;
use super::state::ApiState;
use crate::auth::admin::Role;
use crate::config::REDACTED;

/// Whether what is in statements is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// All of it.
    Whole,
    /// That there are some, but not what is in them.
    WithoutSql,
}

impl Sight {
    /// What a caller is shown now.
    pub(super) fn of(caller: &Caller, state: &ApiState) -> Self {
        if caller.identity.role != Role::Admin && state.options().hide_sql {
            Self::WithoutSql
        } else {
            Self::Whole
        }
    }

    /// The text, or what is shown in its place.
    pub(super) fn text(self, text: &str) -> &str {
        match self {
            Self::Whole => text,
            Self::WithoutSql => REDACTED,
        }
    }

    /// Refuses what tells of nothing else.
    pub(super) fn check(self) -> Result<(), ApiError> {
        match self {
            Self::Whole => Ok(()),
            Self::WithoutSql => {
                let detail =
                    "what is in statements is not shown to basic accounts (admin_hide_sql)";
                Err(ApiError::new(StatusCode::FORBIDDEN, detail))
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Sight
where
    ApiState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let state = ApiState::from_ref(state);
        // Who is not known is shown nothing.
        let caller = parts.extensions.get::<Caller>();
        Ok(caller.map_or(Self::WithoutSql, |caller| Self::of(caller, &state)))
    }
}
