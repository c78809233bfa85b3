//! Chains of filters: of a session, and of the sessions that a service will have.

use gloo_net::http::Request;
use serde_json::{Value, json};

use super::objects::object;
use super::request::{ApiError, Remark, segment, write};
use super::sessions::session;

/// A chain as the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerChain {
    /// The filters that act, in order.
    pub active: Vec<String>,
    /// The filters that wait to take their place.
    pub pending: Option<Vec<String>>,
    /// The number of the last change that was accepted; a service has none.
    pub generation: Option<u64>,
    /// The version for the next change, as far as it is known.
    pub version: Option<String>,
}

impl ServerChain {
    /// The chain that acts when nothing waits any more.
    pub fn wanted(&self) -> &[String] {
        self.pending.as_deref().unwrap_or(&self.active)
    }
}

/// The chain of a session.
pub async fn of_session(id: u64) -> Result<ServerChain, ApiError> {
    let session = session(id).await?;
    let filters = session.attributes.filters;
    Ok(ServerChain {
        active: filters.active,
        pending: filters.pending,
        generation: Some(filters.generation),
        version: session.meta.map(|meta| meta.version),
    })
}

/// The chain of a service.
pub async fn of_service(name: &str) -> Result<ServerChain, ApiError> {
    let service = object("services", name).await?;
    Ok(ServerChain {
        active: service.related("filters"),
        pending: None,
        generation: None,
        version: service.version().map(str::to_owned),
    })
}

/// Changes the chain of a session; at the end of its transaction, or as soon as it is idle.
pub async fn set_of_session(
    id: u64,
    chain: &[String],
    transaction_end: bool,
    version: Option<&str>,
) -> Result<Remark, ApiError> {
    let mut data = json!({
        "id": id.to_string(), "type": "sessions", "relationships": {"filters": items(chain)},
    });
    if transaction_end {
        data["attributes"] = json!({"apply": "transaction_end"});
    }
    let path = format!("/v1/sessions/{id}");
    write(Request::patch(&path), version, Some(&json!({"data": data}))).await
}

/// Changes the chain of a service, and if wanted of its live sessions.
pub async fn set_of_service(
    name: &str,
    chain: &[String],
    live: bool,
    version: Option<&str>,
) -> Result<Remark, ApiError> {
    let path = format!("/v1/services/{}/relationships/filters", segment(name));
    let request = Request::patch(&path).query(live.then_some(("sessions", "all")));
    write(request, version, Some(&items(chain))).await
}

fn items(chain: &[String]) -> Value {
    let item = |name: &String| json!({"id": name, "type": "filters"});
    json!({"data": chain.iter().map(item).collect::<Vec<_>>()})
}
