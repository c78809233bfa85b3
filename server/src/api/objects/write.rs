//! Writes of configured objects: they are made, altered, related and removed alike.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue};
use axum::response::Response;
use serde_json::{Map, Value};

use super::{Configured, check_write, find, find_to_write};
use crate::api::body::{Body, Node};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::query::{Parameters, boolean};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::api::unchanged;
use crate::api::wanted::Wanted;
use crate::control::links::{Links, Relationship};
use crate::control::{By, Control, ObjectError};

/// What an operation of `control` answers.
pub(in crate::api) type Done = Result<(), ObjectError>;

/// A change of an object, as a body asks for it.
pub(in crate::api) struct Alteration<'a, R: Writable> {
    pub(in crate::api) by: &'a By,
    pub(in crate::api) id: &'a str,
    pub(in crate::api) parameters: Option<&'a Map<String, Value>>,
    pub(in crate::api) links: &'a Links,
    /// What the request says of how it is to be changed.
    pub(in crate::api) asked: &'a R::Asked,
    pub(in crate::api) expected: Option<u64>,
}

/// An object to be removed.
pub(in crate::api) struct Removal<'a> {
    pub(in crate::api) by: &'a By,
    pub(in crate::api) id: &'a str,
    pub(in crate::api) force: bool,
    pub(in crate::api) expected: Option<u64>,
}

/// An object to be made, as a body asks for it.
pub(in crate::api) struct Creation<'a> {
    pub(in crate::api) by: &'a By,
    pub(in crate::api) id: &'a str,
    /// What it is made of; empty for kinds without modules.
    pub(in crate::api) module: &'a str,
    pub(in crate::api) parameters: &'a Map<String, Value>,
    pub(in crate::api) links: &'a Links,
}

/// A resource that can be made, altered and removed.
pub(in crate::api) trait Writable: Configured + Sync {
    /// The relationships that a body can give.
    const LINKS: &'static [Relationship];
    /// The attribute that names its module.
    const MODULE: Option<&'static str>;
    /// Parameters of `PATCH`.
    type Asked: Parameters + Sync + 'static;

    /// Whether an attribute moves by itself: what a body says of it was true when it was read.
    fn moves(attribute: &str) -> bool;
    /// Reads the relationships of a body; `present` is the object that it changes.
    fn read_links(wanted: &mut Wanted<'_>, _present: Option<&Self>) -> Result<(), ApiError> {
        wanted.read_links(Self::LINKS)
    }

    /// Makes one.
    fn create(control: &Control, new: Creation<'_>) -> impl Future<Output = Done> + Send;
    /// Changes one.
    fn alter(control: &Control, to: Alteration<'_, Self>) -> impl Future<Output = Done> + Send;
    /// Removes one.
    fn delete(control: &Control, old: Removal<'_>) -> impl Future<Output = Done> + Send;
}

/// Parameters of requests that may need `force`.
#[derive(Default)]
pub(in crate::api) struct Forcing {
    pub(in crate::api) force: bool,
}

impl Parameters for Forcing {
    const NAMES: &'static [&'static str] = &["force"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        self.force = boolean(name, value)?;
        Ok(())
    }
}

/// `POST /servers` and so on.
pub(in crate::api) async fn create<R: Writable>(
    State(state): State<ApiState>,
    Writer(by): Writer,
    _: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body = Body::parse(&body)?;
    let wanted = read::<R>(&body, None)?;
    make::<R>(&state, &by, &wanted).await
}

/// What a body wants of an object; `present` is the one that it changes.
pub(super) fn read<'a, R: Writable>(
    body: &'a Body,
    present: Option<&R>,
) -> Result<Wanted<'a>, ApiError> {
    let id = present.map(Resource::id);
    let mut wanted = Wanted::of_document(body.root(), R::KIND, id.as_deref())?;
    R::read_links(&mut wanted, present)?;
    Ok(wanted)
}

/// Makes what a body wants.
pub(super) async fn make<R: Writable>(
    state: &ApiState,
    by: &By,
    wanted: &Wanted<'_>,
) -> Result<Response, ApiError> {
    let id = wanted.data.need("id")?;
    let none = Map::new();
    let mut module = "";
    if let Some(name) = R::MODULE {
        let attributes = wanted.data.need("attributes")?;
        module = attributes.need(name)?.text()?;
    }
    if let Some(attributes) = wanted.attributes.clone() {
        // A document that was read of another one may be given: what it tells beyond the module and
        // the parameters is not about the new one.
        attributes.object(R::ATTRIBUTES)?;
    }
    let parameters = wanted.parameters.as_ref();
    let creation = Creation {
        by,
        id: id.text()?,
        module,
        parameters: parameters.map_or(Ok(&none), Node::map)?,
        links: &wanted.links,
    };
    let created = R::create(state.control(), creation).await;
    created.map_err(|error| wanted.placed(error))?;
    Ok(call::done_by(by))
}

/// `PATCH /servers/:name` and so on.
pub(in crate::api) async fn alter<R: Writable>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<R::Asked>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let (object, expected) = find_to_write::<R, _>(&state, &id, &call)?;
    let body = Body::parse(&body)?;
    let wanted = read(&body, Some(&object))?;
    if let Some(attributes) = &wanted.attributes {
        for (name, value) in attributes.clone().object(R::ATTRIBUTES)?.members()? {
            if R::moves(name) {
                unchanged::check_moving(&object, name, &value)?;
            } else if name != "parameters" {
                unchanged::check(&object, name, &value)?;
            }
        }
    }
    change::<R>(&state, &by, &id, &wanted, &call.own, expected).await
}

/// `PATCH /servers/:name/relationships/:relationship` and so on.
pub(in crate::api) async fn relate<R: Writable>(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call<R::Asked>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let object = find::<R>(&state, &id)?;
    let mut links = R::LINKS.iter();
    let relationship = links.find(|known| **known == name);
    let relationship = relationship.ok_or_else(|| {
        if R::RELATIONSHIPS.contains(&&*name) {
            let detail = format!("the relationship {name} of {} can't be changed", R::ONE);
            return ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
                .with_header(ALLOW, HeaderValue::from_static("GET,HEAD"));
        }
        ApiError::not_a(&format!("a relationship of {}", R::ONE), &name)
    })?;
    let expected = check_write(&object, Some(&name), &call, &state)?;
    let body = Body::parse(&body)?;
    let wanted = Wanted::of_relationship(body.root(), relationship)?;
    change::<R>(&state, &by, &id, &wanted, &call.own, expected).await
}

/// Changes an object as a body wants it.
async fn change<R: Writable>(
    state: &ApiState,
    by: &By,
    id: &str,
    wanted: &Wanted<'_>,
    asked: &R::Asked,
    expected: Option<u64>,
) -> Result<Response, ApiError> {
    let parameters = wanted.parameters.as_ref();
    let alteration = Alteration {
        by,
        id,
        parameters: parameters.map(Node::map).transpose()?,
        links: &wanted.links,
        asked,
        expected,
    };
    let altered = R::alter(state.control(), alteration).await;
    altered.map_err(|error| wanted.placed(error))?;
    Ok(call::done_by(by))
}

/// `DELETE /servers/:name` and so on.
pub(in crate::api) async fn delete<R: Writable>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    let (_, expected) = find_to_write::<R, _>(&state, &id, &call)?;
    let removal = Removal {
        by: &by,
        id: &id,
        force: call.own.force,
        expected,
    };
    R::delete(state.control(), removal).await?;
    Ok(call::done_by(&by))
}
