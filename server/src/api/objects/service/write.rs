//! Writes of services: so far the filters of their sessions.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ServiceResource;
use crate::api::body::Body;
use crate::api::call::{self, Call, Writer};
use crate::api::chain::ChainInBody;
use crate::api::error::ApiError;
use crate::api::objects::{check_write, find};
use crate::api::query::Parameters;
use crate::api::resource::Resource;
use crate::api::sessions::can_be_patched;
use crate::api::state::ApiState;
use crate::control::{By, ObjectError};
use crate::store::ObjectKind;

/// Parameters of `PATCH`.
#[derive(Default)]
pub(in crate::api) struct Rechaining {
    /// Whether live sessions get the filters as well.
    live: bool,
}

impl Parameters for Rechaining {
    const NAMES: &'static [&'static str] = &["sessions"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        self.live = match value {
            "all" => true,
            "new" => false,
            _ => {
                let detail = format!("{name}={value}: known are all, new");
                return Err(ApiError::bad_request(detail));
            }
        };
        Ok(())
    }
}

/// `PATCH /services/:name`.
pub(in crate::api) async fn service(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Rechaining>,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &by, (&id, None), &call, || {
        let body = Body::parse(&body)?;
        let data = body.root().resource(ServiceResource::KIND, Some(&id))?;
        if let Some(attributes) = data.get("attributes")
            && let Some((name, value)) = attributes.members()?.into_iter().next()
        {
            return Err(value.error(format!("{name} can't be changed at run time yet")));
        }
        let relationships = data.get("relationships");
        let chain = relationships.map(ChainInBody::of_relationships);
        Ok(chain.transpose()?.flatten())
    })
    .await
}

/// `PATCH /services/:name/relationships/:relationship`.
pub(in crate::api) async fn relationship(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call<Rechaining>,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &by, (&id, Some(&name)), &call, || {
        ChainInBody::of_document(Body::parse(&body)?.root()).map(Some)
    })
    .await
}

async fn change(
    state: &ApiState,
    by: &By,
    (id, relationship): (&str, Option<&str>),
    call: &Call<Rechaining>,
    read: impl FnOnce() -> Result<Option<ChainInBody>, ApiError>,
) -> Result<Response, ApiError> {
    let service = find::<ServiceResource>(state, id)?;
    if let Some(name) = relationship {
        can_be_patched(name, "a service")?;
    }
    let expected = check_write(&service, relationship, call, state)?;
    let Some(chain) = read()? else {
        return Ok(call::done());
    };
    let live = call.own.live;
    let control = state.control();
    let changed = control.change_service_filters(by, id, chain.names(), live, expected);
    match changed.await {
        Ok(()) => Ok(call::done_over(control, ObjectKind::Service, id)),
        Err(ObjectError::Chain(error)) => Err(chain.error(&error)),
        Err(error) => Err(error.into()),
    }
}
