//! A request whose parameters are understood, and answers to it.

use std::time::SystemTime;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, LAST_MODIFIED,
};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::admission::Caller;
use super::conditions::{self, Age, Outcome};
use super::connection::Peer;
use super::error::ApiError;
use super::json;
use super::link::Base;
use super::query::{self, Parameters, Query};
use super::resource::version_tag;
use crate::control::By;
use crate::store::Author;

/// A warning names no more objects than these.
const HIDING_MAX: usize = 10;

/// A request to one resource or collection; `P` are its own parameters.
pub(super) struct Call<P = query::None> {
    /// What links of the answer begin with.
    pub(super) base: Base,
    /// The parameters of every request.
    pub(super) query: Query,
    /// The parameters of this kind of request.
    pub(super) own: P,
    headers: HeaderMap,
    reads: bool,
}

impl<S: Sync, P: Parameters> FromRequestParts<S> for Call<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let (query, own) = Query::parse(parts.uri.query().unwrap_or_default())?;
        let base = parts.extensions.get::<Base>().cloned();
        Ok(Self {
            base: base.unwrap_or_else(|| Base::new(&parts.headers, false, "")),
            query,
            own,
            headers: parts.headers.clone(),
            reads: parts.method == Method::GET || parts.method == Method::HEAD,
        })
    }
}

impl<P> Call<P> {
    /// The document, or 304 or 412 if the request was conditional. Nothing but the chosen fields is in
    /// it already.
    pub(super) fn answer(&self, document: Value, age: Age) -> Response {
        self.answer_text(json::text(document, self.query.pretty), age)
    }

    /// [`Self::answer`] with a document that is text already.
    pub(super) fn answer_text(&self, body: Vec<u8>, age: Age) -> Response {
        let (tag, now) = (entity_tag(&body), SystemTime::now());
        let outcome = conditions::judge(&self.headers, self.reads, &[&tag], age, now);
        let mut response = match outcome {
            Outcome::Perform => {
                let content_type = HeaderValue::from_static(json::CONTENT_TYPE);
                ([(CONTENT_TYPE, content_type)], Body::from(body)).into_response()
            }
            Outcome::NotModified => StatusCode::NOT_MODIFIED.into_response(),
            Outcome::Failed => return precondition_failed().into_response(),
        };
        let modified = httpdate::fmt_http_date(age.modified(now));
        put(response.headers_mut(), ETAG, &tag);
        put(response.headers_mut(), LAST_MODIFIED, &modified);
        put(response.headers_mut(), CACHE_CONTROL, "no-cache");
        response
    }

    /// Refuses a write that thinks of another state than the present one: that of `document`, which is
    /// what a `GET` with the same query answers, and of the `version` of its configuration. To be asked
    /// before anything is changed.
    pub(super) fn check_write(
        &self,
        document: Value,
        version: Option<u64>,
        age: Age,
    ) -> Result<(), ApiError> {
        let tag = if self.headers.contains_key(IF_MATCH) {
            entity_tag(&json::text(document, self.query.pretty))
        } else {
            String::new()
        };
        let version = version.map(|version| format!("\"{}\"", version_tag(version)));
        let tags: Vec<&str> = std::iter::once(tag.as_str())
            .chain(version.as_deref())
            .collect();
        match conditions::judge(&self.headers, false, &tags, age, SystemTime::now()) {
            Outcome::Perform => Ok(()),
            Outcome::NotModified | Outcome::Failed => Err(precondition_failed()),
        }
    }

    /// Whether the request names a state that it wants to find.
    pub(super) fn is_conditional(&self) -> bool {
        use axum::http::header::{IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
        [IF_MATCH, IF_NONE_MATCH, IF_UNMODIFIED_SINCE]
            .iter()
            .any(|name| self.headers.contains_key(name))
    }
}

/// A `GET` whose query string is not one of names and values.
pub(super) struct BareCall(pub(super) Call);

impl<S: Sync> FromRequestParts<S> for BareCall {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let uri = std::mem::take(&mut parts.uri);
        let call = Call::from_request_parts(parts, state).await;
        parts.uri = uri;
        call.map(Self)
    }
}

/// Who sent a request, as it is written down with what the request changes.
pub(super) struct Writer(pub(super) By);

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Caller>();
        let peer = parts.extensions.get::<Peer>();
        let (caller, peer) = caller.zip(peer).ok_or_else(|| {
            ApiError::new(StatusCode::UNAUTHORIZED, "only who is known may write")
        })?;
        let address = peer.address.ip().to_canonical().to_string();
        Ok(Self(Author::new(&*caller.identity.user, address).into()))
    }
}

/// The answer of a write.
pub(super) fn done() -> Response {
    let cache = HeaderValue::from_static("no-cache");
    (StatusCode::NO_CONTENT, [(CACHE_CONTROL, cache)]).into_response()
}

/// The answer of a write to what is configured: with a warning, as documented, when files say
/// something that does not count any more.
pub(super) fn done_by(by: &By) -> Response {
    let mut response = done();
    let hiding = by.hiding();
    if !hiding.is_empty() {
        let named = hiding
            .iter()
            .take(HIDING_MAX)
            .map(|name| format!("'{name}'"));
        let more = if hiding.len() > HIDING_MAX {
            " and others"
        } else {
            ""
        };
        let warning = format!(
            "what was changed of {}{more} is kept in the store; it hides what the configuration file \
             says, also after a restart",
            named.collect::<Vec<_>>().join(", ")
        );
        let header = HeaderName::from_static("mxs-warning");
        put(response.headers_mut(), header, &warning);
    }
    response
}

fn precondition_failed() -> ApiError {
    let detail = "the resource is not in the state that the request names; nothing was changed";
    ApiError::new(StatusCode::PRECONDITION_FAILED, detail)
}

/// A strong entity tag of the body, which may be long.
pub(super) fn entity_tag(body: &[u8]) -> String {
    format!("\"{:032x}\"", xxh3_128(body))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
