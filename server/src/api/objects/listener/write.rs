//! Writes of listeners, on their own and below their service.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ListenerResource;
use crate::api::body::Body;
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::write::{
    Alteration, Creation, Done, Forcing, Removal, Writable, make, read,
};
use crate::api::objects::{ServiceResource, check_write, find, listener_of};
use crate::api::query;
use crate::api::state::ApiState;
use crate::control::Control;
use crate::control::links::{Relationship, SERVICES};

impl Writable for ListenerResource {
    const LINKS: &'static [Relationship] = &[SERVICES];
    const MODULE: Option<&'static str> = None;
    type Asked = query::None;

    fn moves(attribute: &str) -> bool {
        attribute == "state"
    }

    async fn create(control: &Control, new: Creation<'_>) -> Done {
        control
            .create_listener(new.by, new.id, new.parameters, new.links)
            .await
    }

    async fn alter(control: &Control, to: Alteration<'_, Self>) -> Done {
        control
            .alter_listener(to.by, to.id, to.parameters, to.links, to.expected)
            .await
    }

    async fn delete(control: &Control, old: Removal<'_>) -> Done {
        control.delete_listener(old.by, old.id, old.expected).await
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
    let mut wanted = read::<ListenerResource>(&body, None)?;
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
    Ok(call::done_by(&by))
}
