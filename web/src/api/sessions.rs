//! `/v1/sessions`.

use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::session::SessionAttributes;

use super::request::{ApiError, delete, get};

/// A session as a resource.
pub type Session = Resource<SessionAttributes>;

/// One session.
pub async fn session(id: u64) -> Result<Session, ApiError> {
    let document: Document<Session> = get(&format!("/v1/sessions/{id}")).await?;
    Ok(document.data)
}

/// Ends a session: at once, or when its work is done but after `grace_s` seconds at the latest.
pub async fn kill(id: u64, grace_s: Option<u32>) -> Result<(), ApiError> {
    let path = match grace_s {
        Some(seconds) => format!("/v1/sessions/{id}?ttl={seconds}s"),
        None => format!("/v1/sessions/{id}"),
    };
    delete(&path).await
}
