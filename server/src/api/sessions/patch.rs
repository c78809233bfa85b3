//! `PATCH` of a session: its chain of filters and its log levels.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::wanted::Wanted;
use super::{SessionResource, can_be_patched, document, get, relationship_of, session_id};
use crate::api::body::Body;
use crate::api::call::{self, Call, Writer};
use crate::api::chain::ChainInBody;
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::{By, ChangeError, SessionChange};

/// `PATCH /sessions/:id`.
pub(in crate::api) async fn session(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &by, (&id, None), &call, |session| {
        Wanted::parse(Body::parse(&body)?.root(), session)
    })
    .await
}

/// `PATCH /sessions/:id/relationships/:name`.
pub(in crate::api) async fn relationship(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &by, (&id, Some(&name)), &call, |_| {
        let chain = ChainInBody::of_document(Body::parse(&body)?.root())?;
        Ok(Wanted {
            chain: Some(chain),
            ..Wanted::default()
        })
    })
    .await
}

/// Changes a session as far as its state, or that of the `relationship` that the request is for, is
/// the one that the request thinks of.
async fn change(
    state: &ApiState,
    by: &By,
    (id, relationship): (&str, Option<&str>),
    call: &Call,
    read: impl FnOnce(&SessionResource) -> Result<Wanted, ApiError>,
) -> Result<Response, ApiError> {
    let session = get(state, id).await?;
    if let Some(name) = relationship {
        can_be_patched(name, "a session")?;
    }
    let conditional = call.is_conditional();
    if conditional {
        let present = match relationship {
            Some(name) => relationship_of(&session, name, call)?,
            None => document(&session, call),
        };
        call.check_write(present, session.version(), Age::Live)?;
    }
    let Wanted { chain, apply, log } = read(&session)?;
    let change = SessionChange {
        chain: chain.as_ref().map(|chain| chain.names().to_vec()),
        apply,
        log,
        expected: conditional.then(|| session.configured()),
    };
    let control = state.control();
    let changed = control.change_session(by, session_id(id)?, change);
    match (changed.await, chain) {
        (Ok(()), _) => Ok(call::done()),
        (Err(ChangeError::Chain(error)), Some(chain)) => Err(chain.error(&error)),
        (Err(error), _) => Err(error.into()),
    }
}
