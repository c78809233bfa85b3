//! Writes of configured objects: they are made, altered, related and removed alike.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderValue};
use axum::response::Response;
use serde_json::{Map, Value};

use super::{Configured, check_write, find};
use crate::api::body::{Body, Node};
use crate::api::call::{self, Call, Writer};
use crate::api::error::ApiError;
use crate::api::query::{Parameters, boolean};
use crate::api::state::ApiState;
use crate::api::unchanged;
use crate::api::wanted::Wanted;
use crate::control::links::{Links, Relationship};
use crate::control::sessions::Pending;
use crate::control::{By, Control, ObjectError};
use crate::store::ObjectKind;

/// What an operation of `control` answers.
pub(in crate::api) type Done<'a> = Pending<'a, Result<(), ObjectError>>;

/// A change of an object, as a body asks for it.
pub(in crate::api) struct Alteration<'a> {
    pub(in crate::api) by: &'a By,
    pub(in crate::api) id: &'a str,
    pub(in crate::api) parameters: Option<&'a Map<String, Value>>,
    pub(in crate::api) links: &'a Links,
    /// Whether live sessions are to have it, too.
    pub(in crate::api) live: bool,
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
    /// Whether an attribute moves by itself: what a body says of it was true when it was read.
    fn moves(attribute: &str) -> bool;

    /// Makes one.
    fn create<'a>(control: &'a Control, creation: Creation<'a>) -> Done<'a>;
    /// Changes one.
    fn alter<'a>(control: &'a Control, alteration: Alteration<'a>) -> Done<'a>;
    /// Removes one.
    fn delete<'a>(
        control: &'a Control,
        by: &'a By,
        id: &'a str,
        force: bool,
        expected: Option<u64>,
    ) -> Done<'a>;
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
    let wanted = Wanted::of_document(body.root(), R::KIND, None, R::LINKS)?;
    make::<R>(&state, &by, &wanted).await
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
        let known = ["parameters"].into_iter().chain(R::MODULE);
        attributes.object(&known.collect::<Vec<_>>())?;
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
    Ok(call::done())
}

/// `PATCH /servers/:name` and so on.
pub(in crate::api) async fn alter<R: Writable>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    alter_with::<R, _>(&state, &by, &id, &call, &body, false).await
}

/// Changes an object as a body wants it.
pub(super) async fn alter_with<R: Writable, P: Send + Sync>(
    state: &ApiState,
    by: &By,
    id: &str,
    call: &Call<P>,
    body: &Bytes,
    live: bool,
) -> Result<Response, ApiError> {
    let object = find::<R>(state, id)?;
    let expected = check_write(&object, None, call, state)?;
    let body = Body::parse(body)?;
    let wanted = Wanted::of_document(body.root(), R::KIND, Some(id), R::LINKS)?;
    if let Some(attributes) = &wanted.attributes {
        for (name, value) in attributes.clone().object(R::ATTRIBUTES)?.members()? {
            let present = object.attribute(name).unwrap_or_default();
            let may_differ = name == "parameters" || R::moves(name);
            if !may_differ && !unchanged::attribute(value.value(), &present) {
                return Err(value.error(format!("{name} can't be changed")));
            }
        }
    }
    let parameters = wanted.parameters.as_ref();
    let alteration = Alteration {
        by,
        id,
        parameters: parameters.map(Node::map).transpose()?,
        links: &wanted.links,
        live,
        expected,
    };
    let altered = R::alter(state.control(), alteration).await;
    altered.map_err(|error| wanted.placed(error))?;
    Ok(done_over::<R>(state, id))
}

/// `PATCH /servers/:name/relationships/:relationship` and so on.
pub(in crate::api) async fn relate<R: Writable>(
    State(state): State<ApiState>,
    Path((id, name)): Path<(String, String)>,
    Writer(by): Writer,
    call: Call,
    body: Bytes,
) -> Result<Response, ApiError> {
    relate_with::<R, _>(&state, &by, (&id, &name), &call, &body, false).await
}

/// Changes one relationship of an object as a body wants it.
pub(super) async fn relate_with<R: Writable, P: Send + Sync>(
    state: &ApiState,
    by: &By,
    (id, name): (&str, &str),
    call: &Call<P>,
    body: &Bytes,
    live: bool,
) -> Result<Response, ApiError> {
    let object = find::<R>(state, id)?;
    let mut links = R::LINKS.iter();
    let relationship = links.find(|known| **known == name);
    let relationship = relationship.ok_or_else(|| {
        if R::RELATIONSHIPS.contains(&name) {
            let detail = format!("the relationship {name} of {} can't be changed", R::ONE);
            return ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
                .with_header(ALLOW, HeaderValue::from_static("GET,HEAD"));
        }
        ApiError::not_a(&format!("a relationship of {}", R::ONE), name)
    })?;
    let expected = check_write(&object, Some(name), call, state)?;
    let body = Body::parse(body)?;
    let wanted = Wanted::of_relationship(body.root(), relationship)?;
    let alteration = Alteration {
        by,
        id,
        parameters: None,
        links: &wanted.links,
        live,
        expected,
    };
    let altered = R::alter(state.control(), alteration).await;
    altered.map_err(|error| wanted.placed(error))?;
    Ok(done_over::<R>(state, id))
}

/// `DELETE /servers/:name` and so on.
pub(in crate::api) async fn delete<R: Writable>(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call<Forcing>,
) -> Result<Response, ApiError> {
    let object = find::<R>(&state, &id)?;
    let expected = check_write(&object, None, &call, &state)?;
    let force = call.own.force;
    R::delete(state.control(), &by, &id, force, expected).await?;
    Ok(call::done())
}

/// The answer of a write that a file may say something else than.
fn done_over<R: Writable>(state: &ApiState, id: &str) -> Response {
    match ObjectKind::named(R::KIND) {
        Some(kind) => call::done_over(state.control(), kind, id),
        None => call::done(),
    }
}
