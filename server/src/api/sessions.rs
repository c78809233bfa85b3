//! `/sessions`.

pub(super) mod patch;
mod resource;
pub(super) mod restart;
mod wanted;

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue};
use axum::response::Response;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::call::{self, Call, Writer};
use super::collection::{self, Selection};
use super::conditions::Age;
use super::error::ApiError;
use super::query::{Page, Parameters, boolean, duration};
use super::resource::{self as rendering, Resource};
use super::sight::Sight;
use super::state::ApiState;
use crate::control::sessions::SessionView;
pub(super) use resource::SessionResource;

/// How long an answer waits for names of clients that are not known yet.
const NAMES_WAIT: Duration = Duration::from_millis(500);

/// Parameters of `GET`.
#[derive(Default)]
pub(super) struct Reading {
    rdns: bool,
    ended: bool,
}

impl Parameters for Reading {
    const NAMES: &'static [&'static str] = &["rdns", "ended"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        let on = boolean(name, value)?;
        if name == "ended" {
            self.ended = on;
        } else {
            self.rdns = on;
        }
        Ok(())
    }
}

/// Parameters of `DELETE`.
#[derive(Default)]
pub(super) struct Killing {
    ttl: Option<Duration>,
}

impl Parameters for Killing {
    const NAMES: &'static [&'static str] = &["ttl"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        self.ttl = Some(duration(name, value)?);
        Ok(())
    }
}

/// Lists of all sessions that are in memory at the same time; others are not begun before.
const WHOLE_LISTS_MAX: usize = 16;
/// Their places: the process has them once, whoever asks.
static WHOLE_LISTS: Semaphore = Semaphore::const_new(WHOLE_LISTS_MAX);

/// `GET /sessions`.
pub(super) async fn list(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call<Reading>,
) -> Result<Response, ApiError> {
    let live = &state.control().sessions;
    let resources = |sessions: Vec<SessionView>| -> Vec<SessionResource> {
        let sessions = sessions.into_iter();
        sessions
            .map(|view| SessionResource::new(view).seen(sight))
            .collect()
    };
    let page = plain_page(&call);
    // Held until the answer is there. The semaphore is never closed.
    let _place = match page {
        Some(_) => None,
        None => WHOLE_LISTS.acquire().await.ok(),
    };
    let (call, mut selection) = match page {
        // The others need not be looked at.
        Some(page) => {
            let (sessions, total) = live.page(|total| page.range(total)).await;
            (call, Selection::of_page(resources(sessions), total))
        }
        None if call.own.ended => collection::select(resources(live.ended().await), call).await?,
        None => collection::select(resources(live.list().await), call).await?,
    };
    if call.own.rdns {
        resolve(&state, &mut selection.resources).await;
    }
    collection::answer(selection, call, Age::Live).await
}

/// The page that is asked for, if it is one of all live sessions in their own order.
fn plain_page(call: &Call<Reading>) -> Option<Page> {
    let is_plain = call.query.filters.is_empty() && call.query.sort.is_empty();
    call.query.page.filter(|_| is_plain && !call.own.ended)
}

/// `GET /sessions/:id`.
pub(super) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    sight: Sight,
    call: Call<Reading>,
) -> Result<Response, ApiError> {
    let mut session = if call.own.ended {
        let view = state.control().sessions.ended_one(session_id(&id)?);
        SessionResource::new(view.await?)
    } else {
        get(&state, &id).await?
    };
    if call.own.rdns {
        resolve(&state, std::slice::from_mut(&mut session)).await;
    }
    let session = session.seen(sight);
    Ok(call.answer(document(&session, &call), Age::Live))
}

/// `GET /sessions/:id/relationships/:name`.
pub(super) async fn relationship(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    call: Call,
) -> Result<Response, ApiError> {
    let session = get(&state, &id).await?;
    let document = relationship_of(&session, &name, &call)?;
    Ok(call.answer(document, session.age_of(&name)))
}

/// `DELETE /sessions/:id`.
pub(super) async fn kill(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Killing>,
) -> Result<Response, ApiError> {
    if call.is_conditional() {
        let session = get(&state, &id).await?;
        call.check_write(document(&session, &call), session.version(), Age::Live)?;
    }
    let control = state.control();
    control
        .kill_session(&by, session_id(&id)?, call.own.ttl)
        .await?;
    Ok(call::done())
}

/// The document of one session.
fn document<P>(session: &SessionResource, call: &Call<P>) -> Value {
    rendering::document(session, &call.base, &call.query.fields)
}

/// The document of one relationship.
fn relationship_of<P>(
    session: &SessionResource,
    name: &str,
    call: &Call<P>,
) -> Result<Value, ApiError> {
    rendering::relationship_document(session, &call.base, name)
        .ok_or_else(|| ApiError::not_a("a relationship of a session", name))
}

async fn get(state: &ApiState, id: &str) -> Result<SessionResource, ApiError> {
    let view = state.control().sessions.get(session_id(id)?).await?;
    Ok(SessionResource::new(view))
}

/// Refuses a relationship that has no `PATCH`.
pub(super) fn can_be_patched(relationship: &str, of: &str) -> Result<(), ApiError> {
    if relationship == "filters" {
        return Ok(());
    }
    if !SessionResource::RELATIONSHIPS.contains(&relationship) {
        let one = format!("a relationship of {of}");
        return Err(ApiError::not_a(&one, relationship));
    }
    let detail = format!("the relationship {relationship} of {of} can't be changed");
    Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        .with_header(ALLOW, HeaderValue::from_static("GET,HEAD")))
}

/// Ids are digits only; `+1` and `1x` name nothing.
fn session_id(text: &str) -> Result<u64, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = digits.then(|| text.parse().ok()).flatten();
    id.ok_or_else(|| ApiError::not_a("a session", text))
}

/// Puts names in place of addresses, as far as they are known in time.
async fn resolve(state: &ApiState, sessions: &mut [SessionResource]) {
    let addresses: Vec<IpAddr> = sessions
        .iter()
        .filter_map(SessionResource::address)
        .collect();
    let names = state.names().names(&addresses, NAMES_WAIT).await;
    for session in sessions {
        let name = session.address().and_then(|address| names.get(&address));
        if let Some(name) = name {
            session.show_remote(name);
        }
    }
}
