//! Writes of listeners, on their own and below their service.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ListenerResource;
use crate::api::body::Body;
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::write::{Alteration, Creation, Done, Forcing, Writable, make};
use crate::api::objects::{ServiceResource, check_write, find, listener_of};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::api::wanted::Wanted;
use crate::control::links::{Relationship, SERVICES};
use crate::control::{By, Control};

impl Writable for ListenerResource {
    const LINKS: &'static [Relationship] = &[SERVICES];
    const MODULE: Option<&'static str> = None;

    fn moves(attribute: &str) -> bool {
        attribute == "state"
    }

    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a> {
        Box::pin(control.create_listener(
            creation.by,
            creation.id,
            creation.parameters,
            creation.links,
        ))
    }

    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a> {
        Box::pin(control.alter_listener(
            alteration.by,
            alteration.id,
            alteration.parameters,
            alteration.links,
            alteration.expected,
        ))
    }

    fn delete<'a>(
        control: &'a Control,
        by: &'a By,
        id: &'a str,
        _force: bool,
        expected: Option<u64>,
    ) -> Done<'a> {
        Box::pin(control.delete_listener(by, id, expected))
    }
}

/// `POST /services/:name/listeners`: the service is known.
pub(in crate::api) async fn create_below(
    State(state): State<ApiState>,
    Path(service): Path<String>,
    Writer(by): Writer,
    _: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    find::<ServiceResource>(&state, &service)?;
    let body = Body::parse(&body)?;
    let mut wanted = Wanted::of_document(
        body.root(),
        ListenerResource::KIND,
        None,
        ListenerResource::LINKS,
    )?;
    match wanted.links.get(SERVICES) {
        None => wanted.links.set(SERVICES, vec![service]),
        Some([given]) if *given == service => {}
        Some(_) => {
            let detail = format!("the service of this listener is {service}");
            return Err(wanted.data.error(detail));
        }
    }
    make::<ListenerResource>(&state, &by, &wanted).await
}

/// `DELETE /services/:name/listeners/:listener`.
pub(in crate::api) async fn delete_below(
    State(state): State<ApiState>,
    Path((service, id)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    let listener = listener_of(&state, &service, &id)?;
    let expected = check_write(&listener, None, &call, &state)?;
    let control = state.control();
    control.delete_listener(&by, &id, expected).await?;
    Ok(call::done())
}
