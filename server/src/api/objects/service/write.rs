//! Writes of services.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ServiceResource;
use crate::api::call::{Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::write::{Alteration, Creation, Done, Writable, alter_with, relate_with};
use crate::api::query::Parameters;
use crate::api::state::ApiState;
use crate::control::links::{FILTERS, LISTENERS, MONITORS, Relationship, SERVERS, SERVICES};
use crate::control::{By, Control};

impl Writable for ServiceResource {
    const LINKS: &'static [Relationship] = &[FILTERS, LISTENERS, MONITORS, SERVERS, SERVICES];
    const MODULE: Option<&'static str> = Some("router");

    fn moves(attribute: &str) -> bool {
        !matches!(attribute, "parameters" | "router" | "source" | "started")
    }

    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a> {
        Box::pin(control.create_service(
            creation.by,
            creation.id,
            creation.module,
            creation.parameters,
            creation.links,
        ))
    }

    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a> {
        Box::pin(control.alter_service(
            alteration.by,
            alteration.id,
            alteration.parameters,
            alteration.links,
            alteration.live,
            alteration.expected,
        ))
    }

    fn delete<'a>(
        control: &'a Control,
        by: &'a By,
        id: &'a str,
        force: bool,
        expected: Option<u64>,
    ) -> Done<'a> {
        Box::pin(control.delete_service(by, id, force, expected))
    }
}

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
    alter_with::<ServiceResource, _>(&state, &by, &id, &call, &body, call.own.live).await
}

/// `PATCH /services/:name/relationships/:relationship`.
pub(in crate::api) async fn relationship(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call<Rechaining>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let live = call.own.live;
    relate_with::<ServiceResource, _>(&state, &by, (&id, &name), &call, &body, live).await
}
