//! `/v1/sessions`.

use gloo_net::http::Request;
use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::session::SessionAttributes;

use super::request::{ApiError, get, send};

/// A session as a resource.
pub type Session = Resource<SessionAttributes>;

/// One session.
pub async fn session(id: u64) -> Result<Session, ApiError> {
    let document: Document<Session> = get(&format!("/v1/sessions/{id}")).await?;
    Ok(document.data)
}

/// Ends a session: at once, or when its work is done but after `grace_s` seconds at the latest.
pub async fn kill(id: u64, grace_s: Option<u32>) -> Result<(), ApiError> {
    let ttl = grace_s.map(|seconds| format!("{seconds}s"));
    let parameters = ttl.as_deref().map(|ttl| ("ttl", ttl));
    send(Request::delete(&format!("/v1/sessions/{id}")).query(parameters))
        .await
        .map(drop)
}
