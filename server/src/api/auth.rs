//! `/auth`: tokens and the console's cookie.

use std::time::Duration;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sluicegate_shared::auth::{TokenDocument, TokenMeta};

use super::admission::{COOKIE_NAME, Caller, Via, refuse_other_pages};
use super::call::Call;
use super::connection::Peer;
use super::error::ApiError;
use super::json;
use super::query::{Parameters, Query, boolean, positive};
use super::state::ApiState;
use crate::auth::admin::TOKEN_AGE_DEFAULT;

/// Parameters of `GET /auth`.
#[derive(Default)]
pub(super) struct TokenWish {
    max_age: Option<Duration>,
    persist: bool,
    log_out: bool,
}

impl Parameters for TokenWish {
    const NAMES: &'static [&'static str] = &["logout", "max-age", "persist"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "max-age" => self.max_age = Some(Duration::from_secs(positive(name, value)?)),
            "logout" => self.log_out = boolean(name, value)?,
            _ => self.persist = boolean(name, value)?,
        }
        Ok(())
    }
}

/// Whether a query string of `GET /auth` only takes the cookie away.
pub(super) fn asks_to_log_out(query: &str) -> bool {
    Query::parse::<TokenWish>(query).is_ok_and(|(_, wish)| wish.log_out)
}

/// `GET /auth`: a token in the body, or in the cookie with `persist=yes`. `logout=yes` takes the cookie
/// away.
pub(super) async fn token(
    State(state): State<ApiState>,
    caller: Option<Extension<Caller>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    call: Call<TokenWish>,
) -> Result<Response, ApiError> {
    if call.own.log_out {
        return log_out(Extension(peer), headers).await;
    }
    let Some(Extension(caller)) = caller else {
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Access denied"));
    };
    if state.options().secure_gui && !peer.tls {
        let detail = "tokens are given over TLS only; admin_secure_gui=false allows them without";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    if caller.via != Via::Basic {
        let detail = "a token is given for a name and password, not for another token";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    let wish = &call.own;
    let age = wish.max_age.unwrap_or(TOKEN_AGE_DEFAULT);
    let age = age.min(state.options().token_age_max);
    let token = state
        .administrators()
        .issue(&caller.identity, age)
        .ok_or_else(|| {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "a token could not be made")
        })?;
    if !wish.persist {
        let document = TokenDocument {
            meta: TokenMeta { token },
        };
        return Ok(uncached(&document, call.query.pretty));
    }
    let max_age = wish.max_age.map(|_| format!("; Max-Age={}", age.as_secs()));
    set_cookie(&token, &max_age.unwrap_or_default(), peer.tls)
}

/// `DELETE /auth`: takes the cookie away. Open to all, as `logout=yes` is, because a token that has ended must not keep
/// anybody from logging out.
pub(super) async fn log_out(
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    refuse_other_pages(&headers)?;
    set_cookie("", "; Max-Age=0", peer.tls)
}

fn set_cookie(token: &str, max_age: &str, tls: bool) -> Result<Response, ApiError> {
    let secure = if tls { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{max_age}");
    let cookie = HeaderValue::from_str(&cookie)
        .map_err(|_| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "no cookie could be made"))?;
    let headers = [
        (SET_COOKIE, cookie),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

fn uncached(document: &impl Serialize, pretty: bool) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(json::CONTENT_TYPE)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, json::text(json::value(document), pretty)).into_response()
}
