//! `PATCH` of a session: its chain of filters and its log levels.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{SessionResource, can_be_patched, document, get, relationship_of, session_id};
use crate::api::body::{Body, Node};
use crate::api::call::{self, Call};
use crate::api::chain::ChainInBody;
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::sessions::{Apply, LogChange, LogSwitches};
use crate::control::{ChangeError, SessionChange};

/// What a body asks for.
#[derive(Debug, Default)]
struct Wanted {
    chain: Option<ChainInBody>,
    apply: Apply,
    log: LogChange,
}

/// `PATCH /sessions/:id`.
pub(in crate::api) async fn session(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &id, None, &call, |id| {
        Wanted::parse(Body::parse(&body)?.root(), id)
    })
    .await
}

/// `PATCH /sessions/:id/relationships/:name`.
pub(in crate::api) async fn relationship(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    change(&state, &id, Some(&name), &call, |_| {
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
    id: &str,
    relationship: Option<&str>,
    call: &Call,
    read: impl FnOnce(&str) -> Result<Wanted, ApiError>,
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
    let Wanted { chain, apply, log } = read(&session.id())?;
    let change = SessionChange {
        chain: chain.as_ref().map(|chain| chain.names().to_vec()),
        apply,
        log,
        expected: conditional.then(|| session.configured()),
    };
    let changed = state.control().change_session(session_id(id)?, change);
    match (changed.await, chain) {
        (Ok(()), _) => Ok(call::done()),
        (Err(ChangeError::Chain(error)), Some(chain)) => Err(chain.error(&error)),
        (Err(error), _) => Err(error.into()),
    }
}

impl Wanted {
    /// Reads the document of a session. Its id and type may be left out.
    fn parse(root: Node<'_>, id: &str) -> Result<Self, ApiError> {
        let data = root.resource(SessionResource::KIND, Some(id))?;
        let mut wanted = Self::default();
        if let Some(attributes) = data.get("attributes") {
            wanted.read_attributes(&attributes)?;
        }
        if let Some(relationships) = data.get("relationships")
            && let Some(chain) = ChainInBody::of_relationships(relationships.clone())?
        {
            if wanted
                .chain
                .as_ref()
                .is_some_and(|other| !other.agrees(&chain))
            {
                let detail = "the attributes give other filters than the relationships";
                return Err(relationships.error(detail));
            }
            wanted.chain = Some(chain);
        }
        match data.get("attributes").and_then(|found| found.get("apply")) {
            Some(apply) if wanted.chain.is_none() => {
                Err(apply.error("there are no filters that this could be about"))
            }
            _ => Ok(wanted),
        }
    }

    fn read_attributes(&mut self, attributes: &Node<'_>) -> Result<(), ApiError> {
        for (name, value) in attributes.members()? {
            match name {
                "apply" => self.apply = apply(&value)?,
                "parameters" => self.log = log(&value)?,
                "relationships" => self.chain = ChainInBody::of_relationships(value)?,
                name if SessionResource::ATTRIBUTES.contains(&name) => {
                    return Err(value.error(format!("{name} can't be changed")));
                }
                name => {
                    let known = "known are apply, parameters, relationships";
                    return Err(value.error(format!("'{name}' means nothing here; {known}")));
                }
            }
        }
        Ok(())
    }
}

fn apply(node: &Node<'_>) -> Result<Apply, ApiError> {
    match node.text()? {
        "idle" => Ok(Apply::Idle),
        "transaction_end" => Ok(Apply::TransactionEnd),
        other => Err(node.error(format!(
            "'{other}' is no time to apply a change; known are idle, transaction_end"
        ))),
    }
}

fn log(parameters: &Node<'_>) -> Result<LogChange, ApiError> {
    let mut change = LogChange::default();
    for (name, value) in parameters.members()? {
        let switch = LogSwitches::named(name).ok_or_else(|| {
            let known = LogSwitches::ALL.map(|(name, _)| name).join(", ");
            value.error(format!("there is no parameter '{name}'; known are {known}"))
        })?;
        change.set(switch, value.boolean()?);
    }
    Ok(change)
}
