//! `GET /events`: live events, server-sent (see `sluicegate_shared::event`).
//!
//! One task ([`EventHub::run`]) looks at the sessions while somebody reads, and writes what it sees
//! on a [`board`]. Every session and every delta is encoded once; readers share the bytes, but for
//! those that want some of it only ([`selection`]). A reader
//! that cannot keep up finds its place on the board gone and gets a new snapshot: nothing is queued
//! for it.

mod audit;
mod board;
mod change;
mod hub;
mod objects;
mod reader;
mod row;
mod selection;

use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

pub(super) use hub::EventHub;

use super::admission::Caller;
use super::call::Call;
use super::error::ApiError;
use super::life;
use super::state::ApiState;
use selection::Selection;

const LAST_EVENT_ID: &str = "last-event-id";

/// `GET /events`.
pub(super) async fn stream(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    method: Method,
    headers: HeaderMap,
    call: Call,
) -> Result<Response, ApiError> {
    let selection = Selection::of(call.query)?;
    let answer_headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Proxies in between must not wait for more.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    if method == Method::HEAD {
        return Ok(answer_headers.into_response());
    }
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
    let life = life::ended(caller.identity, state.clone());
    let body = reader::open(state.events(), last, selection, life).ok_or_else(|| {
        let detail = "too many readers of events";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    })?;
    Ok((answer_headers, body).into_response())
}

/// Whether a stream could go on after the event with this id, if nothing had been told yet.
pub(super) fn is_known(id: &str) -> bool {
    board::Board::new(0).position(id, None).is_some()
}

#[cfg(test)]
mod tests;
