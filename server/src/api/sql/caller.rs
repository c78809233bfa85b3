//! Who uses a connection: with its token, and with the account that opened it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::http::request::Parts;

use crate::api::admission::{Caller, cookie};
use crate::api::error::ApiError;
use crate::api::query::{Parameters, boolean, positive};
use crate::api::state::ApiState;
use crate::workbench::Connection;

/// The parameter of every request that uses a connection.
#[derive(Default)]
pub(in crate::api) struct Token {
    pub(super) token: Option<String>,
}

impl Parameters for Token {
    const NAMES: &'static [&'static str] = &["token"];

    fn set(&mut self, _: &str, value: &str) -> Result<(), ApiError> {
        self.token = Some(value.to_owned());
        Ok(())
    }
}

/// Parameters of requests that open one.
#[derive(Default)]
pub(in crate::api) struct Opening {
    pub(super) max_age: Option<Duration>,
    pub(super) persist: bool,
    pub(super) token: Option<String>,
}

impl Parameters for Opening {
    const NAMES: &'static [&'static str] = &["max-age", "persist", "token"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            // One that is none is ignored, as documented.
            "max-age" => self.max_age = positive(name, value).ok().map(Duration::from_secs),
            "persist" => self.persist = boolean(name, value)?,
            _ => self.token = Some(value.to_owned()),
        }
        Ok(())
    }
}

/// The cookie that holds a connection's token.
pub(super) fn cookie_name(id: &str) -> String {
    format!("conn_id_sig_{id}")
}

/// The connection of that id.
pub(super) fn find(state: &ApiState, id: &str) -> Result<Arc<Connection>, ApiError> {
    let found = state.control().workbench().get(id);
    found.ok_or_else(|| ApiError::not_a("a connection to run statements", id))
}

/// Who sent a request about a connection.
pub(in crate::api) struct Using {
    pub(super) caller: Caller,
    headers: HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Using {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| {
            ApiError::new(StatusCode::UNAUTHORIZED, "only who is known may do this")
        })?;
        let headers = parts.headers.clone();
        Ok(Self { caller, headers })
    }
}

impl Using {
    /// The connection of that id, if this may use it. A token in the request counts before a cookie.
    pub(super) fn connection(
        &self,
        state: &ApiState,
        id: &str,
        token: Option<&str>,
    ) -> Result<Arc<Connection>, ApiError> {
        let found = find(state, id)?;
        let in_cookie = || cookie(&self.headers, &cookie_name(id));
        let token = token.map(str::to_owned).or_else(in_cookie);
        let Some(token) = token else {
            let detail = "the token of the connection is missing: it is given as the parameter \
                'token', or in a cookie";
            return Err(ApiError::bad_request(detail));
        };
        if !state.administrators().is_token_of(&token, found.id()) {
            return Err(ApiError::bad_request(
                "the token is none of this connection",
            ));
        }
        // Who has come across a token can't do anything with it.
        if *found.owner() != self.caller.identity.user {
            let detail = "only the account that has opened the connection may use it";
            return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
        }
        Ok(found)
    }

    /// Whether it came with a cookie for that connection.
    pub(super) fn has_cookie(&self, id: &str) -> bool {
        cookie(&self.headers, &cookie_name(id)).is_some()
    }
}
