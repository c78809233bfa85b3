//! `/sql`: connections on which statements are run.
//!
//! A connection is used with its token, which is given once, to who has opened it: in the document or
//! in a cookie. Only his account may use it, and no basic account at all.

mod caller;
mod etl;
mod queries;
mod resource;
mod shape;
mod wish;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};

use sluicegate_shared::sql::SqlMeta;

pub(super) use etl::{drivers, move_tables};
pub(super) use queries::{answer_of, forget, run};
pub(super) use resource::{QueryResource, SqlResource};

use self::caller::{Opening, Using, cookie_name};
use self::wish::wished;
use super::admission::Caller;
use super::body::Body;
use super::call::{self, Call, Writer};
use super::collection;
use super::conditions::Age;
use super::connection::Peer;
use super::error::ApiError;
use super::json;
use super::sight::Sight;
use super::state::ApiState;
use crate::api::resource::document;
use crate::auth::accounts::ClientTls;
use crate::auth::admin::{TOKEN_AGE_DEFAULT, TOKEN_AGE_MAX};
use crate::control::{OpenError, Opener};
use crate::net;
use crate::workbench::{Connection, Plan, Visitor, WorkbenchError};

/// `GET /sql`.
pub(super) async fn list(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call,
) -> Result<Response, ApiError> {
    let all = state.control().workbench().list();
    let all = all.iter().map(|one| SqlResource::of(one, sight)).collect();
    let (call, selection) = collection::select(all, call).await?;
    collection::answer(selection, call, Age::Live).await
}

/// `GET /sql/:id`.
pub(super) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    sight: Sight,
    call: Call,
) -> Result<Response, ApiError> {
    let found = caller::find(&state, &id)?;
    let found = SqlResource::of(&found, sight);
    let told = document(&found, &call.base, &call.query.fields);
    Ok(call.answer(told, Age::Live))
}

/// `POST /sql`: opens a connection.
pub(super) async fn open(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Extension(peer): Extension<Peer>,
    Writer(by): Writer,
    call: Call<Opening>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body = Body::parse(&body)?;
    let plan = wished(&body.root())?;
    let from = Asking {
        caller: &caller,
        peer,
        by: &by,
    };
    opened(&state, from, plan, &call).await
}

/// `POST /sql/:id/clone`: opens one like it.
pub(super) async fn clone(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Extension(peer): Extension<Peer>,
    Writer(by): Writer,
    using: Using,
    call: Call<Opening>,
) -> Result<Response, ApiError> {
    let like = using.connection(&state, &id, call.own.token.as_deref())?;
    like.check_rest()?;
    let from = Asking {
        caller: &using.caller,
        peer,
        by: &by,
    };
    opened(&state, from, like.plan().clone(), &call).await
}

/// Who opens a connection, and from where.
struct Asking<'a> {
    caller: &'a Caller,
    peer: Peer,
    by: &'a crate::control::By,
}

