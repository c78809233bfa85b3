//! Writes of servers, and their states.

use axum::extract::{Path, State};
use axum::response::Response;

use super::ServerResource;
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::find_to_write;
use crate::api::objects::write::{Alteration, Creation, Done, Removal, Writable};
use crate::api::query::{self, Parameters, boolean};
use crate::api::state::ApiState;
use crate::control::links::{MONITORS, Relationship, SERVICES};
use crate::control::{By, Control, StateChange};
use crate::servers::ServerStates;

impl Writable for ServerResource {
    const LINKS: &'static [Relationship] = &[MONITORS, SERVICES];
    const MODULE: Option<&'static str> = None;
    type Asked = query::None;

    fn moves(attribute: &str) -> bool {
        !Self::CONFIGURED.contains(&attribute)
    }

    async fn create(control: &Control, new: Creation<'_>) -> Done {
        control
            .create_server(new.by, new.id, new.parameters, new.links)
            .await
    }

    async fn alter(control: &Control, to: Alteration<'_, Self>) -> Done {
        control
            .alter_server(to.by, to.id, to.parameters, to.links, to.expected)
            .await
    }

    async fn delete(control: &Control, old: Removal<'_>) -> Done {
        control
            .delete_server(old.by, old.id, old.force, old.expected)
            .await
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
    find_to_write::<ServerResource, _>(&state, &id, &call)?;
    let Stating {
        state: states,
        force,
    } = call.own;
    let states = states.ok_or_else(|| ApiError::bad_request("the parameter state is missing"))?;
    // As documented: connections are closed if the server is put into maintenance.
    let force = force && states == ServerStates::MAINTENANCE && change == StateChange::Set;
    let control = state.control();
    let changed = control.change_server_state(by, &id, change, states, force);
    changed.await?;
    Ok(call::done())
}
