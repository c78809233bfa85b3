//! Writes of servers, and their states.

use axum::extract::{Path, State};
use axum::response::Response;

use super::ServerResource;
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::write::{Alteration, Creation, Done, Writable};
use crate::api::objects::{check_write, find};
use crate::api::query::{Parameters, boolean};
use crate::api::state::ApiState;
use crate::control::links::{MONITORS, Relationship, SERVICES};
use crate::control::{By, Control, StateChange};
use crate::servers::ServerStates;

impl Writable for ServerResource {
    const LINKS: &'static [Relationship] = &[MONITORS, SERVICES];
    const MODULE: Option<&'static str> = None;

    fn moves(attribute: &str) -> bool {
        !Self::CONFIGURED.contains(&attribute)
    }

    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a> {
        Box::pin(control.create_server(
            creation.by,
            creation.id,
            creation.parameters,
            creation.links,
        ))
    }

    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a> {
        Box::pin(control.alter_server(
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
        force: bool,
        expected: Option<u64>,
    ) -> Done<'a> {
        Box::pin(control.delete_server(by, id, force, expected))
    }
}

/// Parameters of `PUT .../set` and `PUT .../clear`.
#[derive(Default)]
pub(in crate::api) struct Stating {
    state: Option<ServerStates>,
    force: bool,
}

/// The states that can be set by hand, by their documented names.
const STATES: [(&str, ServerStates); 6] = [
    ("maintenance", ServerStates::MAINTENANCE),
    ("drain", ServerStates::DRAINING),
    ("master", ServerStates::PRIMARY),
    ("slave", ServerStates::REPLICA),
    ("running", ServerStates::RUNNING),
    ("synced", ServerStates::SYNCED),
];

impl Parameters for Stating {
    const NAMES: &'static [&'static str] = &["force", "state"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        if name == "force" {
            self.force = boolean(name, value)?;
            return Ok(());
        }
        let found = STATES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(value));
        let (_, states) = found.ok_or_else(|| {
            let known = STATES.map(|(known, _)| known).join(", ");
            ApiError::bad_request(format!("{name}={value}: known are {known}"))
        })?;
        self.state = Some(*states);
        Ok(())
    }
}

/// `PUT /servers/:name/set`.
pub(in crate::api) async fn set(
    state: State<ApiState>,
    path: Path<String>,
    Writer(by): Writer,
    call: Call<Stating>,
) -> Result<Response, ApiError> {
    change(state, path, &by, call, StateChange::Set).await
}

/// `PUT /servers/:name/clear`.
pub(in crate::api) async fn clear(
    state: State<ApiState>,
    path: Path<String>,
    Writer(by): Writer,
    call: Call<Stating>,
) -> Result<Response, ApiError> {
    change(state, path, &by, call, StateChange::Clear).await
}

async fn change(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    by: &By,
    call: Call<Stating>,
    change: StateChange,
) -> Result<Response, ApiError> {
    let server = find::<ServerResource>(&state, &id)?;
    check_write(&server, None, &call, &state)?;
    let Stating {
        state: states,
        force,
    } = call.own;
    let states = states.ok_or_else(|| ApiError::bad_request("the parameter state is missing"))?;
    let takes_force = states == ServerStates::MAINTENANCE && change == StateChange::Set;
    if force && !takes_force {
        let detail = "force is for setting the state maintenance only";
        return Err(ApiError::bad_request(detail));
    }
    let control = state.control();
    let changed = control.change_server_state(by, &id, change, states, force);
    changed.await?;
    Ok(call::done())
}
