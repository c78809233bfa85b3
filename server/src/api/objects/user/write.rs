//! Writes of accounts.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;

use super::UserResource;
use crate::api::body::{Body, Node};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::objects::find_to_write;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::api::unchanged;
use crate::auth::admin::{Password, Role};
use crate::control::{UserChange, UserError};

/// `POST /users/inet`.
pub(in crate::api) async fn create(
    State(state): State<ApiState>,
    Writer(by): Writer,
    _: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body = Body::parse(&body)?;
    let data = body
        .root()
        .resource(UserResource::KIND, None)?
        .unrelated()?;
    let id = data.need("id")?;
    let attributes = data
        .need("attributes")?
        .object(&["account", "name", "password"])?;
    if let Some(name) = attributes.get("name")
        && name.text()? != id.text()?
    {
        return Err(name.error("the name is the id"));
    }
    let password = attributes.need("password")?;
    let account = attributes.need("account")?;
    let (clear, role) = (Password::new(password.text()?), role(&account)?);
    let created = state.control().create_user(&by, id.text()?, clear, role);
    created.await.map_err(|error| match error {
        UserError::Taken(_) | UserError::Name(_) => id.error(error.to_string()),
        UserError::EmptyPassword => password.error(error.to_string()),
        error => error.into(),
    })?;
    Ok(call::done())
}

/// `PATCH /users/inet/:name`: the password, the account, or both.
pub(in crate::api) async fn alter(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (user, expected) = find_to_write::<UserResource, _>(&state, &id, &call)?;
    let body = Body::parse(&body)?;
    let data = body
        .root()
        .resource(UserResource::KIND, Some(&id))?
        .unrelated()?;
    let Some(attributes) = data.get("attributes") else {
        return Ok(call::done());
    };
    let mut change = UserChange::default();
    for (name, value) in attributes.members()? {
        match name {
            "password" => change.password = Some(Password::new(value.text()?)),
            "account" => change.role = Some(role(&value)?),
            // It moves with every request, the one with this body included.
            "last_login" => unchanged::check_moving(&user, name, &value)?,
            name if UserResource::ATTRIBUTES.contains(&name) => {
                unchanged::check(&user, name, &value)?;
            }
            name => {
                let known = "known are account, password";
                return Err(value.error(format!("'{name}' means nothing here; {known}")));
            }
        }
    }
    let altered = state.control().alter_user(&by, &id, change, expected);
    altered.await.map_err(|error| {
        let member = match error {
            UserError::EmptyPassword => "password",
            UserError::Last(_) => "account",
            _ => return error.into(),
        };
        let at = attributes.get(member);
        at.as_ref().unwrap_or(&attributes).error(error.to_string())
    })?;
    Ok(call::done())
}

/// `DELETE /users/inet/:name`.
pub(in crate::api) async fn delete(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
) -> Result<Response, ApiError> {
    let (_, expected) = find_to_write::<UserResource, _>(&state, &id, &call)?;
    state.control().delete_user(&by, &id, expected).await?;
    Ok(call::done())
}

fn role(node: &Node<'_>) -> Result<Role, ApiError> {
    let name = node.text()?;
    Role::named(name).ok_or_else(|| {
        node.error(format!(
            "'{name}' is no type of account; known are admin, basic"
        ))
    })
}