async fn opened(
    state: &ApiState,
    from: Asking<'_>,
    plan: Plan,
    call: &Call<Opening>,
) -> Result<Response, ApiError> {
    let options = state.options();
    if options.secure_gui && !from.peer.tls {
        let detail = "connections are opened over TLS only; admin_secure_gui=false allows them \
            without";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    let age = call.own.max_age.unwrap_or(TOKEN_AGE_DEFAULT);
    let age = age.min(options.token_age_max).min(TOKEN_AGE_MAX);
    let opener = Opener {
        identity: &from.caller.identity,
        by: from.by,
        visitor: visitor(from.peer),
    };
    let connection = state.control().open_sql(opener, plan, age).await?;
    let token = state
        .administrators()
        .issue_for_connection(connection.id(), age);
    let Some(token) = token else {
        state.control().workbench().close(connection.id());
        let detail = "a token could not be made";
        return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    };
    Ok(made(&connection, (&token, age), from.peer, call))
}

/// The client as whom a listener sees who opens a connection.
fn visitor(peer: Peer) -> Visitor {
    let mut address = peer.address;
    address.set_ip(address.ip().to_canonical());
    Visitor {
        peer: net::Peer::Tcp(address),
        tls: if peer.tls {
            ClientTls::Encrypted
        } else {
            ClientTls::None
        },
    }
}

/// The answer to who has opened a connection: its document, and its token there or in a cookie.
fn made(
    connection: &Arc<Connection>,
    (token, age): (&str, Duration),
    peer: Peer,
    call: &Call<Opening>,
) -> Response {
    let told = SqlResource::of(connection, Sight::Whole);
    let mut told = document(&told, &call.base, &call.query.fields);
    let mut cookie = None;
    if call.own.persist {
        let age = format!("; Max-Age={}", age.as_secs());
        cookie = Some(set_cookie(connection.id(), token, &age, peer));
    } else if let Some(document) = told.as_object_mut() {
        let token = token.to_owned();
        document.insert("meta".to_owned(), json::value(&SqlMeta { token }));
    }
    let at = call.base.to(&format!("sql/{}", connection.id()));
    let mut response = (StatusCode::CREATED, written(told, call)).into_response();
    let headers = response.headers_mut();
    if let Ok(at) = HeaderValue::from_str(&at) {
        headers.insert(LOCATION, at);
    }
    if let Some(Ok(cookie)) = cookie.map(|cookie| HeaderValue::from_str(&cookie)) {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

fn written<P>(document: serde_json::Value, call: &Call<P>) -> Response {
    unkept(json::text(document, call.query.pretty))
}

/// A document that nobody keeps.
fn unkept(text: Vec<u8>) -> Response {
    let headers = [
        (
            axum::http::header::CONTENT_TYPE,
            HeaderValue::from_static(json::CONTENT_TYPE),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

fn set_cookie(id: &str, token: &str, max_age: &str, peer: Peer) -> String {
    let (name, secure) = (cookie_name(id), if peer.tls { "; Secure" } else { "" });
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{max_age}")
}

/// `DELETE /sql/:id`.
pub(super) async fn close(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Extension(peer): Extension<Peer>,
    Writer(by): Writer,
    using: Using,
    call: Call<caller::Token>,
) -> Result<Response, ApiError> {
    let control = state.control();
    if call.own.token.is_none() && !using.has_cookie(&id) {
        // Whoever may open one may end one that holds something up: with a record of it.
        let connection = caller::find(&state, &id)?;
        control.close_sql(&by, &connection).await?;
        return Ok(call::done());
    }
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    control.workbench().close(connection.id());
    let mut response = call::done();
    if using.has_cookie(&id)
        && let Ok(gone) = HeaderValue::from_str(&set_cookie(&id, "", "; Max-Age=0", peer))
    {
        response.headers_mut().insert(SET_COOKIE, gone);
    }
    Ok(response)
}

/// `POST /sql/:id/reconnect`.
pub(super) async fn reconnect(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    using: Using,
    call: Call<caller::Token>,
) -> Result<Response, ApiError> {
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    connection.reconnect().await.map_err(|error| {
        // Whatever it is, the documented answer is this one.
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    })?;
    Ok(call::done())
}

/// `POST /sql/:id/cancel`.
pub(super) async fn cancel(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    using: Using,
    call: Call<caller::Token>,
) -> Result<Response, ApiError> {
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    connection.cancel().await?;
    Ok(StatusCode::OK.into_response())
}

impl From<WorkbenchError> for ApiError {
    fn from(error: WorkbenchError) -> Self {
        let status = match &error {
            WorkbenchError::Disabled => StatusCode::FORBIDDEN,
            error if error.is_of_request() => StatusCode::BAD_REQUEST,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        let is_target = matches!(
            error,
            WorkbenchError::NotATarget(_) | WorkbenchError::NoListener(_)
        );
        let told = Self::new(status, error.to_string());
        if is_target { told.at("/target") } else { told }
    }
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Workbench(error) => error.into(),
            OpenError::Store(error) => error.into(),
        }
    }
}
