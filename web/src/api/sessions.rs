//! `/v1/sessions`.

use gloo_net::http::Request;
use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::session::SessionAttributes;

use serde_json::json;

use super::request::{ApiError, get, send, write};

/// A session as a resource.
pub type Session = Resource<SessionAttributes>;

/// One session.
pub async fn session(id: u64) -> Result<Session, ApiError> {
    let document: Document<Session> = get(&format!("/v1/sessions/{id}")).await?;
    Ok(document.data)
}

/// A session that has ended a short while ago.
pub async fn ended(id: u64) -> Result<Session, ApiError> {
    let document: Document<Session> = get(&format!("/v1/sessions/{id}?ended=true")).await?;
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

/// Switches log levels of a session: `log_info` and its like, on or off.
pub async fn set_log_levels(id: u64, levels: &[(&str, bool)]) -> Result<(), ApiError> {
    let parameters: serde_json::Map<_, _> = levels
        .iter()
        .map(|&(level, on)| (level.to_owned(), on.into()))
        .collect();
    let body = json!({"data": {
        "id": id.to_string(), "type": "sessions", "attributes": {"parameters": parameters},
    }});
    let path = format!("/v1/sessions/{id}");
    let written = write(Request::patch(&path), None, Some(&body)).await;
    written.map(drop)
}

/// Connects a session to its servers anew, when it is idle.
pub async fn restart(id: u64) -> Result<(), ApiError> {
    let path = format!("/v1/sessions/{id}/restart");
    write(Request::post(&path), None, None).await.map(drop)
}
